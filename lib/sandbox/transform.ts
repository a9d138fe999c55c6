/** One webhook through one piece of code: the bytes and headers that come out, or why nothing does. */
import { env } from "../env.ts";
import { checkUrl, parseNetworks } from "../webhooks/address.ts";
import { checkHeaders, isSensitiveHeader } from "../webhooks/headers.ts";
import { mergeHeaders, readTransformed, type TransformedMethod } from "../webhooks/transformation.ts";
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
    })
  | (Told & { kind: "cancelled" })
  | (Told & { kind: "failed"; message: string })
  | { kind: "unavailable" };

/** Never throws. */
export async function transform({ code, variables }: Code, subject: Subject): Promise<TransformResult> {
  const { owner, url, eventType, payload } = subject;
  const shown = Object.fromEntries(Object.entries(subject.headers).filter(([name]) => !isSensitiveHeader(name)));
  const input = JSON.stringify({ method: "POST", url: url ?? "", headers: shown, eventType, variables });
  const result = await runCode({ owner, code, input, payload: payload.toString(), maxOutputLength: env().maxPayloadBytes });
  switch (result.kind) {
    case "unavailable":
      return result;
    case "failed":
      return { kind: "failed", message: result.message, logs: result.logs, durationMs: result.durationMs };
    case "checked":
      throw new Error("A run with input was only checked");
    case "done":
      return madeOf(subject, result);
  }
}

function madeOf(subject: Subject, result: Extract<RunResult, { kind: "done" }>): TransformResult {
  const { logs, durationMs } = result;
  const failed = (message: string): TransformResult => ({ kind: "failed", message, logs, durationMs });
  const made = readTransformed(result.request);
  if (made.kind === "cancelled") return { kind: "cancelled", logs, durationMs };
  if (made.kind === "fault") return failed(made.reason);
  const { method, url, eventType } = made;
  const headers = mergeHeaders(subject.headers, made.headers);
  const [fault] = checkHeaders(headers);
  if (fault !== undefined) return failed(`The header ${fault.name} ${fault.reason}`);
  const checked =
    subject.url === null ? null : checkUrl(url, { httpsOnly: env().httpsOnly, allowedNetworks: parseNetworks(env().allowedNetworks) });
  if (checked?.ok === false) return failed(`The webhook's url: ${checked.reason}`);
  const content = contentOf(subject, result);
  if (content.payload.length > env().maxPayloadBytes) return failed(`The payload it made is larger than ${env().maxPayloadBytes} bytes`);
  return { kind: "ready", method, url, headers, eventType, ...content, logs, durationMs };
}

function contentOf({ payload, contentType }: Subject, result: Extract<RunResult, { kind: "done" }>) {
  switch (result.payloadKind) {
    case "same":
      return { payload, contentType };
    case "json":
      return { payload: Buffer.from(result.payload ?? ""), contentType: null };
    case "text": {
      const wasJson = contentType === null || /\bjson\b/i.test(contentType);
      return { payload: Buffer.from(result.payload ?? ""), contentType: wasJson ? "text/plain; charset=utf-8" : contentType };
    }
  }
}

/** Null: it can be used. Never throws. */
export async function faultOfCode(
  owner: string,
  code: string,
): Promise<{ kind: "failed"; message: string } | { kind: "unavailable" } | null> {
  const result = await runCode({ owner, code, input: null, payload: "", maxOutputLength: 0 });
  if (result.kind === "failed") return { kind: "failed", message: result.message };
  return result.kind === "unavailable" ? result : null;
}
