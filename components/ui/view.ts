"use client";

/**
 * How a person wants lists drawn: density, columns, and the width of what stands beside them. Kept in a cookie of the browser,
 * so that the server draws it so from the start.
 */
import { createContext, useContext, useMemo, useSyncExternalStore } from "react";
import { type View, readView, viewCookie } from "./viewCookie.ts";

const listeners = new Set<() => void>();

/** The cookie with which the server drew the page. */
export const DrawnView = createContext("");

export function useView(): View {
  const drawn = useContext(DrawnView);
  const text = useSyncExternalStore(subscribe, keptView, () => drawn);
  return useMemo(() => readView(text), [text]);
}

/** What `document.cookie` said last: reading it is slow, and every list asks at every drawing. */
let kept: string | null = null;

export const keptView = (): string => (kept ??= readCookie());

const readCookie = (): string =>
  document.cookie
    .split("; ")
    .find((pair) => pair.startsWith(`${viewCookie}=`))
    ?.slice(viewCookie.length + 1) ?? "";

/** Tells all lists that it has changed. */
export function tellView(): void {
  kept = null;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
