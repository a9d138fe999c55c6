/** How many connections the pools of a process may have. The more processes a machine has, the fewer each needs. */
import { siblings } from "../siblings.ts";

type Sizes = { ordinary: number; hot: number; log: number; reads: number; listening: number };

const ofOneOrTwo: Sizes = { ordinary: 10, hot: 6, log: 4, reads: 2, listening: 1 };
/** Upkeep, which the first one does for all of them, holds connections for a while. */
const ofFirst: Sizes = { ordinary: 10, hot: 4, log: 2, reads: 1, listening: 1 };
const ofMany: Sizes = { ordinary: 6, hot: 4, log: 2, reads: 1, listening: 1 };
/** Of the process that starts the others: it asks little, but listens too. */
const ofPrimary = 3;

export function poolSizes({ count, number }: { count: number; number: number } = siblings()): Sizes {
  return count <= 2 ? ofOneOrTwo : number === 1 ? ofFirst : ofMany;
}

/** How many connections so many processes may have in all. */
export function connectionsOf(count: number): number {
  const each = Array.from({ length: count }, (_, i) => poolSizes({ count, number: i + 1 }));
  const all = each.reduce((sum, { ordinary, hot, log, reads, listening }) => sum + ordinary + hot + log + reads + listening, 0);
  return count === 1 ? all : all + ofPrimary;
}
