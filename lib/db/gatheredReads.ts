/** Reads by key that are asked for at the same time share a statement: starting one costs as much as many rows. */
import { ReadGroup } from "../readGroup.ts";

export class GatheredReads<Key, Found> {
  readonly #read: (keys: Key[]) => Promise<Found[]>;
  #group: ReadGroup | null = null;
  #waiting: { key: Key; resolve: (found: Found) => void; reject: (error: unknown) => void }[] = [];

  /** `read`: answers in the order of the keys, of which there is one at least. */
  constructor(read: (keys: Key[]) => Promise<Found[]>) {
    this.#read = read;
  }

  /** Throws what the statement throws. It begins after this call. */
  find(key: Key): Promise<Found> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ key, resolve, reject });
      this.#group ??= new ReadGroup(() => this.#begin());
      this.#group.join();
    });
  }

  #begin(): void {
    const all = this.#waiting;
    this.#waiting = [];
    this.#group = null;
    this.#read(all.map(({ key }) => key)).then(
      (found) => all.forEach(({ resolve }, i) => resolve(found[i] as Found)),
      (error: unknown) => all.forEach(({ reject }) => reject(error)),
    );
  }
}
