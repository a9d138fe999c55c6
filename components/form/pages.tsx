"use client";

import { Pager } from "../ui/pager.tsx";
import { useUrlState } from "../ui/urlState.ts";

type PagesProps = {
  page: { iterator: string | null; prevIterator?: string; done: boolean } | undefined;
  iterator: string | null;
  /** What is listed, where a page has several lists. */
  of?: string;
  /** The iterator's name in the address, where a page has several lists. */
  name?: string;
  /** The list is in another order than the newest first. */
  inItsOrder?: boolean;
};

/** Leads on and back through a list of the API; `cursor` in the address is its iterator. */
export function Pages({ page, iterator, of, name = "cursor", inItsOrder = false }: PagesProps) {
  const url = useUrlState();
  const to = (direction: Direction) => direction && (() => url.set({ [name]: direction.cursor }));
  const { newer, older } = directions(page, iterator);
  return newer === null && older === null ? null : (
    <Pager
      {...(of === undefined ? {} : { label: `Pages of ${of}` })}
      {...(inItsOrder ? { words: ["Previous", "Next"] } : {})}
      onNewer={to(newer)}
      onOlder={to(older)}
    />
  );
}

type Direction = { /** Null: that of the first page. */ cursor: string | null } | null;

/** Where a page leads. `done` speaks of the direction that was read in. */
export function directions(page: PagesProps["page"], iterator: string | null): { newer: Direction; older: Direction } {
  if (page === undefined) return { newer: null, older: null };
  // What stood here is gone: the way back is to the first page.
  if (page.iterator === null) return { newer: iterator === null ? null : { cursor: null }, older: null };
  const back = iterator?.startsWith("-") ?? false;
  const newer = iterator === null || (back && page.done) ? null : { cursor: page.prevIterator ?? null };
  const older = !back && page.done ? null : { cursor: page.iterator };
  return { newer, older };
}
