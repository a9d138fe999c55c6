/** Conditions and places of queries that read a page. */
import { hash } from "node:crypto";
import type pg from "pg";

/** Conditions, put together piece by piece. The pieces are ours; all that callers give is a parameter. */
export class Where {
  readonly values: unknown[] = [];
  readonly #terms: string[] = [];
  /** Whether there are conditions that only some calls have. */
  hasFilters = false;

  /** Adds a condition; `?` stands for each of the values. */
  and(term: string, ...values: unknown[]): this {
    this.#terms.push(this.bind(term, ...values));
    return this;
  }

  filter(term: string, ...values: unknown[]): this {
    this.hasFilters = true;
    return this.and(term, ...values);
  }

  /** The text with `$n` for each `?`, for other clauses of the same query. */
  bind(text: string, ...values: unknown[]): string {
    let next = 0;
    return text.replace(/\?/g, () => `$${this.values.push(values[next++])}`);
  }

  get text(): string {
    return `where ${this.#terms.join(" and ")}`;
  }
}

/**
 * A list without filters is prepared once a connection: planning a query over all days takes longer than running it.
 * With filters there are too many forms to keep. (What names one row is better planned each time: then only its day is.)
 */
export const listQuery = (text: string, { values, hasFilters }: Where): pg.QueryConfig =>
  hasFilters ? { text, values } : { name: `list_${hash("sha1", text)}`, text, values };

/** Where a page begins: a row's place in the order (createdAt, id). */
export type Place = { createdAt: Date; id: string };

/**
 * Adds: only rows beyond a place. The bound on createdAt alone is redundant, but lets the planner use the index and skip
 * whole days.
 */
export function beyond(where: Where, columns: { createdAt: string; id: string }, place: Place, down: boolean): void {
  const { createdAt, id } = columns;
  where.and(`${createdAt} ${down ? "<=" : ">="} ?`, place.createdAt);
  where.and(`(${createdAt}, ${id}) ${down ? "<" : ">"} (?::timestamptz, ?::text)`, place.createdAt, place.id);
}
