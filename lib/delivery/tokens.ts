/**
 * Access tokens of OAuth2 client credentials: kept per endpoint, fetched anew before they expire, or when a receiver
 * has refused one. Those who need the same token at the same time share one request. Tokens are held in memory only.
 */
import { LRUCache } from "lru-cache";
import { env } from "../env.ts";
import { log } from "../log.ts";
import type { Whose } from "../names.ts";
import { checkUrl, parseNetworks } from "../webhooks/address.ts";
import { type OAuth2, readTokenAnswer, tokenRequest } from "../webhooks/authentication.ts";
import type { Outcome } from "../webhooks/outcome.ts";
import type { Failure } from "./failure.ts";
import type { Target } from "./send.ts";

export type TokenResult = { ok: true; token: string } | { ok: false; failure: Failure };

/** POSTs a form; the deadline is in milliseconds. */
export type Ask = (target: Target, headers: string[], body: Buffer, timeoutMs: number) => Promise<Outcome>;

type Kept = { credentials: string; token: string; freshUntilMs: number };

const maxTokens = 10_000;
/** How long a token lives if its server does not say so. */
const usualLifetimeSeconds = 300;
const maxLifetimeSeconds = 86_400;
const maxTimeoutMs = 10_000;

export class Tokens {
  readonly #ask: Ask;
  readonly #nowMs: () => number;
  readonly #kept = new LRUCache<string, Kept>({ max: maxTokens });
  readonly #underWay = new Map<string, Promise<TokenResult>>();

  /** `nowMs`: a clock that never jumps, for tests. */
  constructor(ask: Ask, nowMs: () => number = () => performance.now()) {
    this.#ask = ask;
    this.#nowMs = nowMs;
  }

  /** A token for an endpoint. `refusedToken`: one that a receiver answered 401 to; any other one that is kept by now will do. */
  async get(whose: Whose, oauth: OAuth2, refusedToken: string | null = null): Promise<TokenResult> {
    const { owner: endpointId } = whose;
    const credentials = JSON.stringify(oauth);
    const kept = this.#kept.get(endpointId);
    const isGood = kept?.credentials === credentials && kept.freshUntilMs > this.#nowMs() && kept.token !== refusedToken;
    if (kept !== undefined && isGood) return { ok: true, token: kept.token };
    const key = `${endpointId} ${credentials}`;
    const running = this.#underWay.get(key);
    if (running !== undefined) return running;
    const fetching = this.#fetch(whose, oauth, credentials).finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, fetching);
    return fetching;
  }

  async #fetch(whose: Whose, oauth: OAuth2, credentials: string): Promise<TokenResult> {
    const { owner: endpointId } = whose;
    const askedMs = this.#nowMs();
    const target = tokenTarget(oauth.tokenUrl, whose);
    if (!target.ok) return { ok: false, failure: target.failure };
    const { headers, body } = tokenRequest(oauth);
    // Fetching a token takes at most half of the attempt's time: the request itself needs some too.
    const timeoutMs = Math.min(maxTimeoutMs, env().attemptTimeoutMs / 2);
    const outcome = await this.#ask(target, headers, Buffer.from(body), timeoutMs);
    if (outcome.kind === "unreachable") return noToken(endpointId, `The token server: ${outcome.detail}`);
    const answer = readTokenAnswer(outcome.statusCode, outcome.body);
    if (!answer.ok) return noToken(endpointId, answer.detail);
    const lifetimeSeconds = Math.min(answer.lifetimeSeconds ?? usualLifetimeSeconds, maxLifetimeSeconds);
    // A token counts as expired a fifth of its life early, a minute at most: requests must still arrive with it.
    const freshSeconds = lifetimeSeconds - Math.min(60, lifetimeSeconds / 5);
    this.#kept.set(endpointId, { credentials, token: answer.token, freshUntilMs: askedMs + freshSeconds * 1000 });
    return { ok: true, token: answer.token };
  }
}

function tokenTarget(url: string, whose: Whose): Target {
  const checked = checkUrl(url, {
    httpsOnly: env().httpsOnly,
    allowedNetworks: parseNetworks(env().allowedNetworks),
    allowedHosts: env().allowedHosts,
  });
  if (!checked.ok) return { ok: false, failure: { errorClass: "authentication", detail: `The token URL: ${checked.plainReason}` } };
  const { origin, pathname, search } = new URL(checked.url);
  return { ok: true, origin, path: pathname + search, contentType: null, headers: [], certificate: null, whose, secrets: [] };
}

function noToken(endpointId: string, detail: string): TokenResult {
  log.info({ endpointId, detail }, "delivery.no_token");
  return { ok: false, failure: { errorClass: "authentication", detail } };
}
