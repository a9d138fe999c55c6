/** Rotation of what a source is known by: the token in its URL, and the secrets that its provider signs with. */
import type { Actor } from "../../actor.ts";
import type { SourceSecretRotateIn } from "../../contract/source.ts";
import { prisma } from "../../db/client.ts";
import { databaseNowMs } from "../../db/clock.ts";
import { changeSource } from "../../db/sources.ts";
import { AppError } from "../../errors.ts";
import { sealer } from "../../seal.ts";
import { recordAudit } from "../audit/audit.ts";
import { cleanedSecret } from "../../webhooks/verification.ts";
import { cleanSecrets } from "./sourceConfig.ts";
import { newToken } from "./sourceUrls.ts";
import { openConfig, show, sourceOf, withParts } from "./sources.ts";

const defaultTokenGraceSeconds = 172_800;
const defaultSecretGraceSeconds = 86_400;
const maximumOldTokens = 10;
const maximumSecrets = 10;

export async function rotate(actor: Actor, idOrUid: string, graceSeconds: number | null | undefined) {
  const { id } = await sourceOf(actor, idOrUid);
  const nowMs = databaseNowMs();
  const expiresAt = new Date(nowMs + (graceSeconds ?? defaultTokenGraceSeconds) * 1000);
  const row = await changeSource(id, async (tx) => {
    await tx.sourceToken.deleteMany({ where: { sourceId: id, expiresAt: { lte: new Date(nowMs) } } });
    if ((await tx.sourceToken.count({ where: { sourceId: id, expiresAt: { not: null } } })) >= maximumOldTokens)
      throw new AppError("bad_request", `${maximumOldTokens} old URLs still work; expire them, or wait`);
    if (expiresAt.getTime() === nowMs) await tx.sourceToken.deleteMany({ where: { sourceId: id, expiresAt: null } });
    else await tx.sourceToken.updateMany({ where: { sourceId: id, expiresAt: null }, data: { expiresAt } });
    await newToken(tx, id, nowMs);
    await recordAudit(actor, tx, "source.urlRotated", id, { oldWorksUntil: expiresAt.toISOString() });
    return tx.source.findUniqueOrThrow({ where: { id }, include: withParts });
  });
  return show(actor, row);
}

/** Ends the source's old URLs; the current one stays. */
export async function expire(actor: Actor, idOrUid: string) {
  const { id } = await sourceOf(actor, idOrUid);
  const row = await changeSource(id, async (tx) => {
    const { count } = await tx.sourceToken.deleteMany({ where: { sourceId: id, expiresAt: { not: null } } });
    await recordAudit(actor, tx, "source.oldUrlsExpired", id, { count });
    return tx.source.findUniqueOrThrow({ where: { id }, include: withParts });
  });
  return show(actor, row);
}

const keptExpiredTokens = 3;

export async function rotateSecret(actor: Actor, idOrUid: string, { secret: given, gracePeriodSeconds }: SourceSecretRotateIn) {
  const { id } = await sourceOf(actor, idOrUid);
  const nowMs = databaseNowMs();
  const endMs = nowMs + (gracePeriodSeconds ?? defaultSecretGraceSeconds) * 1000;
  const row = await changeSource(id, async (tx) => {
    const current = await tx.source.findUniqueOrThrow({ where: { id } });
    const config = openConfig(current);
    const [secret = ""] = cleanSecrets(current.provider, [given], config.settings, () => ["body", "secret"]);
    const earlier = config.secrets
      .map(({ value, expiresAtMs }) => ({ value, expiresAtMs: Math.min(expiresAtMs ?? endMs, endMs) }))
      .filter(({ value }) => cleanedSecret(value) !== secret)
      .toSorted((one, other) => other.expiresAtMs - one.expiresAtMs);
    const old = earlier.filter(({ expiresAtMs }) => expiresAtMs > nowMs);
    // Expired secrets count for nothing; some are kept so that the doctor knows them again.
    const expired = earlier.slice(old.length, old.length + keptExpiredTokens);
    if (old.length >= maximumSecrets)
      throw new AppError("bad_request", `${maximumSecrets} old secrets still count; wait until one has expired`);
    const sealedConfig = sealer().seal(
      id,
      JSON.stringify({ ...config, secrets: [{ value: secret, expiresAtMs: null }, ...old, ...expired] }),
    );
    await recordAudit(actor, tx, "source.secretRotated", id, { oldCountUntil: new Date(endMs).toISOString(), old: old.length });
    return tx.source.update({ where: { id }, data: { sealedConfig, updatedAt: new Date(nowMs) }, include: withParts });
  });
  return show(actor, row);
}

/** The secrets that count and the settings, in the clear. */
export async function reveal(actor: Actor, idOrUid: string) {
  const source = await sourceOf(actor, idOrUid);
  const { secrets, settings } = openConfig(source);
  await recordAudit(actor, prisma(), "source.configRevealed", source.id, { name: source.name });
  const nowMs = databaseNowMs();
  return { secrets: secrets.filter(({ expiresAtMs }) => expiresAtMs === null || expiresAtMs > nowMs).map(({ value }) => value), settings };
}
