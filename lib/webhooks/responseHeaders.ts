/**
 * Headers that no answer of a source may carry by somebody's choice: sources answer under the dashboard's origin, where these
 * would set cookies, loosen a page's policy, lead elsewhere or speak for the connection.
 */
const forbidden = new Set([
  "connection",
  "keep-alive",
  "transfer-encoding",
  "content-length",
  "content-encoding",
  "trailer",
  "upgrade",
  "date",
  "set-cookie",
  "set-cookie2",
  "clear-site-data",
  "content-security-policy",
  "content-security-policy-report-only",
  "x-content-type-options",
  "strict-transport-security",
  "service-worker-allowed",
  "refresh",
  "location",
  "alt-svc",
  "www-authenticate",
]);

export const isForbiddenInAnswers = (name: string): boolean => forbidden.has(name.toLowerCase());
