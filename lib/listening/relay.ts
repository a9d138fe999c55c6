/** The machines that listen, by the tokens in their URLs: at this process, or at another of the same database. */
import { RateLimiter } from "../rateLimit.ts";
import { singleton } from "../singleton.ts";
import { Elsewhere } from "./elsewhere.ts";
import { type ListenLimits, listenLimits } from "./limits.ts";
import type { Listener, Returned } from "./listener.ts";
import type { Passed } from "./protocol.ts";

/** This process's one relay, whichever way requests come: through the front server, or through an API mounted elsewhere. */
export const relay = (): Relay => singleton("relay", () => new Relay(listenLimits));

export class Relay {
  readonly limits: ListenLimits;
  readonly #listeners = new Map<string, Listener>();
  readonly #rates = new RateLimiter();
  readonly #nowMs: () => number;
  readonly #elsewhere: Elsewhere;

  /** `nowMs`: a clock that never goes back, in milliseconds. */
  constructor(limits: ListenLimits, nowMs = (): number => performance.now()) {
    this.limits = limits;
    this.#nowMs = nowMs;
    this.#elsewhere = new Elsewhere(limits, {
      pass: (token, passed, signal) => this.#passHere(token, passed, signal),
      tokens: () => [...this.#listeners.keys()],
      taken: (token) => this.#listeners.get(token)?.close(inUse.code, inUse.reason),
    });
  }

  /** Whether the caller named `id` may act once more within this second. */
  isInTime(id: string, perSecond: number): boolean {
    return this.#rates.spend({ id, perSecond }, this.#nowMs()).allowed;
  }

  /** Gives the URL to a machine. False: another one has it and answers a ping. One that doesn't answer has lost its connection. */
  async claim(token: string, listener: Listener): Promise<boolean> {
    const earlier = this.#listeners.get(token);
    if (earlier !== undefined) {
      if (await earlier.answersPing(this.limits.pongMs)) return false;
      earlier.cutOff();
      const next = this.#listeners.get(token);
      // A third machine has taken the URL meanwhile.
      if (next !== undefined && next !== earlier) return false;
    }
    this.#listeners.set(token, listener);
    await this.#elsewhere.register(token);
    return true;
  }

  leave(token: string, listener: Listener): void {
    if (this.#listeners.get(token) !== listener) return;
    this.#listeners.delete(token);
    this.#elsewhere.leave(token);
  }

  /** Passes a request on to the machine, and answers what came back. Never rejects. `signal`: the sender waits no longer. */
  async pass(token: string, passed: Passed, signal: AbortSignal): Promise<Returned> {
    if (this.#listeners.has(token)) return this.#passHere(token, passed, signal);
    return (await this.#elsewhere.pass(token, passed, signal)) ?? nobody;
  }

  async #passHere(token: string, passed: Passed, signal: AbortSignal): Promise<Returned> {
    const listener = this.#listeners.get(token);
    if (listener === undefined) return nobody;
    if (!this.isInTime(token, this.limits.requestsPerSecond))
      return {
        ok: false,
        status: 429,
        detail: `No more than ${this.limits.requestsPerSecond} requests a second are passed on to one machine`,
      };
    const underWay = [...this.#listeners.values()].reduce((sum, { bytesUnderWay }) => sum + bytesUnderWay, 0);
    const left = this.limits.bytesUnderWay - underWay;
    // A machine for which something waits leaves as much as it has: one that never answers must not have the room of all.
    const own = listener.bytesUnderWay;
    if (passed.body.length > (own === 0 ? left : left - own))
      return { ok: false, status: 503, detail: "Too much waits for answers of machines that listen: try again" };
    return listener.pass(passed, signal);
  }

  closeAll(): void {
    for (const listener of this.#listeners.values()) listener.close(1001, "The server stops: connect again");
    this.#elsewhere.close();
  }
}

const nobody: Returned = {
  ok: false,
  status: 503,
  detail: "Nobody listens at this URL now: start `webster listen` again",
};

/** How a machine is refused whose URL is in use, in Svix's words: its client then takes another token. */
export const inUse = { code: 1008, reason: "This socket is already in use" } as const;
