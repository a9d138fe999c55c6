/**
 * Connections to receivers: one pool an origin, kept alive. Names are resolved once, every answer is checked, and the
 * checked addresses are those connected to. No redirects, no proxies of the environment, TLS always verified.
 */
import { lookup, type LookupAddress } from "node:dns";
import type { LookupFunction } from "node:net";
import { LRUCache } from "lru-cache";
import { buildConnector, Pool } from "undici";
import { env } from "../env.ts";
import { checkAddress, type Network, parseNetworks } from "../webhooks/address.ts";

export const forbiddenAddressCode = "WEBSTER_ADDRESS";

const maxOrigins = 5_000;
// At least what an endpoint may have under way, so that nothing waits in undici's own queue.
const connectionsPerOrigin = 100;
// Below the 5 s after which a Node.js receiver closes: a request into a closing connection would be lost.
const keepAliveMs = 4_000;

/** How names become addresses; tests put in their own. */
export type Resolve = (hostname: string, done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void) => void;

const resolveBySystem: Resolve = (hostname, done) => lookup(hostname, { all: true, verbatim: true }, done);

export class Connections {
  readonly #pools: LRUCache<string, Pool>;
  readonly #networks: Network[];
  readonly #resolve: Resolve;
  readonly #connect: buildConnector.connector;
  /** Who waits for the addresses of a name that is being resolved. */
  readonly #resolving = new Map<string, ((error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void)[]>();

  constructor(resolve: Resolve = resolveBySystem) {
    this.#resolve = resolve;
    this.#networks = parseNetworks(env().allowedNetworks);
    this.#pools = new LRUCache<string, Pool>({ max: maxOrigins, dispose: (pool) => void pool.close().catch(() => undefined) });
    this.#connect = buildConnector({
      lookup: this.#lookup,
      autoSelectFamily: true,
      timeout: env().attemptTimeoutMs,
      allowH2: false,
      rejectUnauthorized: true,
    });
  }

  poolOf(origin: string): Pool {
    let pool = this.#pools.get(origin);
    if (pool === undefined) {
      pool = new Pool(origin, {
        connections: connectionsPerOrigin,
        pipelining: 1,
        keepAliveTimeout: keepAliveMs,
        // The attempt's own deadline covers all of it.
        headersTimeout: 0,
        bodyTimeout: 0,
        connect: this.#connect,
      });
      this.#pools.set(origin, pool);
    }
    return pool;
  }

  /** Cuts off whatever is under way. */
  async close(): Promise<void> {
    const pools = [...this.#pools.values()];
    await Promise.all(pools.map((pool) => pool.destroy().catch(() => undefined)));
    this.#pools.clear();
  }

  /** For net.connect and tls.connect, which call it for names only: literals in URLs are checked by `checkUrl`. */
  readonly #lookup: LookupFunction = (hostname, options, callback) => {
    this.#addressesOf(hostname, (error, addresses) => {
      const first = addresses[0];
      if (error !== null || first === undefined) callback(error ?? notFound(hostname), "");
      else if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };

  #addressesOf(hostname: string, done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void): void {
    const waiting = this.#resolving.get(hostname);
    if (waiting !== undefined) {
      waiting.push(done);
      return;
    }
    const all = [done];
    this.#resolving.set(hostname, all);
    this.#resolve(hostname, (error, addresses) => {
      this.#resolving.delete(hostname);
      const fault = error ?? this.#fault(addresses);
      for (const one of all) one(fault, fault === null ? addresses : []);
    });
  }

  #fault(addresses: LookupAddress[]): NodeJS.ErrnoException | null {
    if (addresses.every(({ address }) => checkAddress(address, this.#networks) === "allowed")) return null;
    return Object.assign(new Error("The name points to an address that Webster does not connect to"), { code: forbiddenAddressCode });
  }
}

const notFound = (hostname: string): NodeJS.ErrnoException => Object.assign(new Error(`No address for ${hostname}`), { code: "ENOTFOUND" });
