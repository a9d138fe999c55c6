/**
 * When a group that waits is worth a statement of its own. Starting a statement costs as much as twenty rows, so that under load
 * a group may grow, as PostgreSQL's commit_delay has it for its flush alone; with little to do nobody waits.
 */

/** A group so large says that there is load. */
const busyMembers = 8;
/** How long a group gathers, at most, until it is about as large as the last. */
const gatherMs = 4;
const alike = 0.9;

type Options = {
  /** How many statements may run at the same time. */
  maxInFlight: number;
  /** A group so large goes beside any other. */
  enough: number;
  /** Where nobody waits for it, a group gathers for so long unless it is large enough before. */
  patienceMs?: number;
  /** Whether it has that patience under load alone. */
  underLoad?: boolean;
  /** Begins with what waits; calls `begun` with how many it took, or takes nothing. */
  start: () => void;
};

export class Gathering {
  readonly #options: Options;
  #inFlight = 0;
  #members = 0;
  #last = 0;
  #planned = false;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: Options) {
    this.#options = options;
  }

  /** To be called when more waits. Starts at the end of this turn of the event loop, so that all calls of this turn share a statement. */
  look(waiting: number): void {
    if (this.#planned || waiting === 0 || !this.#mayStart(waiting)) return;
    const { enough, patienceMs, underLoad = patienceMs === undefined } = this.#options;
    const isQuiet = underLoad && this.#last < busyMembers;
    const isAlike = patienceMs === undefined && waiting >= this.#last * alike;
    if (isQuiet || isAlike || waiting >= enough) return this.#plan();
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      if (!this.#planned && this.#mayStart(waiting)) this.#plan();
    }, patienceMs ?? gatherMs);
  }

  begun(members: number): void {
    this.#inFlight++;
    this.#members += members;
    this.#last = members;
  }

  /** To be followed by `look`. */
  ended(members: number): void {
    this.#inFlight--;
    this.#members -= members;
  }

  /** Beside a group of some size a small one does not start: it grows until that one has ended. */
  #mayStart(waiting: number): boolean {
    const { maxInFlight, enough } = this.#options;
    return this.#inFlight < maxInFlight && (this.#members < busyMembers || waiting >= enough);
  }

  #plan(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#planned = true;
    setImmediate(() => {
      this.#planned = false;
      this.#options.start();
    });
  }
}
