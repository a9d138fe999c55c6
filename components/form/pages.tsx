"use client";

import { Pager } from "../ui/pager.tsx";
import { useUrlState } from "../ui/urlState.ts";

type PagesProps = { page: { iterator: string | null; prevIterator?: string; done: boolean } | undefined; iterator: string | null };

/** Leads on and back through a list of the API; `cursor` in the address is its iterator. */
export function Pages({ page, iterator }: PagesProps) {
  const url = useUrlState();
  const to = (cursor: string | null | undefined) => () => url.set({ cursor: cursor ?? null });
  const { newer, older } = directions(page, iterator);
  return newer === null && older === null ? null : (
    <Pager onNewer={newer === null ? null : to(newer)} onOlder={older === null ? null : to(older)} />
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
