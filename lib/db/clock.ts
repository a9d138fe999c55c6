/**
 * The database's clock, without asking it each time: the offset to this process's monotonic clock, measured now and
 * then. Ids, signatures and schedules go by it, so that a machine whose own clock is wrong signs nothing that
 * receivers refuse.
 */
import { singleton } from "../singleton.ts";
import { pool } from "./client.ts";

type Clock = { offsetMs: number | null };

const clock = (): Clock => singleton("clock", () => ({ offsetMs: null }));

/** The database's time, in milliseconds since 1970. Before the first measurement: this machine's own clock. */
export function databaseNowMs(): number {
  const { offsetMs } = clock();
  return offsetMs === null ? Date.now() : performance.now() + offsetMs;
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
