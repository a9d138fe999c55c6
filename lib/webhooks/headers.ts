/** The rules for an endpoint's custom request headers. */

import { hopsHeader } from "../words/hops.ts";

export type HeaderFault = { name: string; reason: string };

export const maximumHeaderValueLength = 4096;
const maximumHeaderNameLength = 256;
const maximumHeaderCount = 50;

/** Faults in the order of the headers; empty if all may be sent. Case is kept, but no name may appear twice. */
export function checkHeaders(headers: Record<string, string>): HeaderFault[] {
  const faults: HeaderFault[] = [];
  const seen = new Set<string>();
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase();
    const reason = faultOfName(name) ?? faultOfValue(value) ?? (seen.has(lower) ? "is given twice, in different case" : null);
    seen.add(lower);
    if (reason !== null) faults.push({ name, reason });
  }
  if (seen.size > maximumHeaderCount) faults.push({ name: "", reason: `there are more than ${maximumHeaderCount} headers` });
  return faults;
}

/** The fault of a header's name. Null: a header of this name may be sent. */
export function faultOfName(name: string): string | null {
  // RFC 9110, section 5.6.2: a field name is a token.
  if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name)) return "is no valid header name";
  if (name.length > maximumHeaderNameLength) return `is longer than ${maximumHeaderNameLength} characters`;
  const lower = name.toLowerCase();
  if (forbidden.has(lower) || forbiddenPrefixes.some((prefix) => lower.startsWith(prefix)))
    return "is set by Webster and cannot be changed";
  return null;
}

function faultOfValue(value: string): string | null {
  if (value.length > maximumHeaderValueLength) return `has a value longer than ${maximumHeaderValueLength} characters`;
  // RFC 9110, section 5.5. Line breaks would let a value add headers of its own.
  if (!/^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(value)) return "has a value with control characters or characters outside Latin-1";
  return null;
}

const forbidden = new Set([
  // The connection's own (RFC 9110, section 7.6.1).
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "http2-settings",
  // The message's frame and routing.
  "host",
  "content-length",
  "content-encoding",
  "content-range",
  "expect",
  "date",
  "via",
  "forwarded",
  hopsHeader,
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-port",
  "x-forwarded-proto",
  // What Webster says about the request.
  "accept-encoding",
  "user-agent",
  "traceparent",
  "tracestate",
]);

// Signatures, and what clouds and proxies take as said by themselves.
const forbiddenPrefixes = [
  "webhook-",
  "svix-",
  "x-svix-",
  "x-amz-",
  "x-amzn-",
  "x-google",
  "x-goog-",
  "x-gfe",
  "x-azure-",
  "x-fd-",
  "sec-",
];
