/** What a source may answer with. */
import type { SourcePatch } from "../../contract/source.ts";
import { invalid } from "../../errors.ts";
import { isForbiddenInAnswers } from "../../webhooks/responseHeaders.ts";

/**
 * A source answers under the same origin as the dashboard, so its headers must not set cookies, loosen the policy of
 * the page or speak for the connection.
 */
export function requireResponseHeaders({
  acceptedResponse,
  rejectedResponse,
}: Pick<SourcePatch, "acceptedResponse" | "rejectedResponse">): void {
  for (const [field, response] of Object.entries({ acceptedResponse, rejectedResponse })) {
    const headers = Object.entries(response?.headers ?? {});
    if (headers.length > maximumHeaders) throw invalid(["body", field, "headers"], `At most ${maximumHeaders} headers`);
    for (const [name, value] of headers) {
      const reason = faultOf(name, value);
      if (reason !== null) throw invalid(["body", field, "headers", name], `${name} ${reason}`);
    }
  }
}

const maximumHeaders = 20;
const maximumValueLength = 4096;

function faultOf(name: string, value: string): string | null {
  // RFC 9110, sections 5.6.2 and 5.5.
  if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,256}$/.test(name)) return "is no valid header name";
  if (!/^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(value) || value.length > maximumValueLength)
    return "has a value that is too long, or holds control characters or characters outside Latin-1";
  return isForbiddenInAnswers(name) ? "can't be set here" : null;
}
