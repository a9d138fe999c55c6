"use client";

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { AuditEntryOut } from "../../lib/contract/auditEntry.ts";
import { useMembership } from "../session/queries.ts";
import { Button } from "../ui/button.tsx";
import { FilterBar, FilterSelect, FilterText } from "../ui/filterBar.tsx";
import { Id } from "../ui/id.tsx";
import { PageHeader } from "../ui/pageHeader.tsx";
import { Pager } from "../ui/pager.tsx";
import { EmptyState, ListError, NoMatch } from "../ui/states.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { Time } from "../ui/time.tsx";
import { type Step, useUrlState } from "../ui/urlState.ts";
import { EntryPanel } from "./entryPanel.tsx";
import { auditEntriesQuery } from "./queries.ts";
import { actionWords, actorWords, targetWords } from "./words.ts";

const filters = ["search", "target", "actor", "actorId"] as const;

/** Who changed what, when, from where: the latest first. */
export function AuditLog() {
  const url = useUrlState();
  const { may, role } = useMembership();
  const openId = url.get("open");
  // Back closes the panel; from one entry to the next there is nothing to go back to.
  const columns = useMemo(() => columnsOf(({ id }) => url.set({ open: id }, { replace: openId !== null })), [url, openId]);
  const iterator = url.get("iterator");
  const filter = {
    search: url.get("search"),
    targetKind: url.get("target"),
    actorKind: url.get("actor"),
    actorId: url.get("actorId"),
    iterator,
  };
  const { data, error, refetch } = useQuery({ ...auditEntriesQuery(filter), enabled: may("admin") });
  const isFiltered = filters.some((name) => url.get(name) !== null);
  const clear = () => url.set({ ...Object.fromEntries(filters.map((name) => [name, null])), iterator: null });
  const choose = (name: (typeof filters)[number]) => (value: string, step?: Step) => url.set({ [name]: value, iterator: null }, step);

  if (role !== null && !may("admin"))
    return <EmptyState title="The audit log is for admins">Ask an admin or an owner of the organization.</EmptyState>;
  const open = data?.data.find(({ id }) => id === openId);
  const back = iterator?.startsWith("-") ?? false;
  const hasNewer = back ? data?.done === false : iterator !== null;
  const hasOlder = back || data?.done === false;
  return (
    <>
      <PageHeader title="Audit log" lead="Every change in this organization: who made it, when, and from where. Nobody can alter it." />
      <FilterBar onClear={isFiltered ? clear : null}>
        <FilterText label="Action, name or id" value={filter.search ?? ""} onChange={choose("search")} />
        <FilterSelect label="What" options={optionsOf(targetWords)} value={filter.targetKind ?? ""} onChange={choose("target")} />
        <FilterSelect label="Who" options={optionsOf(actorWords)} value={filter.actorKind ?? ""} onChange={choose("actor")} />
      </FilterBar>
      {error !== null && data === undefined ? (
        <ListError what="The audit log" error={error} isFiltered={isFiltered} onClear={clear} onRetry={() => void refetch()} />
      ) : data?.data.length === 0 ? (
        isFiltered || iterator !== null ? (
          <NoMatch what="entries" onClear={clear} />
        ) : (
          <EmptyState title="Nothing has changed yet">Each change from now on stands here.</EmptyState>
        )
      ) : (
        <>
          <Table caption="Audit log" columns={columns} rows={data?.data} rowId={({ id }) => id} openId={openId} skeletonRows={12} />
          <Pager
            onNewer={hasNewer && data?.prevIterator ? () => url.set({ iterator: data.prevIterator ?? null }) : null}
            onOlder={hasOlder && data?.iterator ? () => url.set({ iterator: data.iterator }) : null}
          />
        </>
      )}
      {open !== undefined && <EntryPanel entry={open} onClose={() => url.set({ open: null }, { replace: true })} />}
    </>
  );
}

const optionsOf = (words: Record<string, string>) => Object.entries(words).map(([value, label]) => ({ value, label }));

const columnsOf = (onOpen: (entry: AuditEntryOut) => void): Column<AuditEntryOut>[] => [
  {
    key: "action",
    header: "Change",
    cell: (entry) => (
      <Button variant="quiet" size="small" className="-ml-2.5 max-w-full card:ml-0 card:px-0!" onClick={() => onOpen(entry)}>
        <span className="truncate text-ink">{actionWords(entry)}</span>
      </Button>
    ),
    phone: "title",
    leastPx: 200,
  },
  { key: "target", header: "Of", width: "w-40", cell: ({ targetId }) => <Id id={targetId} />, phone: "hidden" },
  {
    key: "actor",
    header: "Who",
    width: "w-48",
    cell: ({ actorKind, actorName }) => (
      <span className="block truncate" title={actorName}>
        {actorName}
        {actorKind !== "member" && <span className="ml-1.5 text-ink-muted">{actorWords[actorKind]}</span>}
      </span>
    ),
    phone: "meta",
  },
  { key: "ip", header: "From", width: "w-32", cell: ({ ip }) => <span className="font-mono text-xs">{ip ?? "–"}</span>, phone: "hidden" },
  { key: "when", header: "When", width: "w-28", align: "right", cell: ({ createdAt }) => <Time at={createdAt} />, phone: "aside" },
];
