/**
 * Those who are told of one read. It begins with the first turn of the event loop in which nobody else asks, so that without load
 * nobody waits; under load each turn brings somebody, and the group grows as one of commits does.
 */

/** So many are enough: it begins while others gather. */
const enough = 16;

/** Nobody waits for longer. */
const patienceMs = 2;

export class ReadGroup {
  readonly #begin: () => void;
  readonly #sinceMs = performance.now();
  #members = 0;
  #hasBegun = false;

  /** `begin`: lets nobody else in, and reads. */
  constructor(begin: () => void) {
    this.#begin = begin;
    this.#look();
  }

  /** To be called by each who is told. */
  join(): void {
    if (++this.#members === enough) this.#go();
  }

  #look(): void {
    const before = this.#members;
    setImmediate(() => {
      if (this.#hasBegun) return;
      if (this.#members === before || performance.now() - this.#sinceMs > patienceMs) this.#go();
      else this.#look();
    });
  }

  #go(): void {
    this.#hasBegun = true;
    this.#begin();
  }
}
