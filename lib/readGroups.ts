/**
 * When a group of reads begins. While one is under way, what is asked for waits until that has ended, as commits wait for the one
 * before, and then shares a read; without load nobody waits for more than the end of a turn of the event loop.
 */

/** A group that takes longer keeps nobody waiting any more. */
const patienceMs = 5;

export class ReadGroups {
  readonly #begin: () => Promise<unknown>;
  #underWay = 0;
  #isPlanned = false;
  #timer: NodeJS.Timeout | null = null;

  /** `begin`: takes all that waits, and reads. It does not fail. */
  constructor(begin: () => Promise<unknown>) {
    this.#begin = begin;
  }

  /** To be called when something waits. */
  look(): void {
    if (this.#isPlanned) return;
    if (this.#underWay === 0) return this.#plan();
    this.#timer ??= setTimeout(() => this.#plan(), patienceMs);
  }

  #plan(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#isPlanned = true;
    setImmediate(() => {
      this.#isPlanned = false;
      this.#underWay++;
      void this.#begin().finally(() => {
        this.#underWay--;
        if (this.#timer !== null && !this.#isPlanned) this.#plan();
      });
    });
  }
}
