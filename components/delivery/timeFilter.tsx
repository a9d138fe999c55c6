"use client";

import { ChevronDown } from "lucide-react";
import dynamic from "next/dynamic";
import { Popover } from "../ui/popover.tsx";
import { Skeleton } from "../ui/states.tsx";
import type { Filters } from "./filters.ts";
import { isMoment } from "./format.ts";

const TimeRange = dynamic(() => import("./timeRange.tsx").then((module) => module.TimeRange), {
  loading: () => <Skeleton className="h-52 w-full" />,
});

type Range = Pick<Filters, "after" | "before">;
type TimeFilterProps = Range & { change: (range: Range) => void };

/** The range is absolute, so that a copied link means the same tomorrow. */
export function TimeFilter({ after, before, change }: TimeFilterProps) {
  const isSet = after !== "" || before !== "";
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
      <TimeRange after={after} before={before} change={change} />
    </Popover>
  );
}

const shown = (moment: string): string =>
  isMoment(moment) ? new Date(moment).toLocaleString(undefined, { dateStyle: "short", timeStyle: "short" }) : "";
