/** The environments of an organization: walls between data sets. */
import type { Actor } from "../../actor.ts";
import { forgetAccess } from "../../auth/apiKeys.ts";
import type { EnvironmentIn, EnvironmentOut, EnvironmentPatch } from "../../contract/environment.ts";
import { announceChanges } from "../../db/applications.ts";
import { prisma } from "../../db/client.ts";
import { databaseNowMs } from "../../db/clock.ts";
import { AppError, notFound } from "../../errors.ts";
import { isId, newId } from "../../ids.ts";
import { changesOf, recordAudit } from "../audit/audit.ts";
import { concernsSnapshots, requireIdHeader } from "./presentation.ts";
import { cursorOf, keyset, pageOf } from "../shared/pages.ts";
import { ofOrganization, type Transaction } from "../team/people.ts";
import { movedTo } from "../shared/scope.ts";
import { isUniqueViolation } from "../shared/taken.ts";

const counted = { _count: { select: { applications: { where: { deletedAt: null } } } } } as const;

type Row = {
  id: string;
  organizationId: string;
  name: string;
  type: string;
  svixHeaders: boolean;
  userAgent: string | null;
  idHeader: string | null;
  traceHeaders: boolean;
  createdAt: Date;
  updatedAt: Date;
  _count: { applications: number };
};

export async function list(actor: Actor, query: { limit: number; iterator?: string | null | undefined }) {
  const window = { limit: query.limit, descending: false, cursor: cursorOf("environment", query.iterator) };
  const { after, orderBy, take } = keyset("id", window);
  const where = { organizationId: actor.organizationId, operationalOfId: null, ...after };
  return pageOf(await prisma().environment.findMany({ where, orderBy, take, include: counted }), window, ({ id }) => id, show);
}

export const get = async (actor: Actor, id: string): Promise<EnvironmentOut> => show(await find(actor, id));

/** The same actor in another environment of the organization. Throws `not_found`. */
export const inEnvironment = async (actor: Actor, id: string): Promise<Actor> => {
  const { operational: _, ...rest } = actor;
  return movedTo(rest, await find(actor, id));
};

export async function create(actor: Actor, { name, type }: EnvironmentIn): Promise<EnvironmentOut> {
  const nowMs = databaseNowMs();
  const id = newId("environment", nowMs);
  const now = new Date(nowMs);
  const data = { id, organizationId: actor.organizationId, name, type, createdAt: now, updatedAt: now };
  const make = (tx: Transaction): Promise<Row> => tx.environment.create({ data, include: counted });
  const row = await refusingTakenName(make, actor, "environment.created", id, { name, type });
  return show(row);
}

export async function patch(actor: Actor, id: string, input: EnvironmentPatch): Promise<EnvironmentOut> {
  const before = await find(actor, id);
  requireIdHeader(input, ["body"]);
  const data = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as Given<EnvironmentPatch>;
  const isForEngines = concernsSnapshots(input);
  const update = async (tx: Transaction): Promise<Row> => {
    if (isForEngines) await raiseVersions(tx, id);
    return tx.environment.update({ where: { id }, data: { ...data, updatedAt: new Date(databaseNowMs()) }, include: counted });
  };
  const changes = changesOf(before, data, ["name", "svixHeaders", "userAgent", "idHeader", "traceHeaders"]);
  const row = await refusingTakenName(update, actor, "environment.updated", id, changes);
  if (isForEngines) await announceChanges();
  return show(row);
}

type Given<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

/** Raises the versions of an environment's applications, by which engines and caches learn of a change; announceChanges() goes with it. */
export async function raiseVersions(tx: Transaction, environmentId: string): Promise<void> {
  await tx.$executeRaw`update application set "endpointsVersion" = "endpointsVersion" + 1 where "environmentId" = ${environmentId}`;
}

/** Deletes an environment that has no applications; the last one stays. */
export async function remove(actor: Actor, id: string): Promise<void> {
  await find(actor, id);
  const { organizationId } = actor;
  await prisma().$transaction(async (tx) => {
    // Two requests at the same time must not delete the last two environments.
    await tx.$executeRaw`select from organization where id = ${organizationId} for update`;
    await tx.$executeRaw`select from environment where id = ${id} for update`;
    const { name, _count: count } = await find(actor, id, tx);
    if (count.applications > 0) throw new AppError("conflict", "The environment has applications: delete them first");
    if ((await tx.apiKey.count({ where: { id: actor.id, environmentId: id } })) > 0)
      throw new AppError("conflict", "The API key that asks belongs to this environment, and would be deleted with it");
    if ((await tx.environment.count({ where: { organizationId, operationalOfId: null } })) < 2)
      throw new AppError("conflict", "The last environment can't be deleted");
    await recordAudit(ofOrganization(actor), tx, "environment.deleted", id, { name });
    await tx.environment.delete({ where: { id } });
  });
  await forgetAccess(id);
}

async function find(actor: Actor, id: string, tx: Transaction = prisma()): Promise<Row> {
  const where = { id, organizationId: actor.organizationId, operationalOfId: null };
  const row = isId("environment", id) ? await tx.environment.findFirst({ where, include: counted }) : null;
  if (row === null) throw notFound("Environment not found");
  return row;
}

async function refusingTakenName(
  change: (tx: Transaction) => Promise<Row>,
  actor: Actor,
  action: `environment.${string}`,
  id: string,
  changes: Parameters<typeof recordAudit>[4],
): Promise<Row> {
  try {
    return await prisma().$transaction(async (tx) => {
      await recordAudit(ofOrganization(actor), tx, action, id, changes);
      return change(tx);
    });
  } catch (error) {
    throw isUniqueViolation(error) ? new AppError("conflict", "An environment with this name exists already") : error;
  }
}

const show = ({ id, name, type, svixHeaders, userAgent, idHeader, traceHeaders, createdAt, updatedAt, _count }: Row): EnvironmentOut => ({
  id,
  name,
  type: type === "development" ? "development" : "production",
  svixHeaders,
  userAgent,
  idHeader,
  traceHeaders,
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
  applicationCount: _count.applications,
});
