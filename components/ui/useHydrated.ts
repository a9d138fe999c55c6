"use client";

import { useSyncExternalStore } from "react";

const never = () => () => undefined;

/** Whether scripts have come to what the server drew: until then, a button that looks ready would do nothing. */
export const useHydrated = (): boolean =>
  useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
