/**
 * Certificates and sets of keys that signatures are checked with: fetched where the provider's row says, and kept for a while.
 * Which address may be asked, the row decides; here is only how often.
 */
import { createHash } from "node:crypto";
import { rootCertificates } from "node:tls";
import { LRUCache } from "lru-cache";
import { log } from "../../log.ts";
import { rateLimiter } from "../../rateLimit.ts";
import { singleton } from "../../singleton.ts";
import {
  type Extras,
  type IncomingRequest,
  type Need,
  type ProviderConfig,
  type ProviderKind,
  type Refused,
  needOf,
} from "../../webhooks/verification.ts";
import { fetchOutside } from "../shared/outbound.ts";
import { isJsonObject, tryParseJson } from "../../webhooks/body/json.ts";
import { dayMs } from "../../words/duration.ts";

const deadlineMs = 5_000;
const maximumBytes = 262_144;
/** Characters of all documents that are kept. */
const keptCharacters = 64 * 1024 * 1024;
/** What is asked for and was never had: requests may name whatever they like, which must not push out what serves others. */
const maximumUnknown = 1_000;
const keptMs = 3_600_000;
/** How long a document serves while no newer one is to be had: not for ever, because keys are withdrawn. */
const servesMs = dayMs;
/** A failure is remembered for a while too, and so is a set without the key that was looked for: bad requests must cost nobody much. */
const triedAgainMs = 10_000;
/** New documents in a second for one source, whose requests name what to fetch. What another source needs is not held up. */
const documentsPerSecond = 20;

type Kept = { document: string | null; fetchedMs: number; triedMs: number; loading: Promise<void> | null };

type Cache = { known: LRUCache<string, Kept>; unknown: LRUCache<string, Kept> };

const cache = (): Cache =>
  singleton("verificationDocuments", () => ({
    known: new LRUCache<string, Kept>({ maxSize: keptCharacters, sizeCalculation: ({ document }) => 1_000 + (document ?? "").length }),
    unknown: new LRUCache<string, Kept>({ max: maximumUnknown }),
  }));

/**
 * The documents that checking a request takes; empty where the provider needs none. Refused: what the request names is not the
 * provider's, or it can't be had at the moment.
 */
export async function extrasFor(
  sourceId: string,
  provider: ProviderKind,
  config: ProviderConfig,
  request: IncomingRequest,
): Promise<Extras | Refused> {
  const need = needOf(provider, config, request);
  if (need === null) return {};
  if ("reason" in need) return need;
  const document = await documentFor(sourceId, need);
  if (document === null) return { ok: false, reason: need.absent, detail: `${need.what} could not be fetched; verify again later` };
  return { document, trustedRootsPem: rootCertificates };
}

async function documentFor(sourceId: string, need: Need): Promise<string | null> {
  const key = keyOf(need);
  const kept = keptOf(key);
  const nowMs = performance.now();
  const serves = kept.document !== null && nowMs - kept.fetchedMs < keptMs && need.covers(kept.document);
  if (!serves && (kept.loading !== null || nowMs - kept.triedMs >= triedAgainMs)) {
    kept.loading ??= load(sourceId, need, key, kept).finally(() => (kept.loading = null));
    await kept.loading;
  }
  return kept.document !== null && performance.now() - kept.fetchedMs < servesMs ? kept.document : null;
}

function keptOf(key: string): Kept {
  const { known, unknown } = cache();
  const found = known.get(key) ?? unknown.get(key);
  if (found !== undefined) return found;
  const kept: Kept = { document: null, fetchedMs: -Infinity, triedMs: -Infinity, loading: null };
  unknown.set(key, kept);
  return kept;
}

async function load(sourceId: string, need: Need, key: string, kept: Kept): Promise<void> {
  const { url, method, headers, body } = need;
  const { host } = new URL(url);
  if (!rateLimiter().spend({ id: `documents of ${sourceId}`, perSecond: documentsPerSecond }, performance.now()).allowed) return;
  kept.triedMs = performance.now();
  const credential = need.bearer === undefined ? {} : await credentialFrom(sourceId, need.bearer);
  if (credential === null) return;
  const fetched = await fetchOutside({
    url,
    method,
    headers: { accept: "*/*", ...headers, ...credential },
    body: body === null ? null : Buffer.from(body),
    whose: { tenant: sourceId, owner: sourceId },
    deadlineMs,
    maximumBytes,
  });
  if (fetched.ok && fetched.status === 200 && fetched.isWhole) {
    kept.document = fetched.body.toString("utf8");
    kept.fetchedMs = performance.now();
    const { known, unknown } = cache();
    unknown.delete(key);
    // Its size is taken anew only for what was not there.
    known.delete(key);
    known.set(key, kept);
  } else log.warn({ host, reason: fetched.ok ? `status ${fetched.status}` : fetched.reason }, "source.document_not_fetched");
}

/** The header that shows the token of this document (RFC 6750); null: there is none. */
async function credentialFrom(sourceId: string, need: Need): Promise<{ authorization: string } | null> {
  const answer = tryParseJson((await documentFor(sourceId, need)) ?? "");
  const token = isJsonObject(answer) ? answer["access_token"] : undefined;
  return typeof token === "string" && /^[\u0021-\u007e]{1,8192}$/.test(token) ? { authorization: `Bearer ${token}` } : null;
}

/** The key is a hash, because a request for a document may hold a credential. */
const keyOf = ({ method, url, headers, body, bearer }: Need): string =>
  createHash("sha256")
    .update(JSON.stringify([method, url, headers, body, bearer === undefined ? null : keyOf(bearer)]))
    .digest("base64");
