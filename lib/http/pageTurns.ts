/**
 * Pages are drawn a few at a time, in turns of the networks that ask for them: each costs tens of milliseconds of the processor
 * that all of Webster shares, and anybody may ask for the login's by the thousand. What a page loads beside itself costs little
 * and waits for nothing.
 */
import type { ServerResponse } from "node:http";
import { networkOfCaller } from "../networks.ts";
import { Turns, type Whose } from "../turns.ts";

const mostTogether = 12;
/** The others have these at least. */
const mostOfNetwork = 8;
const mostWaiting = 1_000;
const mostWaitingOfNetwork = 200;
/** Whoever is slow to take the answer keeps its place no longer. */
const mostMs = 5_000;

export class PageTurns {
  readonly #turns = new Turns<() => void>(() => ({ perOwner: mostOfNetwork, perTenant: mostOfNetwork }));
  readonly #mostMs: number;

  constructor(longestMs = mostMs) {
    this.#mostMs = longestMs;
  }

  /** Calls `draw` when it is the network's turn, or `refuse` if too many wait already. A client that has gone waits no longer. */
  pass(ip: string | null, response: ServerResponse, draw: () => Promise<void>, refuse: () => void): void {
    const network = networkOfCaller(ip);
    if (this.#turns.waiting >= mostWaiting || this.#turns.waitingOf(network) >= mostWaitingOfNetwork) return refuse();
    const whose = { tenant: network, owner: network };
    const begin = (): void => this.#begin(whose, response, draw);
    this.#turns.add(whose, begin);
    response.once("close", () => void this.#turns.remove(whose, begin));
    this.#next();
  }

  #begin(whose: Whose, response: ServerResponse, draw: () => Promise<void>): void {
    let hasEnded = false;
    const end = (): void => {
      if (hasEnded) return;
      hasEnded = true;
      clearTimeout(timer);
      this.#turns.end(whose);
      this.#next();
    };
    const timer = setTimeout(end, this.#mostMs).unref();
    response.once("close", end);
    void draw().finally(end);
  }

  #next(): void {
    while (this.#turns.running < mostTogether) {
      const begin = this.#turns.next();
      if (begin === null) return;
      begin();
    }
  }
}

/** Files that are as they were built. */
export const isBuiltFile = (target: string): boolean => target.startsWith("/_next/static/");
