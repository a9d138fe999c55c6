"use client";

import { useEffect } from "react";
import { dayMs } from "../../lib/words/duration.ts";

const daily = dayMs;
const rolledAt = "webster-session-rolled";

/** Whoever comes back within the session's 30 days stays signed in: asking for it gives its cookie another 30. */
export function useRollingSession(): void {
  useEffect(() => {
    if (Date.now() - Number(localStorage.getItem(rolledAt) ?? 0) < daily) return;
    localStorage.setItem(rolledAt, String(Date.now()));
    // A failed try does no harm: the next day is soon enough.
    fetch("/api/auth/session").catch(() => undefined);
  }, []);
}
