"use client";

import { Button } from "../ui/button.tsx";
import { IconButton } from "../ui/iconButton.tsx";
import { grouped } from "../ui/number.ts";
import { ChevronDownIcon } from "../ui/lineIcons.ts";
import { ChevronUpIcon } from "../ui/moreIcons.ts";

type FindBarProps = {
  label: string;
  text: string;
  onText: (text: string) => void;
  count: number;
  /** Which of them is shown, from 0. */
  at: number;
  onStep: (step: 1 | -1) => void;
  isFolded: boolean;
  onFold: (isFolded: boolean) => void;
};

/** Above JSON: what to find in it, and folding all of it. Enter goes on, Shift and Enter back. */
export function FindBar({ label, text, onText, count, at, onStep, isFolded, onFold }: FindBarProps) {
  return (
    <search aria-label={`Find in ${label}`} className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-1.5">
      <input
        type="search"
        aria-label={`Find in ${label}`}
        placeholder="Find"
        value={text}
        onChange={(event) => onText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter") return;
          event.preventDefault();
          if (count > 0) onStep(event.shiftKey ? -1 : 1);
        }}
        autoComplete="off"
        spellCheck={false}
        className="h-7 w-44 min-w-0 rounded-sm border border-line-strong bg-surface px-2 font-mono text-xs max-sm:h-9 max-sm:text-lg"
      />
      <output className="text-xs text-ink-muted empty:hidden">
        {text !== "" && (count === 0 ? "Nothing found" : `${grouped(at + 1)} of ${grouped(count)}`)}
      </output>
      {count > 0 && (
        <>
          <IconButton label="Previous match" onClick={() => onStep(-1)}>
            <ChevronUpIcon className="size-4" aria-hidden="true" />
          </IconButton>
          <IconButton label="Next match" onClick={() => onStep(1)}>
            <ChevronDownIcon className="size-4" aria-hidden="true" />
          </IconButton>
        </>
      )}
      <span className="ml-auto">
        <Button variant="quiet" size="small" onClick={() => onFold(!isFolded)}>
          {isFolded ? "Unfold all" : "Fold all"}
        </Button>
      </span>
    </search>
  );
}
