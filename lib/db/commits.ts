/** What the last commits of this process showed: whether the database stores, and not only answers. */
import { log } from "../log.ts";
import { singleton } from "../singleton.ts";

type Seen = { storedAtMs: number; failedAtMs: number; toldAtMs: number; isTold: boolean };

// While commits fail and succeed by turns, the log says so once in so long.
const tellEveryMs = 10_000;

const seen = (): Seen => singleton("commits", () => ({ storedAtMs: -Infinity, failedAtMs: -Infinity, toldAtMs: -Infinity, isTold: false }));

/** Tells that something was stored. */
export function noteStored(): void {
  const state = seen();
  state.storedAtMs = performance.now();
  if (!state.isTold) return;
  state.isTold = false;
  log.info("database.stores_again");
}

/** Tells that nothing could be stored, because the database is away or has no room. The log says it once, not for each who waits. */
export function noteNotStored(error: unknown): void {
  const state = seen();
  state.failedAtMs = performance.now();
  if (state.isTold || state.failedAtMs - state.toldAtMs < tellEveryMs) return;
  state.isTold = true;
  state.toldAtMs = state.failedAtMs;
  const { code, message } = error as { code?: unknown; message?: unknown };
  log.error({ code, error: message }, "database.stores_nothing");
}

/** Whether something was stored within so long, and nothing failed since. */
export function hasStoredLately(withinMs: number): boolean {
  const { storedAtMs, failedAtMs } = seen();
  return storedAtMs > failedAtMs && performance.now() - storedAtMs < withinMs;
}
