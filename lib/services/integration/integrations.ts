/** Integrations: keys of their own for services that an application connects. */
import type { Actor } from "../../actor.ts";
import { forgetAccess, newIntegrationKey } from "../../auth/apiKeys.ts";
import type { IntegrationIn } from "../../contract/integration.ts";
import { prisma } from "../../db/client.ts";
import { databaseNowMs } from "../../db/clock.ts";
import type { Integration } from "../../db/generated/client.ts";
import { notFound } from "../../errors.ts";
import { isId, newId } from "../../ids.ts";
import { sealer } from "../../seal.ts";
import { changesOf, recordAudit } from "../audit/audit.ts";
import { earlier, endOfMaker, madeBy, requireToLast } from "../shared/makers.ts";
import { cursorOf, keyset, pageOf } from "../shared/pages.ts";
import { applicationOf, requireOrdinary } from "../shared/scope.ts";

type ListIn = { limit: number; iterator?: string | null | undefined; order: "ascending" | "descending" };

export async function list(actor: Actor, applicationIdOrUid: string, query: ListIn) {
  const { id: applicationId } = await applicationOf(actor, applicationIdOrUid);
  const window = { limit: query.limit, descending: query.order === "descending", cursor: cursorOf("integration", query.iterator) };
  const { after, orderBy, take } = keyset("id", window);
  const rows = await prisma().integration.findMany({ where: { applicationId, ...after }, orderBy, take });
  return pageOf(rows, window, ({ id }) => id, show);
}

export async function get(actor: Actor, applicationIdOrUid: string, id: string) {
  return show(await find(actor, applicationIdOrUid, id));
}

export async function create(actor: Actor, applicationIdOrUid: string, input: IntegrationIn) {
  requireOrdinary(actor);
  const { id: applicationId } = await applicationOf(actor, applicationIdOrUid);
  const nowMs = databaseNowMs();
  const id = newId("integration", nowMs);
  const createdAt = new Date(nowMs);
  const { stored } = newKeyOf(id);
  const data = { id, applicationId, ...fieldsOf(input), ...stored, madeById: actor.id, createdAt, updatedAt: createdAt };
  const row = await prisma().$transaction(async (tx) => {
    const expiresAt = await endOfMaker(actor, tx);
    await recordAudit(actor, tx, "integration.created", id, { applicationId, ...fieldsOf(input) });
    return tx.integration.create({ data: { ...data, expiresAt } });
  });
  return show(row);
}

export async function update(actor: Actor, applicationIdOrUid: string, id: string, input: IntegrationIn) {
  const before = await find(actor, applicationIdOrUid, id);
  const row = await prisma().$transaction(async (tx) => {
    const data = { ...fieldsOf(input), updatedAt: new Date(databaseNowMs()) };
    const row = await tx.integration.update({ where: { id }, data });
    await recordAudit(actor, tx, "integration.updated", id, changesOf(before, row, ["name", "featureFlags"]));
    return row;
  });
  await forgetAccess(id);
  return show(row);
}

/** Deletes an integration. Its key is refused from now on. */
export async function remove(actor: Actor, applicationIdOrUid: string, id: string): Promise<void> {
  const { name } = await find(actor, applicationIdOrUid, id);
  await prisma().$transaction(async (tx) => {
    await tx.integration.delete({ where: { id } });
    await recordAudit(actor, tx, "integration.deleted", id, { name });
  });
  await forgetAccess(id);
}

export async function getKey(actor: Actor, applicationIdOrUid: string, id: string) {
  const { sealedKey, name, expiresAt } = await find(actor, applicationIdOrUid, id);
  await prisma().$transaction(async (tx) => {
    await requireToLast(actor, tx, expiresAt);
    await recordAudit(actor, tx, "integration.keyRevealed", id, { name });
  });
  return { key: sealer().open(id, sealedKey).toString() };
}

/** Gives an integration a new key, whose maker is whoever asks. */
export async function rotateKey(actor: Actor, applicationIdOrUid: string, id: string) {
  const { name, expiresAt } = await find(actor, applicationIdOrUid, id);
  const { text, stored } = newKeyOf(id);
  await prisma().$transaction(async (tx) => {
    await requireToLast(actor, tx, expiresAt);
    await tx.integration.update({ where: { id }, data: { ...stored, ...madeBy(actor), updatedAt: new Date(databaseNowMs()) } });
    await recordAudit(actor, tx, "integration.keyRotated", id, { name });
  });
  await forgetAccess(id);
  return { key: text };
}

async function find(actor: Actor, applicationIdOrUid: string, id: string): Promise<Integration> {
  const { id: applicationId } = await applicationOf(actor, applicationIdOrUid);
  const row = isId("integration", id) ? await prisma().integration.findFirst({ where: { id, applicationId } }) : null;
  if (row === null) throw notFound("Integration not found");
  return row;
}

const fieldsOf = ({ name, featureFlags }: IntegrationIn) => ({ name, featureFlags: [...new Set(featureFlags)] });

function newKeyOf(id: string) {
  const { text, hash } = newIntegrationKey();
  return { text, stored: { keyHash: hash, sealedKey: sealer().seal(id, text) } };
}

const show = ({ id, name, featureFlags, expiresAt, stopsAt, createdAt, updatedAt }: Integration) => ({
  id,
  name,
  featureFlags,
  expiresAt: earlier(expiresAt, stopsAt),
  createdAt,
  updatedAt,
});
