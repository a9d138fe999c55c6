/**
 * The log while the database fails. Everything that looks for work fails then, several times a second, for as long as it takes: that is
 * told once, then every minute with how much failed since, and when it is over.
 */
import { log } from "./log.ts";
import { singleton } from "./singleton.ts";

const tellEveryMs = 60_000;
/** Over is it only when nothing has failed for so long: while a server changes places, one connection is let in and the next is not. */
const calmMs = 5_000;

type Outage = { sinceMs: number; failedAtMs: number; toldAtMs: number; failures: number };

const state = () => singleton("outage", () => ({ outage: null as Outage | null }));

/** The database let nobody in, had no room, or took no writes. */
export function noteDatabaseFails(error: unknown): void {
  const nowMs = performance.now();
  const { outage } = state();
  if (outage === null) {
    state().outage = { sinceMs: nowMs, failedAtMs: nowMs, toldAtMs: nowMs, failures: 0 };
    return log.warn({ error: messageOf(error) }, "database.fails");
  }
  outage.failedAtMs = nowMs;
  if (nowMs - outage.toldAtMs < tellEveryMs) return;
  log.warn({ error: messageOf(error), forSeconds: secondsOf(outage), failures: outage.failures }, "database.fails");
  outage.toldAtMs = nowMs;
  outage.failures = 0;
}

/** The database answered a statement. */
export function noteDatabaseWorks(): void {
  const { outage } = state();
  if (outage === null || performance.now() - outage.failedAtMs < calmMs) return;
  state().outage = null;
  log.info({ forSeconds: secondsOf(outage), failures: outage.failures }, "database.works_again");
}

/** Warns of something that will be tried again, which while the database fails is only counted. */
export function warnOfFailure(event: string, error: unknown, fields: object = {}): void {
  const { outage } = state();
  if (outage === null) log.warn({ ...fields, error: messageOf(error) }, event);
  else outage.failures++;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const secondsOf = ({ sinceMs, failedAtMs }: Outage): number => Math.round((failedAtMs - sinceMs) / 1000);
