"use client";

import { useQuery } from "@tanstack/react-query";
import { Link } from "../ui/link.tsx";
import { useRouter } from "next/navigation";
import { useState } from "react";
import type { WantedStatus } from "../../lib/contract/delivery.ts";
import type { EndpointOut } from "../../lib/contract/endpoint.ts";
import type { EndpointDeliveryStats } from "../../lib/contract/endpointStats.ts";
import { dayMs } from "../../lib/words/duration.ts";
import { searchOf } from "../delivery/filters.ts";
import { useEnvironmentPath } from "../environmentPath.ts";
import { Latency } from "../statistics/latency.tsx";
import { MayResend } from "../session/may.tsx";
import { Alert } from "../ui/alert.tsx";
import { clockMs } from "../ui/clock.ts";
import { Badges } from "../ui/badges.tsx";
import { Button } from "../ui/button.tsx";
import { Id } from "../ui/id.tsx";
import { KeyValues } from "../ui/keyValues.tsx";
import { ErrorState, Skeleton } from "../ui/states.tsx";
import { Time } from "../ui/time.tsx";
import { type EndpointKey, type ReplayKind, endpointHeadersQuery, endpointPath, endpointStatsQuery } from "./queries.ts";
import { Queue } from "./queue.tsx";
import { grouped } from "../ui/number.ts";
import { whenOpened } from "../ui/whenOpened.tsx";

const ReplayDialog = whenOpened(
  () => import("./replayDialog.tsx").then((module) => module.ReplayDialog),
  (props) => props.open,
);

type OverviewProps = { endpoint: EndpointOut; endpointKey: EndpointKey };

export function EndpointOverview({ endpoint, endpointKey }: OverviewProps) {
  const [replay, setReplay] = useState<{ open: boolean; kind: ReplayKind }>({ open: false, kind: "recover" });
  const path = useEnvironmentPath();
  const router = useRouter();
  const { data: headers } = useQuery(endpointHeadersQuery(endpointKey));
  const names = headers === undefined ? null : [...Object.keys(headers.headers), ...headers.sensitive];
  const metadata = Object.entries(endpoint.metadata);
  return (
    <div className="space-y-6">
      <Trouble endpoint={endpoint} onReplay={(kind) => setReplay({ open: true, kind })} />
      <Counts endpointKey={endpointKey} />
      <Queue endpointKey={endpointKey} />
      <Latency
        path={endpointPath(endpointKey)}
        onChoose={({ after, before }) =>
          router.push(
            path(
              `/deliveries?${new URLSearchParams({ application_id: endpointKey.applicationId, endpoint_id: endpointKey.endpointId, after, before }).toString()}`,
            ),
          )
        }
      />
      <MayResend>
        <div className="flex flex-wrap gap-2">
          <Button variant="secondary" size="small" onClick={() => setReplay({ open: true, kind: "recover" })}>
            Recover failed…
          </Button>
          <Button variant="secondary" size="small" onClick={() => setReplay({ open: true, kind: "replay-missing" })}>
            Replay missing…
          </Button>
        </div>
      </MayResend>
      <KeyValues
        facts={{
          Id: <Id id={endpoint.id} copy label="endpoint id" />,
          uid: endpoint.uid === null ? null : <code className="font-mono text-xs">{endpoint.uid}</code>,
          "Event types": <Words words={endpoint.eventTypes} all="All" />,
          Channels: <Words words={endpoint.channels} all="All" />,
          Headers:
            names === null ? <Skeleton className="h-4 w-24" /> : <Words words={names.length > 0 ? names : null} all="None of its own" />,
          Throttle: endpoint.throttleRate === null ? "No limit" : `${endpoint.throttleRate} messages a second`,
          Retries: endpoint.retrySchedule === null ? "The server’s schedule" : `After ${endpoint.retrySchedule.map(duration).join(", ")}`,
          Order: endpoint.ordering === "fifo" ? "First in, first out" : "None, except of messages with the same ordering key",
          Metadata:
            metadata.length === 0
              ? null
              : metadata.map(([name, value]) => (
                  <div key={name} className="font-mono text-xs">
                    {name}: {value}
                  </div>
                )),
          Created: <Time at={endpoint.createdAt} interactive />,
          Changed: endpoint.createdAt === endpoint.updatedAt ? null : <Time at={endpoint.updatedAt} interactive />,
        }}
      />
      <ReplayDialog
        endpointKey={endpointKey}
        kind={replay.kind}
        open={replay.open}
        onOpenChange={(open) => setReplay({ ...replay, open })}
      />
    </div>
  );
}

/** So many words are seen at once; an endpoint may have thousands. */
const shownWords = 30;

function Words({ words, all }: { words: string[] | null; all: string }) {
  if (words === null) return all;
  const rest = words.slice(shownWords);
  return (
    <>
      <Badges words={words.slice(0, shownWords)} />
      {rest.length > 0 && (
        <details className="mt-1.5">
          <summary className="cursor-pointer text-ink-muted">{rest.length} more</summary>
          <div className="mt-1.5">
            <Badges words={rest} />
          </div>
        </details>
      )}
    </>
  );
}

const why = {
  manual: "It was switched off by hand.",
  gone: "The receiver answered 410 Gone, which means that it wants nothing more.",
  failing: "It had failed for 5 days without a single success.",
  requested: "The receiver asked for it with its webhook-delivery header.",
} as const;

function Trouble({ endpoint, onReplay }: { endpoint: EndpointOut; onReplay: (kind: ReplayKind) => void }) {
  const { disabled, disabledAt, disabledReason, failingSince } = endpoint;
  if (disabled)
    return (
      <Alert tone="warn" title="Disabled: messages are not sent to it">
        {why[disabledReason ?? "manual"]} {disabledAt !== null && <Time at={disabledAt} />}
      </Alert>
    );
  if (failingSince === null) return null;
  return (
    <Alert tone="warn" title="Failing: no success since the first failure">
      <p>
        The first failure was <Time at={failingSince} />. After 5 days of failures without a success it is disabled when a delivery is given
        up. Once the receiver is repaired, recover what failed.
      </p>
      <MayResend>
        <Button variant="secondary" size="small" className="mt-2" onClick={() => onReplay("recover")}>
          Recover failed messages
        </Button>
      </MayResend>
    </Alert>
  );
}

/** `status`: as the log's filter has it. */
const counted: { key: keyof EndpointDeliveryStats; label: string; status: WantedStatus }[] = [
  { key: "succeeded", label: "Succeeded", status: "succeeded" },
  { key: "failed", label: "Failed", status: "failed" },
  { key: "retrying", label: "To be retried", status: "retrying" },
  { key: "untried", label: "Not tried yet", status: "untried" },
  { key: "cancelled", label: "Cancelled", status: "cancelled" },
];

function Counts({ endpointKey }: { endpointKey: EndpointKey }) {
  const path = useEnvironmentPath();
  const { data, error, refetch } = useQuery(endpointStatsQuery(endpointKey));
  const [after] = useState(() => new Date(clockMs() - 28 * dayMs).toISOString());
  if (error !== null && data === undefined) return <ErrorState what="The counts" error={error} onRetry={() => void refetch()} />;
  const { applicationId, endpointId } = endpointKey;
  const href = (status: WantedStatus) => path(`/deliveries${searchOf({ applicationId, endpointId, status: [status], after })}`);
  return (
    <section aria-labelledby="last-28-days">
      <h2 id="last-28-days" className="mb-2 text-sm text-ink-muted">
        Deliveries of the last 28 days
      </h2>
      <dl className="flex flex-wrap gap-x-8 gap-y-3">
        {counted.map(({ key, label, status }) => (
          <div key={key} className="flex flex-col-reverse">
            <dt className="text-sm text-ink-muted">{label}</dt>
            <dd className="text-xl font-semibold">
              {data === undefined ? (
                <Skeleton className="my-0.5 h-6 w-10" />
              ) : (
                <Link href={href(status)} className="rounded-sm underline-offset-4 hover:underline">
                  {grouped(data[key])}
                </Link>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

const duration = (seconds: number): string => {
  if (seconds >= 3600 && seconds % 3600 === 0) return `${seconds / 3600} h`;
  return seconds >= 60 && seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
};
