"use client";

import { useSyncExternalStore } from "react";
import type { DeliveryOut } from "../../lib/contract/delivery.ts";
import { keyOf } from "./page.ts";

/** What was last told of deliveries, for rows that stay on the screen when a filter finds them no more. */
let told: ReadonlyMap<string, DeliveryOut> = new Map();
const listeners = new Set<() => void>();
const kept = 500;

export function tell(rows: readonly DeliveryOut[]): void {
  if (rows.length === 0) return;
  const all = [...told, ...rows.map((row) => [keyOf(row), row] as const)];
  told = new Map(all.slice(-kept));
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

export const useTold = (): ReadonlyMap<string, DeliveryOut> =>
  useSyncExternalStore(
    subscribe,
    () => told,
    () => told,
  );
