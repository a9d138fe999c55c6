"use client";

import { useEffect, useId, useRef, type FormEvent } from "react";
import { Button } from "../ui/button.tsx";
import { controlLook } from "../ui/control.ts";
import type { Filters } from "./filters.ts";
import { isMoment } from "./format.ts";
import { hourMs } from "../../lib/words/duration.ts";
import { clockMs } from "../ui/clock.ts";

type TimeRangeProps = Pick<Filters, "after" | "before"> & { change: (range: Pick<Filters, "after" | "before">) => void };

const spans = [
  { label: "Last hour", ms: hourMs },
  { label: "Last 24 hours", ms: 24 * hourMs },
  { label: "Last 7 days", ms: 168 * hourMs },
];

/** What the time filter opens. */
export function TimeRange({ after, before, change }: TimeRangeProps) {
  const buttons = useRef<HTMLDivElement>(null);
  // The focus is set after the panel has opened and looked for what to focus.
  useEffect(() => buttons.current?.querySelector("button")?.focus(), []);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    event.stopPropagation();
    const form = new FormData(event.currentTarget);
    change({ after: toMoment(form.get("after"), after), before: toMoment(form.get("before"), before) });
  };
  return (
    <>
      <div ref={buttons} className="mb-3 flex flex-wrap gap-1.5">
        {spans.map(({ label, ms }) => (
          <Button
            key={label}
            variant="secondary"
            size="small"
            onClick={() => change({ after: new Date(clockMs() - ms).toISOString(), before: "" })}
          >
            {label}
          </Button>
        ))}
      </div>
      <form onSubmit={submit} className="space-y-3">
        <Moment name="after" label="From" value={after} />
        <Moment name="before" label="Until" value={before} />
        <Button type="submit" variant="secondary" size="small">
          Set time range
        </Button>
      </form>
    </>
  );
}

function Moment({ name, label, value }: { name: string; label: string; value: string }) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="mb-1 block text-sm font-medium">
        {label}
      </label>
      <input id={id} key={value} name={name} type="datetime-local" step="1" defaultValue={toLocal(value)} className={controlLook} />
    </div>
  );
}

/** `before`: the moment until now. It stays what it was where nobody has changed it: a field knows no milliseconds, nor which of the hours that clocks show twice. */
export function toMoment(value: unknown, before: string): string {
  if (typeof value !== "string" || !isMoment(value)) return "";
  return isMoment(before) && Date.parse(value) === Date.parse(toLocal(before)) ? before : new Date(value).toISOString();
}

/** The moment as a field of local time wants it: without a zone. */
export function toLocal(moment: string): string {
  if (!isMoment(moment)) return "";
  const date = new Date(moment);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}
