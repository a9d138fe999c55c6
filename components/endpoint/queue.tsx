"use client";

import { useQuery } from "@tanstack/react-query";
import { useId, type ReactNode } from "react";
import type { EndpointQueueOut } from "../../lib/contract/endpointStats.ts";
import type { QueueState } from "../../lib/words/queueState.ts";
import { counted, duration } from "../delivery/format.ts";
import { grouped } from "../ui/number.ts";
import { ErrorState, Skeleton } from "../ui/states.tsx";
import { Status, type Tone } from "../ui/status.tsx";
import { Time } from "../ui/time.tsx";
import { type EndpointKey, endpointQueueQuery } from "./queries.ts";

const looks: Record<QueueState, { tone: Tone; word: string; why: (queue: EndpointQueueOut) => string }> = {
  disabled: { tone: "off", word: "Disabled", why: () => "Nothing is sent to it by itself." },
  idle: { tone: "good", word: "Nothing waits", why: () => "Everything that was accepted for it has been tried." },
  throttled: {
    tone: "warn",
    word: "Throttled",
    why: ({ throttle: { endpoint, application } }) =>
      endpoint === null
        ? `Its application’s limit is ${grouped(application ?? 0)} messages a second, for all endpoints together.`
        : `Its limit is ${grouped(endpoint)} messages a second.`,
  },
  paused: {
    tone: "bad",
    word: "Paused",
    why: () => "Its last attempts all timed out: one at a time finds out whether it answers again, at most 10 s apart.",
  },
  overloaded: {
    tone: "warn",
    word: "Overloaded",
    why: () => "It answered 429 or 503: half as many are sent at a time, until it answers well again.",
  },
  slow: {
    tone: "warn",
    word: "Slow",
    why: ({ medianMs }) =>
      `Half of its answers take ${duration(medianMs ?? 0)} or more: few are sent at a time, so that others needn’t wait for it.`,
  },
  ordered: {
    tone: "waiting",
    word: "In order",
    why: () => "Ordered messages go one after the other, each when the one before it has ended.",
  },
  retrying: { tone: "waiting", word: "Retries planned", why: () => "Nothing is due: what failed is tried again at its moment." },
  flowing: { tone: "busy", word: "Being sent", why: () => "As fast as it answers." },
};

/** What waits for the endpoint at this moment, how fast it goes, and why. */
export function Queue({ endpointKey }: { endpointKey: EndpointKey }) {
  const id = useId();
  const { data, error, refetch } = useQuery(endpointQueueQuery(endpointKey));
  if (error !== null && data === undefined) return <ErrorState what="The queue" error={error} onRetry={() => void refetch()} />;
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className="mb-2 text-sm text-ink-muted">
        Queue
      </h2>
      {data === undefined ? (
        <Skeleton className="h-20 w-full" />
      ) : (
        <>
          <p className="mb-3 flex flex-wrap items-center gap-x-3 text-sm">
            <Status tone={looks[data.state].tone}>{looks[data.state].word}</Status>
            <span className="text-ink-muted">{looks[data.state].why(data)}</span>
          </p>
          <dl className="flex flex-wrap gap-x-8 gap-y-3">
            <Figure
              label="Waiting"
              value={counted(data.due)}
              note={
                data.oldestDueAt !== null && (
                  <>
                    oldest <Time at={data.oldestDueAt} />
                  </>
                )
              }
            />
            <Figure label="Under way or next" value={counted(data.held)} />
            <Figure
              label="Retries planned"
              value={counted(data.later)}
              note={
                data.nextAt !== null && (
                  <>
                    first <Time at={data.nextAt} ahead />
                  </>
                )
              }
            />
            {data.inLine.count > 0 && <Figure label="Behind others" value={counted(data.inLine)} />}
            <Figure label="Attempts a second" value={grouped(data.attemptsPerSecond)} note="last minute" />
            <Figure label="At the same time" value={grouped(data.concurrency)} note="last minute" />
          </dl>
        </>
      )}
    </section>
  );
}

const Figure = ({ label, value, note }: { label: string; value: string; note?: ReactNode }) => (
  <div className="flex flex-col">
    <dt className="order-2 text-sm text-ink-muted">{label}</dt>
    <dd className="order-1">
      <span className="text-xl font-semibold tabular-nums">{value}</span>
      {note && <span className="ml-1.5 text-xs text-ink-muted">{note}</span>}
    </dd>
  </div>
);
