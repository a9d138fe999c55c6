/** Applications: the customers of the one who sends. */
import type { Actor } from "../../actor.ts";
import { forgetAccess } from "../../auth/apiKeys.ts";
import type { ApplicationIn, ApplicationPatch } from "../../contract/application.ts";
import { changeApplication } from "../../db/applications.ts";
import { prisma } from "../../db/client.ts";
import { databaseNowMs } from "../../db/clock.ts";
import type { Application, Prisma } from "../../db/generated/client.ts";
import { tellOfEndpoints } from "../../db/sql/hot/operational.ts";
import { AppError, invalid, notFound } from "../../errors.ts";
import { newId } from "../../ids.ts";
import { changesOf, recordAudit } from "../audit/audit.ts";
import { metadataOf } from "../shared/metadata.ts";
import { isUniqueViolation } from "../shared/taken.ts";
import { requireUnused } from "../shared/formerIds.ts";
import { findApplicationRow, requireOrdinary } from "../shared/scope.ts";

export async function get(actor: Actor, idOrUid: string) {
  const application = showApplication(await find(actor, idOrUid));
  // Metadata is the sender's own, and may say of a customer what the customer should not read.
  return actor.kind === "portal" ? { ...application, metadata: {} } : application;
}

/** `created` is false if `getIfExists` found one with this uid. */
export async function create(
  actor: Actor,
  input: ApplicationIn,
  { getIfExists = false, formerId }: { getIfExists?: boolean; formerId?: string | null | undefined } = {},
) {
  const existing = getIfExists && input.uid ? await findApplicationRow(actor, input.uid) : null;
  if (existing !== null) return { created: false, application: showApplication(existing) };
  if (formerId) await requireUnused(actor, "application", formerId);
  try {
    return { created: true, application: showApplication(await insert(actor, input, formerId ?? null)) };
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    // Somebody else was quicker.
    const row = getIfExists && input.uid ? await findApplicationRow(actor, input.uid) : null;
    if (row === null) throw uidTaken();
    return { created: false, application: showApplication(row) };
  }
}

/** Creates the application unless the path names one; what is given for an existing one is ignored. */
export async function ensure(actor: Actor, idOrUid: string, input: ApplicationIn | null | undefined): Promise<void> {
  if (!input || actor.applicationId !== null || (await findApplicationRow(actor, idOrUid)) !== null) return;
  if (input.uid !== idOrUid) throw invalid(["body", "application", "uid"], "The uid must be the one in the path");
  await create(actor, input, { getIfExists: true });
}

export async function put(actor: Actor, idOrUid: string, input: ApplicationIn) {
  const row = await findApplicationRow(actor, idOrUid);
  if (row === null) {
    // Who is bound to one application makes no others.
    if (actor.applicationId !== null) throw notFound("Application not found");
    return create(actor, input);
  }
  const fields = { name: input.name, uid: input.uid ?? null, throttleRate: rateOf(input) ?? null, metadata: input.metadata };
  return { created: false, application: showApplication(await update(actor, row, fields)) };
}

export async function patch(actor: Actor, idOrUid: string, input: ApplicationPatch) {
  const row = await find(actor, idOrUid);
  const { name, uid, metadata } = input;
  const throttleRate = rateOf(input);
  const fields = {
    ...(name === undefined ? {} : { name }),
    ...(uid === undefined ? {} : { uid }),
    ...(throttleRate === undefined ? {} : { throttleRate }),
    ...(metadata === undefined ? {} : { metadata }),
  };
  return showApplication(await update(actor, row, fields));
}

/** Deletes an application with its endpoints; what is under way to them is cancelled. The uid is free again. */
export async function remove(actor: Actor, idOrUid: string): Promise<void> {
  requireOrdinary(actor);
  const { id, name } = await find(actor, idOrUid);
  await changeApplication(id, async (tx) => {
    const source = await tx.source.findFirst({ where: { applicationId: id }, select: { name: true } });
    if (source !== null) throw new AppError("conflict", `The source "${source.name}" feeds it: delete that, or let it feed another`);
    await endApplication(tx, id);
    await recordAudit(actor, tx, "application.deleted", id, { name });
  });
  // Links, tokens and keys of its own may be remembered.
  await forgetAccess(id);
}

/** Ends an application's rows and raises its version, in the caller's transaction. */
export async function endApplication(tx: Prisma.TransactionClient, id: string): Promise<void> {
  const deletedAt = new Date(databaseNowMs());
  const endpoints = await tx.endpoint.findMany({ where: { applicationId: id, deletedAt: null }, select: { id: true } });
  const endpointIds = endpoints.map((endpoint) => endpoint.id);
  await tellOfEndpoints(tx, "endpoint.deleted", endpointIds);
  await tx.endpoint.updateMany({ where: { applicationId: id, deletedAt: null }, data: { deletedAt, uid: null } });
  await tx.portalAccess.updateMany({ where: { applicationId: id, revokedAt: null }, data: { revokedAt: deletedAt } });
  await tx.application.update({ where: { id }, data: { deletedAt, uid: null, endpointsVersion: { increment: 1 } } });
}

async function find(actor: Actor, idOrUid: string): Promise<Application> {
  const row = await findApplicationRow(actor, idOrUid);
  if (row === null) throw notFound("Application not found");
  return row;
}

async function insert(actor: Actor, input: ApplicationIn, formerId: string | null): Promise<Application> {
  requireOrdinary(actor);
  const nowMs = databaseNowMs();
  const createdAt = new Date(nowMs);
  const data = {
    id: formerId ?? newId("application", nowMs),
    environmentId: actor.environmentId,
    name: input.name,
    uid: input.uid ?? null,
    throttleRate: rateOf(input) ?? null,
    metadata: input.metadata,
    createdAt,
    updatedAt: createdAt,
  };
  return prisma().$transaction(async (tx) => {
    const row = await tx.application.create({ data });
    await recordAudit(actor, tx, "application.created", row.id, { name: row.name, uid: row.uid });
    return row;
  });
}

type Fields = { name?: string; uid?: string | null; throttleRate?: number | null; metadata?: Record<string, string> };

async function update(actor: Actor, before: Application, fields: Fields): Promise<Application> {
  requireOrdinary(actor);
  const { id } = before;
  try {
    return await changeApplication(id, async (tx) => {
      const data = { ...fields, updatedAt: new Date(databaseNowMs()) };
      const row = await tx.application.update({ where: { id, deletedAt: null }, data });
      const changes = changesOf(before, row, ["name", "uid", "throttleRate", "metadata"]);
      if (Object.keys(changes).length > 0) await recordAudit(actor, tx, "application.updated", id, changes);
      return row;
    });
  } catch (error) {
    throw isUniqueViolation(error) ? uidTaken() : error;
  }
}

/** throttleRate wins over its older name. Undefined: neither was given. */
export function rateOf(input: {
  throttleRate?: number | null | undefined;
  rateLimit?: number | null | undefined;
}): number | null | undefined {
  return input.throttleRate === undefined || (input.throttleRate === null && input.rateLimit) ? input.rateLimit : input.throttleRate;
}

const uidTaken = (): AppError => new AppError("conflict", "An application with this uid exists already");

type Shown = Omit<Application, "environmentId" | "endpointsVersion" | "deletedAt">;

/** An application as the API shows it. */
export const showApplication = (row: Shown) => ({
  id: row.id,
  sourceId: row.sourceId,
  uid: row.uid,
  name: row.name,
  throttleRate: row.throttleRate,
  rateLimit: row.throttleRate,
  metadata: metadataOf(row),
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
});
