/**
 * Whose turn it is to be answered. What one environment asks for by the hundred would stand before what others ask for, at the few
 * connections that all share; and of changes to one thing each holds a connection while it waits for the one before.
 */
import type { Actor } from "../../actor.ts";
import type { Operation } from "../../contract/operation.ts";
import { poolSizes } from "../../db/poolSizes.ts";
import { InTurn } from "../../inTurn.ts";
import { singleton } from "../../singleton.ts";
import type { Whose } from "../../turns.ts";

const waiting = { waitingOfTenant: 500, patienceMs: 10_000 };
const exportPatienceMs = 10 * 60_000;

const kinds = () =>
  singleton("requestTurns", () => ({
    short: new InTurn({ ...waiting, most: () => ({ together: 64, perTenant: 48, perOwner: 48 }) }),
    long: new InTurn({ ...waiting, most: mostLong }),
    change: new InTurn({ ...waiting, most: mostChanges }),
    outside: new InTurn({ ...waiting, most: () => mostOutside }),
  }));

/** Of the log's connections one is left for others, where there are enough; else they are the next to have one. */
function mostLong() {
  const { log } = poolSizes();
  const ofOne = Math.max(2, log - 1);
  return { together: log + 1, perTenant: ofOne, perOwner: ofOne };
}

/** Of the ordinary connections one is left for who comes in, which is looked up there, and two for others' changes. */
function mostChanges() {
  const { ordinary } = poolSizes();
  return { together: ordinary - 1, perTenant: ordinary - 3, perOwner: ordinary - 3 };
}

/** What waits for somebody else's server for seconds, with no connection meanwhile. */
const mostOutside = { together: 128, perTenant: 8, perOwner: 8 };

/** By the tags of their operations: what may take long, on the log's own connections. */
export const longNouns: ReadonlySet<string> = new Set(["Delivery", "Received Request", "Overview", "Statistics", "Incident", "Search"]);
/** What waits for something to happen. */
export const waitingNouns: ReadonlySet<string> = new Set(["Message Poller", "Event Stream"]);

/** Does what an operation asks for when it is its turn. Throws AppError `unavailable` if it does not come. */
export async function inTurn<T>({ method, tag, waits }: Operation, whose: Whose | null, work: () => T | Promise<T>): Promise<T> {
  if (whose === null) return work();
  if (waits) return kinds().outside.run(whose, work);
  if (method !== "get") return kinds().change.run(whose, work);
  if (waitingNouns.has(tag)) return work();
  return (longNouns.has(tag) ? kinds().long : kinds().short).run(whose, work);
}

/** The same for one step of what waits between its steps, such as a poll: on the ordinary connections, as changes are. */
export const stepInTurn = <T>({ environmentId, id }: Actor, step: () => T | Promise<T>): Promise<T> =>
  kinds().change.run({ tenant: environmentId, owner: id }, step);

/** The same for one read of many on the log's own connections, as an export makes them: half a file is worth less than a late one. */
export const readOfMany = <T>(whose: Whose, read: () => T | Promise<T>): Promise<T> => kinds().long.run(whose, read, exportPatienceMs);
