"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ConnectorOut } from "../../lib/contract/connector.ts";
import { Pages } from "../form/pages.tsx";
import { May } from "../session/may.tsx";
import { Button } from "../ui/button.tsx";
import { nameOr } from "../../lib/words/nameOr.ts";
import { Dialog } from "../ui/overlay.tsx";
import { PageHeader } from "../ui/pageHeader.tsx";
import { EmptyState, ErrorState } from "../ui/states.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { Time } from "../ui/time.tsx";
import { toast } from "../ui/toast.tsx";
import { useUrlState } from "../ui/urlState.ts";
import { ConnectorForm } from "./connectorForm.tsx";
import { ConnectorSheet } from "./connectorSheet.tsx";
import { connectorsQuery } from "./queries.ts";

/** Templates for endpoints of a kind; the address says which one is open. */
export function ConnectorList() {
  const url = useUrlState();
  const iterator = url.get("cursor");
  const openId = url.get("connector");
  const { data, error, refetch } = useQuery(connectorsQuery(iterator));
  const [isCreating, setCreating] = useState(false);
  const create = (
    <May least="member" ordinary>
      <Button onClick={() => setCreating(true)}>Create connector</Button>
    </May>
  );
  const isEmpty = data?.data.length === 0 && iterator === null;
  return (
    <>
      <PageHeader
        title="Connectors"
        lead="Templates for endpoints of one kind: their event types, and code that adapts payloads."
        actions={!isEmpty && create}
      />
      {error !== null && data === undefined ? (
        <ErrorState what="The connectors" error={error} onRetry={() => void refetch()} />
      ) : isEmpty ? (
        <EmptyState title="No connector yet" action={create}>
          A connector turns your payloads into what Slack, Discord or a system of your customers’ understands.
        </EmptyState>
      ) : (
        <>
          <Table
            caption="Connectors"
            columns={columns}
            rows={data?.data}
            rowId={({ id }) => id}
            href={({ id }) => url.href({ connector: id })}
            onOpen={({ id }) => url.set({ connector: id })}
            openId={openId}
            scroll={false}
          />
          <Pages page={data} iterator={iterator} inItsOrder />
        </>
      )}
      <ConnectorSheet id={openId} onClose={() => url.set({ connector: null })} />
      <Dialog open={isCreating} onOpenChange={setCreating} title="Create connector" wide>
        <ConnectorForm
          connector={null}
          onCancel={() => setCreating(false)}
          onSaved={({ id, name }) => {
            setCreating(false);
            toast.good(`Connector ${name} created`);
            url.set({ connector: id });
          }}
        />
      </Dialog>
    </>
  );
}

const columns: Column<ConnectorOut>[] = [
  { key: "name", header: "Connector", cell: ({ name, id }) => <span className="block truncate">{nameOr(name, id)}</span>, phone: "title" },
  { key: "kind", header: "Kind", cell: ({ kind }) => kind, width: "w-40", phone: "aside" },
  {
    key: "types",
    header: "Event types",
    cell: ({ allowedEventTypes }) => <span className="block truncate">{allowedEventTypes?.join(", ") ?? "All"}</span>,
    width: "w-56",
    phone: "meta",
  },
  {
    key: "uid",
    header: "uid",
    cell: ({ uid }) => (uid === null ? <span className="text-ink-muted">–</span> : <span className="font-mono text-xs">{uid}</span>),
    width: "w-36",
    phone: "hidden",
  },
  { key: "created", header: "Created", cell: ({ createdAt }) => <Time at={createdAt} />, width: "w-28", align: "right", phone: "hidden" },
];
