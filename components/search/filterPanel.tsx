"use client";

import { useEffect, useRef, useState } from "react";
import type { SearchedKind } from "../../lib/words/searchedKind.ts";
import { controlLook } from "../ui/control.ts";
import { Options } from "./options.tsx";
import { type Option, useFinder } from "./useFinder.ts";
import { XIcon } from "../ui/lineIcons.ts";

type FilterPanelProps = {
  label: string;
  kind: SearchedKind;
  hint: string;
  values: readonly string[];
  many: boolean;
  applicationId?: string | undefined;
  onChange: (values: string[]) => void;
  close: () => void;
};

/** What the picker of a filter opens: a field, what it finds, and what is chosen. */
export function FilterPanel({ label, kind, hint, values, many, applicationId, onChange, close }: FilterPanelProps) {
  const [text, setText] = useState("");
  const field = useRef<HTMLInputElement>(null);
  // The focus is set after the panel has opened and looked for what to focus.
  useEffect(() => field.current?.focus(), []);
  const choose = ({ id }: Option) => {
    if (!many) {
      onChange([id]);
      return close();
    }
    onChange(values.includes(id) ? values.filter((value) => value !== id) : [...values, id]);
    setText("");
  };
  const finder = useFinder({ kind, text, applicationId, free: many, onChoose: choose });
  return (
    <>
      <input
        {...finder.field}
        ref={field}
        aria-label={`Search ${label.toLowerCase()}`}
        placeholder={hint}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          finder.reset();
        }}
        className={`${controlLook} mb-2`}
      />
      {values.length > 0 && (
        <div className="mb-2 flex flex-wrap gap-1.5">
          {values.map((value) => (
            <button
              key={value}
              type="button"
              onClick={() => {
                onChange(values.filter((one) => one !== value));
                if (!many) close();
              }}
              className="inline-flex min-h-7 max-w-full items-center gap-1 rounded-sm border border-line bg-sunken px-1.5 text-xs hover:border-line-strong max-sm:min-h-11"
            >
              <span className="truncate">{many ? value : `Any ${label.toLowerCase()}`}</span>
              <XIcon className="size-3 shrink-0" aria-label={many ? "leave out" : undefined} aria-hidden={many ? undefined : true} />
            </button>
          ))}
        </div>
      )}
      <Options {...finder} taken={values} onChoose={choose} />
    </>
  );
}
