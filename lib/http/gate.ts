/**
 * A server listens before it can work. What comes meanwhile waits here for the second that this takes: its connection would
 * otherwise be refused, as after a crash. Nothing of a body is read before its turn.
 */
const mostWaiting = 1_000;

export class Gate {
  #isOpen: boolean;
  #waiting: (() => void)[] = [];

  constructor(isOpen: boolean) {
    this.#isOpen = isOpen;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Does the work once the gate is open. False: too much waits already. */
  pass(work: () => void): boolean {
    if (this.#isOpen) work();
    else if (this.#waiting.length >= mostWaiting) return false;
    else this.#waiting.push(work);
    return true;
  }

  open(): void {
    this.#isOpen = true;
    for (const work of this.#waiting.splice(0)) work();
  }
}
