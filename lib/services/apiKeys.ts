/** API keys of an environment. */
import type { Actor } from "../actor.ts";
import { forgetAccess, newApiKey } from "../auth/apiKeys.ts";
import type { ApiKeyCreatedOut, ApiKeyIn, ApiKeyOut, ApiKeyPatch } from "../contract/access.ts";
import { prisma } from "../db/client.ts";
import { databaseNowMs } from "../db/clock.ts";
import type { ApiKey } from "../db/generated/client.ts";
import { invalid, notFound } from "../errors.ts";
import { isId, newId } from "../ids.ts";
import { changesOf, recordAudit } from "./audit.ts";
import { cursorOf, keyset, pageOf } from "./pages.ts";
import { findApplicationRow, requireOrdinary } from "./scope.ts";

export async function list(actor: Actor, query: { limit: number; iterator?: string | null | undefined }) {
  const window = { limit: query.limit, descending: false, cursor: cursorOf("apiKey", query.iterator) };
  const { after, orderBy, take } = keyset("id", window);
  const where = { environmentId: actor.environmentId, revokedAt: null, ...after };
  const rows = await prisma().apiKey.findMany({ where, orderBy, take });
  const creators = await prisma().user.findMany({ where: { id: { in: rows.flatMap(({ createdById }) => createdById ?? []) } } });
  const names = new Map(creators.map(({ id, name, email }) => [id, name ?? email]));
  return pageOf(
    rows,
    window,
    ({ id }) => id,
    (row) => show(row, names.get(row.createdById ?? "") ?? null),
  );
}

/** The key's text is answered this once. */
export async function create(actor: Actor, input: ApiKeyIn): Promise<ApiKeyCreatedOut> {
  requireOrdinary(actor);
  const nowMs = databaseNowMs();
  const expiresAt = input.expiresAt ? new Date(input.expiresAt) : null;
  if (expiresAt !== null && expiresAt.getTime() <= nowMs) throw invalid(["body", "expiresAt"], "It is in the past");
  const application = input.applicationId ? await findApplicationRow(actor, input.applicationId) : null;
  if (input.applicationId && application === null) throw invalid(["body", "applicationId"], "There is no such application");
  const { text, prefix, hash } = newApiKey();
  const id = newId("apiKey", nowMs);
  const told = {
    name: input.name,
    permission: input.permission,
    applicationId: application?.id ?? null,
    requestsPerSecond: input.requestsPerSecond ?? null,
  };
  const data = { id, environmentId: actor.environmentId, ...told, prefix, hash, expiresAt, createdAt: new Date(nowMs) };
  const row = await prisma().$transaction(async (tx) => {
    await recordAudit(actor, tx, "apiKey.created", id, { ...told, prefix, expiresAt: expiresAt?.toISOString() ?? null });
    return tx.apiKey.create({ data: { ...data, createdById: actor.id } });
  });
  return { ...show(row, actor.kind === "member" ? actor.name : null), key: text };
}

/** A new limit holds from the next request on, whatever was asked before. */
export async function patch(actor: Actor, id: string, input: ApiKeyPatch): Promise<ApiKeyOut> {
  const before = await find(actor, id);
  const changes = changesOf(before, input, ["name", "requestsPerSecond"]);
  const data = {
    ...(input.name === undefined ? {} : { name: input.name }),
    ...(input.requestsPerSecond === undefined ? {} : { requestsPerSecond: input.requestsPerSecond }),
  };
  const row = await prisma().$transaction(async (tx) => {
    await recordAudit(actor, tx, "apiKey.updated", id, changes);
    return tx.apiKey.update({ where: { id }, data });
  });
  await forgetAccess(id);
  return show(row, await creatorOf(row));
}

async function find(actor: Actor, id: string): Promise<ApiKey> {
  const where = { id, environmentId: actor.environmentId, revokedAt: null };
  const row = isId("apiKey", id) ? await prisma().apiKey.findFirst({ where }) : null;
  if (row === null) throw notFound("API key not found");
  return row;
}

async function creatorOf({ createdById }: ApiKey): Promise<string | null> {
  const user = createdById === null ? null : await prisma().user.findUnique({ where: { id: createdById } });
  return user === null ? null : (user.name ?? user.email);
}

/** From now on it is refused; also the one that asks for it. */
export async function revoke(actor: Actor, id: string): Promise<void> {
  const row = await find(actor, id);
  await prisma().$transaction(async (tx) => {
    const { count } = await tx.apiKey.updateMany({ where: { id, revokedAt: null }, data: { revokedAt: new Date(databaseNowMs()) } });
    if (count === 0) throw notFound("API key not found");
    await recordAudit(actor, tx, "apiKey.revoked", id, { name: row.name, prefix: row.prefix });
  });
  await forgetAccess(id);
}

const show = (row: ApiKey, createdBy: string | null): ApiKeyOut => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  createdAt: row.createdAt.toISOString(),
  expiresAt: row.expiresAt?.toISOString() ?? null,
  permission: row.permission === "write" ? "write" : "read",
  applicationId: row.applicationId,
  lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  createdBy,
  requestsPerSecond: row.requestsPerSecond,
});
