/** Why an attempt did not succeed. A closed list: metrics and pages count by it. */
export const errorClasses = [
  /** The receiver answered, but not with 2xx. */
  "status",
  /** The attempt's total deadline passed. */
  "timeout",
  /** The name does not exist. */
  "dns",
  /** Webster's own resolver does not answer. */
  "dns_unavailable",
  /** Nobody listens at the address, or there is no route to it. */
  "refused",
  /** The connection broke off. */
  "reset",
  /** No encrypted connection that could be trusted came about. */
  "tls",
  /** The address is one that Webster does not connect to. */
  "address",
  /** The answer was not HTTP, or broke its rules or limits. */
  "protocol",
  /** The request could not be made from the endpoint's URL and headers. */
  "request",
  /** The proxy that webhooks leave by is down, or let none through. */
  "proxy",
  /** The endpoint's credentials can't be used, or no access token could be had. */
  "authentication",
  /** The endpoint's transformation failed, or what it made can't be sent. */
  "transformation",
  /** The endpoint's transformation cancelled the delivery; no request was made. */
  "transformation_cancelled",
  /** A fault of Webster's own. */
  "internal",
] as const;
export type ErrorClass = (typeof errorClasses)[number];

/** Each class in a word or two. */
export const errorWords: Record<ErrorClass, string> = {
  status: "Not 2xx",
  timeout: "Timed out",
  dns: "Unknown host",
  dns_unavailable: "DNS down",
  refused: "Refused",
  reset: "Broke off",
  tls: "TLS error",
  address: "Forbidden address",
  protocol: "Invalid HTTP",
  request: "Bad request",
  proxy: "Proxy failed",
  authentication: "Authentication failed",
  transformation: "Transformation failed",
  transformation_cancelled: "Cancelled by transformation",
  internal: "Internal",
};
