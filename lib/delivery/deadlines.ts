/** Many deadlines of the same length with one timer: they pass in the order in which they were set. */
type Entry<T> = { value: T; atMs: number; before: Entry<T> | null; after: Entry<T> | null };

const slackMs = 5;

export class Deadlines<T extends object> {
  readonly #onPassed: (value: T) => void;
  readonly #entries = new WeakMap<T, Entry<T>>();
  #first: Entry<T> | null = null;
  #last: Entry<T> | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(onPassed: (value: T) => void) {
    this.#onPassed = onPassed;
  }

  /** `atMs`: performance.now(), not before any that was added earlier. */
  add(value: T, atMs: number): void {
    const entry: Entry<T> = { value, atMs, before: this.#last, after: null };
    this.#entries.set(value, entry);
    if (this.#last === null) this.#first = entry;
    else this.#last.after = entry;
    this.#last = entry;
    if (this.#timer === null) this.#arm(entry);
  }

  remove(value: T): void {
    const entry = this.#entries.get(value);
    if (entry === undefined) return;
    this.#entries.delete(value);
    if (entry.before === null) this.#first = entry.after;
    else entry.before.after = entry.after;
    if (entry.after === null) this.#last = entry.before;
    else entry.after.before = entry.before;
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #arm(entry: Entry<T>): void {
    this.#timer = setTimeout(() => this.#check(), Math.max(1, entry.atMs - performance.now() + slackMs));
  }

  /** Removals leave the timer alone: an early look costs less than a timer for each. */
  #check(): void {
    this.#timer = null;
    const nowMs = performance.now();
    while (this.#first !== null && this.#first.atMs <= nowMs) {
      const { value } = this.#first;
      this.remove(value);
      this.#onPassed(value);
    }
    if (this.#first !== null) this.#arm(this.#first);
  }
}
