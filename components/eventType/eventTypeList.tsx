"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { EventTypeOut } from "../../lib/contract/eventType.ts";
import { useEnvironmentPath } from "../environmentPath.ts";
import { Pages } from "../form/pages.tsx";
import { May } from "../session/may.tsx";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { FilterBar, FilterSelect, FilterText } from "../ui/filterBar.tsx";
import { PageHeader } from "../ui/pageHeader.tsx";
import { EmptyState, ListError, NoMatch } from "../ui/states.tsx";
import { Status } from "../ui/status.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { Time } from "../ui/time.tsx";
import { useUrlState } from "../ui/urlState.ts";
import { useNew } from "../ui/useNew.ts";
import { eventTypesQuery } from "./queries.ts";
import { whenOpened } from "../ui/whenOpened.tsx";

const ImportOpenApiDialog = whenOpened(
  () => import("./importDialog.tsx").then((module) => module.ImportOpenApiDialog),
  (props) => props.open,
);

const CreateEventTypeDialog = whenOpened(
  () => import("./eventTypeForm.tsx").then((module) => module.CreateEventTypeDialog),
  (props) => props.open,
);

const columns: Column<EventTypeOut>[] = [
  { key: "name", header: "Name", cell: ({ name }) => <span className="font-mono text-xs">{name}</span>, width: "w-64" },
  {
    key: "description",
    header: "Description",
    cell: ({ description }) => <span className="text-ink-muted">{description}</span>,
    phone: "meta",
  },
  { key: "group", header: "Group", cell: ({ groupName }) => groupName && <Badge>{groupName}</Badge>, width: "w-36", phone: "hidden" },
  { key: "state", header: "State", cell: (type) => <EventTypeState type={type} />, width: "w-32", phone: "aside" },
  { key: "updated", header: "Changed", cell: ({ updatedAt }) => <Time at={updatedAt} />, width: "w-28", align: "right", phone: "hidden" },
];

export function EventTypeState({ type: { archived, deprecated } }: { type: EventTypeOut }) {
  if (archived) return <Status tone="off">Archived</Status>;
  return deprecated ? <Status tone="warn">Deprecated</Status> : <Status tone="good">Active</Status>;
}

const shown = [{ value: "all", label: "With archived" }];

export function EventTypeList() {
  const url = useUrlState();
  const path = useEnvironmentPath();
  const [creating, setCreating] = useNew();
  const [importing, setImporting] = useState(false);
  const search = url.get("search") ?? "";
  const archived = url.get("show") ?? "";
  const iterator = url.get("cursor");
  const { data, error, refetch } = useQuery(eventTypesQuery({ search, include_archived: archived === "all", iterator }));
  const rows = data?.data;
  const isFiltered = search !== "" || archived !== "";
  const clear = () => url.set({ search: null, show: null, cursor: null });
  const isEmpty = rows?.length === 0 && search === "" && iterator === null;
  const create = (
    <May least="member" ordinary>
      <Button variant="secondary" onClick={() => setImporting(true)}>
        Import from OpenAPI
      </Button>
      <Button onClick={() => setCreating(true)}>Create event type</Button>
    </May>
  );
  return (
    <>
      <PageHeader title="Event types" lead="What messages can be about; endpoints choose among them." actions={create} />
      {(!isEmpty || isFiltered) && (
        <FilterBar onClear={isFiltered ? clear : null}>
          <FilterText
            label="Name, description or group"
            className="w-72 max-sm:w-full"
            value={search}
            onChange={(value, step) => url.set({ search: value, cursor: null }, step)}
          />
          <FilterSelect
            label="Show"
            none="Without archived"
            options={shown}
            value={archived}
            onChange={(value) => url.set({ show: value, cursor: null })}
          />
        </FilterBar>
      )}
      {error !== null && rows === undefined ? (
        <ListError what="The event types" error={error} isFiltered={isFiltered} onClear={clear} onRetry={() => void refetch()} />
      ) : isEmpty ? (
        <EmptyState title={archived === "" ? "No event type yet" : "There is none, archived or not"} action={create}>
          An event type is a name such as <code className="font-mono text-xs">invoice.paid</code>, with a description and, if you like, a
          JSON Schema with examples. Messages may be sent without one; endpoints can subscribe only to types that exist.
        </EmptyState>
      ) : rows?.length === 0 ? (
        <NoMatch what="event types" onClear={clear} />
      ) : (
        <>
          <Table
            caption="Event types"
            columns={columns}
            rows={rows}
            rowId={({ name }) => name}
            href={({ name }) => path(`/event-types/${name}`)}
          />
          <Pages page={data} iterator={iterator} inItsOrder />
        </>
      )}
      <May least="member" ordinary>
        <CreateEventTypeDialog open={creating} onOpenChange={setCreating} />
      </May>
      <ImportOpenApiDialog open={importing} onOpenChange={setImporting} />
    </>
  );
}
