"use client";

import { ChevronDownIcon } from "./lineIcons.ts";
import { Children, type ComponentProps, useId, useRef, useState, type ReactNode, useEffect, useEffectEvent } from "react";
import { Button } from "./button.tsx";
import { Menu } from "./menu.tsx";
import { later } from "./later.tsx";
import { Skeleton } from "./states.tsx";
import { useShortcut } from "./shortcuts.ts";
import type { Step } from "./urlState.ts";

/*
 * The filters above a table; their values live in the address (useUrlState). `f` goes to the first one.
 * FilterText applies when nothing more is typed for a moment, with Enter, or when left; FilterMenu at each tick. Each is a step
 * that Back undoes; what is typed until the field is left is one.
 */

export function FilterBar({ children, onClear }: { children: ReactNode; /** Null: nothing is filtered. */ onClear: (() => void) | null }) {
  const bar = useRef<HTMLElement>(null);
  // On a phone the first one is enough to begin with, and those that are set.
  const [expanded, setExpanded] = useState(false);
  const many = Children.count(children) > 2;
  useShortcut("f", "Go to the filters", () => bar.current?.querySelector<HTMLElement>("input,select,button")?.focus());
  return (
    <search ref={bar} aria-label="Filters" className="mb-3 flex flex-wrap items-start gap-2">
      <div className={`contents ${many && !expanded ? "max-sm:[&>*:not(:first-child,[data-set],:has([data-set]))]:hidden" : ""}`}>
        {children}
      </div>
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

const loading = <Skeleton className="h-40 w-full" />;
const FilterChecks = later(() => import("./filterItems.tsx").then((module) => module.FilterChecks), loading);
const FilterChoices = later(() => import("./filterItems.tsx").then((module) => module.FilterChoices), loading);

const control = "h-8 rounded-md border border-line-strong bg-surface text-sm max-sm:h-11";

type FilterButtonProps = ComponentProps<"button"> & { isSet: boolean; fault?: string | undefined };

/** The button of a filter that opens a list or a panel. */
export const FilterButton = ({ isSet, fault, children, ...rest }: FilterButtonProps) => (
  <button
    type="button"
    data-set={isSet || fault ? "" : undefined}
    {...rest}
    className={`${control} inline-flex max-w-full items-center gap-1.5 px-2.5 hover:bg-sunken ${fault ? "border-bad! text-bad" : isSet ? "border-accent! text-accent" : ""}`}
  >
    <span className="max-w-56 truncate">{children}</span>
    <ChevronDownIcon className="size-3.5 shrink-0" aria-hidden="true" />
  </button>
);

/** Why a filter can't be used, below it. */
export const FilterFault = ({ id, children }: { id?: string; children: ReactNode }) =>
  children ? (
    <span id={id} role="alert" className="mt-0.5 block text-xs text-bad">
      {children}
    </span>
  ) : null;

/** So long nothing is typed by somebody who has finished. */
const stillMs = 700;

type FilterTextProps = {
  label: string;
  value: string;
  onChange: (value: string, step: Step) => void;
  mono?: boolean;
  className?: string;
  /** Why the API can't take what was typed. */
  fault?: string | undefined;
};

export function FilterText({ label, value, onChange, mono = false, className = "w-48 max-sm:w-full", fault }: FilterTextProps) {
  const id = useId();
  const [text, setText] = useState(value);
  const [applied, setApplied] = useState(value);
  const [asked, setAsked] = useState(value);
  // Whether what is typed has made its step.
  const [isGoingOn, setGoingOn] = useState(false);
  if (applied !== value) {
    setApplied(value);
    // The address changed by itself: Back, a link, "Clear filters". What was typed since it was asked for stays.
    if (asked !== value) {
      setText(value);
      setGoingOn(false);
    }
    setAsked(value);
  }
  const apply = () => {
    const trimmed = text.trim();
    setAsked(trimmed);
    if (trimmed === value) return;
    setGoingOn(true);
    onChange(trimmed, { replace: isGoingOn });
  };
  const applyLater = useEffectEvent(apply);
  useEffect(() => {
    if (text.trim() === asked) return;
    const timer = setTimeout(() => applyLater(), stillMs);
    return () => clearTimeout(timer);
  }, [text, asked]);
  return (
    <span className={className} data-set={value !== "" || fault ? "" : undefined}>
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
        onFocus={() => setGoingOn(false)}
        onBlur={apply}
        onKeyDown={(event) => {
          if (event.key === "Enter") apply();
          if (event.key === "Escape") event.currentTarget.blur();
        }}
        aria-invalid={fault ? true : undefined}
        aria-describedby={fault ? `${id}-fault` : undefined}
        className={`${control} w-full px-2.5 placeholder:text-ink-muted aria-invalid:border-bad ${mono ? "font-mono text-xs" : ""}`}
      />
      <FilterFault id={`${id}-fault`}>{fault}</FilterFault>
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
        <FilterButton isSet={values.length > 0}>
          {values.length === 0 ? (
            label
          ) : (
            <>
              {label}: {values.length === 1 ? named : values.length}
            </>
          )}
        </FilterButton>
      }
    >
      <FilterChecks options={options} values={values} onChange={onChange} />
    </Menu>
  );
}

type FilterSelectProps = {
  label: string;
  /** What is shown while none is chosen, if that is not all. */
  none?: string;
  options: readonly { value: string; label: string }[];
  /** "": none. */
  value: string;
  onChange: (value: string) => void;
};

/** One of a list, or none. */
export function FilterSelect({ label, none, options, value, onChange }: FilterSelectProps) {
  const chosen = options.find((option) => option.value === value);
  return (
    <Menu
      align="start"
      trigger={
        <FilterButton isSet={value !== ""}>
          {label}
          {(chosen ?? none) && `: ${chosen?.label ?? none}`}
        </FilterButton>
      }
    >
      <FilterChoices none={none ?? "All"} options={options} value={value} onChange={onChange} />
    </Menu>
  );
}
