"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { MessageInEnvironment } from "../../lib/contract/messageLog.ts";
import { useEnvironmentPath } from "../environmentPath.ts";
import { Pages } from "../form/pages.tsx";
import { FilterPicker } from "../search/filterPicker.tsx";
import { May } from "../session/may.tsx";
import { Button } from "../ui/button.tsx";
import { ColumnsMenu } from "../ui/columnsMenu.tsx";
import { FilterBar, FilterSelect, FilterText } from "../ui/filterBar.tsx";
import { Id } from "../ui/id.tsx";
import { filterFaultOf } from "../ui/filterFault.ts";
import { useMoment } from "../ui/moment.tsx";
import { PageHeader } from "../ui/pageHeader.tsx";
import { EmptyState, ListError, NoMatch } from "../ui/states.tsx";
import { Status } from "../ui/status.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { Time } from "../ui/time.tsx";
import { type Step, useUrlState } from "../ui/urlState.ts";
import { messagesQuery } from "./queries.ts";
import { hourMs } from "../../lib/words/duration.ts";
import { clockMs } from "../ui/clock.ts";
import { nameOr } from "../../lib/words/nameOr.ts";
import { whenOpened } from "../ui/whenOpened.tsx";

const SendMessageDialog = whenOpened(
  () => import("./sendMessage.tsx").then((module) => module.SendMessageDialog),
  (props) => props.open,
);

type Row = MessageInEnvironment;

const columns: Column<Row>[] = [
  { key: "type", header: "Event type", cell: (row) => <TypeOf row={row} /> },
  { key: "application", header: "Application", cell: ({ application: { name, id } }) => nameOr(name, id), phone: "meta" },
  { key: "id", header: "Id", cell: ({ id }) => <Id id={id} />, width: "w-40", phone: "hidden" },
  {
    key: "eventId",
    header: "eventId",
    cell: ({ eventId }) => eventId && <span className="font-mono text-xs">{eventId}</span>,
    width: "w-36",
    phone: "hidden",
  },
  { key: "deliveries", header: "Deliveries", cell: ({ deliveries }) => <FanOut counts={deliveries} />, width: "w-44", phone: "aside" },
  { key: "size", header: "Size", cell: ({ payloadBytes }) => sizeText(payloadBytes), width: "w-20", align: "right", phone: "hidden" },
  { key: "time", header: "Accepted", cell: ({ timestamp }) => <Time at={timestamp} />, width: "w-28", align: "right", phone: "meta" },
];

const TypeOf = ({ row: { eventType, violation } }: { row: Row }) => (
  <span className="inline-flex max-w-full flex-wrap items-center gap-x-3">
    <span className="font-mono text-xs">{eventType}</span>
    {violation !== null && <Status tone="warn">Does not fit its schema</Status>}
  </span>
);

export const sizeText = (bytes: number): string => (bytes < 1024 ? `${bytes} B` : `${(bytes / 1024).toFixed(bytes < 10_240 ? 1 : 0)} kB`);

export function FanOut({ counts: { pending, succeeded, failed, cancelled } }: { counts: Row["deliveries"] }) {
  const total = pending + succeeded + failed + cancelled;
  if (total === 0) return <span className="text-ink-muted">No endpoint</span>;
  if (failed > 0) return <Status tone="bad">{`${failed} of ${total} failed`}</Status>;
  if (pending > 0) return <Status tone="busy">{`${pending} of ${total} pending`}</Status>;
  if (cancelled > 0) return <Status tone="off">{`${cancelled} of ${total} cancelled`}</Status>;
  return <Status tone="good">{`${total} succeeded`}</Status>;
}

const spans = [
  { value: "1", label: "Last hour" },
  { value: "24", label: "Last 24 hours" },
  { value: "168", label: "Last 7 days" },
];

const names = ["application_id", "event_types", "channel", "tag", "event_id", "after", "before"] as const;

export function MessageList() {
  const url = useUrlState();
  const path = useEnvironmentPath();
  const [sending, setSending] = useState(false);
  const iterator = url.get("cursor");
  const filter = Object.fromEntries(names.map((name) => [name, url.get(name)]));
  const { data, error, refetch } = useQuery(messagesQuery({ ...filter, iterator }));
  const rows = data?.data;
  const isFiltered = names.some((name) => filter[name]);
  const clear = () => url.set({ ...Object.fromEntries(names.map((name) => [name, null])), cursor: null });
  const set = (name: (typeof names)[number]) => (value: string, step?: Step) => url.set({ [name]: value, cursor: null }, step);
  const fault = filterFaultOf(error);
  const faultOf = (name: string) => (fault?.name === name ? fault.text : undefined);
  const text = (name: (typeof names)[number], label: string) => (
    <FilterText
      mono
      label={label}
      className="w-40 max-sm:w-[calc(50%-0.25rem)]"
      value={filter[name] ?? ""}
      onChange={set(name)}
      fault={faultOf(name)}
    />
  );
  const isEmpty = rows?.length === 0 && !isFiltered && iterator === null;
  const send = (
    <May least="member" ordinary>
      <Button onClick={() => setSending(true)}>Send message</Button>
    </May>
  );
  // Absolute in the address, so that a link means the same tomorrow.
  const after = filter["after"] ?? "";
  const span = after === "" ? "" : "custom";
  const since = useMoment(after);
  return (
    <>
      <PageHeader
        title="Messages"
        lead="What was accepted, the newest first, and what became of it."
        actions={
          <>
            {!isEmpty && <ColumnsMenu list="messages" columns={columns} />}
            {send}
          </>
        }
      />
      {!isEmpty && (
        <FilterBar onClear={isFiltered ? clear : null}>
          <FilterPicker
            label="Event type"
            kind="eventType"
            fault={faultOf("event_types")}
            many
            values={(filter["event_types"] ?? "").split(",").filter(Boolean)}
            onChange={(types) => set("event_types")(types.join(","))}
          />
          <FilterPicker
            label="Application"
            kind="application"
            fault={faultOf("application_id")}
            values={filter["application_id"] ? [filter["application_id"]] : []}
            onChange={([id = ""]) => set("application_id")(id)}
          />
          {text("event_id", "eventId")}
          {text("channel", "Channel")}
          {text("tag", "Tag")}
          <FilterSelect
            label="Time"
            value={span}
            options={span === "" ? spans : [{ value: "custom", label: `Since ${since}` }, ...spans]}
            onChange={(value) => {
              if (value === "custom") return;
              set("after")(value === "" ? "" : new Date(clockMs() - Number(value) * hourMs).toISOString());
            }}
          />
        </FilterBar>
      )}
      {error !== null && rows === undefined ? (
        <ListError what="The messages" error={error} isFiltered={isFiltered} onClear={clear} onRetry={() => void refetch()} />
      ) : isEmpty ? (
        <EmptyState title="No message yet" action={send}>
          Your backend sends messages with one POST to <code className="font-mono text-xs">/api/v1/app/…/msg</code>; each goes to every
          endpoint of the application that wants it. Try it with one from here.
        </EmptyState>
      ) : rows?.length === 0 ? (
        <NoMatch what="messages" onClear={clear} />
      ) : (
        <>
          <Table
            list="messages"
            caption="Messages"
            columns={columns}
            rows={rows}
            rowId={({ id }) => id}
            href={({ id }) => path(`/messages/${id}`)}
          />
          <Pages page={data} iterator={iterator} />
        </>
      )}
      <SendMessageDialog open={sending} onOpenChange={setSending} />
    </>
  );
}
