/** What the last commits of this process showed: whether the database stores, and not only answers. */
import { singleton } from "../singleton.ts";

type Seen = { storedAtMs: number; failedAtMs: number };

const seen = (): Seen => singleton("commits", () => ({ storedAtMs: -Infinity, failedAtMs: -Infinity }));

/** Tells of a commit. `stored`: false if the database was away or had no room. */
export function noteCommit(stored: boolean): void {
  if (stored) seen().storedAtMs = performance.now();
  else seen().failedAtMs = performance.now();
}

/** Whether something was stored within so long, and nothing failed since. */
export function hasStoredLately(withinMs: number): boolean {
  const { storedAtMs, failedAtMs } = seen();
  return storedAtMs > failedAtMs && performance.now() - storedAtMs < withinMs;
}
