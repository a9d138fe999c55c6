"use client";

import { useUrlState } from "./urlState.ts";

/** Whether a page's form for something new is open. The address says so, and a link can: `?new=yes`. */
export function useNew(): [isOpen: boolean, setOpen: (isOpen: boolean) => void] {
  const url = useUrlState();
  return [url.get("new") === "yes", (isOpen) => url.set({ new: isOpen ? "yes" : null }, { replace: true })];
}
