/**
 * API keys and portal tokens: making them, and remembering whom they let in. Only hashes are kept.
 * A key has 256 random bits, so one SHA-256 without salt or stretching is enough.
 */
import { hash, randomBytes } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { Actor } from "../actor.ts";
import { listen, notify, onReconnect } from "../db/listen.ts";
import { log } from "../log.ts";
import { singleton } from "../singleton.ts";

export type NewToken = { text: string; prefix: string; hash: Buffer<ArrayBuffer> };

export const portalTokenPrefix = "wp_";

export const newApiKey = (): NewToken => newToken("wk_");

/** What the API is called with from the portal. */
export const newPortalToken = (): NewToken => newToken(portalTokenPrefix);

/** Authenticates as an integration of one application. */
export const integrationKeyPrefix = "wi_";
export const newIntegrationKey = (): NewToken => newToken(integrationKeyPrefix);

/** Inside an AutoConfig token: lets a receiver configure its own endpoint. */
export const autoconfigTokenPrefix = "wa_";
export const newAutoconfigToken = (): NewToken => newToken(autoconfigTokenPrefix);

/** What a portal link carries; it is exchanged for a token. */
export const newPortalCode = (): NewToken => newToken("wl_");

export const hashToken = (text: string): Buffer<ArrayBuffer> => Buffer.from(hash("sha256", text, "hex"), "hex");

/** The part of a key that may be shown, to recognise it by. */
export const prefixOf = (text: string): string => text.slice(0, 8);

function newToken(prefix: string): NewToken {
  const text = prefix + randomBytes(32).toString("base64url");
  return { text, prefix: prefixOf(text), hash: hashToken(text) };
}

/** Whom a key or a session lets in. */
export type Access = {
  actor: Actor;
  /** Null: without end. */
  expiresAtMs: number | null;
  /** A key's own limit; absent: that of the configuration. */
  requestsPerSecond?: number | null;
  /** A key's own: CIDRs that it may be used from. Absent or empty: anywhere. */
  allowedNetworks?: readonly string[];
};

const channel = "access";
const everyone = "*";
/** How long a revocation can go unnoticed in another process whose LISTEN connection is down. */
const rememberedMs = 5_000;

/**
 * What keys were found to be, by the hash of their text. Exact in this process; in others a revocation takes as
 * long as a NOTIFY. A lookup that was under way while something was revoked is not remembered.
 */
export class AccessCache {
  readonly #known = new LRUCache<string, Access>({ max: 10_000, ttl: rememberedMs });
  #generation = 0;

  constructor() {
    // What was looked up before LISTEN began may have been revoked unheard.
    listen(channel, (id) => this.forget(id === everyone ? null : id))
      .then(() => this.forget(null))
      .catch((error: Error) => log.warn({ error: error.message }, "access.listen_failed"));
    onReconnect(() => this.forget(null));
  }

  async find(key: string, look: () => Promise<Access | null>): Promise<Access | null> {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const generation = this.#generation;
    const found = await look();
    if (found !== null && generation === this.#generation) this.#known.set(key, found);
    return found;
  }

  /** `id`: of a key, a portal access, a user, an application or an environment; null: all. */
  forget(id: string | null): void {
    this.#generation += 1;
    for (const [key, { actor }] of this.#known.entries())
      if (id === null || actor.id === id || actor.applicationId === id || actor.environmentId === id) this.#known.delete(key);
  }
}

export const accessCache = (): AccessCache => singleton("accessCache", () => new AccessCache());

/** To be called after the revocation is committed: from then on the key, or the application's tokens, are refused. */
export async function forgetAccess(id: string): Promise<void> {
  accessCache().forget(id);
  await notify(channel, id);
}

/** The same for what others made with what is revoked. */
export async function forgetAllAccess(): Promise<void> {
  accessCache().forget(null);
  await notify(channel, everyone);
}
