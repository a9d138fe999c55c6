/**
 * How host names become addresses: the one place that asks DNS. It uses c-ares, which has no threads that could all be
 * waiting: the system's getaddrinfo shares two or four of them with everything else that this process does, and two names
 * whose servers never answer held them for seconds. Each look-up has a deadline, each endpoint and application few of them at
 * a time, and a name just found missing is not asked for again.
 */
import type { LookupAddress } from "node:dns";
import { Resolver } from "node:dns/promises";
import { isIP, type LookupFunction, setDefaultAutoSelectFamilyAttemptTimeout } from "node:net";
import { callbackify } from "node:util";
import { LRUCache } from "lru-cache";
import { env } from "./env.ts";
import { nameFiles } from "./nameFiles.ts";
import { singleton } from "./singleton.ts";
import { Turns, type Whose } from "./turns.ts";

export type { Whose } from "./turns.ts";

/**
 * How long one of a name's addresses may take to connect before the next is tried: Node.js gives it up then, all but the last.
 * Its own 250 ms are shorter than the way to the other side of the earth and back: with no way to the receiver's other family,
 * such an address would never be reached. This is enough for a first packet that was lost too, which is sent again after 1 s.
 */
const addressMs = 1_500;
setDefaultAutoSelectFamilyAttemptTimeout(addressMs);

/** A failed look-up. `code`: ENOTFOUND if there is no such name or it has no address, EAI_AGAIN if that can't be said now. */
export class NameError extends Error {
  override readonly name = "NameError";
  readonly code: "ENOTFOUND" | "EAI_AGAIN";

  constructor(code: NameError["code"], hostname: string) {
    super(code === "ENOTFOUND" ? `No address for ${hostname}` : `${hostname} could not be resolved in time`);
    this.code = code;
  }
}

/**
 * All addresses of a name, at least one. Throws NameError after `withinMs` at the latest; by default twice the configured
 * time, which leaves a look-up as long to wait for its turn as it may then take.
 */
export const resolveName = (hostname: string, whose: Whose, withinMs?: number): Promise<LookupAddress[]> =>
  names().resolve(hostname, whose, withinMs);

/** `resolveName` with a callback. */
export const resolveNameFor = callbackify((hostname: string, whose: Whose) => resolveName(hostname, whose));

/** The `lookup` option of Node.js's own HTTP client. */
export const lookupFor =
  (whose: Whose): LookupFunction =>
  (hostname, { all }, callback) =>
    resolveNameFor(hostname, whose, (error, addresses) => {
      const first = addresses?.[0];
      if (error !== null || first === undefined) callback(error, "");
      else if (all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });

const names = (): Names => singleton("names", () => new Names());

/** For tests: other servers (`127.0.0.1:5353`) and another search list than the system's from now on, and nothing remembered; null: the system's. */
export function useNameServers(servers: string[] | null, search: string[] | null = null): void {
  names().servers = servers;
  names().search = search;
  names().forget();
}

/** How long a name that was found missing is not asked for again. */
const rememberedMs = { ENOTFOUND: 5_000, EAI_AGAIN: 1_000 };
/** The same for a look-up that ran into its deadline, which costs more than one that was refused. */
const rememberedHangingMs = 15_000;
const maxRememberedNames = 10_000;
/** How long, once the addresses of one family are there, the other's are waited for (RFC 8305, section 3, with more patience). */
const otherFamilyMs = 500;

type Entry = { hostname: string; whose: Whose; found: (addresses: LookupAddress[]) => void; failed: (error: Error) => void };

class Names {
  servers: string[] | null = null;
  search: string[] | null = null;
  readonly #turns = new Turns<Entry>(() => ({ perOwner: env().limits.namesPerEndpoint, perTenant: env().limits.namesPerApplication }));
  readonly #missing = new LRUCache<string, NameError["code"]>({ max: maxRememberedNames });
  readonly #underWay = new Map<string, Promise<LookupAddress[]>>();

  async resolve(hostname: string, whose: Whose, withinMs = 2 * env().dnsTimeoutMs): Promise<LookupAddress[]> {
    const name = hostname.toLowerCase();
    const known = await ownAddresses(name);
    if (known !== null) return known;
    const missing = this.#missing.get(name);
    if (missing !== undefined) throw new NameError(missing, hostname);
    return this.#inTime(name, whose, withinMs);
  }

  forget(): void {
    this.#missing.clear();
  }

  #inTime(hostname: string, whose: Whose, withinMs: number): Promise<LookupAddress[]> {
    return new Promise((resolve, reject) => {
      const entry: Entry = {
        hostname,
        whose,
        found: (addresses) => {
          clearTimeout(timer);
          resolve(addresses);
        },
        failed: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      };
      const timer = setTimeout(() => {
        this.#turns.remove(whose, entry);
        reject(new NameError("EAI_AGAIN", hostname));
      }, withinMs);
      // Look-ups of the same name at the same time share one answer.
      const underWay = this.#underWay.get(hostname);
      if (underWay !== undefined) return void underWay.then(entry.found, entry.failed);
      this.#turns.add(whose, entry);
      this.#pump();
    });
  }

  #pump(): void {
    while (this.#turns.running < env().limits.names) {
      const entry = this.#turns.next();
      if (entry === null) return;
      void this.#lookUp(entry.hostname)
        .then(entry.found, entry.failed)
        .finally(() => {
          this.#turns.end(entry.whose);
          this.#pump();
        });
    }
  }

  #lookUp(hostname: string): Promise<LookupAddress[]> {
    const underWay = this.#underWay.get(hostname);
    if (underWay !== undefined) return underWay;
    const looking = this.#ask(hostname).finally(() => this.#underWay.delete(hostname));
    this.#underWay.set(hostname, looking);
    return looking;
  }

  async #ask(hostname: string): Promise<LookupAddress[]> {
    // Each look-up has a resolver of its own, because cancelling one ends everything that it was asked.
    const resolver = new Resolver({ timeout: Math.max(250, env().dnsTimeoutMs / 4), tries: 3 });
    if (this.servers !== null) resolver.setServers(this.servers);
    const over = { isIt: false };
    const deadline = setTimeout(() => {
      over.isIt = true;
      resolver.cancel();
    }, env().dnsTimeoutMs);
    let isUnsure = false;
    try {
      for (const candidate of candidatesOf(hostname, this.search ?? (await nameFiles()).search)) {
        const addresses = over.isIt ? [] : await bothFamilies(resolver, candidate);
        isUnsure ||= addresses === null;
        if (addresses !== null && addresses.length > 0) return addresses;
        // Whoever is meant as he stands, and can't be found now, is nobody in a domain of this machine's.
        if (isUnsure && hostname.includes(".")) break;
      }
      throw new NameError(over.isIt || isUnsure ? "EAI_AGAIN" : "ENOTFOUND", hostname);
    } catch (error) {
      if (error instanceof NameError)
        this.#missing.set(hostname, error.code, { ttl: over.isIt ? rememberedHangingMs : rememberedMs[error.code] });
      throw error;
    } finally {
      clearTimeout(deadline);
      resolver.cancel();
    }
  }
}

/** The addresses of a name for which no server need be asked; null: ask one. */
async function ownAddresses(name: string): Promise<LookupAddress[] | null> {
  const bare = name.replace(/\.$/, "");
  if (isIP(bare) !== 0) return [addressOf(bare)];
  const listed = (await nameFiles()).hosts.get(bare);
  if (listed !== undefined) return listed.map(addressOf);
  // `localhost` is always this machine (RFC 6761, section 6.3), whatever a server says.
  return bare === "localhost" || bare.endsWith(".localhost") ? ["127.0.0.1", "::1"].map(addressOf) : null;
}

const addressOf = (address: string): LookupAddress => ({ address, family: isIP(address) });

/** The full names to try, in order. A name with a dot is most likely meant as it stands, one without (`receiver`, in a cluster) hardly ever. */
function candidatesOf(hostname: string, search: string[]): string[] {
  if (hostname.endsWith(".")) return [hostname];
  const within = search.map((domain) => `${hostname}.${domain}`);
  return hostname.includes(".") ? [hostname, ...within] : [...within, hostname];
}

/** A name's addresses of both families; empty: there is no such name, or it has none. Null: that can't be said now. */
async function bothFamilies(resolver: Resolver, hostname: string): Promise<LookupAddress[] | null> {
  const asked = [resolver.resolve4(hostname), resolver.resolve6(hostname)];
  const found: LookupAddress[] = [];
  let isUnsure = false;
  const settled = asked.map((asking) =>
    asking.then(
      (addresses) => void found.push(...addresses.map(addressOf)),
      ({ code = "" }: NodeJS.ErrnoException) => void (isUnsure ||= !isDefinite(code)),
    ),
  );
  await Promise.race(settled);
  if (found.length === 0) await Promise.all(settled);
  else await Promise.race([Promise.all(settled), patience()]);
  if (found.length === 0 && isUnsure) return null;
  return found.toSorted((one, other) => one.family - other.family);
}

const patience = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, otherFamilyMs).unref());

const isDefinite = (code: string): boolean => code === "ENOTFOUND" || code === "ENODATA" || code === "EBADNAME";
