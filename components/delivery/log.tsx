"use client";

import { later, laterWhenIdle, whereShown } from "../ui/later.tsx";
import { type ReactNode, useEffect, useMemo, useRef } from "react";
import type { DeliveryOut } from "../../lib/contract/delivery.ts";
import { useEnvironmentPath } from "../environmentPath.ts";
import { usePortal } from "../session/portalSession.tsx";
import { useMembership } from "../session/queries.ts";
import { Button } from "../ui/button.tsx";
import { PageHeader } from "../ui/pageHeader.tsx";
import { Pager } from "../ui/pager.tsx";
import { filterFaultOf } from "../ui/filterFault.ts";
import { useSelection } from "../ui/selection.ts";
import { ErrorState } from "../ui/states.tsx";
import { Table } from "../ui/table.tsx";
import { useUrlState } from "../ui/urlState.ts";
import { columnsOf } from "./columns.tsx";
import { type Filters, writeFilters } from "./filters.ts";
import { counted } from "./format.ts";
import { LiveState } from "./liveState.tsx";
import { LogFilters } from "./logFilters.tsx";
import { mayMatch } from "./mayMatch.ts";
import { keyOf } from "./page.ts";
import type { DeliveryKey } from "./pageQueries.ts";
import { useDeliveries, useDeliveryCount, useLiveDeliveries } from "./queries.ts";
import { useCancel, useResend } from "./resend.tsx";
import { useTold } from "./told.ts";
import { useFilters } from "./useFilters.ts";
import { UsualViews } from "./usualViews.tsx";
import { useShownPage } from "./useShownPage.ts";

// On the server too: it is the whole page then, and nothing else waits for it.
const Nothing = whereShown(() => import("./nothing.tsx").then((module) => module.Nothing));
// On the server the whole page would wait for these parts.
const Unusable = later(() => import("./unusable.tsx").then((module) => module.Unusable));
const SelectionBar = later(() => import("./selectionBar.tsx").then((module) => module.SelectionBar));
const LogMenus = laterWhenIdle(() => import("./logMenus.tsx").then((module) => module.LogMenus));
const LogVolume = laterWhenIdle(() => import("./logVolume.tsx").then((module) => module.LogVolume));
const SearchReach = later(() => import("./searchReach.tsx").then((module) => module.SearchReach));
const DeliveryPanel = later(() => import("./deliveryPanel.tsx").then((module) => module.DeliveryPanel));

/** The one endpoint whose deliveries a page shows, instead of all of the environment's. */
export type LogOwner = Pick<Filters, "applicationId" | "endpointId">;

/** Every delivery of the environment, newest first; on an endpoint's page, which has a head of its own, every one to it. */
export function DeliveryLog({ of }: { of?: LogOwner }) {
  const base = useEnvironmentPath()("");
  const isPortal = usePortal() !== null;
  const { own, filters, iterator, sort, change, sortBy, clear, turn, linkTo } = useFilters(of);
  const place = `${writeFilters(filters).toString()} ${iterator} ${sort}`;
  const selection = useSelection(place);
  const isPaused = selection.ids.size > 0;
  const isLive = useLiveDeliveries(isPaused, (row) => iterator === "" && mayMatch(filters, row));
  const deliveries = useDeliveries(filters, iterator, sort, { paused: isPaused, live: isLive });
  const count = useDeliveryCount(filters);
  // While the next page is on its way the one before stays to be seen; nothing can be done with it.
  const { page, isCurrent, showNew } = useShownPage(place, deliveries.isPlaceholderData ? undefined : deliveries.data);
  useCountedAnew(page && isCurrent ? keyOf(page.data[0] ?? nothingShown) : null, count.refetch);
  const fault = filterFaultOf(deliveries.error);
  const { resend, question } = useResend();
  const cancelOne = useCancel();
  const { mayResend } = useMembership();
  const columns = useMemo(
    () =>
      columnsOf({ isPortal, linkTo, onResend: (row) => resend([row]), onCancel: cancelOne })
        .filter(({ key }) => (mayResend || key !== "actions") && (of === undefined || key !== "endpoint"))
        .map((column) => (column.key === "lastAttempt" && sort === "lastAttemptAt" ? { ...column, ...sortedBy } : column)),
    [isPortal, linkTo, resend, cancelOne, mayResend, of, sort],
  );

  const told = useTold();
  // Sorted by the last attempt, rows leave the page because others were attempted; the filters still find them.
  const isGone = (row: DeliveryOut) => sort === "createdAt" && (page?.gone.has(keyOf(row)) ?? false);
  // What a filter finds no more, the API says nothing of; what was told of it since counts.
  const rows = (page?.data ?? []).map((row) => (isGone(row) ? (told.get(keyOf(row)) ?? row) : row));
  const { openId, opened, open } = useOpenDelivery();
  const openAt = rows.findIndex((row) => keyOf(row) === openId);
  const openBeside = (step: number) => {
    const row = rows[openAt + step];
    return openAt < 0 || row === undefined ? null : () => open(row);
  };
  const selected = rows.filter((row) => selection.has(keyOf(row)));
  const resendSelected = () => {
    resend(selected);
    selection.clear();
  };

  return (
    <>
      <Head
        title={of === undefined ? "Deliveries" : null}
        live={
          <LiveState
            failed={deliveries.isError && fault === null && page !== undefined}
            of={deliveries.dataUpdatedAt}
            paused={isPaused}
            told={isLive}
          />
        }
      >
        <span
          className={`flex min-h-8 flex-wrap gap-2 max-sm:min-h-11 ${isPortal ? menusPlace.portal : of === undefined ? menusPlace.log : menusPlace.endpoint}`}
        >
          <LogMenus columns={columns} filters={filters} exports={!isPortal} views={!isPortal && of === undefined} />
        </span>
      </Head>
      <UsualViews status={filters.status} linkTo={linkTo} />
      <LogFilters filters={own} of={of} sort={sort} change={change} sortBy={sortBy} clear={clear} fault={fault} />
      {filters.search !== "" && fault === null && <SearchReach after={filters.after} />}
      <div className="mb-4 min-h-28.25 max-md:min-h-34.25">
        <LogVolume filters={filters} endpointOwner={filters.endpointId === "" ? null : (rows[0]?.applicationId ?? null)} change={change} />
      </div>
      {fault !== null ? (
        <Unusable fault={fault} base={base} clear={clear} />
      ) : deliveries.isError && !isCurrent ? (
        <ErrorState what="The deliveries" error={deliveries.error} onRetry={() => void deliveries.refetch()} />
      ) : page !== undefined && rows.length === 0 && page.done && iterator === "" ? (
        <Nothing isPortal={isPortal} filters={own} base={base} clear={clear} />
      ) : (
        <div className="relative">
          {page !== undefined && page.waiting.length > 0 && iterator === "" && <NewPill count={page.waiting.length} onShow={showNew} />}
          <Table
            list="deliveries"
            caption={sort === "createdAt" ? "Deliveries, newest first" : "Deliveries, the last attempted first"}
            columns={columns}
            rows={page && rows}
            isGone={isGone}
            isOther={!isCurrent}
            rowId={keyOf}
            href={(row) => `${base}/deliveries/${row.messageId}/${row.endpointId}`}
            onOpen={open}
            openId={openId}
            {...(mayResend ? { selection } : {})}
            skeletonRows={12}
            rowKeys={mayResend ? [{ key: "r", does: "Resend the delivery", run: (row) => resend([row]) }] : []}
          />
          {selected.length > 0 && (
            <SelectionBar
              size={selected.length}
              all={selected.length === rows.filter((row) => !isGone(row)).length}
              count={count.data}
              filters={filters}
              onResend={resendSelected}
              onClear={selection.clear}
            />
          )}
          <Pager
            onNewer={page?.prevIterator && iterator !== "" ? () => turn(page.prevIterator ?? "") : null}
            onOlder={page !== undefined && !page.done && page.iterator !== null ? () => turn(page.iterator ?? "") : null}
          >
            {isCurrent && count.data && `${counted(count.data)} ${count.data.count === 1 ? "delivery" : "deliveries"}`}
          </Pager>
        </div>
      )}
      {question}
      {opened !== null && (
        <DeliveryPanel of={opened} base={base} onClose={() => open(null)} onPrevious={openBeside(-1)} onNext={openBeside(1)} />
      )}
    </>
  );
}

/** What the menus take once they are there, so that nothing moves then. */
const menusPlace = { log: "min-w-65 max-sm:min-w-42", endpoint: "min-w-48 max-sm:min-w-23", portal: "min-w-25 max-sm:hidden" };

/** In place of the usual moment, the one by which rows are sorted. */
const sortedBy = { extra: false, rank: 1, phone: "meta" } as const;

type HeadProps = { /** Null: the page has one already. */ title: string | null; live: ReactNode; children: ReactNode };

const Head = ({ title, live, children }: HeadProps) =>
  title === null ? (
    <div className="mb-3 flex flex-wrap items-center gap-2 text-sm text-ink-muted">
      <span className="mr-auto">{live}</span>
      {children}
    </div>
  ) : (
    <PageHeader title={title} lead={live} actions={children} />
  );

const nothingShown = { messageId: "", endpointId: "" };

/** Counts again when new rows are shown, so that the number is not of before. `newest`: the first row's; null: it is on its way. */
function useCountedAnew(newest: string | null, recount: (options: { cancelRefetch: boolean }) => unknown): void {
  const counted = useRef<string | null>(null);
  useEffect(() => {
    if (newest === null) return;
    if (counted.current !== null && counted.current !== newest) recount({ cancelRefetch: false });
    counted.current = newest;
  }, [newest, recount]);
}

/** The delivery in the side panel, as the address says; another one forgets which attempt was looked at. */
function useOpenDelivery() {
  const url = useUrlState();
  const openId = url.get("open");
  const [messageId = "", endpointId = ""] = openId?.split(".") ?? [];
  const open = (row: DeliveryKey | null) =>
    // Back closes the panel; from one delivery to the next there is nothing to go back to.
    url.set({ open: row && keyOf(row), attempt: null, compare: null }, { replace: openId !== null });
  return { openId, opened: messageId === "" || endpointId === "" ? null : { messageId, endpointId }, open };
}

const NewPill = ({ count, onShow }: { count: number; onShow: () => void }) => (
  <div className="pointer-events-none absolute inset-x-0 -top-4 z-10 flex justify-center" aria-live="polite">
    <Button size="small" className="pointer-events-auto rounded-full!" onClick={onShow}>
      {count} new
    </Button>
  </div>
);
