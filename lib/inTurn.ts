/** Work that many ask for and few may do at once, in the turns of those whose it is (turns.ts). */
import { AppError } from "./errors.ts";
import { type Most, Turns, type Whose } from "./turns.ts";

type Options = {
  /** How much of it is done at once: in all, and of one. Asked at each turn. */
  most: () => Most & { together: number };
  /** How much may wait of one tenant, and of all. */
  waitingOfTenant: number;
  waiting?: number;
  patienceMs: number;
};

type Waiting = { begin: () => void };

/** Gives a place back. */
type Leave = () => void;

export class InTurn {
  readonly #options: Options;
  readonly #turns: Turns<Waiting>;

  constructor(options: Options) {
    this.#options = options;
    this.#turns = new Turns(options.most);
  }

  /** Does it when it is its turn. Throws AppError `unavailable` if too much waits, or it has waited too long. */
  async run<T>(whose: Whose, work: () => T | Promise<T>, patienceMs?: number): Promise<T> {
    const leave = await this.enter(whose, null, patienceMs);
    try {
      return await work();
    } finally {
      leave?.();
    }
  }

  /** A place, when it is its turn. Null: whoever asked has `gone` before. Throws as `run`. */
  enter(whose: Whose, gone: Promise<unknown> | null, patienceMs = this.#options.patienceMs): Promise<Leave | null> {
    const { waitingOfTenant, waiting: inAll = Infinity } = this.#options;
    if (this.#turns.waiting >= inAll || this.#turns.waitingOf(whose.tenant) >= waitingOfTenant) return Promise.reject(tooMuch());
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | null = null;
      let hasBegun = false;
      const waiting: Waiting = {
        begin: () => {
          if (timer !== null) clearTimeout(timer);
          hasBegun = true;
          resolve(() => this.#leave(whose));
        },
      };
      this.#turns.add(whose, waiting);
      this.#next();
      if (hasBegun) return;
      timer = setTimeout(() => {
        if (this.#turns.remove(whose, waiting)) reject(tooMuch());
      }, patienceMs).unref();
      void gone?.then(() => {
        if (!this.#turns.remove(whose, waiting)) return;
        clearTimeout(timer ?? undefined);
        resolve(null);
      });
    });
  }

  #leave(whose: Whose): void {
    this.#turns.end(whose);
    this.#next();
  }

  #next(): void {
    while (this.#turns.running < this.#options.most().together) {
      const waiting = this.#turns.next();
      if (waiting === null) return;
      waiting.begin();
    }
  }
}

const tooMuch = (): AppError =>
  new AppError("unavailable", "Too much like this is asked for at the same time; try again", { retryAfterSeconds: 1 });
