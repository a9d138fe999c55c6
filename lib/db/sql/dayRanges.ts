/** Lists over many days, read in ranges that grow: most pages end within the first, and nothing is asked of the others then. */
import { env } from "../../env.ts";
import { dayMs } from "../../words/duration.ts";
import { databaseNowMs } from "../clock.ts";
import { endOfLists } from "./days.ts";
import { type Place, type Where, readPage } from "./where.ts";

/** `until` is excluded. */
export type Range = { since: Date; until: Date };

export type Page = {
  where: Where;
  place: Place | null;
  /** From the newest on. */
  down: boolean;
  limit: number;
};

/** `column`: the one that says in which day a row is. */
type Reading = Page & { column: string };

/** Rows beyond the place, in the direction of reading. `textOf`: the statement with these conditions, which ends after so many rows. */
export async function readByDays<Row extends object>(
  { where, column, place, down, limit }: Reading,
  textOf: (where: Where, limit: number, range: Range) => string,
): Promise<Row[]> {
  const found: Row[] = [];
  for (const range of rangesOf({ since: new Date(0), until: endOfLists() }, place?.createdAt ?? null, down)) {
    const part = where.copy().and(`${column} >= ? and ${column} < ?`, range.since, range.until);
    const { rows } = await readPage<Row>(textOf(part, limit - found.length, range), part);
    found.push(...rows);
    if (found.length >= limit) break;
  }
  return found;
}

/**
 * The parts of a range from a place on, in the direction of reading. The first ends with its day, the others are of 1, 4, 16… days;
 * the last has what nothing is kept of, or what is of the future.
 */
export function* rangesOf({ since, until }: Range, place: Date | null, down: boolean): Generator<Range> {
  const nowMs = databaseNowMs();
  const oldestMs = nowMs - (env().retentionDays + 1) * dayMs;
  const placeMs = place?.getTime();
  const [fromMs, untilMs] = [
    Math.max(since.getTime(), down ? 0 : (placeMs ?? 0)),
    Math.min(until.getTime(), down ? (placeMs ?? Infinity) + 1 : Infinity),
  ];
  let days = 1;
  if (down) {
    let upper = untilMs;
    let lower = dayOf(Math.min(upper - 1, nowMs));
    for (; upper > fromMs; days *= 4) {
      const end = lower > oldestMs ? Math.max(lower, fromMs) : fromMs;
      yield { since: new Date(end), until: new Date(upper) };
      upper = end;
      lower -= days * dayMs;
    }
    return;
  }
  let lower = fromMs;
  let upper = dayOf(Math.max(lower, oldestMs)) + dayMs;
  for (; lower < untilMs; days *= 4) {
    const end = upper > nowMs ? untilMs : Math.min(upper, untilMs);
    yield { since: new Date(lower), until: new Date(end) };
    lower = end;
    upper += days * dayMs;
  }
}

const dayOf = (ms: number): number => Math.floor(ms / dayMs) * dayMs;
