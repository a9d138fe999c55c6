/**
 * Whose turn it is with something that many want and few may have at once: turns go round the tenants, for each tenant round
 * its owners, and for each owner in the order of asking. So a tenant with a hundred owners waits no less than one with one.
 */
export type Whose = {
  /** An application's id, in most cases. */
  tenant: string;
  /** The id of an endpoint, a source…; no two tenants have the same. */
  owner: string;
};

type Waiting<T> = { whose: Whose; entry: T };

/** How many may have the thing at once. */
export type Most = { perOwner: number; perTenant: number };

export class Turns<T> {
  readonly #most: () => Most;
  /** Waiting entries by tenant and owner, each in the order in which their turns come. */
  readonly #waiting = new Map<string, Map<string, Waiting<T>[]>>();
  /** How many entries have the thing now, by tenant and by owner. */
  readonly #running = new Map<string, number>();
  #waitingCount = 0;
  #runningCount = 0;

  constructor(most: () => Most) {
    this.#most = most;
  }

  get waiting(): number {
    return this.#waitingCount;
  }

  get running(): number {
    return this.#runningCount;
  }

  waitingOf(tenant: string): number {
    let count = 0;
    for (const line of this.#waiting.get(tenant)?.values() ?? []) count += line.length;
    return count;
  }

  add(whose: Whose, entry: T): void {
    this.#lineOf(whose).push({ whose, entry });
    this.#waitingCount++;
  }

  /** Puts entries that were taken back in front of those that their owner has waiting. */
  putBack(whose: Whose, entries: readonly T[]): void {
    this.#lineOf(whose).unshift(...entries.map((entry) => ({ whose, entry })));
    this.#waitingCount += entries.length;
  }

  /** Takes the next entry that may have the thing, which then has it until `end` is called for it. Null: none may now. */
  next(): T | null {
    const { perOwner, perTenant } = this.#most();
    for (const [tenant, owners] of this.#waiting) {
      if ((this.#running.get(tenantKey(tenant)) ?? 0) >= perTenant) continue;
      for (const [owner, [first]] of owners) {
        if (first === undefined || (this.#running.get(ownerKey(owner)) ?? 0) >= perOwner) continue;
        this.#take(first);
        this.#count(first.whose, 1);
        return first.entry;
      }
    }
    return null;
  }

  end(whose: Whose): void {
    this.#count(whose, -1);
  }

  /** Takes an entry out that waits no more. False: it did not wait. */
  remove({ tenant, owner }: Whose, entry: T): boolean {
    const found = this.#waiting
      .get(tenant)
      ?.get(owner)
      ?.find((waiting) => waiting.entry === entry);
    if (found === undefined) return false;
    this.#take(found);
    return true;
  }

  /** Takes an owner's next entry along with one that has the thing already, if it fits: they have it together, until one `end`. */
  along({ tenant, owner }: Whose, fits: (entry: T) => boolean): T | null {
    const first = this.#waiting.get(tenant)?.get(owner)?.[0];
    if (first === undefined || !fits(first.entry)) return null;
    this.#take(first);
    return first.entry;
  }

  /** Takes all waiting entries out. */
  clear(): T[] {
    const all = [...this.#waiting.values()].flatMap((owners) => [...owners.values()].flat().map(({ entry }) => entry));
    this.#waiting.clear();
    this.#waitingCount = 0;
    return all;
  }

  #lineOf({ tenant, owner }: Whose): Waiting<T>[] {
    const owners = this.#waiting.get(tenant) ?? new Map<string, Waiting<T>[]>();
    this.#waiting.set(tenant, owners);
    const line = owners.get(owner) ?? [];
    owners.set(owner, line);
    return line;
  }

  /** Takes an entry out; its owner and its tenant go to the end of their lines. */
  #take(waiting: Waiting<T>): void {
    const { tenant, owner } = waiting.whose;
    const owners = this.#waiting.get(tenant);
    const line = owners?.get(owner);
    if (owners === undefined || line === undefined) return;
    line.splice(line.indexOf(waiting), 1);
    this.#waitingCount--;
    owners.delete(owner);
    if (line.length > 0) owners.set(owner, line);
    this.#waiting.delete(tenant);
    if (owners.size > 0) this.#waiting.set(tenant, owners);
  }

  #count({ tenant, owner }: Whose, change: 1 | -1): void {
    this.#runningCount += change;
    for (const key of [tenantKey(tenant), ownerKey(owner)]) {
      const left = (this.#running.get(key) ?? 0) + change;
      if (left <= 0) this.#running.delete(key);
      else this.#running.set(key, left);
    }
  }
}

// A tenant and an owner may have the same id: the keys of the two must differ.
const tenantKey = (tenant: string): string => `tenant ${tenant}`;
const ownerKey = (owner: string): string => `owner ${owner}`;
