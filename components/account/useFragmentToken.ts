"use client";

import { useSyncExternalStore } from "react";

const subscribe = (listener: () => void) => {
  window.addEventListener("hashchange", listener);
  return () => window.removeEventListener("hashchange", listener);
};

/** The token behind `#token=`, which no server log ever sees. Undefined: not known yet; null: there is none. */
export const useFragmentToken = (): string | null | undefined =>
  useSyncExternalStore(
    subscribe,
    () => new URLSearchParams(window.location.hash.slice(1)).get("token"),
    () => undefined,
  );
