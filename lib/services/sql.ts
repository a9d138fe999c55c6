/** Conditions of a reading query, put together piece by piece. The pieces are ours; all that callers give is a parameter. */
export class Where {
  readonly values: unknown[] = [];
  readonly #terms: string[] = [];

  /** `?` stands for each of the values. */
  and(term: string, ...values: unknown[]): this {
    this.#terms.push(this.bind(term, ...values));
    return this;
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

/** Where a page begins: a row's place in the order (createdAt, id). */
export type Place = { createdAt: Date; id: string };

/**
 * Rows beyond a place. The bound on createdAt alone is redundant, and what lets the planner use the index and skip
 * whole days.
 */
export function beyond(where: Where, columns: { createdAt: string; id: string }, place: Place, down: boolean): void {
  const { createdAt, id } = columns;
  where.and(`${createdAt} ${down ? "<=" : ">="} ?`, place.createdAt);
  where.and(`(${createdAt}, ${id}) ${down ? "<" : ">"} (?::timestamptz, ?::text)`, place.createdAt, place.id);
}
