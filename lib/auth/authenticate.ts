/** From the Authorization header to the actor, and what the key allows. */
import type { Actor } from "../actor.ts";
import { pool } from "../db/client.ts";
import { AppError } from "../errors.ts";
import { hash } from "node:crypto";
import { type Access, accessCache, portalTokenPrefix } from "./apiKeys.ts";
import { noteUse } from "./lastUsed.ts";

const scheme = /^bearer +([\u0021-\u007e]{1,512}) *$/i;

/** Throws `authentication_failed` unless the header is `Bearer` and a key or portal token that is valid now. */
export async function accessOf(authorization: string | null | undefined): Promise<Access> {
  const text = scheme.exec(authorization ?? "")?.[1];
  if (text === undefined) throw refused("Send the API key as `Authorization: Bearer <key>`");
  const hex = hash("sha256", text, "hex");
  const look = text.startsWith(portalTokenPrefix) ? findPortalToken : findApiKey;
  const access = await accessCache().find(hex, () => look(Buffer.from(hex, "hex")));
  if (access?.actor.kind === "apiKey") noteUse(access.actor.id);
  if (access === null || (access.expiresAtMs !== null && access.expiresAtMs <= Date.now())) throw refused("Invalid token");
  return access;
}

export const authenticate = async (authorization: string | null | undefined): Promise<Actor> => (await accessOf(authorization)).actor;

const refused = (detail: string): AppError => new AppError("authentication_failed", detail);

type Row = { id: string; environmentId: string; organizationId: string; expiresAt: Date | null };
type KeyRow = Row & { name: string; applicationId: string | null; permission: string; requestsPerSecond: number | null };

async function findApiKey(keyHash: Buffer): Promise<Access | null> {
  const { rows } = await pool().query<KeyRow>({
    name: "find_api_key",
    text: `select k.id, k."environmentId", e."organizationId", k."expiresAt", k."applicationId", k.permission, k.name, k."requestsPerSecond"
           from api_key k join environment e on e.id = k."environmentId"
           where k.hash = $1 and k."revokedAt" is null and (k."expiresAt" is null or k."expiresAt" > now())`,
    values: [keyHash],
  });
  const row = rows[0];
  if (row === undefined) return null;
  const { permission, expiresAt, requestsPerSecond, ...key } = row;
  // Whatever else a permission may come to mean, only "write" writes.
  const role = permission === "write" ? "admin" : "viewer";
  const actor: Actor = { kind: "apiKey", ...key, role, featureFlags: null, client: null };
  return { actor, expiresAtMs: expiresAt?.getTime() ?? null, requestsPerSecond };
}

type PortalRow = Row & { applicationId: string; featureFlags: string[] };

async function findPortalToken(tokenHash: Buffer): Promise<Access | null> {
  const { rows } = await pool().query<PortalRow>({
    name: "find_portal_token",
    text: `select p.id, p."applicationId", p."featureFlags", p."expiresAt", a."environmentId", e."organizationId"
           from portal_access p join application a on a.id = p."applicationId" join environment e on e.id = a."environmentId"
           where p.hash = $1 and p.purpose = 'token' and p."revokedAt" is null and p."expiresAt" > now() and a."deletedAt" is null`,
    values: [tokenHash],
  });
  const row = rows[0];
  if (row === undefined) return null;
  const { id, environmentId, organizationId, applicationId, featureFlags, expiresAt } = row;
  const actor: Actor = {
    kind: "portal",
    id,
    name: "Portal",
    role: "member",
    organizationId,
    environmentId,
    applicationId,
    featureFlags,
    client: null,
  };
  return { actor, expiresAtMs: expiresAt?.getTime() ?? null };
}
