"use client";

import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { Volume } from "../chart/volume.tsx";
import { duration } from "../delivery/format.ts";
import { FilterSelect } from "../ui/filterBar.tsx";
import { ErrorState, Skeleton } from "../ui/states.tsx";
import { useUrlState } from "../ui/urlState.ts";
import { latencyQuery, spans } from "./queries.ts";
import { percent } from "./percent.ts";
import { percentileWords } from "./words.ts";
import { dayMs } from "../../lib/words/duration.ts";
import { grouped } from "../ui/number.ts";

type LatencyProps = {
  /** Of an application or an endpoint, as the API has it. */
  path: string;
  /** A part of the chart was chosen. */
  onChoose?: (range: { after: string; before: string }) => void;
};

/** How fast attempts ended, and how many succeeded. `path`: of an application or an endpoint. */
export function Latency({ path, onChoose }: LatencyProps) {
  const id = useId();
  const url = useUrlState();
  const days = spans.find(({ value }) => value === url.get("days"))?.value ?? usualDays;
  const { data, error, refetch } = useQuery(latencyQuery(path, days));
  const figures = {
    "Deliveries succeeded": data === undefined ? null : percent(data.deliveredRate),
    "Attempts succeeded": data === undefined ? null : percent(data.successRate),
    [percentileWords.p50]: data === undefined ? null : shown(data.p50),
    [percentileWords.p95]: data === undefined ? null : shown(data.p95),
    [percentileWords.p99]: data === undefined ? null : shown(data.p99),
    Attempts: data === undefined ? null : grouped(data.succeeded + data.failed),
  };
  return (
    <section aria-labelledby={id}>
      <div className="mb-2 flex flex-wrap items-center gap-3">
        <h2 id={id} className="text-sm text-ink-muted">
          Latency of attempts
        </h2>
        <FilterSelect
          label="Time"
          none={spans.find(({ value }) => value === usualDays)?.label ?? ""}
          options={spans.filter(({ value }) => value !== usualDays)}
          value={days === usualDays ? "" : days}
          onChange={(value) => url.set({ days: value })}
        />
      </div>
      {error !== null && data === undefined ? (
        <ErrorState what="The latency" error={error} onRetry={() => void refetch()} />
      ) : (
        <dl className="flex flex-wrap gap-x-8 gap-y-3">
          {Object.entries(figures).map(([label, text]) => (
            <div key={label} className="flex flex-col-reverse">
              <dt className="text-sm text-ink-muted">{label}</dt>
              <dd className="text-xl font-semibold tabular-nums">{text ?? <Skeleton className="my-0.5 h-6 w-16" />}</dd>
            </div>
          ))}
        </dl>
      )}
      <div className="mt-4">
        <Volume place={{ path }} range={{ since: Number(days) * dayMs, until: null }} title="Deliveries" {...(onChoose && { onChoose })} />
      </div>
    </section>
  );
}

const usualDays = "7";

const shown = (milliseconds: number | null): string => (milliseconds === null ? "–" : duration(milliseconds));
