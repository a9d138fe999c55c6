"use client";

/**
 * How a person wants lists drawn: density, columns, and the width of what stands beside them. Kept in a cookie of the browser,
 * so that the server draws it so from the start.
 */
import { createContext, useContext, useMemo, useSyncExternalStore } from "react";
import { type View, readView, viewCookie, writeView } from "./viewCookie.ts";

const yearSeconds = 365 * 24 * 3600;
const listeners = new Set<() => void>();

/** The cookie with which the server drew the page. */
export const DrawnView = createContext("");

export function useView(): View {
  const drawn = useContext(DrawnView);
  const text = useSyncExternalStore(subscribe, kept, () => drawn);
  return useMemo(() => readView(text), [text]);
}

export function changeView(change: (view: View) => Partial<View>): void {
  const view = readView(kept());
  document.cookie = `${viewCookie}=${writeView({ ...view, ...change(view) })}; path=/; max-age=${yearSeconds}; samesite=lax`;
  for (const listener of listeners) listener();
}

const kept = (): string =>
  document.cookie
    .split("; ")
    .find((pair) => pair.startsWith(`${viewCookie}=`))
    ?.slice(viewCookie.length + 1) ?? "";

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
