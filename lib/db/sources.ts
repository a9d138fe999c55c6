/**
 * Sources in memory, exact as applications are (applications.ts): whoever judged a request by a snapshot passes its
 * version to the statement that stores the judgement, which refuses another. Notifications only make that cheap.
 */
import { hash } from "node:crypto";
import { LRUCache } from "lru-cache";
import { log } from "../log.ts";
import { singleton } from "../singleton.ts";
import { lookUp } from "../strangers.ts";
import type { Filter } from "../webhooks/filter.ts";
import type { DedupeRule, EventTypeRule, ForwardRule, ResponseRule } from "../webhooks/sourceRules.ts";
import type { TransformationSnapshot } from "./applications.ts";
import { databaseNowMs } from "./clock.ts";
import { prisma } from "./client.ts";
import type { Prisma } from "./generated/client.ts";
import { listen, notify, onReconnect } from "./listen.ts";
import { loadSource, loadSourceByToken } from "./sql/hot/sources.ts";

/** What `sealedConfig` holds, as JSON. */
export type SealedConfig = { secrets: { value: string; expiresAtMs: number | null }[]; settings: Record<string, string> };

export type SourceSnapshot = {
  id: string;
  environmentId: string;
  /** The application that the source feeds. */
  applicationId: string;
  name: string;
  provider: string;
  config: SealedConfig;
  eventType: EventTypeRule;
  dedupe: DedupeRule;
  /** Requests a second; null: the configured default. */
  rateLimit: number | null;
  maximumBodyBytes: number | null;
  /** What accepted requests are answered, and below it rejected ones. Null: what the provider's row says. */
  acceptedResponse: ResponseRule | null;
  rejectedResponse: ResponseRule | null;
  forward: ForwardRule;
  /** A request that does not match the filter is kept, and makes no message. */
  filter: Filter | null;
  /** The source's transformation, run before the message is made; null: none, or switched off. */
  transformation: TransformationSnapshot | null;
  disabled: boolean;
  /** Raised by every change to the source or its tokens. */
  version: string;
  /** By a token's SHA-256 in hexadecimal: when it expires, in milliseconds of the database's clock; null: never. */
  tokens: Map<string, number | null>;
};

export const hashOfToken = (token: string): Buffer<ArrayBuffer> => Buffer.from(keyOfToken(token), "hex");

const keyOfToken = (token: string): string => hash("sha256", token, "hex");

/**
 * The source that has this token; null: none has it, or no longer. That answer is remembered too, which is safe: a token
 * is long and random, so nobody can have asked for it before it existed. `ip`: who asks. Throws AppError `rate_limited`.
 */
export async function findSourceByToken(token: string, ip: string | null): Promise<SourceSnapshot | null> {
  const key = keyOfToken(token);
  const { byId, idByHash, generation } = cache();
  const id = idByHash.get(key);
  if (id === unknown) return null;
  const known = id === undefined ? undefined : byId.get(id);
  if (known !== undefined) return isOpen(known, key) ? known : null;
  const found = await once(key, () => lookUp(ip, key, () => loadSourceByToken(hashOfToken(token))));
  if (generation === cache().generation) {
    idByHash.set(key, found?.id ?? unknown);
    if (found !== null) byId.set(found.id, found);
  }
  return found !== null && isOpen(found, key) ? found : null;
}

/** A source by id, from memory where possible; null: there is none. */
export async function getSource(id: string): Promise<SourceSnapshot | null> {
  const { byId, generation } = cache();
  const known = byId.get(id);
  if (known !== undefined) return known;
  const found = await loadSource(id);
  if (found !== null && generation === cache().generation) byId.set(id, found);
  return found;
}

/** Drops this process's copy of a source. */
export function forgetSource(id: string): void {
  const current = cache();
  // A load that began before must not put back what it read.
  current.generation++;
  current.loading.clear();
  current.byId.delete(id);
}

/** Every change to a source or its tokens goes through here: one transaction that also raises the version. */
export async function changeSource<T>(id: string, change: (tx: Prisma.TransactionClient) => Promise<T>): Promise<T> {
  const result = await prisma().$transaction(
    async (tx) => {
      await tx.$executeRaw`update "source" set "version" = "version" + 1 where "id" = ${id}`;
      return change(tx);
    },
    { maxWait: 2_000, timeout: 10_000 },
  );
  forgetSource(id);
  await notify(channel, id).catch((error: unknown) => log.warn({ sourceId: id, error: (error as Error).message }, "source.notify_failed"));
  return result;
}

/** Listens for changes that other processes make; once a process. Resolves when it listens. */
export async function watchSources(): Promise<void> {
  onReconnect(forgetAllSources);
  await listen(channel, forgetSource);
}

export function forgetAllSources(): void {
  const current = cache();
  current.generation++;
  current.loading.clear();
  current.byId.clear();
  current.idByHash.clear();
}

const channel = "webster_source";
const maximumSources = 10_000;
const maximumTokens = 50_000;
const unknown = "";

type Cache = {
  byId: LRUCache<string, SourceSnapshot>;
  /** Source ids by the token's hash; an empty one: there is no source with this token. */
  idByHash: LRUCache<string, string>;
  loading: Map<string, Promise<SourceSnapshot | null>>;
  /** Counts the drops: a load that began before one must not be kept. */
  generation: number;
};

const cache = (): Cache =>
  singleton("sources", () => ({
    byId: new LRUCache<string, SourceSnapshot>({ max: maximumSources }),
    idByHash: new LRUCache<string, string>({ max: maximumTokens }),
    loading: new Map(),
    generation: 0,
  }));

function isOpen({ tokens }: SourceSnapshot, key: string): boolean {
  const expiresMs = tokens.get(key);
  return expiresMs !== undefined && (expiresMs === null || expiresMs > databaseNowMs());
}

/** Callers that ask for the same at the same time share one answer. */
function once(key: string, load: () => Promise<SourceSnapshot | null>): Promise<SourceSnapshot | null> {
  const { loading } = cache();
  const running = loading.get(key);
  if (running !== undefined) return running;
  const promise = load().finally(() => {
    if (loading.get(key) === promise) loading.delete(key);
  });
  loading.set(key, promise);
  return promise;
}
