/** Lists over many days, read in ranges that grow: most pages end within the first, and nothing is asked of the others then. */
import { env } from "../../env.ts";
import { dayMs } from "../../words/duration.ts";
import { databaseNowMs } from "../clock.ts";
import { clockSlackMs } from "./days.ts";
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
  for (const range of rangesBeyond(place, down)) {
    const part = where.copy().and(`${column} >= ? and ${column} < ?`, range.since, range.until);
    const { rows } = await readPage<Row>(textOf(part, limit - found.length, range), part);
    found.push(...rows);
    if (found.length >= limit) break;
  }
  return found;
}

/** The first ends with its day, the others are of 1, 4, 16… days; the last has all that is left. */
function* rangesBeyond(place: Place | null, down: boolean): Generator<Range> {
  const nowMs = databaseNowMs();
  const [oldestMs, newestMs] = [nowMs - (env().retentionDays + 1) * dayMs, nowMs + clockSlackMs];
  const fromMs = place?.createdAt.getTime() ?? (down ? newestMs : oldestMs);
  let days = 1;
  if (down) {
    let upper = fromMs + 1;
    let lower = Math.floor(fromMs / dayMs) * dayMs;
    for (; lower > oldestMs; days *= 4) {
      yield { since: new Date(lower), until: new Date(upper) };
      upper = lower;
      lower -= days * dayMs;
    }
    yield { since: new Date(0), until: new Date(upper) };
    return;
  }
  let lower = place === null ? 0 : fromMs;
  let upper = Math.floor(fromMs / dayMs + 1) * dayMs;
  for (; upper < newestMs; days *= 4) {
    yield { since: new Date(lower), until: new Date(upper) };
    lower = upper;
    upper += days * dayMs;
  }
  yield { since: new Date(lower), until: new Date(Math.max(newestMs, lower + 1)) };
}
