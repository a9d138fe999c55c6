/** Filters that would have looked at more than all of a message's have together: they let it pass, and that is told. */
import { warnSeldom } from "../../seldom.ts";
import type { FilterWork } from "../../webhooks/filter.ts";

export function noteBeyond({ beyond }: FilterWork, of: "message" | "source" | "poller", ids: Record<string, string>): void {
  if (beyond > 0) warnSeldom("filters.beyond_budget", of, { ...ids, filters: beyond });
}
