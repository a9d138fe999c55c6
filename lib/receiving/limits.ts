/**
 * What a source may take of this process: requests a second, and bytes under way. Whoever has had enough is refused
 * alone, at the cost of a look into a map; nothing of a request is read before it has a place.
 */
import { LRUCache } from "lru-cache";
import { rateLimiter } from "../rateLimit.ts";
import { Room } from "../room.ts";
import { shareOf } from "../siblings.ts";
import { singleton } from "../singleton.ts";

const usualRatePerSecond = 1_000;
const maximumSources = 20_000;
/** Bytes under way of all sources together, in which environments and their sources leave room to each other. Processes of one machine share them. */
const maximumBytes = 256 * 1024 * 1024;
const maximumSourceRequests = 2_000;
/** What a request costs beside its body. */
const requestBytes = 16_384;

type Use = { requests: number; toldSecond: number; untold: number };

type State = { uses: LRUCache<string, Use>; room: Room };

const state = (): State =>
  singleton("receivingLimits", () => ({
    uses: new LRUCache<string, Use>({ max: maximumSources }),
    room: new Room(() => shareOf(maximumBytes, 1)),
  }));

/**
 * A place for a request, or why there is none. `full`: the whole process has enough; `flooded`: this source or its environment has.
 * `waitSeconds`: until there may be room.
 */
export type Place = { kind: "taken"; leave: () => void } | { kind: "flooded"; waitSeconds: number } | { kind: "full"; waitSeconds: number };

/** Takes a place for a request. `bodyBytes`: as many as may come. `leave` must be called when the request is done with. */
export function takePlace({ id, environmentId, rateLimit }: LimitedSource, bodyBytes: number, nowMs: number): Place {
  const { uses, room } = state();
  const use = useOf(uses, id);
  const spent = rateLimiter().spend({ id, perSecond: rateLimit ?? usualRatePerSecond }, nowMs);
  if (!spent.allowed) return { kind: "flooded", waitSeconds: Math.max(1, Math.ceil(spent.waitMs / 1000)) };
  if (use.requests > 0 && use.requests >= shareOf(maximumSourceRequests, 1)) return { kind: "flooded", waitSeconds: 1 };
  const bytes = bodyBytes + requestBytes;
  const whose = { tenant: environmentId, owner: id };
  const refused = room.take(whose, bytes);
  if (refused !== null) return { kind: refused, waitSeconds: 1 };
  use.requests += 1;
  let isLeft = false;
  return {
    kind: "taken",
    leave: () => {
      if (isLeft) return;
      isLeft = true;
      use.requests -= 1;
      room.leave(whose, bytes);
    },
  };
}

type LimitedSource = { id: string; environmentId: string; rateLimit: number | null };

/** Counts a refusal. Answers how many there were since one was last told, this one included; null: one has been told in this second. */
export function tellRefusal(sourceId: string, nowMs: number): number | null {
  const use = useOf(state().uses, sourceId);
  use.untold++;
  const second = Math.floor(nowMs / 1000);
  if (use.toldSecond === second) return null;
  use.toldSecond = second;
  const count = use.untold;
  use.untold = 0;
  return count;
}

function useOf(uses: State["uses"], sourceId: string): Use {
  const known = uses.get(sourceId);
  if (known !== undefined) return known;
  const use: Use = { requests: 0, toldSecond: -1, untold: 0 };
  uses.set(sourceId, use);
  return use;
}
