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
  const to = (cursor: string | null | undefined) => () => url.set({ [name]: cursor ?? null });
  const { newer, older } = directions(page, iterator);
  return newer === null && older === null ? null : (
    <Pager
      of={of}
      {...(inItsOrder ? { words: ["Previous", "Next"] } : {})}
      onNewer={newer === null ? null : to(newer)}
      onOlder={older === null ? null : to(older)}
    />
  );
}

/** `done` speaks of the direction that was read in. */
function directions(page: PagesProps["page"], iterator: string | null) {
  const back = iterator?.startsWith("-") ?? false;
  if (page === undefined) return { newer: null, older: null };
  const newer = iterator === null || (back && page.done) ? null : (page.prevIterator ?? null);
  const older = !back && page.done ? null : page.iterator;
  return { newer, older };
}
