"use client";

import { later } from "../ui/later.tsx";
import { FilterButton } from "../ui/filterBar.tsx";
import { Popover } from "../ui/popover.tsx";
import { Skeleton } from "../ui/states.tsx";
import type { Filters } from "./filters.ts";
import { isMoment } from "./format.ts";
import { ShownMoment } from "./shownMoment.ts";

const TimeRange = later(() => import("./timeRange.tsx").then((module) => module.TimeRange), <Skeleton className="h-52 w-full" />);

type Range = Pick<Filters, "after" | "before">;
type TimeFilterProps = Range & { change: (range: Range) => void };

/** The range is absolute, so that a copied link means the same tomorrow. */
export function TimeFilter({ after, before, change }: TimeFilterProps) {
  const isSet = after !== "" || before !== "";
  return (
    <Popover
      label="Time range"
      trigger={
        <FilterButton isSet={isSet}>
          Time
          {isSet && (
            <>
              : <Shown at={after} /> – <Shown at={before} />
            </>
          )}
        </FilterButton>
      }
    >
      <TimeRange after={after} before={before} change={change} />
    </Popover>
  );
}

const Shown = ({ at }: { at: string }) => isMoment(at) && <ShownMoment at={at} />;
