/**
 * Lists are read page by page, by key and never by offset. An iterator is the id of the last row of a page and leads on;
 * with a minus sign it is the id of the first and leads back. A backward page has the same order as a forward one, and
 * `done` on it means that nothing lies further back.
 */
import type { Page } from "../../contract/shared.ts";
import { pageBytes } from "../../db/sql/log/messages.ts";
import { invalid } from "../../errors.ts";
import { type IdKind, isId } from "../../ids.ts";

export type Cursor = { id: string; back: boolean };

/** `descending`: how the list is ordered, whatever the direction of reading. */
export type Window = { limit: number; descending: boolean; cursor: Cursor | null };

/** The iterator of a request; throws a validation error if it is not one of this list. */
export function cursorOf(kind: IdKind | "eventType", iterator: string | null | undefined): Cursor | null {
  if (iterator === null || iterator === undefined || iterator === "") return null;
  const back = iterator.startsWith("-");
  const id = back ? iterator.slice(1) : iterator;
  const isOurs = kind === "eventType" ? /^[a-zA-Z0-9\-_.]{1,256}$/.test(id) : isId(kind, id);
  if (!isOurs) throw invalid(["query", "iterator"], "This is no iterator of this list");
  return { id, back };
}

/** Whether rows are read from the greatest key down. */
export const readsDown = ({ descending, cursor }: Window): boolean => descending !== (cursor?.back ?? false);

/** For Prisma: which rows come after the cursor in the direction of reading, one more than the page holds. */
export function keyset<K extends string>(key: K, window: Window) {
  const down = readsDown(window);
  const id = window.cursor?.id;
  return {
    after: (id === undefined ? {} : { [key]: down ? { lt: id } : { gt: id } }) as { [P in K]?: { lt: string } | { gt: string } },
    orderBy: { [key]: down ? "desc" : "asc" } as { [P in K]: "asc" | "desc" },
    take: window.limit + 1,
  };
}

/** `rows`: in the direction of reading, up to one more than the page holds. */
export function pageOf<R, T>(rows: R[], { limit, cursor }: Window, idOf: (row: R) => string, show: (row: R) => T): Page<T> {
  const kept = rows.slice(0, limit);
  if (cursor?.back) kept.reverse();
  const first = kept[0];
  const last = kept.at(-1);
  return {
    data: kept.map(show),
    iterator: last === undefined ? null : idOf(last),
    ...(first === undefined ? {} : { prevIterator: `-${idOf(first)}` }),
    done: rows.length <= limit,
  };
}

/** The window of as many rows as a page has room for, one at least. `bytes`: of each one's payload, in the direction of reading. */
export function withinBytes(window: Window, bytes: readonly number[]): Window {
  let sum = 0;
  const beyond = bytes.findIndex((own, i) => (sum += own) > pageBytes && i > 0);
  return beyond < 0 ? window : { ...window, limit: Math.min(window.limit, beyond) };
}

/** Room for what a page shows. Payloads are counted as they are stored, and a packed one may be a thousand times as much. */
export class PageRoom {
  #left = 4 * pageBytes;
  #isEmpty = true;

  /** Whether there is room for so many bytes more; for the first there is. */
  take(bytes: number): boolean {
    this.#left -= bytes;
    const fits = this.#left >= 0 || this.#isEmpty;
    this.#isEmpty = false;
    return fits;
  }
}

/**
 * The same page as JSON. `textsOf`: what is shown of each row, in the direction of reading; null: nothing any more. The page ends where
 * they do.
 */
export async function pageTextOf<R>(
  rows: R[],
  window: Window,
  idOf: (row: R) => string,
  textsOf: (rows: R[]) => Promise<(string | null)[]> | (string | null)[],
): Promise<string> {
  const texts = await textsOf(rows.slice(0, window.limit));
  const { data: _, ...rest } = pageOf(rows, { ...window, limit: texts.length }, idOf, (row) => row);
  if (window.cursor?.back) texts.reverse();
  return `{"data":[${texts.filter((text) => text !== null).join(",")}],${JSON.stringify(rest).slice(1)}`;
}
