"use client";

import { useQuery } from "@tanstack/react-query";
import { Link } from "../ui/link.tsx";
import type { EventTypeUsageOut } from "../../lib/contract/eventTypeImport.ts";
import { useEnvironmentPath } from "../environmentPath.ts";
import { environmentSettingsQuery } from "../environment/settingsQueries.ts";
import { Id } from "../ui/id.tsx";
import { nameOr } from "../../lib/words/nameOr.ts";
import { ErrorState, Skeleton } from "../ui/states.tsx";
import { Status } from "../ui/status.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { Time } from "../ui/time.tsx";
import { eventTypeUsageQuery } from "./queries.ts";
import { grouped } from "../ui/number.ts";

type Subscriber = EventTypeUsageOut["subscribers"]["first"][number];
type Violation = EventTypeUsageOut["violations"]["latest"][number];

/** Who gets the type, and which payloads of the last days were not what its schema says. */
export function EventTypeUsage({ name, hasSchema }: { name: string; hasSchema: boolean }) {
  const { data, error, refetch } = useQuery(eventTypeUsageQuery(name));
  const settings = useQuery(environmentSettingsQuery).data;
  if (error !== null && data === undefined) return <ErrorState what="Its use" error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Skeleton className="h-32 w-full" />;
  const { subscribers, catchAll, violations } = data;
  return (
    <>
      <section aria-labelledby="subscribers" className="space-y-2">
        <h2 id="subscribers" className="text-lg font-semibold">
          Subscribers
        </h2>
        <p className="text-sm text-ink-muted">
          {`${count(subscribers)} ${subscribers.count === 1 ? "endpoint asks" : "endpoints ask"} for it by name; ${count(catchAll)} more ${catchAll.count === 1 ? "gets" : "get"} every type.`}
        </p>
        {subscribers.first.length > 0 && (
          <Table caption="Subscribers" columns={subscriberColumns} rows={subscribers.first} rowId={({ endpointId }) => endpointId} />
        )}
      </section>
      {hasSchema && (
        <section aria-labelledby="drift" className="space-y-2">
          <h2 id="drift" className="text-lg font-semibold">
            Drift
          </h2>
          <p className="text-sm text-ink-muted">{driftText(violations, settings?.payloadValidation)}</p>
          {violations.latest.length > 0 && (
            <Table
              caption="Payloads that did not fit"
              columns={violationColumns}
              rows={violations.latest}
              rowId={({ messageId }) => messageId}
            />
          )}
        </section>
      )}
    </>
  );
}

const count = ({ count, capped }: { count: number; capped: boolean }): string => `${grouped(count)}${capped ? "+" : ""}`;

/** `mode` undefined: not known. */
function driftText(violations: EventTypeUsageOut["violations"], mode: string | undefined): string {
  if (violations.count > 0) return `${count(violations)} of the last 30 days’ messages did not fit the newest schema of their time.`;
  if (mode === undefined) return "";
  if (mode === "off") return "Payloads are not checked in this environment. Settings → Environments switches it on.";
  return mode === "reject"
    ? "Payloads that don’t fit the newest schema are refused."
    : "Of the last 30 days’ messages that were checked, each fitted the newest schema.";
}

const subscriberColumns: Column<Subscriber>[] = [
  { key: "url", header: "Endpoint", cell: (row) => <EndpointLink {...row} /> },
  {
    key: "application",
    header: "Application",
    cell: ({ applicationName, applicationId }) => nameOr(applicationName, applicationId),
    width: "w-48",
    phone: "meta",
  },
  {
    key: "state",
    header: "State",
    cell: ({ disabled }) => (disabled ? <Status tone="off">Disabled</Status> : <Status tone="good">Enabled</Status>),
    width: "w-32",
    phone: "aside",
  },
];

function EndpointLink({ applicationId, endpointId, url }: Subscriber) {
  const path = useEnvironmentPath();
  return (
    <Link className="font-mono text-xs wrap-anywhere underline underline-offset-2" href={path(`/endpoints/${applicationId}/${endpointId}`)}>
      {url}
    </Link>
  );
}

const violationColumns: Column<Violation>[] = [
  { key: "message", header: "Message", cell: ({ messageId }) => <EventTypeMessageLink id={messageId} />, width: "w-44" },
  { key: "fault", header: "What did not fit", cell: ({ faults }) => <Faults faults={faults} />, phone: "meta" },
  { key: "version", header: "Version", cell: ({ schemaVersion }) => schemaVersion, width: "w-20", align: "right", phone: "hidden" },
  { key: "time", header: "Accepted", cell: ({ createdAt }) => <Time at={createdAt} />, width: "w-28", align: "right", phone: "aside" },
];

export function EventTypeMessageLink({ id }: { id: string }) {
  const path = useEnvironmentPath();
  return (
    <Link className="underline underline-offset-2" href={path(`/messages/${id}`)}>
      <Id id={id} />
    </Link>
  );
}

export const Faults = ({ faults }: { faults: Violation["faults"] }) => (
  <span className="text-sm">
    {faults.map(({ path, message }) => (
      <span key={`${path.join(".")} ${message}`} className="block wrap-anywhere">
        {path.length > 0 && <code className="mr-1.5 font-mono text-xs">{path.join(".")}</code>}
        {message}
      </span>
    ))}
  </span>
);
