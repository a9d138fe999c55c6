"use client";

import type { RefObject } from "react";
import { Alert } from "../ui/alert.tsx";
import type { Faults } from "./faults.ts";

/** What is wrong, in one place, for those who don't see the fields. */
export function FaultSummary({ title, faults }: { title: string; faults: Faults }) {
  const texts = [...new Set(Object.values(faults))];
  if (texts.length === 0) return null;
  return (
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
  );
}

/** After the faults have been drawn. */
export function focusFirstFault(form: RefObject<HTMLElement | null>): void {
  requestAnimationFrame(() => form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
}
