/** What has to be done before a provider's question is answered: the secret that it told kept, its own URL called. */
import { LRUCache } from "lru-cache";
import type { Actor } from "../../actor.ts";
import { prisma } from "../../db/client.ts";
import { databaseNowMs } from "../../db/clock.ts";
import { type SourceSnapshot, changeSource } from "../../db/sources.ts";
import { log } from "../../log.ts";
import { sealer } from "../../seal.ts";
import { singleton } from "../../singleton.ts";
import type { Effect } from "../../webhooks/verification.ts";
import { recordAudit } from "../audit/audit.ts";
import { fetchOutside } from "../shared/outbound.ts";
import { systemIn } from "../shared/scope.ts";
import { openConfig } from "./sources.ts";

/** `stale`: the source is another one than the question was judged by. `failed`: nothing was done, `detail` says why. */
export type Done = { kind: "done" } | { kind: "stale" } | { kind: "failed"; detail: string };

export function carryOut(source: SourceSnapshot, effect: Effect): Promise<Done> {
  return effect.kind === "keepSecret" ? keepSecret(source, effect.secret) : visit(source, effect.url);
}

const maximumSecrets = 10;

/** Thrown to take a change back, the version that it raised too. */
class NotKept extends Error {
  readonly done: Done;

  constructor(done: Done) {
    super(done.kind);
    this.done = done;
  }
}

/**
 * Keeps a secret that a provider told, only if the source is the very one by which the row decided that it may be taken: of two
 * that are told at the same time, the second finds a source that has one.
 */
async function keepSecret(source: SourceSnapshot, secret: string): Promise<Done> {
  const actor = await webster(source);
  if (actor === null) return { kind: "stale" };
  try {
    return await changeSource(source.id, async (tx) => {
      const current = await tx.source.findUnique({ where: { id: source.id } });
      // The transaction itself has raised the version by one.
      if (current === null || current.version !== BigInt(source.version) + 1n) throw new NotKept({ kind: "stale" });
      const config = openConfig(current);
      const nowMs = databaseNowMs();
      const counting = config.secrets.filter(({ expiresAtMs }) => expiresAtMs === null || expiresAtMs > nowMs);
      if (counting.length >= maximumSecrets)
        throw new NotKept({ kind: "failed", detail: `The source has ${maximumSecrets} secrets already: take some away` });
      const secrets = [...config.secrets, { value: secret, expiresAtMs: null }];
      await tx.source.update({
        where: { id: source.id },
        data: { sealedConfig: sealer().seal(source.id, JSON.stringify({ ...config, secrets })), updatedAt: new Date(nowMs) },
      });
      await recordAudit(actor, tx, "source.secretTaken", source.id, { provider: source.provider, others: counting.length });
      return { kind: "done" };
    });
  } catch (error) {
    if (error instanceof NotKept) return error.done;
    throw error;
  }
}

const deadlineMs = 5_000;
const maximumBytes = 65_536;
const rememberedMs = 3_600_000;

const visited = (): LRUCache<string, true> => singleton("visitedUrls", () => new LRUCache<string, true>({ max: 1_000, ttl: rememberedMs }));

/** Calls a URL. The provider's row has made sure whose it is. The same question asked again calls it once. */
async function visit(source: SourceSnapshot, url: string): Promise<Done> {
  const key = `${source.id} ${url}`;
  if (visited().has(key)) return { kind: "done" };
  const whose = { tenant: source.applicationId, owner: source.id };
  const fetched = await fetchOutside({ url, method: "GET", headers: {}, body: null, whose, deadlineMs, maximumBytes });
  const { host } = new URL(url);
  if (!fetched.ok || fetched.status !== 200) {
    const reason = fetched.ok ? `it answered ${fetched.status}` : fetched.reason;
    log.warn({ sourceId: source.id, host, reason }, "source.not_confirmed");
    return { kind: "failed", detail: `${host} was called to confirm, in vain: ${reason}` };
  }
  visited().set(key, true);
  const actor = await webster(source);
  if (actor !== null) await recordAudit(actor, prisma(), "source.confirmed", source.id, { host });
  return { kind: "done" };
}

/** Webster itself, in the source's environment; null: it is gone. */
async function webster({ environmentId }: SourceSnapshot): Promise<Actor | null> {
  const environment = await prisma().environment.findUnique({ where: { id: environmentId }, select: { id: true, organizationId: true } });
  return environment === null ? null : systemIn(environment);
}
