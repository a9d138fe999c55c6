/**
 * Reads by key that are asked for in one turn of the event loop share a statement: starting one costs as much as many rows, and
 * under load turns are long. Each read begins after all have asked for it.
 */

/** Of one statement. */
const mostKeys = 50;

export class GatheredReads<Key, Found> {
  readonly #read: (keys: Key[]) => Promise<Found[]>;
  #waiting: { key: Key; resolve: (found: Found) => void; reject: (error: unknown) => void }[] = [];

  /** `read`: answers in the order of the keys, of which there is one at least. */
  constructor(read: (keys: Key[]) => Promise<Found[]>) {
    this.#read = read;
  }

  /** Throws what the statement throws. */
  find(key: Key): Promise<Found> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.push({ key, resolve, reject }) === 1) setImmediate(() => this.#begin());
    });
  }

  #begin(): void {
    const all = this.#waiting;
    this.#waiting = [];
    for (let from = 0; from < all.length; from += mostKeys) {
      const group = all.slice(from, from + mostKeys);
      this.#read(group.map(({ key }) => key)).then(
        (found) => group.forEach(({ resolve }, i) => resolve(found[i] as Found)),
        (error: unknown) => group.forEach(({ reject }) => reject(error)),
      );
    }
  }
}
