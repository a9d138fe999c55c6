/**
 * Whose turn it is with something that many want and few may have at once: first of the tenants, then of what a tenant owns, then
 * in the order of asking. So a tenant with a hundred owners waits no less than one with a single one.
 */
export type Whose = {
  /** An application, in most cases. */
  tenant: string;
  /** An endpoint, a source…; ids of different tenants' differ. */
  owner: string;
};

type Waiting<T> = { whose: Whose; entry: T };

/** How many may have it at once. */
export type Most = { perOwner: number; perTenant: number };

export class Turns<T> {
  readonly #most: () => Most;
  /** By tenant and owner, each in the order in which their turns come. */
  readonly #waiting = new Map<string, Map<string, Waiting<T>[]>>();
  /** By tenant, and by owner. */
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
    const { tenant, owner } = whose;
    const owners = this.#waiting.get(tenant) ?? new Map<string, Waiting<T>[]>();
    this.#waiting.set(tenant, owners);
    const line = owners.get(owner);
    if (line === undefined) owners.set(owner, [{ whose, entry }]);
    else line.push({ whose, entry });
    this.#waitingCount++;
  }

  /** The next that may have it; it has until `end` is called for it. Null: nobody may now. */
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

  /** It waits no more. False: it did not. */
  remove({ tenant, owner }: Whose, entry: T): boolean {
    const found = this.#waiting
      .get(tenant)
      ?.get(owner)
      ?.find((waiting) => waiting.entry === entry);
    if (found === undefined) return false;
    this.#take(found);
    return true;
  }

  /** All that wait, taken out. */
  clear(): T[] {
    const all = [...this.#waiting.values()].flatMap((owners) => [...owners.values()].flat().map(({ entry }) => entry));
    this.#waiting.clear();
    this.#waitingCount = 0;
    return all;
  }

  /** Its owner and its tenant go to the end of their lines. */
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

// They may be called alike.
const tenantKey = (tenant: string): string => `tenant ${tenant}`;
const ownerKey = (owner: string): string => `owner ${owner}`;
