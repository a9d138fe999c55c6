/**
 * Pages are drawn a few at a time, in turns of the networks that ask for them: each costs tens of milliseconds of the processor
 * that all of Webster shares, and anybody may ask for the login's by the thousand. What a page loads beside itself costs little
 * and waits for nothing.
 */
import type { ServerResponse } from "node:http";
import { setImmediate as restOfLoop, setTimeout as patience } from "node:timers/promises";
import { InTurn } from "../inTurn.ts";
import { networkOfCaller } from "../networks.ts";

const mostTogether = 12;
/** The others have these at least. */
const mostOfNetwork = 8;
const most = { together: mostTogether, perTenant: mostOfNetwork, perOwner: mostOfNetwork };
/** Whoever is slow to take the answer keeps its place no longer. */
const mostMs = 5_000;

export class PageTurns {
  readonly #turns = new InTurn({ most: () => most, waitingOfTenant: 200, waiting: 1_000, patienceMs: 60_000 });
  readonly #mostMs: number;

  constructor(longestMs = mostMs) {
    this.#mostMs = longestMs;
  }

  /** Calls `draw` when it is the network's turn, or `refuse` if too many wait already. A client that has gone waits no longer. */
  async pass(ip: string | null, response: ServerResponse, draw: () => Promise<void>, refuse: () => void): Promise<void> {
    const network = networkOfCaller(ip);
    const whose = { tenant: network, owner: network };
    const gone = new Promise((resolve) => response.once("close", resolve));
    const leave = await this.#turns.enter(whose, gone).catch(refuse);
    if (!leave) return;
    // What waits besides pages is done before the next one, also where a page is drawn without waiting for anything.
    await restOfLoop();
    await Promise.race([draw(), gone, patience(this.#mostMs, null, { ref: false })]);
    leave();
  }
}

/** Files that are as they were built. */
export const isBuiltFile = (target: string): boolean => target.startsWith("/_next/static/");
