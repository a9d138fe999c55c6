/**
 * Pending requests that this process has just judged, held until it is their turn, so that they are neither read nor judged again.
 * Nothing depends on it: what is not held is in the database, and what is held is used only if it still waits there.
 */
import { LRUCache } from "lru-cache";
import type { SourceSnapshot } from "../../db/sources.ts";
import { singleton } from "../../singleton.ts";
import type { Verified } from "./judge.ts";
import type { CameIn } from "./receivedAcceptance.ts";

export type Held = { source: SourceSnapshot; request: CameIn; verified: Verified };

const maximumBytes = 16 * 1024 * 1024;
/** What a request takes beside its body, and how often its body is there: as it came, as a text, and as values. */
const requestBytes = 4_096;
const copies = 6;
/** Longer than it takes where this process runs the source's code. */
const heldMs = 30_000;

const held = (): LRUCache<string, Held> =>
  singleton(
    "heldRequests",
    () =>
      new LRUCache<string, Held>({
        maxSize: maximumBytes,
        maxEntrySize: maximumBytes / 8,
        sizeCalculation: ({ request }) => requestBytes + copies * request.body.length,
        ttl: heldMs,
      }),
  );

export function hold(one: Held): void {
  held().set(one.request.id, one);
}

/** As another process has it, or this one after a while: nothing is held. */
export function holdNothing(): void {
  held().clear();
}

/** Gives a request out of hand. Undefined: it is not held. */
export function takeHeld(id: string): Held | undefined {
  const found = held().get(id);
  held().delete(id);
  return found;
}
