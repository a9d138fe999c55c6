"use client";

import { ChevronDown } from "lucide-react";
import { Children, useId, useRef, useState, type ReactNode } from "react";
import { Button } from "./button.tsx";
import { Menu, MenuCheck } from "./menu.tsx";
import { useShortcut } from "./shortcuts.ts";

/*
 * The filters above a table; their values live in the address (useUrlState). `f` goes to the first one.
 * FilterText applies with Enter or when left, FilterMenu at each tick.
 */

export function FilterBar({ children, onClear }: { children: ReactNode; /** Null: nothing is filtered. */ onClear: (() => void) | null }) {
  const bar = useRef<HTMLElement>(null);
  // On a phone the first one is enough to begin with.
  const [expanded, setExpanded] = useState(false);
  const many = Children.count(children) > 2;
  useShortcut("f", "Go to the filters", () => bar.current?.querySelector<HTMLElement>("input,select,button")?.focus());
  return (
    <search ref={bar} aria-label="Filters" className="mb-3 flex flex-wrap items-center gap-2">
      <div className={`contents ${many && !expanded ? "max-sm:[&>*:not(:first-child)]:hidden" : ""}`}>{children}</div>
      {many && (
        <Button variant="quiet" size="small" aria-expanded={expanded} className="sm:hidden" onClick={() => setExpanded(!expanded)}>
          {expanded ? "Fewer filters" : "More filters"}
        </Button>
      )}
      {onClear && (
        <Button variant="quiet" size="small" onClick={onClear}>
          Clear filters
        </Button>
      )}
    </search>
  );
}

const control = "h-8 rounded-md border border-line-strong bg-surface text-sm max-sm:h-11";

type FilterTextProps = { label: string; value: string; onChange: (value: string) => void; mono?: boolean; className?: string };

export function FilterText({ label, value, onChange, mono = false, className = "w-48 max-sm:w-full" }: FilterTextProps) {
  const id = useId();
  const [text, setText] = useState(value);
  const [applied, setApplied] = useState(value);
  // The address changed by itself: Back, a link, "Clear filters".
  if (applied !== value) {
    setApplied(value);
    setText(value);
  }
  const apply = () => {
    const trimmed = text.trim();
    if (trimmed !== value) onChange(trimmed);
  };
  return (
    <span className={className}>
      <label htmlFor={id} className="sr-only">
        {label}
      </label>
      <input
        id={id}
        value={text}
        placeholder={label}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setText(event.target.value)}
        onBlur={apply}
        onKeyDown={(event) => {
          if (event.key === "Enter") apply();
          if (event.key === "Escape") event.currentTarget.blur();
        }}
        className={`${control} w-full px-2.5 placeholder:text-ink-muted ${mono ? "font-mono text-xs" : ""}`}
      />
    </span>
  );
}

type FilterMenuProps = {
  label: string;
  options: readonly { value: string; label: ReactNode }[];
  values: readonly string[];
  onChange: (values: string[]) => void;
};

/** Several of a list. */
export function FilterMenu({ label, options, values, onChange }: FilterMenuProps) {
  const named = options.find(({ value }) => value === values[0])?.label ?? values[0];
  return (
    <Menu
      align="start"
      trigger={
        <button
          type="button"
          className={`${control} inline-flex items-center gap-1.5 px-2.5 hover:bg-sunken ${values.length > 0 ? "border-accent! text-accent" : ""}`}
        >
          {values.length === 0 ? (
            label
          ) : (
            <>
              {label}: {values.length === 1 ? named : values.length}
            </>
          )}
          <ChevronDown className="size-3.5" aria-hidden="true" />
        </button>
      }
    >
      {options.map(({ value, label }) => (
        <MenuCheck
          key={value}
          checked={values.includes(value)}
          onChange={(checked) => onChange(checked ? [...values, value] : values.filter((one) => one !== value))}
        >
          {label}
        </MenuCheck>
      ))}
    </Menu>
  );
}

type FilterSelectProps = {
  label: string;
  options: readonly { value: string; label: string }[];
  /** "": none. */
  value: string;
  onChange: (value: string) => void;
};

/** One of a list, or none. */
export function FilterSelect({ label, options, value, onChange }: FilterSelectProps) {
  return (
    <select
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      className={`${control} px-2 ${value === "" ? "" : "border-accent! text-accent"}`}
    >
      <option value="">{label}</option>
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  );
}
