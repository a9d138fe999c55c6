import type { TransformationResult } from "../../lib/contract/transformation.ts";
import { prettyJson } from "../form/prettyJson.ts";
import { Alert } from "../ui/alert.tsx";
import { Status } from "../ui/status.tsx";
import type { CodeOwner } from "./queries.ts";
import { words } from "./words.ts";

const tones = { ready: "good", cancelled: "off", failed: "bad" } as const;

/** What a run made, and what it wrote with console.log. */
export function Result({ result, kind }: { result: TransformationResult; kind: CodeOwner["kind"] }) {
  return (
    <div className="space-y-3 text-sm">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <Status tone={tones[result.status]}>{words[kind][result.status]}</Status>
        <span className="text-ink-muted">{result.durationMs} ms</span>
      </div>
      {result.error !== null && <Alert tone="bad" title={result.error} />}
      {result.request !== null && <Text label={kind === "endpoint" ? "Request" : "Message"} text={requestText(result.request)} />}
      {result.logs.length > 0 && <Text label="Console" text={result.logs.join("\n")} />}
    </div>
  );
}

export function Text({ label, text }: { label: string; text: string }) {
  return (
    <figure>
      <figcaption className="mb-1 text-xs text-ink-muted">{label}</figcaption>
      <pre className="max-h-72 overflow-y-auto rounded-md border border-line bg-sunken p-3 font-mono text-xs leading-5 wrap-anywhere whitespace-pre-wrap">
        {text}
      </pre>
    </figure>
  );
}

/** The request as it would go over the wire, or of a source what the message would say; with the payload indented. */
export function requestText({
  method,
  url,
  headers,
  contentType,
  eventType,
  payload,
  payloadEncoding,
}: NonNullable<TransformationResult["request"]>): string {
  const lines = Object.entries({ "content-type": contentType, ...headers }).map(([name, value]) => `${name}: ${value}`);
  const body = payloadEncoding === null ? prettyJson(payload) : `[bytes, as base64]\n${payload}`;
  return [method === null ? eventType : `${method} ${url}`, ...lines, "", body].join("\n");
}

/** A whole result in one text, to put beside another. */
export const resultText = ({ status, error, request }: TransformationResult, kind: CodeOwner["kind"]): string =>
  request === null ? (error ?? words[kind][status]) : requestText(request);
