/** Which headers and fields hold credentials. One rule for all who show, keep or pass on. */

/** Names of headers and of a query's fields, in any case. Their values are shown to nobody, and sent along only by name. */
export function isCredential(name: string): boolean {
  const lower = name.toLowerCase();
  return credentials.has(lower) || /(^|[-_])(token|secret|password|passwd|api-?key|access-?key|auth|credentials?)($|[-_])/.test(lower);
}

const credentials = new Set([
  "authorization",
  "proxy-authorization",
  "www-authenticate",
  "proxy-authenticate",
  "cookie",
  "set-cookie",
  "apikey",
  "x-apikey",
  "x-auth",
]);
