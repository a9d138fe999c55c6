"use client";

import type { EndpointInEnvironment } from "../../lib/contract/endpoint.ts";
import { useEnvironmentPath } from "../environmentPath.ts";
import { Id } from "../ui/id.tsx";
import { nameOr } from "../../lib/words/nameOr.ts";
import { Status } from "../ui/status.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { Url } from "../ui/url.tsx";
import { Time } from "../ui/time.tsx";

type Row = EndpointInEnvironment;

const url: Column<Row> = {
  key: "url",
  header: "Endpoint",
  leastPx: 220,
  cell: ({ url, description }) => (
    <>
      <Url url={url} whole />
      {description !== "" && <span className="block truncate text-xs text-ink-muted">{description}</span>}
    </>
  ),
};

const application: Column<Row> = {
  key: "application",
  header: "Application",
  cell: ({ application: { name, id } }) => nameOr(name, id),
  width: "w-44",
  phone: "meta",
};

const rest: Column<Row>[] = [
  { key: "state", header: "State", cell: (row) => <EndpointState endpoint={row} />, width: "w-36", phone: "aside" },
  { key: "recent", header: "Last 20 deliveries", cell: ({ recent }) => <Recent statuses={recent} />, width: "w-40", phone: "hidden" },
  { key: "id", header: "Id", cell: ({ id }) => <Id id={id} />, width: "w-36", phone: "hidden" },
  { key: "created", header: "Created", cell: ({ createdAt }) => <Time at={createdAt} />, width: "w-28", align: "right", phone: "meta" },
];

export const endpointColumns = (withApplication: boolean): Column<Row>[] =>
  withApplication ? [url, application, ...rest] : [url, ...rest];

type EndpointTableProps = { rows: Row[] | undefined; withApplication: boolean; skeletonRows?: number };

export function EndpointTable({ rows, withApplication, skeletonRows }: EndpointTableProps) {
  const path = useEnvironmentPath();
  return (
    <Table
      list="endpoints"
      caption="Endpoints"
      columns={endpointColumns(withApplication)}
      rows={rows}
      rowId={({ id }) => id}
      href={({ id, application }) => path(`/endpoints/${application.id}/${id}`)}
      {...(skeletonRows === undefined ? {} : { skeletonRows })}
    />
  );
}

type State = Pick<Row, "disabled" | "disabledReason" | "failingSince">;

const reasons = { manual: "Disabled", gone: "Gone (410)", failing: "Disabled: failing", requested: "Stopped by receiver" } as const;

export function EndpointState({ endpoint: { disabled, disabledReason, failingSince } }: { endpoint: State }) {
  if (disabled) return <Status tone={disabledReason === "manual" ? "off" : "bad"}>{reasons[disabledReason ?? "manual"]}</Status>;
  return failingSince === null ? <Status tone="good">Enabled</Status> : <Status tone="warn">Failing</Status>;
}

const shapes = {
  succeeded: { colour: "bg-good", height: "h-4" },
  failed: { colour: "bg-bad", height: "h-2.5" },
  cancelled: { colour: "bg-line-strong", height: "h-1.5" },
  retrying: { colour: "bg-warn", height: "h-2" },
  pending: { colour: "bg-brand", height: "h-1" },
} as const;

/** One bar a delivery, the newest at the right; failures are shorter, so that colour is not all. */
export function Recent({ statuses }: { statuses: Row["recent"] }) {
  if (statuses.length === 0) return <span className="text-ink-muted">None yet</span>;
  const count = (status: Row["recent"][number]) => statuses.filter((one) => one === status).length;
  const told = (Object.keys(shapes) as (keyof typeof shapes)[]).filter((status) => count(status) > 0);
  const text = `Of the last ${statuses.length}: ${told.map((status) => `${count(status)} ${status}`).join(", ")}`;
  return (
    <span title={text} className="inline-flex h-4 items-end gap-0.5 align-middle">
      <span className="sr-only">{text}</span>
      {statuses.toReversed().map((status, at) => (
        <span key={at} data-swatch aria-hidden="true" className={`w-1 rounded-[1px] ${shapes[status].colour} ${shapes[status].height}`} />
      ))}
    </span>
  );
}
