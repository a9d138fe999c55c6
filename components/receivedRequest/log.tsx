"use client";

import { useMemo } from "react";
import type { ReceivedRequestOut } from "../../lib/contract/receivedRequest.ts";
import type { SourceOut } from "../../lib/contract/source.ts";
import { LiveState } from "../delivery/liveState.tsx";
import { TimeFilter } from "../delivery/timeFilter.tsx";
import { useShownRows } from "../delivery/useShownPage.ts";
import { useEnvironmentPath } from "../environmentPath.ts";
import { Button } from "../ui/button.tsx";
import { ColumnsMenu } from "../ui/columnsMenu.tsx";
import { FilterBar, FilterSelect, FilterText } from "../ui/filterBar.tsx";
import { Pager } from "../ui/pager.tsx";
import { filterFaultOf } from "../ui/filterFault.ts";
import { useSelection } from "../ui/selection.ts";
import { BadFilter, EmptyState, ErrorState, NoMatch } from "../ui/states.tsx";
import { Table } from "../ui/table.tsx";
import { type Step, useUrlState } from "../ui/urlState.ts";
import { columns } from "./columns.tsx";
import { type RequestFilter, useLiveRequests, useReceivedRequests } from "./queries.ts";
import { ReleaseBar } from "./releaseBar.tsx";
import { keptOptions, keptVerdictOf, reasonOptions, verdictOptions } from "./verdict.tsx";

const idOf = ({ id }: ReceivedRequestOut): string => id;
const names = ["verdict", "reason", "search", "event_type", "after", "before"] as const;

type ReceivedLogProps = { source: SourceOut; /** Only what can be released. */ quarantine?: boolean };

/** What came to a source, newest first. */
export function ReceivedLog({ source, quarantine = false }: ReceivedLogProps) {
  const url = useUrlState();
  const path = useEnvironmentPath();
  const filter = useMemo<RequestFilter>(() => {
    const said = Object.fromEntries(names.map((name) => [name, url.get(name) ?? ""])) as Omit<RequestFilter, "source_id">;
    return { ...said, source_id: source.id, ...(quarantine ? { verdict: keptVerdictOf(said.verdict) ?? "rejected" } : {}) };
  }, [url, source.id, quarantine]);
  const iterator = url.get("iterator") ?? "";
  const canRelease = keptVerdictOf(filter.verdict) !== null;
  const selection = useSelection(`${JSON.stringify(filter)} ${iterator}`);
  const isPaused = selection.ids.size > 0;
  const isLive = useLiveRequests(source.id, { paused: isPaused, isNewest: iterator === "" });
  const requests = useReceivedRequests(filter, iterator, { paused: isPaused, live: isLive });
  // Rows hold still; only where they can be released those that were released go, which nobody wants to see as if they waited.
  const place = `${JSON.stringify(filter)} ${iterator} ${canRelease ? requests.dataUpdatedAt : ""}`;
  const { page, isCurrent, showNew } = useShownRows(place, requests.isPlaceholderData ? undefined : requests.data, idOf);
  const fault = filterFaultOf(requests.error);
  const faultOf = (name: string) => (fault?.name === name ? fault.text : undefined);
  const change = (part: Partial<Record<(typeof names)[number], string>>, step?: Step) => url.set({ ...part, iterator: null }, step);
  const clear = () => change(Object.fromEntries(names.map((name) => [name, ""])));
  const isFiltered = names.some((name) => (url.get(name) ?? "") !== "");
  const rows = page?.data ?? [];
  const turn = (to: string) => url.set({ iterator: to });

  return (
    <>
      <div className="mb-2 flex flex-wrap items-center justify-between gap-2 text-sm text-ink-muted">
        <LiveState
          failed={requests.isError && fault === null && page !== undefined}
          of={requests.dataUpdatedAt}
          paused={isPaused}
          told={isLive}
        />
        <ColumnsMenu list="requests" columns={columns} />
      </div>
      <FilterBar onClear={isFiltered ? clear : null}>
        <FilterText
          label="Paste an id"
          mono
          className="w-48 max-sm:w-full"
          value={filter.search}
          fault={faultOf("search")}
          onChange={(search, step) => change({ search }, step)}
        />
        <FilterSelect
          label="Verdict"
          options={quarantine ? keptOptions : verdictOptions}
          value={filter.verdict}
          onChange={(verdict) => change({ verdict })}
        />
        <FilterSelect label="Reason" options={reasonOptions} value={filter.reason} onChange={(reason) => change({ reason })} />
        <TimeFilter after={filter.after} before={filter.before} change={change} />
        <FilterText
          label="Event type"
          mono
          className="w-36 max-sm:w-full"
          value={filter.event_type}
          fault={faultOf("event_type")}
          onChange={(text, step) => change({ event_type: text }, step)}
        />
      </FilterBar>
      {fault !== null ? (
        <BadFilter why={fault.text} onClear={clear} />
      ) : requests.isError && !isCurrent ? (
        <ErrorState what="The requests" error={requests.error} onRetry={() => void requests.refetch()} />
      ) : page !== undefined && rows.length === 0 && iterator === "" ? (
        <Nothing filtered={isFiltered} quarantine={quarantine} clear={clear} />
      ) : (
        <div className="relative">
          {page !== undefined && page.waiting.length > 0 && iterator === "" && (
            <div className="pointer-events-none absolute inset-x-0 -top-4 z-10 flex justify-center" aria-live="polite">
              <Button size="small" className="pointer-events-auto rounded-full!" onClick={showNew}>
                {page.waiting.length} new
              </Button>
            </div>
          )}
          <Table
            list="requests"
            caption={quarantine ? "Requests in quarantine, newest first" : "Received requests, newest first"}
            columns={columns}
            rows={page?.data}
            isOther={!isCurrent}
            rowId={idOf}
            href={({ id }) => path(`/sources/${source.id}/${id}`)}
            {...(canRelease ? { selection } : {})}
          />
          {canRelease && isCurrent && rows.length > 0 && (
            <ReleaseBar source={source} filter={filter} selected={[...selection.ids]} onDone={selection.clear} />
          )}
          <Pager
            onNewer={page?.prevIterator && iterator !== "" ? () => turn(page.prevIterator ?? "") : null}
            onOlder={page !== undefined && !page.done && page.iterator !== null ? () => turn(page.iterator ?? "") : null}
          />
        </div>
      )}
    </>
  );
}

function Nothing({ filtered, quarantine, clear }: { filtered: boolean; quarantine: boolean; clear: () => void }) {
  if (filtered) return <NoMatch what="requests" onClear={clear} />;
  if (quarantine)
    return (
      <EmptyState title="Nothing is in quarantine">
        What fails verification, or a transformation, is kept here, whole, and so is what the filter holds back. After you have fixed the
        cause it can be released, in the order in which it came; so can what was taken for a duplicate and is none.
      </EmptyState>
    );
  return (
    <EmptyState title="Nothing has come yet">Give the provider the URL, or send a test from Setup: it appears here at once.</EmptyState>
  );
}
