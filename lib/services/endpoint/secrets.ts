/** Signing secrets: the current one, and old ones that go on signing until they expire. */
import { randomBytes } from "node:crypto";
import type { Actor } from "../../actor.ts";
import type { EndpointSecretOut, EndpointSecretRotateIn } from "../../contract/endpoint.ts";
import type { EndpointSecretExpireIn, EndpointSecretInfo } from "../../contract/secret.ts";
import { changeApplication } from "../../db/applications.ts";
import { prisma } from "../../db/client.ts";
import { databaseNowMs } from "../../db/clock.ts";
import type { Prisma } from "../../db/generated/client.ts";
import { tellOfEndpoints } from "../../db/sql/hot/operational.ts";
import { AppError, invalid, notFound } from "../../errors.ts";
import { type ApplicationId, newId } from "../../ids.ts";
import { sealer } from "../../seal.ts";
import { SecretError, type SigningKey, formatSecret, parseSecret, parseStored, parseText, publicForm } from "../../webhooks/signature.ts";
import { type SignatureStyle, takesAnyText } from "../../webhooks/signatureStyle.ts";
import { recordAudit } from "../audit/audit.ts";
import { endpointOf } from "../shared/scope.ts";
import { requireFit, styleOf } from "./signatureStyles.ts";

const defaultGraceSeconds = 86_400;
const maximumOldKeys = 10;
const newKeyBytes = 32;

export async function get(actor: Actor, applicationIdOrUid: string, idOrUid: string) {
  const { application, endpoint } = await endpointOf(actor, applicationIdOrUid, idOrUid);
  const current = await prisma().endpointSecret.findFirst({ where: { endpointId: endpoint.id, expiresAt: null }, orderBy: { id: "desc" } });
  if (current === null) throw notFound("The endpoint has no secret");
  const key = publicForm(parseStored(sealer().open(current.id, current.sealed).toString()));
  await recordAudit(actor, prisma(), "secret.revealed", current.id, placeOf(application, endpoint));
  return { key };
}

/** The secrets that sign, the current one first; nothing of the secrets themselves. */
export async function list(actor: Actor, applicationIdOrUid: string, idOrUid: string) {
  const { endpoint } = await endpointOf(actor, applicationIdOrUid, idOrUid);
  const rows = await prisma().endpointSecret.findMany({
    where: { endpointId: endpoint.id, OR: [{ expiresAt: null }, { expiresAt: { gt: new Date(databaseNowMs()) } }] },
    orderBy: [{ expiresAt: { sort: "desc", nulls: "first" } }, { id: "desc" }],
  });
  const data = rows.map(({ id, sealed, createdAt, expiresAt }) => {
    const { kind } = parseStored(sealer().open(id, sealed).toString());
    const algorithm: EndpointSecretInfo["algorithm"] = kind === "ed25519" ? "ed25519" : "hmac-sha256";
    return { id, algorithm, createdAt, expiresAt };
  });
  return { data };
}

/** Makes one old secret, or all, stop signing at once; the current one can only be rotated. */
export async function expire(
  actor: Actor,
  applicationIdOrUid: string,
  idOrUid: string,
  { secretId }: EndpointSecretExpireIn,
): Promise<void> {
  const { application, endpoint } = await endpointOf(actor, applicationIdOrUid, idOrUid);
  const where = { endpointId: endpoint.id, expiresAt: { not: null }, ...(secretId ? { id: secretId } : {}) };
  await changeApplication(application.id, async (tx) => {
    const { count } = await tx.endpointSecret.deleteMany({ where });
    if (count === 0 && secretId) throw notFound("No old secret with this id signs for the endpoint");
    await recordAudit(actor, tx, "secret.expired", secretId ?? endpoint.id, { ...placeOf(application, endpoint), count });
  });
}

/**
 * Gives the endpoint a new secret. The old one signs beside it for the grace period, so that receivers can change over. `also`:
 * more to do in the same transaction. Answers the new secret; its public part alone, if it has one.
 */
export async function rotate(
  actor: Actor,
  applicationIdOrUid: string,
  idOrUid: string,
  input: EndpointSecretRotateIn,
  also?: (tx: Prisma.TransactionClient) => Promise<void>,
): Promise<EndpointSecretOut> {
  const { application, endpoint } = await endpointOf(actor, applicationIdOrUid, idOrUid);
  const key = input.key === null || input.key === undefined ? newKey() : parseKey(input.key, "key", styleOf(endpoint));
  const nowMs = databaseNowMs();
  const now = new Date(nowMs);
  const expiresAt = new Date(nowMs + (input.gracePeriodSeconds ?? defaultGraceSeconds) * 1000);
  await changeApplication(application.id, async (tx) => {
    const ofEndpoint = { endpointId: endpoint.id };
    // The style may have changed since it was read; from here on changes to the application stand in line.
    requireFit(styleOf(await tx.endpoint.findUniqueOrThrow({ where: { id: endpoint.id }, select: { signature: true } })), key, "key");
    await tx.endpointSecret.deleteMany({ where: { ...ofEndpoint, expiresAt: { lte: now } } });
    const oldKeys = await tx.endpointSecret.count({ where: { ...ofEndpoint, expiresAt: { gt: now } } });
    if (oldKeys >= maximumOldKeys)
      throw new AppError("bad_request", `${maximumOldKeys} old secrets still sign; wait until one of them has expired`);
    if (expiresAt.getTime() === nowMs) await tx.endpointSecret.deleteMany({ where: { ...ofEndpoint, expiresAt: null } });
    else await tx.endpointSecret.updateMany({ where: { ...ofEndpoint, expiresAt: null }, data: { expiresAt } });
    const id = await storeCurrentSecret(tx, endpoint.id, key, now);
    await tellOfEndpoints(tx, "endpoint.updated", [endpoint.id]);
    await recordAudit(actor, tx, "secret.rotated", id, { ...placeOf(application, endpoint), oldSignsUntil: expiresAt.toISOString() });
    await also?.(tx);
  });
  return { key: publicForm(key) };
}

/** Where a secret belongs, for the audit log. */
const placeOf = (application: { id: ApplicationId }, endpoint: { id: string; url: string }) => ({
  applicationId: application.id,
  endpointId: endpoint.id,
  url: endpoint.url,
});

export async function storeCurrentSecret(
  tx: Prisma.TransactionClient,
  endpointId: string,
  key: SigningKey,
  createdAt: Date,
): Promise<string> {
  const id = newId("endpointSecret", createdAt.getTime());
  await tx.endpointSecret.create({ data: { id, endpointId, sealed: sealer().seal(id, formatSecret(key)), createdAt } });
  return id;
}

export const newKey = (): SigningKey => ({ kind: "hmac", key: randomBytes(newKeyBytes) });

/**
 * A secret in use for signing. `field`: where its text stands in the body. Throws `validation_error` if it is no secret, or none
 * for the style.
 */
export function parseKey(text: string, field: "secret" | "key", style: SignatureStyle): SigningKey {
  try {
    const key = takesAnyText(style) ? parseText(text) : parseSecret(text);
    requireFit(style, key, field);
    return key;
  } catch (error) {
    if (error instanceof SecretError) throw invalid(["body", field], error.message);
    throw error;
  }
}
