"use client";

import { useMemo, useState } from "react";
import { Button } from "../ui/button.tsx";
import { CopyButton } from "../ui/copyButton.tsx";
import { isStructured } from "../form/isJson.ts";
import { LoadedJson } from "../json/loadedJson.tsx";
import { ContentFigure } from "./contentFigure.tsx";

type TextProps = { label: string; text: string | null; /** In place of an empty text. */ none: string; note?: string };

/** Foreign text, laid out if it is JSON; never anything but text. */
export function Text({ label, text, none, note }: TextProps) {
  const [isRaw, setRaw] = useState(false);
  const hasParts = useMemo(() => text !== null && isStructured(text), [text]);
  if (text === null || text === "") return <p className="text-sm text-ink-muted">{none}</p>;
  return (
    <ContentFigure
      label={label}
      note={note}
      actions={
        <>
          {hasParts && (
            <Button variant="quiet" size="small" aria-pressed={isRaw} onClick={() => setRaw(!isRaw)}>
              {isRaw ? "Show laid out" : "Show raw"}
            </Button>
          )}
          <CopyButton text={text} label={label} />
        </>
      }
    >
      {hasParts && !isRaw ? <LoadedJson label={label} json={text} /> : <InertText label={label} text={text} />}
    </ContentFigure>
  );
}

/** A text area, because it scrolls with the keyboard and selects by itself, and can't be anything but text. */
export const InertText = ({ label, text }: { label: string; text: string }) => (
  <textarea
    readOnly
    aria-label={label}
    value={text}
    rows={Math.min(text.split("\n").length + 1, maximumRows)}
    spellCheck={false}
    className="block field-sizing-content max-h-96 min-h-9 w-full resize-none bg-sunken px-3 py-2.5 font-mono text-xs leading-5 wrap-anywhere -outline-offset-2"
  />
);

const maximumRows = 18;
