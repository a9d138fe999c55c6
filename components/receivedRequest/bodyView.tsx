"use client";

import { useState } from "react";
import type { ReceivedRequestDetail } from "../../lib/contract/receivedRequest.ts";
import { Bytes } from "../delivery/bytesView.tsx";
import { ContentFigure } from "../delivery/contentFigure.tsx";
import { InertText } from "../delivery/text.tsx";
import { LoadedJson } from "../json/loadedJson.tsx";
import { Button } from "../ui/button.tsx";
import { CopyButton } from "../ui/copyButton.tsx";
import { type Parsed, type Row, parseBody } from "./parsed.ts";
import { grouped } from "../ui/number.ts";

const kinds: Record<Parsed["kind"], string> = { json: "JSON", form: "Form", xml: "XML", text: "Text" };

type BodyViewProps = { id: string; body: ReceivedRequestDetail["body"]; contentType: string | null; bytes: number };

/** A body as its content type says it is to be read, or raw; foreign, so never anything but text. */
export function BodyView({ id, body, contentType, bytes }: BodyViewProps) {
  const [isRaw, setRaw] = useState(false);
  if (body === null) return <p className="text-sm text-ink-muted">It was not kept, or deleted since.</p>;
  if (bytes === 0) return <p className="text-sm text-ink-muted">It is empty.</p>;
  const parsed = parseBody(contentType, body);
  const hasViews = parsed.kind !== "text";
  const note = `${contentType ?? "no content type"}, ${grouped(bytes)} bytes`;
  if (body.text === null && !hasViews) return <Bytes label="Binary" note={note} text={null} base64={body.base64} none="" fileName={id} />;
  const raw = body.text ?? body.base64;
  return (
    <ContentFigure
      label={isRaw || !hasViews ? (body.text === null ? "Binary, as base64" : isRaw ? "Raw" : "Text") : kinds[parsed.kind]}
      note={note}
      actions={
        <>
          {hasViews && (
            <Button variant="quiet" size="small" aria-pressed={isRaw} onClick={() => setRaw(!isRaw)}>
              {isRaw ? "Show parsed" : "Show raw"}
            </Button>
          )}
          <CopyButton text={raw} label="body" />
        </>
      }
    >
      {isRaw || !hasViews ? <InertText label="Body, raw" text={raw} /> : <View parsed={parsed} raw={raw} />}
    </ContentFigure>
  );
}

function View({ parsed, raw }: { parsed: Parsed; raw: string }) {
  switch (parsed.kind) {
    case "json":
      return <LoadedJson label="Body, JSON" json={raw} />;
    case "xml":
      return <InertText label={`Body, ${kinds[parsed.kind]}`} text={parsed.text} />;
    case "text":
      return <InertText label="Body" text={raw} />;
    case "form":
      return <Rows rows={parsed.rows} />;
  }
}

const Rows = ({ rows }: { rows: Row[] }) => (
  <dl className="divide-y divide-line bg-sunken font-mono text-xs">
    {rows.map(({ name, note, value }, at) => (
      <div key={at} className="flex flex-wrap gap-x-4 gap-y-0.5 px-3 py-2 sm:grid sm:grid-cols-[12rem_1fr]">
        <dt className="wrap-anywhere text-ink-muted">
          {name}
          {note !== null && <span className="block">{note}</span>}
        </dt>
        <dd className="min-w-0 wrap-anywhere whitespace-pre-wrap">{value}</dd>
      </div>
    ))}
  </dl>
);
