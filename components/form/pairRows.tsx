"use client";

import { useId, useRef } from "react";
import { Button } from "../ui/button.tsx";
import { ErrorIcon } from "../ui/icons.tsx";
import { IconButton } from "../ui/iconButton.tsx";
import { XIcon } from "../ui/lineIcons.ts";
import { PlusIcon } from "../ui/moreIcons.ts";

type Row = { name: string; value: string | null };

type PairRowsProps<R extends Row> = {
  legend: string;
  help: string;
  error?: string | undefined;
  /** What a row is called: "header". */
  noun: string;
  rows: R[];
  onChange: (rows: R[]) => void;
  empty: R;
};

const input =
  "block h-9 w-full min-w-0 rounded-md border border-line-strong bg-surface px-2.5 font-mono text-xs text-ink placeholder:text-ink-muted max-sm:h-11 max-sm:text-lg";

/** Names and values, as many as wanted. A value that is null was never shown: it stays until it is replaced. */
export function PairRows<R extends Row>({ legend, help, error, noun, rows, onChange, empty }: PairRowsProps<R>) {
  const id = useId();
  const group = useRef<HTMLFieldSetElement>(null);
  const change = (at: number, part: Partial<Row>) => onChange(rows.map((row, i) => (i === at ? { ...row, ...part } : row)));
  const add = () => {
    onChange([...rows, empty]);
    requestAnimationFrame(() => group.current?.querySelector<HTMLInputElement>("[data-last] input")?.focus());
  };
  const replace = (at: number) => {
    change(at, { value: "" });
    requestAnimationFrame(() => group.current?.querySelector<HTMLInputElement>(`[data-row="${at}"] [data-value]`)?.focus());
  };
  const remove = (at: number) => {
    onChange(rows.filter((_, i) => i !== at));
    requestAnimationFrame(() => group.current?.querySelector<HTMLButtonElement>("[data-add]")?.focus());
  };
  return (
    <fieldset ref={group} data-invalid={error === undefined ? undefined : ""} aria-describedby={`${id}-help${error ? ` ${id}-error` : ""}`}>
      <legend className="mb-1.5 text-sm font-medium">{legend}</legend>
      <div className="space-y-2">
        {rows.map((row, at) => (
          <div key={at} data-row={at} data-last={at === rows.length - 1 ? "" : undefined} className="flex items-center gap-2">
            <input
              className={`${input} w-2/5! shrink-0 sm:max-w-60`}
              aria-label={`Name of ${noun} ${at + 1}`}
              placeholder="Name"
              autoComplete="off"
              spellCheck={false}
              value={row.name}
              readOnly={row.value === null}
              onChange={(event) => change(at, { name: event.target.value })}
            />
            {row.value === null ? (
              <span className="flex h-9 min-w-0 flex-1 items-center gap-2 rounded-md border border-line bg-sunken px-2.5 text-xs text-ink-muted max-sm:h-11">
                <span className="min-w-0 flex-1 truncate">
                  ••••••••<span className="max-sm:sr-only"> hidden, kept as it is</span>
                </span>
                <button
                  type="button"
                  className="rounded-sm font-medium text-accent underline underline-offset-2"
                  aria-label={`Replace the value of ${row.name}`}
                  onClick={() => replace(at)}
                >
                  Replace
                </button>
              </span>
            ) : (
              <input
                data-value=""
                className={input}
                aria-label={`Value of ${noun} ${at + 1}`}
                placeholder="Value"
                autoComplete="off"
                spellCheck={false}
                value={row.value}
                onChange={(event) => change(at, { value: event.target.value })}
              />
            )}
            <IconButton label={`Remove ${noun} ${row.name === "" ? at + 1 : row.name}`} onClick={() => remove(at)}>
              <XIcon className="size-4" aria-hidden="true" />
            </IconButton>
          </div>
        ))}
        <Button variant="secondary" size="small" data-add="" onClick={add}>
          <PlusIcon className="size-4" aria-hidden="true" />
          Add {noun}
        </Button>
      </div>
      {error && (
        <p id={`${id}-error`} className="mt-1.5 flex items-start gap-1.5 text-sm text-bad">
          <ErrorIcon className="mt-0.5 size-4" />
          {error}
        </p>
      )}
      <p id={`${id}-help`} className="mt-1.5 text-sm text-ink-muted">
        {help}
      </p>
    </fieldset>
  );
}
