/** Lines of the log of which an outage makes thousands a second: told at once, and then so seldom, with how many there were meanwhile. */
import { log } from "./log.ts";
import { singleton } from "./singleton.ts";

const everyMs = 10_000;

type Told = { atMs: number; untold: number };

const told = () => singleton("seldom", () => new Map<string, Told>());

/** Warns of an event, unless it was told of in the last ten seconds. `of`: what of it is told apart, one of few. */
export function warnSeldom(event: string, of: string, fields: object): void {
  const key = `${event} ${of}`;
  const before = told().get(key);
  const nowMs = performance.now();
  if (before !== undefined && nowMs - before.atMs < everyMs) return void before.untold++;
  told().set(key, { atMs: nowMs, untold: 0 });
  log.warn({ ...fields, ...(before === undefined || before.untold === 0 ? {} : { others: before.untold }) }, event);
}
