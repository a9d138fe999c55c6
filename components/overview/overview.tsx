"use client";

import { Link } from "../ui/link.tsx";
import { useParams, useRouter } from "next/navigation";
import type { ReactNode } from "react";
import type { OverviewOut } from "../../lib/contract/overview.ts";
import { FilterSelect } from "../ui/filterBar.tsx";
import { nameOr } from "../../lib/words/nameOr.ts";
import { PageHeader } from "../ui/pageHeader.tsx";
import { ErrorState, Skeleton } from "../ui/states.tsx";
import { Status } from "../ui/status.tsx";
import { Time } from "../ui/time.tsx";
import { useUrlState } from "../ui/urlState.ts";
import { Url } from "../ui/url.tsx";
import { Volume } from "../chart/volume.tsx";
import { duration } from "../delivery/format.ts";
import { answerOf } from "../delivery/words.ts";
import { Onboarding } from "../onboarding/onboarding.tsx";
import { percent } from "../statistics/percent.ts";
import { percentileWords } from "../statistics/words.ts";
import { useOverview } from "./queries.ts";
import { SinceLastVisit, useKnowsVisit } from "./sinceLastVisit.tsx";
import { type Span, spanOf, spans } from "./spans.ts";
import { grouped } from "../ui/number.ts";

const environmentPlace = { path: "" };

/** How the environment is doing; every number leads into its part of the log. */
export function Overview() {
  const { organization, environment } = useParams<{ organization: string; environment: string }>();
  const base = `/${organization}/${environment}`;
  const url = useUrlState();
  const span = spanOf(url.get("span"));
  const { data, error, refetch } = useOverview(span);
  const knowsVisit = useKnowsVisit();
  const options = Object.entries(spans).map(([value, { label }]) => ({ value, label }));
  return (
    <>
      <PageHeader
        title="Overview"
        actions={
          <FilterSelect
            label="Time"
            none={spans.day.label}
            options={options.filter(({ value }) => value !== "day")}
            value={span === "day" ? "" : span}
            onChange={(value) => url.set({ span: value })}
          />
        }
      />
      {data !== undefined && knowsVisit ? (
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
  const { totals, backlog, retrying, since, failing, nextRetries, eventTypes } = overview;
  const router = useRouter();
  const isUnused = totals.deliveries === 0 && backlog.pending === 0 && failing.groups.length === 0;
  const log = (filter: string) => `${base}/deliveries?after=${encodeURIComponent(since)}${filter}`;
  return (
    <div className="space-y-8">
      {isUnused && span === "day" && <Onboarding base={base} />}
      <SinceLastVisit base={base} />
      <dl className="grid grid-cols-2 border-y border-line sm:grid-cols-3 lg:grid-cols-5 lg:divide-x lg:divide-line">
        <Figure
          label="Deliveries that succeeded"
          href={log("&status=failed,pending,cancelled&min_attempts=1")}
          value={percent(totals.deliveredRate)}
          note={<Change now={totals.deliveredRate} before={overview.previous.deliveredRate} span={span} />}
        />
        <Figure
          label="Deliveries"
          href={log("")}
          value={grouped(totals.deliveries)}
          note={`${grouped(totals.succeeded + totals.failed)} attempts, ${grouped(totals.failed)} of them failed`}
        />
        <Figure
          label="Still being retried"
          href={log("&status=retrying")}
          value={`${grouped(retrying.count)}${retrying.capped ? "+" : ""}`}
        />
        <Figure
          label="Waiting to be sent"
          href={`${base}/deliveries?status=pending`}
          value={`${grouped(backlog.pending)}${backlog.capped ? "+" : ""}`}
          note={
            backlog.oldestDueAt !== null && (
              <span className="text-warn">
                overdue since <Time at={backlog.oldestDueAt} />
              </span>
            )
          }
        />
        <Figure
          label="Latency, median"
          href={log("&status=succeeded")}
          value={latency(totals.p50)}
          note={`${percentileWords.p95} ${latency(totals.p95)}`}
        />
      </dl>
      <Volume
        place={environmentPlace}
        range={{ since: spans[span].ms, until: null }}
        title={`Deliveries, ${spans[span].label.toLowerCase()}`}
        onChoose={({ after, before }) =>
          router.push(`${base}/deliveries?after=${encodeURIComponent(after)}&before=${encodeURIComponent(before)}`)
        }
      />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-8 lg:grid-cols-[repeat(2,minmax(0,1fr))]">
        <Group title="Failing endpoints, by customer and cause" none="Every endpoint that was sent to answers.">
          {failing.groups.map((group) => (
            <Line
              key={`${group.applicationId} ${group.errorClass} ${group.statusCode}`}
              href={`${base}/deliveries?${failingFilter(group)}`}
              main={nameOr(group.applicationName, group.applicationId)}
              more={group.endpoints === 1 ? <Url url={group.url} /> : `${grouped(group.endpoints)} endpoints`}
            >
              <span className="text-bad">
                {answerOf({ lastStatusCode: group.statusCode, lastErrorClass: group.errorClass }) ?? "Failing"}
              </span>
              {/* None is counted yet where it has just begun. */}
              {group.failed > 0 && (
                <span>
                  {grouped(group.failed)} failed {group.failed === 1 ? "attempt" : "attempts"}
                </span>
              )}
              {group.disabled > 0 && (
                <Status tone="off">{group.disabled === group.endpoints ? "Disabled" : `${group.disabled} disabled`}</Status>
              )}
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
              <span className="truncate">{nameOr(retry.applicationName, retry.applicationId)}</span>
              <Time at={retry.nextAttemptAt} ahead />
            </Line>
          ))}
        </Group>
        <Group title="Event types" none="No message was sent in this time.">
          {eventTypes.slice(0, 8).map(({ eventType, deliveries, delivered }) => (
            <Line key={eventType} href={log(`&event_types=${encodeURIComponent(eventType)}`)} main={eventType} mono>
              {delivered < deliveries && <span className="text-bad">{grouped(deliveries - delivered)} not yet or never</span>}
              <span>
                {grouped(deliveries)} {deliveries === 1 ? "delivery" : "deliveries"}
              </span>
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
      {note && <span className="block text-xs text-ink-muted">{note}</span>}
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

/** What a group's failures are in the log. */
const failingFilter = ({
  applicationId,
  endpoints,
  endpointId,
  errorClass,
  statusCode,
}: OverviewOut["failing"]["groups"][number]): string =>
  new URLSearchParams({
    ...(endpoints === 1 ? { endpoint_id: endpointId } : { application_id: applicationId }),
    ...(errorClass === "status" && statusCode !== null ? { http_status: String(statusCode) } : {}),
    ...(errorClass !== null && errorClass !== "status" ? { error_class: errorClass } : {}),
    status: "failed,pending",
    min_attempts: "1",
  }).toString();

/** How a share has moved since the span before, in points of a hundred. */
function Change({ now, before, span }: { now: number | null; before: number | null; span: Span }) {
  if (now === null || before === null) return null;
  const points = Math.round((now - before) * 1000) / 10;
  const ago = `than in the ${spans[span].label.toLowerCase().replace("last ", "")} before`;
  if (points === 0) return `as much as in the ${spans[span].label.toLowerCase().replace("last ", "")} before`;
  return (
    <span className={points < 0 ? "text-bad" : ""}>
      {grouped(Math.abs(points))} points {points < 0 ? "less" : "more"} {ago}
    </span>
  );
}

type LineProps = { href: string; main: string; more?: ReactNode; mono?: boolean; children: ReactNode };

const Line = ({ href, main, more, mono = false, children }: LineProps) => (
  <li className="flex min-h-10 items-center gap-4 py-1 max-sm:flex-wrap max-sm:gap-y-0">
    <Link
      href={href}
      className={`flex min-w-0 flex-1 items-baseline gap-2 rounded-sm underline-offset-4 hover:underline max-sm:basis-full ${mono ? "font-mono text-xs" : ""}`}
    >
      <span className={more === undefined ? "truncate" : "max-w-[60%] shrink-0 truncate"}>{main}</span>
      {more !== undefined && <span className="min-w-0 text-ink-muted">{more}</span>}
    </Link>
    <span className="flex min-w-0 items-center gap-3 text-ink-muted">{children}</span>
  </li>
);

const latency = (value: number | null): string => (value === null ? "–" : duration(value));

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
