/** Reads by key that are asked for at the same time share a statement: starting one costs as much as many rows. */
import { ReadGroups } from "../readGroups.ts";

/** Of one statement. */
const mostKeys = 50;

export class GatheredReads<Key, Found> {
  readonly #read: (keys: Key[]) => Promise<Found[]>;
  readonly #groups = new ReadGroups(() => this.#begin());
  #waiting: { key: Key; resolve: (found: Found) => void; reject: (error: unknown) => void }[] = [];

  /** `read`: answers in the order of the keys, of which there is one at least. */
  constructor(read: (keys: Key[]) => Promise<Found[]>) {
    this.#read = read;
  }

  /** Throws what the statement throws. It begins after this call. */
  find(key: Key): Promise<Found> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ key, resolve, reject });
      this.#groups.look();
    });
  }

  async #begin(): Promise<void> {
    const all = this.#waiting;
    this.#waiting = [];
    const groups = Array.from({ length: Math.ceil(all.length / mostKeys) }, (_, i) => all.slice(i * mostKeys, (i + 1) * mostKeys));
    await Promise.all(
      groups.map((group) =>
        this.#read(group.map(({ key }) => key)).then(
          (found) => group.forEach(({ resolve }, i) => resolve(found[i] as Found)),
          (error: unknown) => group.forEach(({ reject }) => reject(error)),
        ),
      ),
    );
  }
}
