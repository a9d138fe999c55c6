import { hourMs } from "../../lib/words/duration.ts";

export const spans = {
  hour: { label: "Last hour", ms: hourMs },
  day: { label: "Last 24 hours", ms: 24 * hourMs },
  week: { label: "Last 7 days", ms: 168 * hourMs },
  month: { label: "Last 30 days", ms: 720 * hourMs },
} as const;

export type Span = keyof typeof spans;

export const spanOf = (text: string | null): Span => (text !== null && Object.hasOwn(spans, text) ? (text as Span) : "day");
