/** One webhook through one piece of code: the bytes and headers that come out, or why nothing does. */
import { env } from "../env.ts";
import { checkUrl, parseNetworks } from "../webhooks/address.ts";
import { checkHeaders, isSensitiveHeader } from "../webhooks/headers.ts";
import { mergeHeaders, readReshaped, readTransformed, type TransformedMethod } from "../webhooks/transformation.ts";
import { type RunResult, runCode } from "./sandbox.ts";

export type Code = { code: string; variables: Record<string, string> };

export type Subject = {
  /** Whose code it is, for turns: an endpoint's or a source's id. */
  owner: string;
  /** Null: it is not sent but asked for, and what the code makes of method and URL means nothing. */
  url: string | null;
  /** The endpoint's own. The code is not shown sensitive ones; they are sent unless it sets or removes them. */
  headers: Record<string, string>;
  eventType: string;
  payload: Buffer;
  /** Null: application/json. */
  contentType: string | null;
  /** What the code finds as payload: JSON becomes what it says. Absent: the payload as UTF-8. */
  text?: string;
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
    })
  | (Told & { kind: "cancelled" })
  | (Told & { kind: "failed"; message: string })
  | { kind: "unavailable" };

/** Never throws. */
export async function transform(code: Code, subject: Subject): Promise<TransformResult> {
  const { url, payload } = subject;
  const headers = Object.fromEntries(Object.entries(subject.headers).filter(([name]) => !isSensitiveHeader(name)));
  const result = await ran(code, subject, { method: "POST", url: url ?? "", headers }, subject.text ?? payload.toString());
  return result.kind === "done" ? madeOf(subject, result) : result;
}

/** A received request, as its source's code sees it. */
export type Received = Pick<Subject, "owner" | "eventType" | "payload" | "contentType"> & {
  method: string;
  /** Path and query after the source's token. */
  url: string;
  /** Without credentials. */
  headers: Record<string, string>;
  /** What the code finds as payload: JSON becomes what it says. */
  text: string;
};

export type ReshapeResult =
  | (Told & { kind: "ready"; eventType: string; payload: Buffer; contentType: string | null; isChanged: boolean })
  | Exclude<TransformResult, { kind: "ready" }>;

/** From a received request to what its message says. Never throws. */
export async function reshape(code: Code, received: Received): Promise<ReshapeResult> {
  const { method, url, headers, text } = received;
  const result = await ran(code, received, { method, url, headers }, text);
  if (result.kind !== "done") return result;
  const { logs, durationMs } = result;
  const made = readReshaped(result.request);
  if (made.kind === "cancelled") return { kind: "cancelled", logs, durationMs };
  if (made.kind === "fault") return { kind: "failed", message: made.reason, logs, durationMs };
  const content = contentOf(received, result);
  if (content.payload.length > env().maxPayloadBytes) return { kind: "failed", message: tooLarge(), logs, durationMs };
  const isChanged = result.payloadKind !== "same";
  const contentType = isChanged ? (content.contentType ?? "application/json") : content.contentType;
  return { kind: "ready", eventType: made.eventType, payload: content.payload, contentType, isChanged, logs, durationMs };
}

type Done = Extract<RunResult, { kind: "done" }>;

async function ran(
  { code, variables }: Code,
  { owner, eventType }: Pick<Subject, "owner" | "eventType">,
  webhook: { method: string; url: string; headers: Record<string, string> },
  payload: string,
): Promise<Done | Exclude<TransformResult, { kind: "ready" }>> {
  const input = JSON.stringify({ ...webhook, eventType, variables });
  const result = await runCode({ owner, code, input, payload, maxOutputLength: env().maxPayloadBytes });
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
  const isChanged = result.payloadKind !== "same";
  const merged = mergeHeaders(subject.headers, made.headers);
  const headers = isChanged ? unpacked(merged) : merged;
  const [fault] = checkHeaders(headers);
  if (fault !== undefined) return failed(`The header ${fault.name} ${fault.reason}`);
  const checked =
    subject.url === null ? null : checkUrl(url, { httpsOnly: env().httpsOnly, allowedNetworks: parseNetworks(env().allowedNetworks) });
  if (checked?.ok === false) return failed(`The webhook's url: ${checked.reason}`);
  const content = contentOf(subject, result);
  if (content.payload.length > env().maxPayloadBytes) return failed(tooLarge());
  return { kind: "ready", method, url, headers, eventType, ...content, isChanged, logs, durationMs };
}

/** What the code made is packed no more. */
const unpacked = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name.toLowerCase() !== "content-encoding"));

const tooLarge = (): string => `The payload it made is larger than ${env().maxPayloadBytes} bytes`;

function contentOf({ payload, contentType }: Pick<Subject, "payload" | "contentType">, result: Done) {
  switch (result.payloadKind) {
    case "same":
      return { payload, contentType };
    case "json":
      return { payload: Buffer.from(result.payload ?? ""), contentType: null };
    case "text": {
      const wasJson = contentType === null || /\bjson\b/i.test(contentType);
      return { payload: Buffer.from(result.payload ?? ""), contentType: wasJson ? "text/plain; charset=utf-8" : inUtf8(contentType) };
    }
  }
}

/** Whatever charset the text came in, it is sent in this one. */
const inUtf8 = (contentType: string): string => contentType.replace(/(;\s*charset\s*=\s*)("[^"]*"|[^\s;]+)/i, "$1utf-8");

/** Null: it can be used. Never throws. */
export async function faultOfCode(
  owner: string,
  code: string,
): Promise<{ kind: "failed"; message: string } | { kind: "unavailable" } | null> {
  const result = await runCode({ owner, code, input: null, payload: "", maxOutputLength: 0 });
  if (result.kind === "failed") return { kind: "failed", message: result.message };
  return result.kind === "unavailable" ? result : null;
}
