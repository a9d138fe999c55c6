/** API keys of an environment. */
import type { Actor } from "../../actor.ts";
import { forgetAccess, forgetAllAccess, newApiKey } from "../../auth/apiKeys.ts";
import type { ApiKeyCreatedOut, ApiKeyIn, ApiKeyOut, ApiKeyPatch } from "../../contract/apiKey.ts";
import { prisma } from "../../db/client.ts";
import { databaseNowMs } from "../../db/clock.ts";
import type { ApiKey } from "../../db/generated/client.ts";
import { covers, grantOf, type Permission } from "../../words/keyScope.ts";
import { env } from "../../env.ts";
import { AppError, invalid, notFound } from "../../errors.ts";
import { isId, newId } from "../../ids.ts";
import { outsideOf } from "../../networks.ts";
import { changesOf, recordAudit } from "../audit/audit.ts";
import { earlier, endOfMaker, withinMaker } from "../shared/makers.ts";
import type { Transaction } from "./people.ts";
import { cursorOf, keyset, pageOf } from "../shared/pages.ts";
import { findApplicationRow, requireOrdinary } from "../shared/scope.ts";

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

/** The key's text is answered this once. A key makes none that may do more than itself, or that outlives it. */
export async function create(actor: Actor, input: ApiKeyIn): Promise<ApiKeyCreatedOut> {
  requireOrdinary(actor);
  await requireMayMint(actor);
  const scopes = input.scopes ?? [];
  const permission = grantOf(scopes)?.permission ?? input.permission;
  requireMayGive(actor, permission);
  const allowedNetworks = await networksWithin(actor, input.allowedNetworks ?? []);
  const requestsPerSecond = await rateWithin(actor, input.requestsPerSecond ?? null);
  const nowMs = databaseNowMs();
  const wanted = input.expiresAt ? new Date(input.expiresAt) : null;
  if (wanted !== null && wanted.getTime() <= nowMs) throw invalid(["body", "expiresAt"], "It is in the past");
  if (permission === "manage" && input.applicationId)
    throw invalid(["body", "applicationId"], "A key that may manage reaches all applications");
  const application = input.applicationId ? await findApplicationRow(actor, input.applicationId) : null;
  if (input.applicationId && application === null) throw invalid(["body", "applicationId"], "There is no such application");
  const { text, prefix, hash } = newApiKey();
  const id = newId("apiKey", nowMs);
  const told = {
    name: input.name,
    permission: storedPermission(permission, scopes),
    applicationId: application?.id ?? null,
    requestsPerSecond,
    allowedNetworks,
  };
  const data = { id, environmentId: actor.environmentId, ...told, scopes, prefix, hash, createdAt: new Date(nowMs) };
  const row = await prisma().$transaction(async (tx) => {
    const expiresAt = withinMaker(withinDays(wanted, await maximumDaysOf(actor, tx), nowMs), await endOfMaker(actor, tx));
    const granted = scopes.length === 0 ? {} : { scopes };
    await recordAudit(actor, tx, "apiKey.created", id, { ...told, ...granted, prefix, expiresAt: expiresAt?.toISOString() ?? null });
    return tx.apiKey.create({ data: { ...data, expiresAt, createdById: actor.id } });
  });
  return { ...show(row, actor.kind === "member" ? actor.name : null), key: text };
}

/** `scopes`: what grantOf takes; null: as a key of which nothing was said. */
type KeyChange = ApiKeyPatch & { scopes?: string[] | null };

/** Changes a key. What is new holds from the next request on. What a key made before it was to do less is revoked. */
export async function patch(actor: Actor, id: string, input: KeyChange): Promise<ApiKeyOut> {
  const before = await find(actor, id);
  requireMayGive(actor, permissionOf(before));
  const { scopes, requestsPerSecond, name, allowedNetworks } = input;
  const plain = {
    ...(name === undefined ? {} : { name }),
    ...(requestsPerSecond === undefined ? {} : { requestsPerSecond: await rateWithin(actor, requestsPerSecond) }),
    ...(allowedNetworks === undefined ? {} : { allowedNetworks: await networksWithin(actor, allowedNetworks) }),
  };
  const rights = scopes === undefined ? {} : rightsOf(actor, before, scopes ?? []);
  const changes = changesOf(before, { ...plain, ...rights }, ["name", "requestsPerSecond", "allowedNetworks", "permission", "scopes"]);
  const data = { ...plain, ...rights };
  const row = await prisma().$transaction(async (tx) => {
    await recordAudit(actor, tx, "apiKey.updated", id, changes);
    if (isLess(rights, before)) await tx.apiKey.updateMany({ where: { createdById: id }, data: { revokedAt: new Date(databaseNowMs()) } });
    return tx.apiKey.update({ where: { id }, data });
  });
  await (isLess(rights, before) ? forgetAllAccess() : forgetAccess(id));
  return show(row, await creatorOf(row));
}

function rightsOf(actor: Actor, { applicationId }: ApiKey, scopes: string[]): { permission: string; scopes: string[] } {
  const permission = scopes.length === 0 ? "write" : (grantOf(scopes)?.permission ?? "read");
  requireMayGive(actor, permission);
  if (permission === "manage" && applicationId !== null)
    throw invalid(["body", "scopes"], "A key that may manage reaches all applications; this one is for one alone");
  return { permission: storedPermission(permission, scopes), scopes };
}

/** Throws `forbidden` where a key would give, change or end one that may do more than itself. */
function requireMayGive(actor: Actor, permission: Permission): void {
  if (actor.kind === "member") return;
  const held: Permission = actor.manages ? "manage" : actor.role === "admin" ? "write" : "read";
  if (actor.scopes !== undefined || !covers(held, permission))
    throw new AppError("forbidden", `An API key that may ${held} is not enough for one that may ${permission}`);
}

/** Whether a key may no longer do what it could have given to others. */
function isLess(rights: { permission?: string; scopes?: string[] }, before: ApiKey): boolean {
  if (rights.permission === undefined) return false;
  const after = { permission: rights.permission, scopes: rights.scopes ?? [] };
  return (after.permission === "scoped" && before.permission !== "scoped") || !covers(permissionOf(after), permissionOf(before));
}

/**
 * The rate that a key is given. A key gives none above its own, also not to itself; without a limit it may give any. Throws a
 * validation error.
 */
async function rateWithin({ kind, id }: Actor, wanted: number | null): Promise<number | null> {
  if (kind !== "apiKey") return wanted;
  const row = await prisma().apiKey.findUnique({ where: { id }, select: { requestsPerSecond: true } });
  const own = row?.requestsPerSecond ?? env().rateLimitPerSecond;
  if (own !== null && wanted !== null && wanted > own)
    throw invalid(["body", "requestsPerSecond"], `The key that asks may make ${own} requests a second, and gives no more`);
  if (row?.requestsPerSecond && wanted === null && (env().rateLimitPerSecond ?? Infinity) > row.requestsPerSecond)
    return row.requestsPerSecond;
  return wanted;
}

/**
 * Throws unless the actor may make keys. Keys that may write do so only where the environment says so: making keys is what
 * somebody does who has found one.
 */
async function requireMayMint({ kind, manages, environmentId }: Actor): Promise<void> {
  if (kind !== "apiKey" || manages === true) return;
  const { keysMayMakeKeys } = await prisma().environment.findUniqueOrThrow({
    where: { id: environmentId },
    select: { keysMayMakeKeys: true },
  });
  if (!keysMayMakeKeys)
    throw new AppError(
      "forbidden",
      "In this environment only members, and keys that may manage, make keys; its settings can let others too",
    );
}

async function maximumDaysOf({ environmentId }: Actor, tx: Transaction): Promise<number> {
  const row = await tx.environment.findUniqueOrThrow({ where: { id: environmentId }, select: { maximumKeyDays: true } });
  return row.maximumKeyDays;
}

/** When a key ends that is wanted until then. `days`: the most that the environment allows; 0: any. Throws a validation error. */
function withinDays(wanted: Date | null, days: number, nowMs: number): Date | null {
  if (days === 0) return wanted;
  const latest = new Date(nowMs + days * 24 * 3_600_000);
  // Whoever means the last day may have a clock that is a little ahead.
  if (wanted !== null && wanted.getTime() > latest.getTime() + 300_000)
    throw invalid(["body", "expiresAt"], `Keys of this environment end within ${days} days, by ${latest.toISOString()}`);
  return earlier(wanted, latest);
}

/** The networks that a key is held to. A key that is held to networks gives no others, also not to itself. Throws a validation error. */
async function networksWithin({ kind, id }: Actor, wanted: string[]): Promise<string[]> {
  const row = kind === "apiKey" ? await prisma().apiKey.findUnique({ where: { id }, select: { allowedNetworks: true } }) : null;
  const own = row?.allowedNetworks ?? [];
  if (own.length === 0) return wanted;
  const outside = outsideOf(wanted, own);
  if (outside !== null) throw invalid(["body", "allowedNetworks"], `${outside} lies outside of what the key that asks is held to`);
  return wanted.length === 0 ? own : wanted;
}

const storedPermission = (permission: Permission, scopes: string[]): string => (grantOf(scopes)?.limited ? "scoped" : permission);

function permissionOf({ permission, scopes }: Pick<ApiKey, "permission" | "scopes">): Permission {
  if (permission === "scoped") return grantOf(scopes)?.permission ?? "read";
  return permission === "manage" || permission === "write" ? permission : "read";
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

/** Revokes a key, also the one that asks for it: it is refused from now on. */
export async function revoke(actor: Actor, id: string): Promise<void> {
  const row = await find(actor, id);
  requireMayGive(actor, permissionOf(row));
  await prisma().$transaction(async (tx) => {
    const { count } = await tx.apiKey.updateMany({ where: { id, revokedAt: null }, data: { revokedAt: new Date(databaseNowMs()) } });
    if (count === 0) throw notFound("API key not found");
    await recordAudit(actor, tx, "apiKey.revoked", id, { name: row.name, prefix: row.prefix });
  });
  await forgetAllAccess();
}

/** Ends a key in so many seconds, or before if it would have ended. With 0 it is revoked. A key that has ended stays so: no fault. */
export async function expire(actor: Actor, id: string, seconds: number): Promise<void> {
  const row = await prisma().apiKey.findFirst({ where: { id, environmentId: actor.environmentId } });
  if (row === null) throw notFound("API key not found");
  if (row.revokedAt !== null) return;
  if (seconds === 0) return revoke(actor, id);
  requireMayGive(actor, permissionOf(row));
  const end = new Date(databaseNowMs() + seconds * 1000);
  if (row.expiresAt !== null && row.expiresAt <= end) return;
  await prisma().$transaction(async (tx) => {
    await recordAudit(actor, tx, "apiKey.updated", id, changesOf(row, { expiresAt: end }, ["expiresAt"]));
    await tx.apiKey.update({ where: { id }, data: { expiresAt: end } });
  });
  await forgetAllAccess();
}

const show = (row: ApiKey, createdBy: string | null): ApiKeyOut => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  createdAt: row.createdAt.toISOString(),
  expiresAt: row.expiresAt?.toISOString() ?? null,
  permission: permissionOf(row),
  scopes: row.scopes.length === 0 ? null : row.scopes,
  applicationId: row.applicationId,
  lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  createdBy,
  requestsPerSecond: row.requestsPerSecond,
  allowedNetworks: row.allowedNetworks,
});
