/**
 * The database's clock, without asking it each time: the offset to this process's monotonic clock, measured now and
 * then. Ids, signatures and schedules go by it, so that a machine whose own clock is wrong signs nothing that
 * receivers refuse.
 */
import { singleton } from "../singleton.ts";
import { pool } from "./client.ts";

/** `toldMs`: the latest moment that was answered. */
type Clock = { offsetMs: number | null; toldMs: number };

const clock = (): Clock => singleton("clock", () => ({ offsetMs: null, toldMs: 0 }));

/** How far a measurement may be off. What was further ahead than that was wrong, and is set back. */
const uncertainMs = 1_000;

/**
 * The database's time, in milliseconds since 1970. Before the first measurement: this machine's own clock. It stands still rather
 * than go back by what a measurement was off: what came later is later in every list.
 */
export function databaseNowMs(): number {
  const known = clock();
  const nowMs = known.offsetMs === null ? Date.now() : performance.now() + known.offsetMs;
  if (nowMs < known.toldMs && known.toldMs - nowMs < uncertainMs) return known.toldMs;
  known.toldMs = nowMs;
  return nowMs;
}

/** Measures the offset three times and keeps the quickest answer: half of its round trip is the uncertainty. Throws if the database is away. */
export async function synchroniseClock(): Promise<void> {
  let bestMs = Infinity;
  for (let round = 0; round < 3; round++) {
    const sentMs = performance.now();
    const { rows } = await pool().query<{ ms: number }>("select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms");
    const tookMs = performance.now() - sentMs;
    if (tookMs >= bestMs) continue;
    bestMs = tookMs;
    clock().offsetMs = (rows[0]?.ms ?? Date.now()) - sentMs - tookMs / 2;
  }
}
