"use client";

import { Alert } from "../ui/alert.tsx";
import type { Faults } from "./faults.ts";

/** What is wrong, in one place, for those who don't see the fields. */
export function FaultSummary({ title, faults }: { title: string; faults: Faults }) {
  const texts = [...new Set(Object.values(faults))];
  if (texts.length === 0) return null;
  return (
    <div tabIndex={-1} data-faults="" className="rounded-md">
      <Alert tone="bad" live title={title}>
        {texts.length === 1 ? (
          <span className="wrap-anywhere">{texts[0]}</span>
        ) : (
          <ul className="list-disc pl-4">
            {texts.map((text) => (
              <li key={text} className="wrap-anywhere">
                {text}
              </li>
            ))}
          </ul>
        )}
      </Alert>
    </div>
  );
}

/** Focuses the first field that is wrong, opened if it is folded away; where none is shown, what is said above all. */
export function focusFirstFault(form: HTMLElement): void {
  const place = form.querySelector<HTMLElement>("[aria-invalid=true], [data-invalid]") ?? form.querySelector<HTMLElement>("[data-faults]");
  for (let fold = place?.closest("details"); fold; fold = fold.parentElement?.closest("details")) fold.open = true;
  const field = place?.matches("[data-invalid]")
    ? place.querySelector<HTMLElement>("input, select, textarea, button, [contenteditable=true]")
    : place;
  field?.focus();
}
