/** From the Authorization header to the actor, and what the key allows. */
import type { Actor, Capability } from "../actor.ts";
import { pool } from "../db/client.ts";
import { AppError } from "../errors.ts";
import { hash } from "node:crypto";
import { type Access, accessCache, autoconfigTokenPrefix, integrationKeyPrefix, portalTokenPrefix } from "./apiKeys.ts";
import { noteUse } from "./lastUsed.ts";

const scheme = /^bearer +([\u0021-\u007e]{1,512}) *$/i;

/** Throws `authentication_failed` unless the header is `Bearer` and a key or portal token that is valid now. */
export async function accessOf(authorization: string | null | undefined): Promise<Access> {
  const text = scheme.exec(authorization ?? "")?.[1];
  if (text === undefined) throw refused("Send the API key as `Authorization: Bearer <key>`");
  const hex = hash("sha256", text, "hex");
  const look = lookups.find(({ prefix }) => text.startsWith(prefix))?.look ?? findApiKey;
  const access = await accessCache().find(hex, () => look(Buffer.from(hex, "hex")));
  if (access?.actor.kind === "apiKey") noteUse(access.actor.id);
  if (access === null || (access.expiresAtMs !== null && access.expiresAtMs <= Date.now())) throw refused("Invalid token");
  return access;
}

export const authenticate = async (authorization: string | null | undefined): Promise<Actor> => (await accessOf(authorization)).actor;

/** By how a credential begins; what begins otherwise is an API key. None is good for an environment of operational webhooks. */
const lookups: { prefix: string; look: (tokenHash: Buffer) => Promise<Access | null> }[] = [
  { prefix: portalTokenPrefix, look: findPortalToken },
  { prefix: integrationKeyPrefix, look: findIntegrationKey },
  { prefix: autoconfigTokenPrefix, look: findAutoconfigToken },
];

const refused = (detail: string): AppError => new AppError("authentication_failed", detail);

type Row = { id: string; environmentId: string; organizationId: string; expiresAt: Date | null };
type KeyRow = Row & { name: string; applicationId: string | null; permission: string; requestsPerSecond: number | null };

async function findApiKey(keyHash: Buffer): Promise<Access | null> {
  const { rows } = await pool().query<KeyRow>({
    name: "find_api_key",
    text: `select k.id, k."environmentId", e."organizationId", k."expiresAt", k."applicationId", k.permission, k.name, k."requestsPerSecond"
           from api_key k join environment e on e.id = k."environmentId"
           where k.hash = $1 and e."operationalOfId" is null and k."revokedAt" is null and (k."expiresAt" is null or k."expiresAt" > now())`,
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

type PortalRow = Row & { applicationId: string; featureFlags: string[]; capabilities: Capability[] };

async function findPortalToken(tokenHash: Buffer): Promise<Access | null> {
  const { rows } = await pool().query<PortalRow>({
    name: "find_portal_token",
    text: `select p.id, p."applicationId", p."featureFlags", coalesce(p.capabilities, '{}') as "capabilities", p."expiresAt", a."environmentId", e."organizationId"
           from portal_access p join application a on a.id = p."applicationId" join environment e on e.id = a."environmentId"
           where p.hash = $1 and e."operationalOfId" is null and p.purpose = 'token' and p."revokedAt" is null and p."expiresAt" > now() and a."deletedAt" is null`,
    values: [tokenHash],
  });
  const row = rows[0];
  if (row === undefined) return null;
  const { expiresAt, capabilities, ...portal } = row;
  const restriction = capabilities.length === 0 ? {} : { capabilities };
  const actor: Actor = { kind: "portal", name: "Portal", role: "member", ...portal, ...restriction, client: null };
  return { actor, expiresAtMs: expiresAt?.getTime() ?? null };
}

type IntegrationRow = Omit<Row, "expiresAt"> & { name: string; applicationId: string; featureFlags: string[] };

/** Bound to its application like an API key of one; a member, so that it can let nobody else in. */
async function findIntegrationKey(keyHash: Buffer): Promise<Access | null> {
  const { rows } = await pool().query<IntegrationRow>({
    name: "find_integration_key",
    text: `select i.id, i.name, i."applicationId", i."featureFlags", a."environmentId", e."organizationId"
           from integration i join application a on a.id = i."applicationId" join environment e on e.id = a."environmentId"
           where i."keyHash" = $1 and e."operationalOfId" is null and a."deletedAt" is null`,
    values: [keyHash],
  });
  const row = rows[0];
  return row === undefined ? null : { actor: { kind: "apiKey", role: "member", ...row, client: null }, expiresAtMs: null };
}

/** As a portal token that may configure its own endpoint and nothing else. */
async function findAutoconfigToken(tokenHash: Buffer): Promise<Access | null> {
  const { rows } = await pool().query<Omit<Row, "expiresAt"> & { applicationId: string }>({
    name: "find_autoconfig_token",
    text: `select s.id, s."applicationId", a."environmentId", e."organizationId"
           from autoconfig_subscription s join application a on a.id = s."applicationId" join environment e on e.id = a."environmentId"
           where s."tokenHash" = $1 and e."operationalOfId" is null and a."deletedAt" is null`,
    values: [tokenHash],
  });
  const row = rows[0];
  if (row === undefined) return null;
  const limits = { role: "member", featureFlags: null, capabilities: ["Autoconfig"] } as const;
  return { actor: { kind: "portal", name: "AutoConfig", ...row, ...limits, client: null }, expiresAtMs: null };
}
