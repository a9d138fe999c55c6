/** Conditions and places of queries that read a page. */
import { hash } from "node:crypto";
import type pg from "pg";
import { pool, readShort } from "../client.ts";

type Term = string | ((...places: string[]) => string);

/** Conditions, put together piece by piece. The pieces are ours; all that callers give is a parameter. */
export class Where {
  readonly values: unknown[] = [];
  readonly #terms: string[] = [];
  /** Whether there are conditions that only some calls have. */
  hasFilters = false;

  /** Adds a condition; `?` stands for each of the values, or a function makes it of their places. */
  and(term: Term, ...values: unknown[]): this {
    this.#terms.push(typeof term === "string" ? this.bind(term, ...values) : term(...values.map((value) => this.bind("?", value))));
    return this;
  }

  /** The same conditions, to which others can be added. */
  copy(): Where {
    const made = new Where();
    made.values.push(...this.values);
    made.#terms.push(...this.#terms);
    made.hasFilters = this.hasFilters;
    return made;
  }

  filter(term: Term, ...values: unknown[]): this {
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
 * A list without filters has few forms, which are prepared and share connections. With filters there are too many to keep, and
 * some are slow: those are planned for their values, each on a connection of its own.
 */
export const readPage = <Row extends pg.QueryResultRow>(text: string, { values, hasFilters }: Where): Promise<pg.QueryResult<Row>> =>
  hasFilters ? pool().query<Row>({ text, values }) : readShort<Row>({ name: nameOf(text), text, values });

/** The same for what is read from the log's own pool, or from a replica. */
export const listQuery = (text: string, { values, hasFilters }: Where): pg.QueryConfig =>
  hasFilters ? { text, values } : { name: nameOf(text), text, values };

const names = new Map<string, string>();

/** The name under which a text is prepared. */
export function nameOf(text: string): string {
  const known = names.get(text) ?? `list_${hash("sha1", text)}`;
  names.set(text, known);
  return known;
}

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
