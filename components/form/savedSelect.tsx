"use client";

import { type ComponentProps, type ReactNode, useState } from "react";
import { Button } from "../ui/button.tsx";
import { Select } from "../ui/select.tsx";

type SavedSelectProps<T extends string> = Omit<ComponentProps<typeof Select>, "value" | "options" | "onChange"> & {
  options: readonly { value: T; label: string }[];
  /** As it is stored. */
  value: T;
  /** On the button: what is saved, "Save lifetime". */
  saveLabel: string;
  pending: boolean;
  onSave: (value: T) => void;
  /** What stands below, of what is chosen. */
  children?: (chosen: T) => ReactNode;
};

/**
 * A select whose choice is stored by a button of its own, which comes with the choice: the arrow keys pass by every option on
 * the way to the one that is meant.
 */
export function SavedSelect<T extends string>({ value, saveLabel, pending, onSave, children, disabled, ...select }: SavedSelectProps<T>) {
  // Null: as it is stored.
  const [chosen, setChosen] = useState<T | null>(null);
  const shown = chosen ?? value;
  if (chosen === value) setChosen(null);
  return (
    <>
      <span className="flex flex-wrap items-center gap-2">
        <Select
          {...select}
          value={shown}
          disabled={disabled || pending}
          onChange={(event) => setChosen(select.options.find((option) => option.value === event.target.value)?.value ?? null)}
        />
        {shown !== value && (
          <Button variant="secondary" pending={pending} onClick={() => onSave(shown)}>
            {saveLabel}
          </Button>
        )}
      </span>
      {children?.(shown)}
    </>
  );
}
