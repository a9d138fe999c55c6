/**
 * A server listens before it can work. What comes meanwhile waits here for the second that this takes: its connection would
 * otherwise be refused, as after a crash. Nothing of a body is read before its turn. Where it takes longer, as when tables are
 * brought up to date, whoever has waited for some seconds is told to come again, before a proxy in between says something else.
 */
const mostWaiting = 1_000;
const defaultWaitMs = 10_000;

type Waiting = { enter: () => void; refuse: () => void; untilMs: number };

export class Gate {
  readonly #waitMs: number;
  #isOpen: boolean;
  /** In the order in which they came. */
  readonly #waiting = new Set<Waiting>();
  #timer: NodeJS.Timeout | null = null;

  constructor(isOpen: boolean, waitMs = defaultWaitMs) {
    this.#isOpen = isOpen;
    this.#waitMs = waitMs;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /**
   * Calls `enter` once the gate is open, or `refuse` if it waits too long, or if too much waits already. The answer is to be
   * called when nobody waits for it any more: it gives its place to others.
   */
  pass(enter: () => void, refuse: () => void): () => void {
    if (this.#isOpen) enter();
    else if (this.#waiting.size >= mostWaiting) refuse();
    else {
      const one = { enter, refuse, untilMs: performance.now() + this.#waitMs };
      this.#waiting.add(one);
      this.#watch();
      return () => void this.#waiting.delete(one);
    }
    return () => undefined;
  }

  open(): void {
    this.#isOpen = true;
    for (const { enter } of this.#take(Infinity)) enter();
  }

  /** The timer is of the first one, which is over first. */
  #watch(): void {
    const [first] = this.#waiting;
    if (first === undefined || this.#timer !== null) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        for (const { refuse } of this.#take(performance.now())) refuse();
        this.#watch();
      },
      Math.max(1, Math.ceil(first.untilMs - performance.now())),
    ).unref();
  }

  #take(nowMs: number): Waiting[] {
    const taken = [...this.#waiting].filter(({ untilMs }) => untilMs <= nowMs);
    for (const one of taken) this.#waiting.delete(one);
    return taken;
  }
}
