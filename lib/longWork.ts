/**
 * What has the event loop for long, such as reading a megabyte of JSON, has it in turns of those whose it is. Between two turns all
 * else is done that waits, for as long as the turn before took.
 */
import { setImmediate as restOfLoop, setTimeout as rest } from "node:timers/promises";
import { InTurn } from "./inTurn.ts";
import { singleton } from "./singleton.ts";
import type { Whose } from "./turns.ts";

/** Bodies of no more bytes take no turn. */
const shortBytes = 16_384;
/** After a turn that took less, what waits by then is enough. */
const shortMs = 10;

const turns = (): InTurn =>
  singleton(
    "longWork",
    () => new InTurn({ most: () => ({ together: 1, perTenant: 1, perOwner: 1 }), waitingOfTenant: 1_000, patienceMs: 10_000 }),
  );

/** Of a packed body its bytes say nothing. */
export const takesLong = (bytes: number, isPacked = false): boolean => isPacked || bytes > shortBytes;

/** Waits for a turn: it is what follows until something else is waited for. Throws AppError `unavailable` if it does not come. */
export function turnOfLongWork(whose: Whose): Promise<void> {
  return new Promise((begin, refuse) => {
    const turn = async (): Promise<void> => {
      const begunMs = performance.now();
      begin();
      // What follows at once is done by then, and of all else that waits nothing yet.
      await new Promise<void>((done) => process.nextTick(done));
      const tookMs = performance.now() - begunMs;
      await restOfLoop();
      if (tookMs > shortMs) await rest(tookMs);
    };
    turns().run(whose, turn).catch(refuse);
  });
}

/** For loops over thousands: what it gives, awaited in each round, lets all else be done once the loop has gone on for that long. */
export function givingWay(): () => Promise<void> {
  let sinceMs = performance.now();
  return async () => {
    if (performance.now() - sinceMs < shortMs) return;
    await restOfLoop();
    sinceMs = performance.now();
  };
}
