"use client";

import { useMemo, useState } from "react";
import { isShownJson } from "../form/isJson.ts";
import { LoadedJson } from "../json/loadedJson.tsx";
import { Button } from "../ui/button.tsx";
import { CopyButton } from "../ui/copyButton.tsx";

/** Indented for reading, or the bytes as they are sent and signed. */
export function Payload({ text }: { text: string | null }) {
  const [raw, setRaw] = useState(false);
  const canFold = useMemo(() => text !== null && isShownJson(text), [text]);
  if (text === null) return <p className="text-sm text-ink-muted">The payload has been deleted, or its time to be kept is over.</p>;
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
          <CopyButton text={text} label="payload" />
        </span>
      </div>
      {canFold && !raw ? <LoadedJson label="Payload" json={text} /> : <Raw text={text} />}
    </div>
  );
}

const Raw = ({ text }: { text: string }) => (
  <pre className="max-h-[32rem] overflow-y-auto bg-sunken px-3 py-2.5 font-mono text-xs leading-5 wrap-anywhere whitespace-pre-wrap">
    <code>{text}</code>
  </pre>
);

const Choice = ({ chosen, onClick, children }: { chosen: boolean; onClick: () => void; children: string }) => (
  <Button variant={chosen ? "secondary" : "quiet"} size="small" aria-pressed={chosen} onClick={onClick}>
    {children}
  </Button>
);
