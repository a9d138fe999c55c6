/**
 * What a source may take of this process: requests a second, and bytes under way. Whoever has had enough is refused
 * alone, at the cost of a look into a map; nothing of a request is read before it has a place.
 */
import { LRUCache } from "lru-cache";
import { rateLimiter } from "../rateLimit.ts";
import { shareOf } from "../siblings.ts";
import { singleton } from "../singleton.ts";

const usualRatePerSecond = 1_000;
const maximumSources = 20_000;
/** Bytes under way of all sources together, and of one: so that no source can fill what all need. Processes of one machine share them. */
const maximumBytes = 256 * 1024 * 1024;
const maximumSourceBytes = 64 * 1024 * 1024;
const maximumSourceRequests = 2_000;
/** What a request costs beside its body. */
const requestBytes = 16_384;

type Use = { bytes: number; requests: number; toldSecond: number; untold: number };

type State = { uses: LRUCache<string, Use>; bytes: number };

const state = (): State => singleton("receivingLimits", () => ({ uses: new LRUCache<string, Use>({ max: maximumSources }), bytes: 0 }));

/**
 * A place for a request, or why there is none. `full`: the whole process has enough; `flooded`: this source has. `waitSeconds`:
 * until there may be room.
 */
export type Place = { kind: "taken"; leave: () => void } | { kind: "flooded"; waitSeconds: number } | { kind: "full"; waitSeconds: number };

/** Takes a place for a request. `bodyBytes`: as many as may come. `leave` must be called when the request is done with. */
export function takePlace(sourceId: string, perSecond: number | null, bodyBytes: number, nowMs: number): Place {
  const current = state();
  const use = useOf(current, sourceId);
  const spent = rateLimiter().spend({ id: sourceId, perSecond: perSecond ?? usualRatePerSecond }, nowMs);
  if (!spent.allowed) return { kind: "flooded", waitSeconds: Math.max(1, Math.ceil(spent.waitMs / 1000)) };
  const bytes = bodyBytes + requestBytes;
  const isAlone = use.requests === 0;
  if (!isAlone && (use.requests >= shareOf(maximumSourceRequests, 1) || use.bytes + bytes > shareOf(maximumSourceBytes, 1)))
    return { kind: "flooded", waitSeconds: 1 };
  if (current.bytes > 0 && current.bytes + bytes > shareOf(maximumBytes, 1)) return { kind: "full", waitSeconds: 1 };
  use.bytes += bytes;
  use.requests += 1;
  current.bytes += bytes;
  let isLeft = false;
  return {
    kind: "taken",
    leave: () => {
      if (isLeft) return;
      isLeft = true;
      use.bytes -= bytes;
      use.requests -= 1;
      current.bytes -= bytes;
    },
  };
}

/** Counts a refusal. Answers how many there were since one was last told, this one included; null: one has been told in this second. */
export function tellRefusal(sourceId: string, nowMs: number): number | null {
  const use = useOf(state(), sourceId);
  use.untold++;
  const second = Math.floor(nowMs / 1000);
  if (use.toldSecond === second) return null;
  use.toldSecond = second;
  const count = use.untold;
  use.untold = 0;
  return count;
}

function useOf({ uses }: State, sourceId: string): Use {
  const known = uses.get(sourceId);
  if (known !== undefined) return known;
  const use: Use = { bytes: 0, requests: 0, toldSecond: -1, untold: 0 };
  uses.set(sourceId, use);
  return use;
}
