/** One webhook through one piece of code: the bytes and headers that come out, or why nothing does. */
import { env } from "../env.ts";
import { checkUrl, parseNetworks } from "../webhooks/address.ts";
import type { Body } from "../webhooks/body/body.ts";
import { type PayloadEncoding, givenToCode, madeContent } from "../webhooks/codePayload.ts";
import { isCredential } from "../webhooks/credentialNames.ts";
import { checkHeaders } from "../webhooks/headers.ts";
import { receiverPlace } from "../webhooks/receiverPlace.ts";
import { mergeHeaders, readReshaped, readTransformed, type TransformedMethod } from "../webhooks/transformation.ts";
import type { Whose } from "../turns.ts";
import { type RunResult, runCode } from "./sandbox.ts";

export type Code = { code: string; variables: Record<string, string> };

export type Subject = {
  /** Whose turn in the sandbox the run takes: the application and the endpoint or source. */
  whose: Whose;
  /** Null: the message is polled, not sent, and what the code makes of method and URL means nothing. */
  url: string | null;
  /** The endpoint's own headers. The code is not shown sensitive ones; they are sent unless it sets or removes them. */
  headers: Record<string, string>;
  eventType: string;
  payload: Buffer;
  /** The payload's Content-Type; null: application/json. */
  contentType: string | null;
  /** The payload, as it is read. */
  body: Body;
};

type Told = { logs: string[]; durationMs: number };

export type TransformResult =
  | (Told & {
      kind: "ready";
      method: TransformedMethod;
      url: string;
      headers: Record<string, string>;
      eventType: string;
      /** The very bytes that went in, unless the code changed what they say. */
      payload: Buffer;
      contentType: string | null;
      isChanged: boolean;
      /** Whether it goes to another receiver than the endpoint's, and so without the endpoint's credentials. */
      isElsewhere: boolean;
    })
  | (Told & { kind: "cancelled" })
  | (Told & { kind: "failed"; message: string })
  | { kind: "unavailable" };

/** Runs an endpoint's code on one webhook. Never throws. */
export async function transform(code: Code, subject: Subject): Promise<TransformResult> {
  const { url } = subject;
  const headers = withoutCredentials(subject.headers);
  const result = await ran(code, subject, { method: "POST", url: url ?? "", headers });
  return result.kind === "done" ? madeOf(subject, result) : result;
}

/** A received request, as its source's code sees it. */
export type Received = Omit<Subject, "url" | "headers"> & {
  method: string;
  /** Path and query after the source's token. */
  url: string;
  /** The request's headers without credentials. */
  headers: Record<string, string>;
};

export type ReshapeResult =
  | (Told & { kind: "ready"; eventType: string; payload: Buffer; contentType: string | null; isChanged: boolean })
  | Exclude<TransformResult, { kind: "ready" }>;

/** Runs a source's code on a received request; the result is what its message says. Never throws. */
export async function reshape(code: Code, received: Received): Promise<ReshapeResult> {
  const { method, url, headers } = received;
  const result = await ran(code, received, { method, url, headers });
  if (result.kind !== "done") return result;
  const { logs, durationMs } = result;
  const made = readReshaped(result.request);
  if (made.kind === "cancelled") return { kind: "cancelled", logs, durationMs };
  if (made.kind === "fault") return { kind: "failed", message: made.reason, logs, durationMs };
  const content = contentOf(received, result, made.encoding);
  if (typeof content === "string") return { kind: "failed", message: content, logs, durationMs };
  const contentType = content.isChanged ? (content.contentType ?? "application/json") : content.contentType;
  return { kind: "ready", eventType: made.eventType, ...content, contentType, logs, durationMs };
}

type Done = Extract<RunResult, { kind: "done" }>;

async function ran(
  { code, variables }: Code,
  { whose, eventType, body }: Pick<Subject, "whose" | "eventType" | "body">,
  webhook: { method: string; url: string; headers: Record<string, string> },
): Promise<Done | Exclude<TransformResult, { kind: "ready" }>> {
  const { text: payload, encoding: payloadEncoding } = givenToCode(body);
  const input = JSON.stringify({ eventType, payloadEncoding, variables, ...webhook });
  const result = await runCode({ whose, code, input, payload, maxOutputLength: env().maxPayloadBytes });
  switch (result.kind) {
    case "done":
    case "unavailable":
      return result;
    case "failed":
      return { kind: "failed", message: result.message, logs: result.logs, durationMs: result.durationMs };
    case "checked":
      throw new Error("A run with input was only checked");
  }
}

function madeOf(subject: Subject, result: Done): TransformResult {
  const { logs, durationMs } = result;
  const failed = (message: string): TransformResult => ({ kind: "failed", message, logs, durationMs });
  const made = readTransformed(result.request);
  if (made.kind === "cancelled") return { kind: "cancelled", logs, durationMs };
  if (made.kind === "fault") return failed(made.reason);
  const { method, url, eventType } = made;
  const content = contentOf(subject, result, made.encoding);
  if (typeof content === "string") return failed(content);
  const isElsewhere = subject.url !== null && receiverPlace(url) !== receiverPlace(subject.url);
  const headers = mergeHeaders(isElsewhere ? withoutCredentials(subject.headers) : subject.headers, made.headers);
  const [fault] = checkHeaders(headers);
  if (fault !== undefined) return failed(`The header ${fault.name} ${fault.reason}`);
  const checked =
    subject.url === null
      ? null
      : checkUrl(url, {
          httpsOnly: env().httpsOnly,
          allowedNetworks: parseNetworks(env().allowedNetworks),
          allowedHosts: env().allowedHosts,
        });
  if (checked?.ok === false) return failed(`The webhook's url: ${checked.plainReason}`);
  return { kind: "ready", method, url, headers, eventType, ...content, isElsewhere, logs, durationMs };
}

const withoutCredentials = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !isCredential(name)));

type Sent = { payload: Buffer; contentType: string | null; isChanged: boolean };

/** The content that the code made, or, as a text, why it can't be used. */
function contentOf(
  { payload, contentType, body }: Pick<Subject, "payload" | "contentType" | "body">,
  result: Done,
  encoding: PayloadEncoding,
): Sent | string {
  const { payloadKind: kind, payload: text } = result;
  if (kind === "same" || text === null) return { payload, contentType, isChanged: false };
  const made = madeContent({ body, contentType }, { kind, text, encoding });
  if (made === null) return "The webhook's payload is not base64, as its payloadEncoding says: set that to null to send a text";
  const most = env().maxPayloadBytes;
  return made.payload.length > most ? `The payload it made is larger than ${most} bytes` : { isChanged: true, ...made };
}

/** Why code can't be used; null: it can. Never throws. */
export async function faultOfCode(
  whose: Whose,
  code: string,
): Promise<{ kind: "failed"; message: string } | { kind: "unavailable" } | null> {
  const result = await runCode({ whose, code, input: null, payload: "", maxOutputLength: 0 });
  if (result.kind === "failed") return { kind: "failed", message: result.message };
  return result.kind === "unavailable" ? result : null;
}
