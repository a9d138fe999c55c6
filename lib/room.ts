/**
 * Memory that many want at once, by whose it is. Each tenant may have as much as it leaves to the others, and each of its owners
 * as much as it leaves to the others of half the whole: so one alone never has more than half, and whoever comes with nothing under
 * way finds room. Nobody waits: whoever has had enough is refused, at the cost of a look into a map.
 */
import type { Whose } from "./turns.ts";

/** `full`: all together have enough; `flooded`: this tenant or owner has. */
export type Refused = "full" | "flooded";

export class Room {
  readonly #whole: () => number;
  #bytes = 0;
  readonly #ofTenant = new Map<string, number>();
  readonly #ofOwner = new Map<string, number>();

  /** `whole`: the bytes that all may have together. */
  constructor(whole: () => number) {
    this.#whole = whole;
  }

  /** Null: the bytes are taken, until `leave` is called with as many. A tenant or an owner that has none may have more than its part. */
  take(whose: Whose, bytes: number): Refused | null {
    const { tenant, owner } = whose;
    const whole = this.#whole();
    const [ofTenant, ofOwner] = [this.#ofTenant.get(tenant) ?? 0, this.#ofOwner.get(owner) ?? 0];
    if (ofOwner > 0 && ofOwner + bytes > whole / 2 - ofTenant) return "flooded";
    if (ofTenant > 0 && ofTenant + bytes > whole - this.#bytes) return "flooded";
    if (this.#bytes > 0 && this.#bytes + bytes > whole) return "full";
    this.#add(whose, bytes);
    return null;
  }

  leave(whose: Whose, bytes: number): void {
    this.#add(whose, -bytes);
  }

  #add({ tenant, owner }: Whose, bytes: number): void {
    this.#bytes += bytes;
    addTo(this.#ofTenant, tenant, bytes);
    addTo(this.#ofOwner, owner, bytes);
  }
}

function addTo(uses: Map<string, number>, key: string, bytes: number): void {
  const sum = (uses.get(key) ?? 0) + bytes;
  if (sum === 0) uses.delete(key);
  else uses.set(key, sum);
}
