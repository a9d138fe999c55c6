"use client";

import { Link } from "../ui/link.tsx";
import { useParams } from "next/navigation";
import type { ReactNode } from "react";
import type { OverviewOut } from "../../lib/contract/overview.ts";
import { FilterSelect } from "../ui/filterBar.tsx";
import { PageHeader } from "../ui/pageHeader.tsx";
import { ErrorState, Skeleton } from "../ui/states.tsx";
import { Status } from "../ui/status.tsx";
import { Time } from "../ui/time.tsx";
import { useUrlState } from "../ui/urlState.ts";
import { duration } from "../delivery/format.ts";
import { Onboarding } from "../onboarding/onboarding.tsx";
import { useOverview } from "./queries.ts";
import { SinceLastVisit } from "./sinceLastVisit.tsx";
import { type Span, spanOf, spans } from "./spans.ts";
import { VolumeChart } from "./volumeChart.tsx";
import { grouped } from "../ui/number.ts";

/** How the environment is doing; every number leads into its part of the log. */
export function Overview() {
  const { organization, environment } = useParams<{ organization: string; environment: string }>();
  const base = `/${organization}/${environment}`;
  const url = useUrlState();
  const span = spanOf(url.get("span"));
  const { data, error, refetch } = useOverview(span);
  const options = Object.entries(spans).map(([value, { label }]) => ({ value, label }));
  return (
    <>
      <PageHeader
        title="Overview"
        actions={
          <FilterSelect
            label="Last 24 hours"
            options={options.filter(({ value }) => value !== "day")}
            value={span === "day" ? "" : span}
            onChange={(value) => url.set({ span: value })}
          />
        }
      />
      {data !== undefined ? (
        <Found overview={data} base={base} span={span} />
      ) : error !== null ? (
        <ErrorState what="The overview" error={error} onRetry={() => void refetch()} />
      ) : (
        <Waiting />
      )}
    </>
  );
}

function Found({ overview, base, span }: { overview: OverviewOut; base: string; span: Span }) {
  const { totals, backlog, since, until, failingEndpoints, nextRetries, eventTypes } = overview;
  const isUnused = totals.deliveries === 0 && backlog.pending === 0 && failingEndpoints.length === 0;
  const log = (filter: string) => `${base}/deliveries?after=${encodeURIComponent(since)}${filter}`;
  return (
    <div className="space-y-8">
      {isUnused && span === "day" && <Onboarding base={base} />}
      <SinceLastVisit base={base} />
      <dl className="grid grid-cols-2 border-y border-line lg:grid-cols-5 lg:divide-x lg:divide-line">
        <Figure label="Deliveries" href={log("")} value={grouped(totals.deliveries)} />
        <Figure
          label="Success rate of attempts"
          href={log("&status=failed,pending&min_attempts=1")}
          value={totals.successRate === null ? "–" : percent(totals.successRate)}
        />
        <Figure label="Latency, p50" href={log("&status=succeeded")} value={latency(totals.p50)} />
        <Figure label="Latency, p95" href={log("&status=succeeded")} value={latency(totals.p95)} />
        <Figure
          label="Waiting to be sent"
          href={`${base}/deliveries?status=pending`}
          value={`${grouped(backlog.pending)}${backlog.capped ? "+" : ""}`}
          note={
            backlog.oldestDueAt !== null && (
              <>
                overdue since <Time at={backlog.oldestDueAt} />
              </>
            )
          }
        />
      </dl>
      <VolumeChart
        buckets={overview.buckets}
        until={until}
        hrefOf={(after, before) => `${base}/deliveries?after=${encodeURIComponent(after)}&before=${encodeURIComponent(before)}`}
      />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-8 lg:grid-cols-[repeat(2,minmax(0,1fr))]">
        <Group title="Failing endpoints" none="Every endpoint that was sent to answers.">
          {failingEndpoints.map((endpoint) => (
            <Line
              key={endpoint.id}
              href={`${base}/deliveries?endpoint_id=${endpoint.id}&status=failed,pending&min_attempts=1`}
              main={endpoint.url}
              mono
            >
              <Status tone={endpoint.disabledReason === null ? "bad" : "off"}>
                {endpoint.disabledReason === null ? "Failing" : "Disabled"}
              </Status>
              {endpoint.failingSince !== null && <Time at={endpoint.failingSince} />}
            </Line>
          ))}
        </Group>
        <Group title="Next retries" none="No retry is planned.">
          {nextRetries.map((retry) => (
            <Line
              key={`${retry.messageId}.${retry.endpointId}`}
              href={`${base}/deliveries/${retry.messageId}/${retry.endpointId}`}
              main={retry.eventType}
              mono
            >
              <span className="truncate">{retry.applicationName}</span>
              <Time at={retry.nextAttemptAt} />
            </Line>
          ))}
        </Group>
        <Group title="Event types" none="No message was sent in this time.">
          {eventTypes.slice(0, 8).map(({ eventType, deliveries, failed }) => (
            <Line key={eventType} href={log(`&event_types=${encodeURIComponent(eventType)}`)} main={eventType} mono>
              {failed > 0 && <span className="text-bad">{grouped(failed)} failed</span>}
              <span>{grouped(deliveries)}</span>
            </Line>
          ))}
        </Group>
      </div>
    </div>
  );
}

const Figure = ({ label, href, value, note }: { label: string; href: string; value: string; note?: ReactNode }) => (
  <div className="px-3 py-3 lg:first:pl-0">
    <dt className="text-sm text-ink-muted">{label}</dt>
    <dd>
      <Link href={href} className="rounded-sm text-xl font-semibold underline-offset-4 hover:underline">
        {value}
      </Link>
      {note && <span className="block text-xs text-warn">{note}</span>}
    </dd>
  </div>
);

const Group = ({ title, none, children }: { title: string; none: string; children: ReactNode[] }) => (
  <section>
    <h2 className="mb-2 font-semibold">{title}</h2>
    {children.length === 0 ? (
      <p className="border-y border-line py-3 text-sm text-ink-muted">{none}</p>
    ) : (
      <ul className="divide-y divide-line border-y border-line text-sm">{children}</ul>
    )}
  </section>
);

const Line = ({ href, main, mono = false, children }: { href: string; main: string; mono?: boolean; children: ReactNode }) => (
  <li className="flex min-h-10 items-center gap-4 py-1 max-sm:flex-wrap max-sm:gap-y-0">
    <Link
      href={href}
      className={`min-w-0 flex-1 truncate rounded-sm underline-offset-4 hover:underline max-sm:basis-full ${mono ? "font-mono text-xs" : ""}`}
    >
      {main}
    </Link>
    <span className="flex min-w-0 items-center gap-3 text-ink-muted">{children}</span>
  </li>
);

const latency = (value: number | null): string => (value === null ? "–" : duration(value));

/** The share in percent, never rounded up to 100 %. */
const percent = (share: number): string => `${grouped(Math.floor(share * 10_000) / 100)} %`;

const Waiting = () => (
  <div className="space-y-8" aria-busy="true">
    <p className="sr-only">Loading the overview</p>
    <Skeleton className="h-20 w-full" />
    <Skeleton className="h-44 w-full" />
    <div className="grid grid-cols-[minmax(0,1fr)] gap-8 lg:grid-cols-[repeat(2,minmax(0,1fr))]">
      <Skeleton className="h-48 w-full" />
      <Skeleton className="h-48 w-full" />
    </div>
  </div>
);
