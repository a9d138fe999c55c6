/** What a source may answer with. */
import type { SourcePatch } from "../../contract/source.ts";
import type { Source } from "../../db/generated/client.ts";
import { invalid } from "../../errors.ts";
import { isAllowedInAnswers, notAllowedInAnswers } from "../../webhooks/responseHeaders.ts";
import type { ResponseRule } from "../../webhooks/sourceRules.ts";

/** Throws a validation error that names the header. */
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

/** The problem of answers that were saved when more could be set; null: all of it is sent. */
export function problemOfResponses({
  acceptedResponse,
  rejectedResponse,
}: Pick<Source, "acceptedResponse" | "rejectedResponse">): string | null {
  const saved = [acceptedResponse, rejectedResponse] as (ResponseRule | null)[];
  const names = saved.flatMap((response) => Object.keys(response?.headers ?? {})).filter((name) => !isAllowedInAnswers(name));
  if (names.length === 0) return null;
  return `${[...new Set(names)].toSorted().join(", ")} of its configured answers ${names.length === 1 ? "is" : "are"} not sent: browsers or proxies would act on it`;
}

const maximumHeaders = 20;
const maximumValueLength = 4096;

function faultOf(name: string, value: string): string | null {
  // RFC 9110, sections 5.6.2 and 5.5.
  if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,256}$/.test(name)) return "is no valid header name";
  if (!/^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(value) || value.length > maximumValueLength)
    return "has a value that is too long, or holds control characters or characters outside Latin-1";
  return isAllowedInAnswers(name) ? null : notAllowedInAnswers;
}
