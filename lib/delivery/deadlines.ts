/** Many deadlines with one timer, nearly all of the same length: they pass in the order in which they were set. */
export type Deadline<T> = { value: T; atMs: number; before: Deadline<T> | null; after: Deadline<T> | null };

/** A value that carries its own deadline: a look-up elsewhere would cost more than all else here. */
export type Timed<T> = { deadline: Deadline<T> | null };

const slackMs = 5;

export class Deadlines<T extends Timed<T>> {
  readonly #onPassed: (value: T) => void;
  #first: Deadline<T> | null = null;
  #last: Deadline<T> | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(onPassed: (value: T) => void) {
    this.#onPassed = onPassed;
  }

  /** Adds a deadline. `atMs`: by performance.now(). One earlier than others already set costs a walk past them. */
  add(value: T, atMs: number): void {
    let before = this.#last;
    while (before !== null && before.atMs > atMs) ({ before } = before);
    const after = before === null ? this.#first : before.after;
    const deadline: Deadline<T> = { value, atMs, before, after };
    value.deadline = deadline;
    if (before === null) this.#first = deadline;
    else before.after = deadline;
    if (after === null) this.#last = deadline;
    else after.before = deadline;
    if (this.#timer !== null && before === null && after !== null) this.close();
    if (this.#timer === null) this.#arm(deadline);
  }

  remove(value: T): void {
    const { deadline } = value;
    if (deadline === null) return;
    value.deadline = null;
    const { before, after } = deadline;
    if (before === null) this.#first = after;
    else before.after = after;
    if (after === null) this.#last = before;
    else after.before = before;
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #arm({ atMs }: Deadline<T>): void {
    this.#timer = setTimeout(() => this.#check(), Math.max(1, atMs - performance.now() + slackMs));
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
