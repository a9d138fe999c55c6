/**
 * Keys and tokens that nobody has made cost a look into the database each, and anybody can make them up: of one network a few are
 * looked up at a time, and so many in a second that are none. What was found once is no stranger's, and is looked up however many
 * strangers share its network.
 */
import { LRUCache } from "lru-cache";
import { AppError } from "./errors.ts";
import { InTurn } from "./inTurn.ts";
import { networkOfCaller } from "./networks.ts";
import { rateLimiter } from "./rateLimit.ts";
import { singleton } from "./singleton.ts";

const perSecond = 50;
const most = { together: 64, perTenant: 8, perOwner: 8 };

type State = { known: LRUCache<string, true>; turns: InTurn };
const state = (): State =>
  singleton("strangers", () => ({
    known: new LRUCache<string, true>({ max: 50_000 }),
    turns: new InTurn({ most: () => most, waitingOfTenant: 2_000, patienceMs: 10_000 }),
  }));

/**
 * Looks up what a key or token opens, for a caller at an address (null: not known); null: nothing. `hash`: of its text. Throws AppError
 * `rate_limited` and `unavailable`.
 */
export async function lookUp<T>(ip: string | null, hash: string, look: () => Promise<T | null>): Promise<T | null> {
  const { known, turns } = state();
  if (known.has(hash)) return look();
  const network = networkOfCaller(ip);
  const opened = await turns.run({ tenant: network, owner: network }, () => lookUpUnknown(network, look));
  if (opened !== null) known.set(hash, true);
  return opened;
}

async function lookUpUnknown<T>(network: string, look: () => Promise<T | null>): Promise<T | null> {
  const quota = { id: `strangers of ${network}`, perSecond };
  const waitMs = rateLimiter().waitOf(quota, performance.now());
  const retryAfterSeconds = waitMs / 1000;
  if (waitMs > 0)
    throw new AppError("rate_limited", "Too many unknown keys or tokens come from your network; try again", { retryAfterSeconds });
  const opened = await look();
  if (opened === null) rateLimiter().spend(quota, performance.now());
  return opened;
}
