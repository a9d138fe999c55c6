"use client";

import { useRouter } from "next/navigation";
import { memo, type ReactNode, type RefObject, useEffect, useEffectEvent, useMemo, useRef } from "react";
import { useShortcut } from "./shortcuts.ts";
import { Skeleton } from "./states.tsx";
import type { Selection } from "./selection.ts";
import { type Sized, leavingClasses, standInClasses } from "./tableWidths.ts";
import { useHydrated } from "./useHydrated.ts";
import { useShownColumns } from "./shownColumns.ts";
import { useView } from "./view.ts";

/*
 * A real table. Columns have least widths and leave by rank where there is no room (tableWidths.ts); where there is very
 * little, each row becomes a card. The first column's cell is the row's link, if `href` is given, and takes the focus: j and
 * k go from row to row, Enter opens, x selects. `rows` undefined draws skeletons in the final geometry. For empty, no match and
 * failed, draw those states instead of the table.
 *
 * Scripts come to all rows before a page answers, so a row has as little for them to do as possible: the table hears its clicks,
 * and it is drawn again only when something of it has changed.
 */

/** `phone`: in a card on the first line (left, at its end), on the second line, on one of its own, or not at all. The first column is "title". */
export type Column<Row> = Sized & {
  header: string;
  cell: (row: Row) => ReactNode;
  align?: "right";
  /** Not shown until it is chosen. */
  extra?: boolean;
  /** Of the first column: what stands beside the row's link. */
  aside?: (row: Row) => ReactNode;
  /** What stands in for it under another column; its cell, unless that holds links, which need more room. */
  standIn?: (row: Row) => ReactNode;
};

/** A key that does something to the row that has the focus. */
export type RowKey<Row> = { key: string; does: string; run: (row: Row) => void };

type TableProps<Row> = {
  /** By what its chosen columns are remembered. */
  list?: string;
  /** The table's name, for those who can't see it. */
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[] | undefined;
  rowId: (row: Row) => string;
  href?: (row: Row) => string;
  /** Opens the row instead of going to its link, unless another tab is asked for. */
  onOpen?: (row: Row) => void;
  selection?: Selection;
  rowKeys?: readonly RowKey<Row>[];
  /** The row whose detail is open. */
  openId?: string | null;
  skeletonRows?: number;
  /** The row is shown, but the filters would not find it now: it can't be ticked. */
  isGone?: (row: Row) => boolean;
  /** What a row can't do without needs some 800 px: rows are cards until then. */
  wide?: boolean;
  /** The rows are of other filters, or another page, and only stay until the asked ones are there: nothing can be done with them. */
  isOther?: boolean;
  /** Skips what of the row's link the browser would scroll to; for details that open beside the table. */
  scroll?: boolean;
};

const onPhone = {
  title: "card:order-1 card:min-w-0 card:grow card:basis-[calc(100%-9rem)]",
  aside: "card:order-2 card:max-w-36 card:text-right",
  meta: "card:order-3 card:text-sm card:text-ink-muted",
  line: "card:order-4 card:basis-full card:pt-1",
  hidden: "card:hidden",
};

export function Table<Row>(given: TableProps<Row>) {
  const columns = useShownColumns(given.list, given.columns);
  const props = { ...given, columns };
  const { caption, rows, rowId, selection, skeletonRows = 8, isOther = false, wide = false } = props;
  const { compact } = useView();
  const there = (rows ?? []).filter((row) => props.isGone?.(row) !== true);
  const selects = selection !== undefined;
  const { leaving, standIns } = useClasses(columns, selects, wide);
  const body = useRef<HTMLTableSectionElement>(null);
  useRowKeys(body, props);
  useOpenRow(body, props.openId ?? null);
  useRowEvents(body, props);
  return (
    <Awake>
      <div className={wide ? "@container/wide-table" : "@container/table"} data-density={compact ? "compact" : undefined}>
        <div className="overflow-x-auto border-y border-line row:rounded-md row:border row:bg-surface">
          <table className="w-full table-fixed border-collapse text-sm card:block" aria-busy={rows === undefined || isOther}>
            <caption className="sr-only">{caption}</caption>
            <thead className="border-b border-line text-left text-xs text-ink-muted card:sr-only">
              <tr className="h-8">
                {selection && (
                  <th scope="col" className="w-9 pl-3">
                    <Tick
                      label="Select all on this page"
                      isOff={isOther}
                      checked={there.length > 0 && there.every((row) => selection.has(rowId(row)))}
                      onChange={(checked) => selection.setAll(checked ? there.map(rowId) : [])}
                    />
                  </th>
                )}
                {columns.map(({ key, header, align, width = "" }) => (
                  <th
                    key={key}
                    scope="col"
                    className={`truncate px-3 font-medium ${align === "right" ? "text-right" : ""} ${width} ${leaving.get(key) ?? ""}`}
                  >
                    {header}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody
              ref={body}
              inert={isOther && rows !== undefined}
              className={`card:block ${isOther && rows !== undefined ? "opacity-60" : ""}`}
            >
              {rows === undefined
                ? Array.from({ length: skeletonRows }, (_, index) => (
                    <SkeletonRow key={index} columns={columns} leaving={leaving} selects={selects} />
                  ))
                : rows.map((row) => {
                    const id = rowId(row);
                    const hasGone = props.isGone?.(row) ?? false;
                    return (
                      <TableRow
                        key={id}
                        row={row}
                        id={id}
                        columns={columns}
                        leaving={leaving}
                        standIns={standIns}
                        href={props.href?.(row)}
                        onTick={selection?.set}
                        isSelected={!hasGone && (selection?.has(id) ?? false)}
                        isOpen={props.openId === id}
                        hasGone={hasGone}
                      />
                    );
                  })}
            </tbody>
          </table>
        </div>
      </div>
    </Awake>
  );
}

/** The classes of cells by their column: rows are drawn again when these change. */
function useClasses<Row>(columns: readonly Column<Row>[], selects: boolean, wide: boolean) {
  return useMemo(
    () => ({
      // Actions never leave, but nothing acts on paper.
      leaving: new Map([["actions", "print:hidden"], ...leavingClasses(columns, selects, wide)]),
      standIns: standInClasses(columns, selects, wide),
    }),
    [columns, selects, wide],
  );
}

/** What is in it works once scripts have come to it; one element that changes then, not each button and box. */
const Awake = ({ children }: { children: ReactNode }) => (
  <fieldset role="none" disabled={!useHydrated()} className="contents">
    {children}
  </fieldset>
);

/** What the table hears of its rows. */
function useRowEvents<Row>(body: RefObject<HTMLTableSectionElement | null>, props: TableProps<Row>): void {
  const { rows = [], rowId, onOpen, scroll = true } = props;
  const router = useRouter();
  const follow = useEffectEvent((event: MouseEvent) => {
    const target = event.target as HTMLElement;
    const line = target.closest<HTMLElement>("tr[data-row]");
    const rowLink = line?.querySelector<HTMLAnchorElement>("a[data-row-link]");
    if (!line || !rowLink || event.defaultPrevented) return;
    const control = target.closest("a,button,input,label,select");
    // Beside the link's words it is the link, too; but a selection of text is no click.
    if (control === null) return void (window.getSelection()?.isCollapsed !== false && rowLink.click());
    if (control !== rowLink || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const row = rows.find((one) => rowId(one) === line.dataset["row"]);
    if (onOpen === undefined) router.push(rowLink.pathname + rowLink.search + rowLink.hash, { scroll });
    else if (row !== undefined) onOpen(row);
  });
  useEffect(() => {
    const element = body.current;
    if (element === null) return;
    const onClick = (event: MouseEvent) => follow(event);
    element.addEventListener("click", onClick);
    return () => element.removeEventListener("click", onClick);
  }, [body]);
}

const rowLook =
  "h-10 compact:h-9 border-line not-last:border-b card:flex card:h-auto card:min-h-14 card:flex-wrap card:items-center card:gap-x-2.5 card:gap-y-0.5 card:px-1 card:py-2 card:[contain-intrinsic-size:auto_5rem] card:[content-visibility:auto]";
const cellLook = "px-3 card:px-0";

type Leaving = ReadonlyMap<string, string>;

type RowProps<Row> = {
  row: Row;
  id: string;
  columns: readonly Column<Row>[];
  leaving: Leaving;
  standIns: Leaving;
  href: string | undefined;
  onTick: Selection["set"] | undefined;
  isSelected: boolean;
  isOpen: boolean;
  hasGone: boolean;
};

function Row<Row>({ row, id, columns, leaving, standIns, href, onTick, isSelected, isOpen, hasGone }: RowProps<Row>) {
  return (
    // The keyboard has the link of the first cell.
    <tr
      data-row={id}
      aria-current={isOpen ? "true" : undefined}
      title={hasGone ? "The filters would not find it now" : undefined}
      className={`${rowLook} ${href === undefined ? "" : "cursor-pointer hover:bg-sunken"} ${isSelected || isOpen ? "bg-accent-wash!" : ""} ${hasGone ? "opacity-70" : ""}`}
    >
      {onTick && (
        <td className="pl-3 card:order-first card:pl-0">
          <Tick label={`Select ${id}`} checked={isSelected} isOff={hasGone} onChange={(checked) => onTick(id, checked)} />
        </td>
      )}
      {columns.map(({ key, cell, align, phone, aside }, index) => (
        <td
          key={key}
          className={`${cellLook} group/cell relative truncate ${align === "right" ? "text-right" : ""} ${onPhone[phone ?? (index === 0 ? "title" : "meta")]} ${leaving.get(key) ?? ""}`}
        >
          {index === 0 && href !== undefined ? (
            <a data-row-link href={href} className="rounded-sm outline-offset-4 card:-outline-offset-2">
              {cell(row)}
            </a>
          ) : (
            cell(row)
          )}
          {aside?.(row)}
          {columns.map(
            (other) =>
              other.under === key &&
              standIns.has(other.key) && (
                <span key={other.key} className={`truncate text-xs text-ink-muted ${standIns.get(other.key)}`}>
                  {(other.standIn ?? other.cell)(row)}
                </span>
              ),
          )}
        </td>
      ))}
    </tr>
  );
}

const TableRow = memo(Row) as typeof Row;

type SkeletonRowProps<Row> = { columns: readonly Column<Row>[]; leaving: Leaving; selects: boolean };

const SkeletonRow = <Row,>({ columns, leaving, selects }: SkeletonRowProps<Row>) => (
  <tr className={rowLook}>
    {selects && <td className="pl-3 card:hidden">&nbsp;</td>}
    {columns.map(({ key, phone }, index) => (
      <td key={key} className={`${cellLook} ${onPhone[phone ?? (index === 0 ? "title" : "meta")]} ${leaving.get(key) ?? ""}`}>
        <Skeleton className={index === 0 ? "h-3.5 w-40 max-w-full" : "h-3.5 w-16 max-w-full"} />
      </td>
    ))}
  </tr>
);

type TickProps = { label: string; checked: boolean; isOff?: boolean; onChange: (checked: boolean) => void };

const Tick = ({ label, checked, isOff = false, onChange }: TickProps) => (
  <input
    type="checkbox"
    aria-label={label}
    checked={checked}
    disabled={isOff}
    onChange={(event) => onChange(event.target.checked)}
    className="block size-4 accent-solid card:size-5"
  />
);

/** Keeps the open row in sight; the focus goes along if it is in the table, and comes back to it when the detail is closed. */
function useOpenRow(body: RefObject<HTMLTableSectionElement | null>, openId: string | null): void {
  const last = useRef<string | null>(null);
  useEffect(() => {
    const id = openId ?? last.current;
    last.current = openId;
    const row = id === null ? null : body.current?.querySelector<HTMLElement>(`tr[data-row="${CSS.escape(id)}"]`);
    if (!row) return;
    if (openId !== null) row.scrollIntoView({ block: "nearest" });
    const { activeElement } = document;
    const follows = openId === null ? activeElement === document.body : body.current?.contains(activeElement);
    if (follows) row.querySelector<HTMLElement>("a[data-row-link],button")?.focus({ preventScroll: true });
  }, [body, openId]);
}

function useRowKeys<Row>(body: RefObject<HTMLTableSectionElement | null>, props: TableProps<Row>): void {
  const { rows = [], rowId, selection, rowKeys = [] } = props;
  const elements = () => [...(body.current?.querySelectorAll<HTMLTableRowElement>("tr[data-row]") ?? [])];
  const focused = () => elements().findIndex((row) => row.contains(document.activeElement));
  const go = (step: number) => {
    // Asked here and not by leaving the key out: who sees the new row may press it at once.
    if (props.isOther) return;
    const all = elements();
    const index = Math.min(Math.max(focused() + step, 0), all.length - 1);
    // The row's link, which Enter follows; the tick box before it only where there is none.
    const row = all[index];
    (row?.querySelector<HTMLElement>("a[data-row-link]") ?? row?.querySelector<HTMLElement>("input,button,a"))?.focus();
  };
  const withRow = (run: (row: Row) => void) => {
    if (props.isOther) return;
    const id = elements()[focused()]?.dataset["row"];
    const row = rows.find((row) => rowId(row) === id);
    if (row !== undefined) run(row);
  };
  const hasRows = rows.length > 0;
  useShortcut("j", "Next row", () => go(1), hasRows);
  useShortcut("k", "Previous row", () => go(-1), hasRows);
  useShortcut(
    "x",
    "Select the row",
    () => withRow((row) => props.isGone?.(row) === true || selection?.toggle(rowId(row))),
    hasRows && selection !== undefined,
  );
  // A table has at most two keys of its own; hooks want a fixed number.
  const [first, second] = rowKeys;
  useShortcut(first?.key ?? "", first?.does ?? "", () => first && withRow(first.run), hasRows && first !== undefined);
  useShortcut(second?.key ?? "", second?.does ?? "", () => second && withRow(second.run), hasRows && second !== undefined);
}
