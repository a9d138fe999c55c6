"use client";

import { useHydrated } from "./useHydrated.ts";
import { wallText } from "./wallClock.ts";

/** A moment of an address, by the reader's clock; until the browser has taken over in UTC: a server doesn't know where the reader is. */
export const Moment = ({ at }: { at: string }) => useMoment(at);

/** As Moment, where only text can stand. */
export function useMoment(at: string): string {
  const isHydrated = useHydrated();
  const ms = Date.parse(at);
  if (Number.isNaN(ms)) return at;
  return isHydrated ? wallText(ms, { dateStyle: "short", timeStyle: "short" }) : new Date(ms).toISOString().slice(0, 16).replace("T", " ");
}
