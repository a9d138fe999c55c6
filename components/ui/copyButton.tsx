"use client";

import { useEffect, useState } from "react";
import { CheckIcon, CopyIcon } from "./icons.tsx";

const confirmationMs = 2000;

type CopyButtonProps = {
  /** What is long to make is made when it is copied. */
  text: string | (() => string);
  /** What is copied, for those who can't see what the button stands beside: "API key". */
  label: string;
  onCopied?: () => void;
};

export function CopyButton({ text, label, onCopied }: CopyButtonProps) {
  const [state, setState] = useState<"idle" | "copied" | "refused">("idle");

  useEffect(() => {
    if (state === "idle") return;
    const timer = setTimeout(() => setState("idle"), confirmationMs);
    return () => clearTimeout(timer);
  }, [state]);

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(typeof text === "string" ? text : text());
      setState("copied");
      onCopied?.();
    } catch {
      // No clipboard without HTTPS, except on localhost; the text can still be selected.
      setState("refused");
    }
  };

  return (
    <button
      type="button"
      onClick={() => void copy()}
      aria-label={`Copy ${label}`}
      className="inline-flex h-7 shrink-0 items-center justify-center gap-1.5 rounded-sm border border-line px-2 text-xs font-medium text-ink-muted transition-colors hover:bg-sunken hover:text-ink max-sm:h-9 max-sm:px-3"
    >
      {state === "copied" ? <CheckIcon className="size-3.5 text-good" /> : <CopyIcon className="size-3.5" />}
      <span aria-hidden="true">{{ idle: "Copy", copied: "Copied", refused: "Select and copy" }[state]}</span>
      <output className="sr-only">
        {{ idle: "", copied: `${label} copied`, refused: `The browser refused; select and copy the ${label}` }[state]}
      </output>
    </button>
  );
}
