/** A saved view as filters of the log at this moment. */
import type { DeliveryFilter } from "../../lib/contract/delivery.ts";
import type { SavedViewOut } from "../../lib/contract/savedView.ts";
import { searchOf } from "../delivery/filters.ts";

type View = Pick<SavedViewOut, "filter" | "withinSeconds">;

/** The log's address for a view: one that is relative in time reaches back from `nowMs`. */
export function searchOfView({ filter, withinSeconds }: View, nowMs: number): string {
  if (withinSeconds === null) return searchOf(filter);
  return searchOf({ ...filter, after: new Date(nowMs - withinSeconds * 1000).toISOString(), before: null });
}

/** Whether the filters are the view's: the moments of one that is relative differ each time that it is opened. */
export function isOpenView({ filter, withinSeconds }: View, shown: DeliveryFilter): boolean {
  const without = (one: DeliveryFilter): DeliveryFilter => (withinSeconds === null ? one : { ...one, after: null, before: null });
  const isTimed = withinSeconds === null || (typeof shown.after === "string" && !shown.before);
  return isTimed && searchOf(without(filter)) === searchOf(without(shown));
}

const minuteSeconds = 60;
const longestSeconds = 90 * 24 * 3600;

/** How far back from now filters reach that have a beginning and no end, in whole minutes. Null: they don't. */
export function withinOf({ after, before }: DeliveryFilter, nowMs: number): number | null {
  if (!after || before) return null;
  const seconds = Math.round((nowMs - Date.parse(after)) / 60_000) * minuteSeconds;
  return seconds >= minuteSeconds && seconds <= longestSeconds ? seconds : null;
}
