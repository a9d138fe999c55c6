"use client";

import { useEffect } from "react";
import { dayMs } from "../../lib/words/duration.ts";
import { askAlone } from "./askAlone.ts";

const daily = dayMs;
/** Who signs in meanwhile waits so long at most. */
const patienceMs = 10_000;
const rolledAt = "webster-session-rolled";

/** Whoever comes back within the session's 30 days stays signed in: asking for it gives its cookie another 30. */
export function useRollingSession(): void {
  useEffect(() => {
    if (Date.now() - Number(localStorage.getItem(rolledAt) ?? 0) < daily) return;
    localStorage.setItem(rolledAt, String(Date.now()));
    // A failed try does no harm: the next day is soon enough.
    askAlone(() => fetch("/api/auth/session", { signal: AbortSignal.timeout(patienceMs) })).catch(() => undefined);
  }, []);
}
