"use client";

import { ChevronDown } from "lucide-react";
import { useId, type FormEvent } from "react";
import { Button } from "../ui/button.tsx";
import { controlLook } from "../ui/control.ts";
import { Popover } from "../ui/popover.tsx";
import type { Filters } from "./filters.ts";

type Range = Pick<Filters, "after" | "before">;
type TimeFilterProps = Range & { change: (range: Range) => void };

const hourMs = 3_600_000;
const spans = [
  { label: "Last hour", ms: hourMs },
  { label: "Last 24 hours", ms: 24 * hourMs },
  { label: "Last 7 days", ms: 168 * hourMs },
];

/** The range is absolute, so that a copied link means the same tomorrow. */
export function TimeFilter({ after, before, change }: TimeFilterProps) {
  const isSet = after !== "" || before !== "";
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    event.stopPropagation();
    const form = new FormData(event.currentTarget);
    change({ after: toMoment(form.get("after")), before: toMoment(form.get("before")) });
  };
  return (
    <Popover
      label="Time range"
      trigger={
        <button
          type="button"
          className={`inline-flex h-8 items-center gap-1.5 rounded-md border border-line-strong bg-surface px-2.5 text-sm hover:bg-sunken max-sm:h-11 ${isSet ? "border-accent! text-accent" : ""}`}
        >
          {isSet ? `Time: ${shown(after)} – ${shown(before)}` : "Time"}
          <ChevronDown className="size-3.5" aria-hidden="true" />
        </button>
      }
    >
      <div className="mb-3 flex flex-wrap gap-1.5">
        {spans.map(({ label, ms }) => (
          <Button
            key={label}
            variant="secondary"
            size="small"
            onClick={() => change({ after: new Date(Date.now() - ms).toISOString(), before: "" })}
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
    </Popover>
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

const isMoment = (text: string): boolean => !Number.isNaN(Date.parse(text));

const toMoment = (value: unknown): string => (typeof value === "string" && isMoment(value) ? new Date(value).toISOString() : "");

/** As such a field wants it: local time without a zone. */
function toLocal(moment: string): string {
  if (!isMoment(moment)) return "";
  const date = new Date(moment);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

const shown = (moment: string): string =>
  isMoment(moment) ? new Date(moment).toLocaleString(undefined, { dateStyle: "short", timeStyle: "short" }) : "";
