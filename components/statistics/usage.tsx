"use client";

import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Link } from "../ui/link.tsx";
import type { UsageOut } from "../../lib/contract/statistics.ts";
import { apiUrl, searchOf } from "../api.ts";
import { useEnvironmentPath } from "../environmentPath.ts";
import { Volume } from "../chart/volume.tsx";
import { Button } from "../ui/button.tsx";
import { FilterBar, FilterSelect, FilterText } from "../ui/filterBar.tsx";
import { Id } from "../ui/id.tsx";
import { nameOr } from "../../lib/words/nameOr.ts";
import { PageHeader } from "../ui/pageHeader.tsx";
import { clockMs } from "../ui/clock.ts";
import { EmptyState, ErrorState, NoMatch } from "../ui/states.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { TabLinks } from "../ui/tabs.tsx";
import { useUrlState } from "../ui/urlState.ts";
import { percent } from "./percent.ts";
import { sinceOf, spans, usageQuery } from "./queries.ts";
import { dayMs } from "../../lib/words/duration.ts";
import { grouped } from "../ui/number.ts";

const views = [
  { value: "application", label: "By application" },
  { value: "eventType", label: "By event type" },
] as const;

type Row = UsageOut["data"][number];

const usualDays = "7";

/** How much was sent to whom, of what, and how well. */
export function Usage() {
  const url = useUrlState();
  const path = useEnvironmentPath();
  const router = useRouter();
  const by = views.find(({ value }) => value === url.get("by"))?.value ?? "application";
  const days = spans.find(({ value }) => value === url.get("days"))?.value ?? usualDays;
  const search = url.get("search") ?? "";
  const { data, error, refetch } = useQuery(usageQuery(by, days, search));
  const download = () => window.location.assign(apiUrl("/stats/usage/export", { by, since: sinceOf(days), search }));
  const clear = () => url.set({ search: null });
  const [nowMs] = useState(() => clockMs());
  // Each leads to what it counts: of the same time.
  const href = (row: Row) =>
    path(
      by === "application"
        ? `/applications/${row.id}${searchOf({ days: days === usualDays ? null : days })}`
        : `/deliveries${searchOf({ event_types: row.id, after: new Date(nowMs - Number(days) * dayMs).toISOString() })}`,
    );
  return (
    <>
      <PageHeader
        title="Usage"
        lead="Deliveries whose first attempt was made then, and how many of them have succeeded by now. In whole hours, counted every 20 seconds."
        actions={
          <Button variant="secondary" onClick={download}>
            Download CSV
          </Button>
        }
      />
      <div className="mb-4">
        <TabLinks
          label="Usage"
          tabs={views.map(({ value, label }) => ({
            label,
            href: url.href({ by: value === "application" ? null : value, search: null }),
            current: value === by,
          }))}
        />
      </div>
      <FilterBar onClear={search === "" ? null : clear}>
        <FilterText
          key={by}
          label={by === "application" ? "Name, uid or id" : "Event type"}
          className="w-72 max-sm:w-full"
          value={search}
          onChange={(value, step) => url.set({ search: value }, step)}
        />
        <FilterSelect
          label="Time"
          none={spans.find(({ value }) => value === usualDays)?.label ?? ""}
          options={spans.filter(({ value }) => value !== usualDays)}
          value={days === usualDays ? "" : days}
          onChange={(value) => url.set({ days: value })}
        />
      </FilterBar>
      <div className="mb-4">
        <Volume
          place={{ path: "" }}
          range={{ since: Number(days) * dayMs, until: null }}
          title="Deliveries"
          onChoose={({ after, before }) => router.push(path(`/deliveries?${new URLSearchParams({ after, before }).toString()}`))}
        />
      </div>
      {error !== null && data === undefined ? (
        <ErrorState what="The usage" error={error} onRetry={() => void refetch()} />
      ) : data?.data.length === 0 && search !== "" ? (
        <NoMatch what={by === "application" ? "applications with deliveries" : "event types with deliveries"} onClear={clear} />
      ) : data?.data.length === 0 ? (
        <EmptyState title="Nothing was sent then">What is sent is counted here within half a minute.</EmptyState>
      ) : (
        <>
          <Table caption="Usage" columns={columnsOf(by, href)} rows={data?.by === by ? data.data : undefined} rowId={({ id }) => id} />
          {data?.hasMore === true && (
            <p className="mt-3 text-sm text-ink-muted">The 100 with the most deliveries. Search for any other; the CSV has all.</p>
          )}
        </>
      )}
    </>
  );
}

const columnsOf = (by: UsageOut["by"], href: (row: Row) => string): Column<Row>[] => [
  {
    key: "name",
    header: by === "application" ? "Application" : "Event type",
    phone: "title",
    cell: (row) => (
      <Link href={href(row)} className={`underline-offset-4 hover:underline ${by === "application" ? "" : "font-mono text-xs"}`}>
        {nameOr(row.name, row.id)}
      </Link>
    ),
  },
  ...(by === "application"
    ? [{ key: "id", header: "Id", width: "w-36", phone: "hidden", cell: ({ id }: Row) => <Id id={id} /> } satisfies Column<Row>]
    : []),
  { key: "deliveries", header: "Deliveries", width: "w-28", align: "right", phone: "aside", cell: (row) => grouped(row.deliveries) },
  { key: "succeeded", header: "Succeeded", width: "w-28", align: "right", phone: "meta", cell: (row) => grouped(row.delivered) },
  {
    key: "undelivered",
    header: "Not yet, or never",
    width: "w-36",
    align: "right",
    phone: "meta",
    cell: (row) => grouped(row.deliveries - row.delivered),
  },
  { key: "rate", header: "Success rate", width: "w-28", align: "right", phone: "meta", cell: (row) => percent(row.deliveredRate) },
  {
    key: "attempts",
    header: "Attempts",
    width: "w-28",
    align: "right",
    phone: "hidden",
    cell: (row) => grouped(row.succeeded + row.failed),
  },
];
