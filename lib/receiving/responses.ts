/** What a source answers. */
import type { SourceSnapshot } from "../db/sources.ts";
import { isAllowedInAnswers } from "../webhooks/responseHeaders.ts";
import type { ResponseRule } from "../webhooks/sourceRules.ts";
import { type IncomingRequest, isProviderKind, providers, responseHeaders } from "../webhooks/verification.ts";

export type Answer = ResponseRule;

const usualRejectedStatus = 401;

export function acceptedAnswer({ provider, acceptedResponse }: SourceSnapshot, request: IncomingRequest): Answer {
  const configured = acceptedResponse === null ? null : harmless(acceptedResponse);
  if (!isProviderKind(provider)) return configured ?? plain(200);
  const wanted = providers[provider].acceptedReply;
  const usual =
    wanted === undefined ? plain(200) : { status: wanted.status, headers: { "content-type": wanted.contentType }, body: wanted.body };
  const answer = configured ?? usual;
  return { ...answer, headers: { ...answer.headers, ...responseHeaders(provider, request) } };
}

export function rejectedAnswer({ provider, rejectedResponse }: SourceSnapshot): Answer {
  if (rejectedResponse !== null) return harmless(rejectedResponse);
  return plain(isProviderKind(provider) ? providers[provider].rejectedStatus : usualRejectedStatus);
}

/** An answer without the headers that are not sent any more: it may have been saved when more could be set. */
const harmless = (answer: Answer): Answer => ({
  ...answer,
  headers: Object.fromEntries(Object.entries(answer.headers).filter(([name]) => isAllowedInAnswers(name))),
});

export const plain = (status: number, detail = ""): Answer => ({
  status,
  headers: detail === "" ? {} : { "content-type": "text/plain; charset=utf-8" },
  body: detail,
});

export const retryLater = (status: 429 | 503, seconds: number, detail: string): Answer => {
  const answer = plain(status, detail);
  return { ...answer, headers: { ...answer.headers, "retry-after": String(seconds) } };
};
