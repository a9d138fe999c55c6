/** Queries of the overview, for the browser that asks and for the server that asks ahead. */
import { type Span, spans } from "./spans.ts";

export const overviewOf = (span: Span, nowMs: number) => ({
  queryKey: ["overview", span],
  path: "/overview",
  query: { since: new Date(nowMs - spans[span].ms).toISOString() },
});

/** Asking is the visit. */
export const visit = { queryKey: ["visit"], path: "/visit", query: {}, method: "POST" } as const;
