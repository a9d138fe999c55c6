"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useUrlState } from "../ui/urlState.ts";
import { Pages } from "../form/pages.tsx";
import type { DestinationOut } from "../../lib/contract/destination.ts";
import { useEnvironmentPath } from "../environmentPath.ts";
import { May } from "../session/may.tsx";
import { Button } from "../ui/button.tsx";
import { Id } from "../ui/id.tsx";
import { EmptyState, ErrorState } from "../ui/states.tsx";
import { Status } from "../ui/status.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { Time } from "../ui/time.tsx";
import { pollersQuery } from "./queries.ts";
import { whenOpened } from "../ui/whenOpened.tsx";

const CreatePollerDialog = whenOpened(
  () => import("./createPollerDialog.tsx").then((module) => module.CreatePollerDialog),
  (props) => props.open,
);

const all = (words: string[]): string => (words.length === 0 ? "All" : words.join(", "));

const columns: Column<DestinationOut>[] = [
  { key: "uid", header: "Polling endpoint", cell: ({ uid, id }) => <span className="font-mono text-xs">{uid ?? id}</span> },
  { key: "status", header: "State", cell: (row) => <PollerState status={row.status} />, width: "w-28", phone: "aside" },
  {
    key: "types",
    header: "Event types",
    cell: ({ eventTypes }) => <span className="block truncate">{all(eventTypes)}</span>,
    width: "w-44",
    phone: "meta",
  },
  {
    key: "channels",
    header: "Channels",
    cell: ({ channels }) => <span className="block truncate">{all(channels)}</span>,
    width: "w-32",
    phone: "hidden",
  },
  { key: "id", header: "Id", cell: ({ id }) => <Id id={id} />, width: "w-36", phone: "hidden" },
  { key: "created", header: "Created", cell: ({ createdAt }) => <Time at={createdAt} />, width: "w-28", align: "right", phone: "hidden" },
];

export const PollerState = ({ status }: { status: DestinationOut["status"] }) =>
  status === "disabled" ? <Status tone="off">Disabled</Status> : <Status tone="good">Enabled</Status>;

/** Their iterator's name in the address, beside that of the endpoints. */
const cursor = "pollers";

/** An application's polling endpoints. */
export function Pollers({ applicationId }: { applicationId: string }) {
  const iterator = useUrlState().get(cursor);
  const path = useEnvironmentPath();
  const [open, setOpen] = useState(false);
  const { data, error, refetch } = useQuery(pollersQuery(applicationId, iterator));
  const create = (
    <May least="member" ordinary>
      <Button variant="secondary" size="small" onClick={() => setOpen(true)}>
        Create polling endpoint
      </Button>
    </May>
  );
  const isEmpty = data?.data.length === 0 && iterator === null;
  return (
    <section aria-labelledby="polling-endpoints">
      <div className="mb-3 flex items-center justify-between gap-3">
        <h2 id="polling-endpoints" className="text-lg font-semibold">
          Polling endpoints
        </h2>
        {!isEmpty && create}
      </div>
      {error !== null && data === undefined ? (
        <ErrorState what="The polling endpoints" error={error} onRetry={() => void refetch()} />
      ) : isEmpty ? (
        <EmptyState title="No polling endpoint yet" action={create}>
          For receivers without a public URL: they ask for this application’s messages, and go on where they stopped.
        </EmptyState>
      ) : (
        <>
          <Table
            caption="Polling endpoints"
            columns={columns}
            rows={data?.data}
            rowId={({ id }) => id}
            href={({ id }) => path(`/polling/${applicationId}/${id}`)}
            skeletonRows={1}
          />
          <Pages page={data} iterator={iterator} of="Polling endpoints" name={cursor} />
        </>
      )}
      <CreatePollerDialog applicationId={applicationId} open={open} onOpenChange={setOpen} />
    </section>
  );
}
