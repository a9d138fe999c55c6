import type { ReactNode } from "react";
import { CopyButton } from "./copyButton.tsx";
import { grouped } from "./number.ts";

type CodeBlockProps = {
  title: string;
  /** What the code does, or what to change in it. */
  note?: ReactNode;
  /** Stands before the title. */
  mark?: ReactNode;
  code: string;
};

/** Text beyond this length would take the browser too long to lay out, and people too long to scroll past. */
const shownLength = 16_384;

export function CodeBlock({ title, note, mark, code }: CodeBlockProps) {
  return (
    <figure className="overflow-hidden rounded-md border border-line bg-surface">
      <figcaption className="flex items-start gap-2.5 border-b border-line p-3">
        {mark}
        <div className="min-w-0 flex-1">
          <p className="font-medium">{title}</p>
          {note && <p className="mt-0.5 text-sm text-ink-muted">{note}</p>}
        </div>
        <CopyButton text={code} label={title} />
      </figcaption>
      {/* Wrapped, not scrolled: all of it can be read on a phone, and copying gives the lines as they are. */}
      <pre className="bg-sunken px-3 py-2.5 font-mono text-xs leading-5 wrap-anywhere whitespace-pre-wrap">
        <code>{code.slice(0, shownLength)}</code>
      </pre>
      {code.length > shownLength && (
        <p className="border-t border-line px-3 py-1.5 text-sm text-ink-muted">
          The first {grouped(shownLength)} of {grouped(code.length)} characters; a copy has all of them.
        </p>
      )}
    </figure>
  );
}
