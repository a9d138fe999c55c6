"use client";

import { useState } from "react";
import { prettyJson } from "../form/prettyJson.ts";
import { Button } from "../ui/button.tsx";
import { CopyButton } from "../ui/copyButton.tsx";

/** Indented for reading, or the bytes as they are sent and signed. */
export function Payload({ text }: { text: string | null }) {
  const [raw, setRaw] = useState(false);
  if (text === null) return <p className="text-sm text-ink-muted">The payload has been deleted, or its time to be kept is over.</p>;
  const shown = raw ? text : prettyJson(text);
  return (
    <div className="overflow-hidden rounded-md border border-line bg-surface">
      <div className="flex items-center gap-1 border-b border-line p-1.5">
        <Choice chosen={!raw} onClick={() => setRaw(false)}>
          Formatted
        </Choice>
        <Choice chosen={raw} onClick={() => setRaw(true)}>
          As sent
        </Choice>
        <span className="ml-auto">
          <CopyButton text={shown} label="payload" />
        </span>
      </div>
      <pre className="max-h-[32rem] overflow-y-auto bg-sunken px-3 py-2.5 font-mono text-xs leading-5 wrap-anywhere whitespace-pre-wrap">
        <code>{shown}</code>
      </pre>
    </div>
  );
}

const Choice = ({ chosen, onClick, children }: { chosen: boolean; onClick: () => void; children: string }) => (
  <Button variant={chosen ? "secondary" : "quiet"} size="small" aria-pressed={chosen} onClick={onClick}>
    {children}
  </Button>
);
