/** How long a message is on its way while a server has half of what it can do: the tail that its users see. */
import type { Target } from "./prefill.ts";
import { count } from "./report.ts";
import { steadily } from "./steady.ts";
import type { Subject } from "./subject.ts";
import { endToEnd, type Run, type Stage } from "./workloads.ts";

/** `perSecond`: the pace, half of what it did at full load. */
export type HalfLoad = { fullPerSecond: number; run: Run };

/** First its own full load, then half of that, at a steady pace. */
export async function atHalfLoad(stage: Stage, subject: Subject, target: Target, total: number): Promise<HalfLoad> {
  const full = await endToEnd(stage, subject, target, total, 1);
  const perSecond = full.perSecond / 2;
  const { p50Ms, p99Ms, turnedAway, cost } = await steadily(stage, subject, target, { total, perSecond, during: "half load" });
  await subject.settled();
  const notes = [
    `post to first byte: p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms, p99 ÷ p50 ${(p99Ms / p50Ms).toFixed(1)}`,
    `full load ${count(full.perSecond)}/s, ${turnedAway} turned away`,
  ];
  return { fullPerSecond: full.perSecond, run: { perSecond, cost, notes } };
}
