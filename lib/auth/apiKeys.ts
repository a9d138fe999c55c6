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

/** A new token with which the portal calls the API. */
export const newPortalToken = (): NewToken => newToken(portalTokenPrefix);

/** How the keys of integrations begin, each of one application. */
export const integrationKeyPrefix = "wi_";
export const newIntegrationKey = (): NewToken => newToken(integrationKeyPrefix);

/** How the secret inside an AutoConfig token begins, with which a receiver configures its own endpoint. */
export const autoconfigTokenPrefix = "wa_";
export const newAutoconfigToken = (): NewToken => newToken(autoconfigTokenPrefix);

/** A new code for a portal link, which is exchanged for a token. */
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
  /** Milliseconds since 1970; null: never. */
  expiresAtMs: number | null;
  /** A key's own limit; absent: the configured one. */
  requestsPerSecond?: number | null;
  /** A key's own networks (CIDR), from which alone it may be used. Absent or empty: anywhere. */
  allowedNetworks?: readonly string[];
};

const channel = "access";
const everyone = "*";
/** How long a revocation can go unnoticed in another process whose LISTEN connection is down. */
const rememberedMs = 5_000;

/**
 * Whom keys let in, by the hash of their text, remembered. Exact in this process; in others a revocation takes as
 * long as a NOTIFY. A lookup that was under way while something was revoked is not remembered.
 */
export class AccessCache {
  readonly #watched = new Set<{ actor: Actor; ask: () => void }>();
  readonly #known = new LRUCache<string, Access>({ max: 10_000, ttl: rememberedMs });
  #generation = 0;

  constructor() {
    // Keys looked up before LISTEN began may have been revoked unheard.
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

  /** Forgets what was found by this id: a key's, a portal access's, a user's, an application's or an environment's; null: all. */
  forget(id: string | null): void {
    this.#generation += 1;
    for (const [key, { actor }] of this.#known.entries()) if (isOf(actor, id)) this.#known.delete(key);
    for (const { actor, ask } of this.#watched) if (isOf(actor, id)) ask();
  }

  /** Calls `ask` whenever the actor may have lost what lets them in, for what goes on after it has been let in; until the answer is called. */
  watch(actor: Actor, ask: () => void): () => void {
    const watched = { actor, ask };
    this.#watched.add(watched);
    return () => void this.#watched.delete(watched);
  }
}

const isOf = (actor: Actor, id: string | null): boolean =>
  id === null || actor.id === id || actor.applicationId === id || actor.environmentId === id;

export const accessCache = (): AccessCache => singleton("accessCache", () => new AccessCache());

/** Makes every process forget what it knows of an id. To be called after a revocation is committed: from then on the key, or the application's tokens, are refused. */
export async function forgetAccess(id: string): Promise<void> {
  accessCache().forget(id);
  await notify(channel, id);
}

/** Makes every process forget all access. To be called when a revocation also ends what others made with the revoked key. */
export async function forgetAllAccess(): Promise<void> {
  accessCache().forget(null);
  await notify(channel, everyone);
}
