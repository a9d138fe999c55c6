"use client";

import { useState } from "react";
import { isStructured } from "../form/isJson.ts";
import { LoadedJson } from "../json/loadedJson.tsx";
import { Button } from "../ui/button.tsx";
import { CopyButton } from "../ui/copyButton.tsx";
import { grouped } from "../ui/number.ts";
import { saveFile } from "../ui/saveFile.ts";
import { fromBase64, hexOf } from "./bytes.ts";
import type { ContentProps } from "./content.tsx";
import { ContentFigure } from "./contentFigure.tsx";
import { InertText } from "./text.tsx";

const views = { text: "Text", hex: "Hex", base64: "Base64" } as const;
type View = keyof typeof views;

/** Text beyond this length would take the browser too long to lay out. */
const shownBytes = 16_384;

/** Content whose bytes are no text, or another one: as text, in hexadecimal, in base64. */
export function Bytes({ label, note, text, base64, fileName }: ContentProps & { base64: string }) {
  const hasText = text !== null && text !== "";
  const [view, setView] = useState<View>(hasText ? "text" : "hex");
  const bytes = fromBase64(base64);
  const shown = { text: hasText ? text : "", hex: hexOf(bytes, shownBytes), base64 }[view];
  const isCut = view === "hex" && bytes.length > shownBytes;
  return (
    <ContentFigure
      label={label}
      note={note}
      actions={
        <>
          {(Object.keys(views) as View[])
            .filter((one) => one !== "text" || hasText)
            .map((one) => (
              <Button
                key={one}
                variant={one === view ? "secondary" : "quiet"}
                size="small"
                aria-pressed={one === view}
                onClick={() => setView(one)}
              >
                {views[one]}
              </Button>
            ))}
          <Button variant="quiet" size="small" onClick={() => saveFile(fileName, bytes)}>
            Download
          </Button>
          <CopyButton text={view === "text" ? (text ?? "") : shown} label={label} />
        </>
      }
    >
      {view === "text" && isStructured(shown) ? (
        <LoadedJson label={`${label}, ${views[view]}`} json={shown} />
      ) : (
        <InertText label={`${label}, ${views[view]}`} text={shown} />
      )}
      {isCut && (
        <p className="border-t border-line px-3 py-1.5 text-sm text-ink-muted">
          The first {grouped(shownBytes)} of {grouped(bytes.length)} bytes; the download has all of them.
        </p>
      )}
    </ContentFigure>
  );
}
