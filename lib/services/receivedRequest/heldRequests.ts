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
/** Of one request. */
const largestBytes = maximumBytes / 8;
/** What a request takes beside head and body, and how often those are there: as they came, as texts, and as values. */
const requestBytes = 2_048;
const copies = 6;
/** What a value of JSON takes, beside its text: `{}` is two bytes on the wire, and sixty in memory. */
const valueBytes = 48;
/** Longer than it takes where this process runs the source's code. */
const heldMs = 30_000;

const held = (): LRUCache<string, Held> =>
  singleton(
    "heldRequests",
    () =>
      new LRUCache<string, Held>({
        maxSize: maximumBytes,
        maxEntrySize: largestBytes,
        sizeCalculation: ({ request }) => bytesOf(request),
        ttl: heldMs,
      }),
  );

export function hold(one: Held): void {
  held().set(one.request.id, one);
}

/** About as much memory as a request takes, whatever it is made of. */
function bytesOf({ head: { url, headers }, body }: CameIn): number {
  const names = Object.entries(headers).reduce((sum, [name, value]) => sum + name.length + value.length, url.length);
  const bytes = requestBytes + copies * (names + body.length);
  // What is too large already is not held, and need not be looked through.
  if (bytes > largestBytes) return bytes;
  let values = 0;
  for (const byte of body) if (byte === comma || byte === bracket || byte === brace) values++;
  return bytes + valueBytes * values;
}

// What stands before a value.
const [comma, bracket, brace] = [0x2c, 0x5b, 0x7b];

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
