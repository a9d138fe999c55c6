/** From the Authorization header to the actor, and what the key allows. */
import type { Actor } from "../actor.ts";
import type { Capability } from "../words/capability.ts";
import { pool } from "../db/client.ts";
import { databaseNowMs } from "../db/clock.ts";
import { AppError } from "../errors.ts";
import { type ApplicationId, type EnvironmentId, isId } from "../ids.ts";
import { isWithin } from "../networks.ts";
import { lookUp } from "../strangers.ts";
import { hash } from "node:crypto";
import { type Access, accessCache, autoconfigTokenPrefix, integrationKeyPrefix, portalTokenPrefix } from "./apiKeys.ts";
import { noteUse } from "./lastUsed.ts";

// A JWT of another webhook service, which may be the key of the first start, is longer than Webster's own keys.
const scheme = /^bearer +([\u0021-\u007e]{1,4096}) *$/i;

/**
 * Whom an Authorization header lets in. Throws `authentication_failed` unless it is `Bearer` and a key or token that is valid
 * now, `forbidden` if that may not be used from `ip` (null: the address is not known), and `rate_limited` if too many come from
 * there that are not.
 */
export async function accessOf(authorization: string | null | undefined, ip: string | null): Promise<Access> {
  const text = scheme.exec(authorization ?? "")?.[1];
  if (text === undefined) throw refused("Send the API key as `Authorization: Bearer <key>`");
  const { credential, environmentId } = partsOf(text);
  const hex = hash("sha256", credential, "hex");
  const look = lookups.find(({ prefix }) => credential.startsWith(prefix))?.look ?? findApiKey;
  const access = await accessCache().find(hex, () => lookUp(ip, hex, () => look(Buffer.from(hex, "hex"))));
  if (access?.actor.kind === "apiKey") noteUse(access.actor.id);
  if (access === null || (access.expiresAtMs !== null && access.expiresAtMs <= databaseNowMs())) throw refused("Invalid token");
  if (access.allowedNetworks !== undefined && access.allowedNetworks.length > 0 && !isWithin(ip, access.allowedNetworks))
    throw new AppError("forbidden", `This API key may not be used from ${ip ?? "an address that is not known"}`);
  if (environmentId === null || environmentId === access.actor.environmentId) return access;
  return elsewhere(access, environmentId, hex);
}

/**
 * `KEY|ENVIRONMENT_ID`: a key, and the environment that is meant, as Svix's Terraform provider sends them. A text without
 * such an end is a key as a whole: people may choose keys of their own.
 */
function partsOf(text: string): { credential: string; environmentId: string | null } {
  const bar = text.lastIndexOf("|");
  const environmentId = text.slice(bar + 1);
  if (bar < 0 || !isId("environment", environmentId)) return { credential: text, environmentId: null };
  return { credential: text.slice(0, bar), environmentId };
}

/** The access of a key that may manage, in another environment of its organization. */
async function elsewhere(access: Access, environmentId: string, hex: string): Promise<Access> {
  const { actor } = access;
  if (actor.manages !== true)
    throw new AppError("forbidden", "This token is for an environment of its own; only an API key that may manage reaches others");
  // It is one that the actor may see once the query has found it.
  const there = await accessCache().find(`${hex} ${environmentId}`, async () =>
    (await isOrdinaryOf(actor.organizationId, environmentId))
      ? { ...access, actor: { ...actor, environmentId: environmentId as EnvironmentId } }
      : null,
  );
  if (there === null) throw refused("This API key's organization has no such environment");
  return there;
}

async function isOrdinaryOf(organizationId: string, environmentId: string): Promise<boolean> {
  const { rowCount } = await pool().query({
    name: "find_environment_of_key",
    text: `select from environment where id = $1 and "organizationId" = $2 and "operationalOfId" is null`,
    values: [environmentId, organizationId],
  });
  return rowCount === 1;
}

/** How to look a credential up, by its beginning; any other beginning is an API key's. None opens an environment of operational webhooks. */
const lookups: { prefix: string; look: (tokenHash: Buffer) => Promise<Access | null> }[] = [
  { prefix: portalTokenPrefix, look: findPortalToken },
  { prefix: integrationKeyPrefix, look: findIntegrationKey },
  { prefix: autoconfigTokenPrefix, look: findAutoconfigToken },
];

const refused = (detail: string): AppError => new AppError("authentication_failed", detail);

/** What a credential is good for. */
type Row = { id: string; environmentId: EnvironmentId; organizationId: string; expiresAt: Date | null };
type KeyRow = Row & {
  name: string;
  applicationId: ApplicationId | null;
  permission: string;
  scopes: string[] | null;
  requestsPerSecond: number | null;
  allowedNetworks: string[];
};

async function findApiKey(keyHash: Buffer): Promise<Access | null> {
  const { rows } = await pool().query<KeyRow>({
    name: "find_api_key",
    text: `select k.id, k."environmentId", e."organizationId", nullif(ends.at, 'infinity') as "expiresAt", k."applicationId", k.permission, k.scopes, k.name, k."requestsPerSecond", k."allowedNetworks"
           from api_key k join environment e on e.id = k."environmentId", end_by_maker(k.id) ends(at)
           where k.hash = $1 and e."operationalOfId" is null and ends.at > now()`,
    values: [keyHash],
  });
  const row = rows[0];
  if (row === undefined) return null;
  const { permission, scopes, expiresAt, requestsPerSecond, allowedNetworks, ...key } = row;
  const limits = limitsOf(permission, scopes ?? []);
  const actor: Actor = { kind: "apiKey", ...key, ...limits, featureFlags: null, client: null };
  return { actor, expiresAtMs: expiresAt?.getTime() ?? null, requestsPerSecond, allowedNetworks };
}

/** What a key's permission and scopes allow. A permission that this version doesn't know only reads. */
function limitsOf(permission: string, scopes: readonly string[]): Pick<Actor, "role" | "manages" | "scopes"> {
  if (permission === "manage") return { role: "admin", manages: true };
  if (permission === "scoped") return { role: scopes.some((scope) => /:write$/i.test(scope)) ? "admin" : "viewer", scopes };
  return { role: permission === "write" ? "admin" : "viewer" };
}

type PortalRow = Row & { applicationId: ApplicationId; featureFlags: string[]; capabilities: Capability[] };

async function findPortalToken(tokenHash: Buffer): Promise<Access | null> {
  const { rows } = await pool().query<PortalRow>({
    name: "find_portal_token",
    text: `select p.id, p."applicationId", p."featureFlags", coalesce(p.capabilities, '{}') as "capabilities", least(p."expiresAt", ends.at) as "expiresAt", a."environmentId", e."organizationId"
           from portal_access p join application a on a.id = p."applicationId" join environment e on e.id = a."environmentId",
             end_by_maker(p."madeById") ends(at)
           where p.hash = $1 and e."operationalOfId" is null and p.purpose = 'token' and p."revokedAt" is null
             and least(p."expiresAt", ends.at) > now() and a."deletedAt" is null`,
    values: [tokenHash],
  });
  const row = rows[0];
  if (row === undefined) return null;
  const { expiresAt, capabilities, ...portal } = row;
  const restriction = capabilities.length === 0 ? {} : { capabilities };
  const actor: Actor = { kind: "portal", name: "Portal", role: "member", ...portal, ...restriction, client: null };
  return { actor, expiresAtMs: expiresAt?.getTime() ?? null };
}

type IntegrationRow = Row & { name: string; applicationId: ApplicationId; featureFlags: string[] };

/** An integration's key: bound to its application like an API key of one, but with the role of a member, so that it can let nobody else in. */
async function findIntegrationKey(keyHash: Buffer): Promise<Access | null> {
  const { rows } = await pool().query<IntegrationRow>({
    name: "find_integration_key",
    text: `select i.id, i.name, i."applicationId", i."featureFlags", nullif(ends.at, 'infinity') as "expiresAt", a."environmentId", e."organizationId"
           from integration i join application a on a.id = i."applicationId" join environment e on e.id = a."environmentId",
             end_by_maker(i.id) ends(at)
           where i."keyHash" = $1 and e."operationalOfId" is null and a."deletedAt" is null and ends.at > now()`,
    values: [keyHash],
  });
  const row = rows[0];
  if (row === undefined) return null;
  const { expiresAt, ...integration } = row;
  return { actor: { kind: "apiKey", role: "member", ...integration, client: null }, expiresAtMs: expiresAt?.getTime() ?? null };
}

/** An AutoConfig token: like a portal token that may configure its own endpoint and nothing else. */
async function findAutoconfigToken(tokenHash: Buffer): Promise<Access | null> {
  const { rows } = await pool().query<Row & { applicationId: ApplicationId; featureFlags: string[] | null }>({
    name: "find_autoconfig_token",
    text: `select s.id, s."applicationId", s."featureFlags", nullif(ends.at, 'infinity') as "expiresAt", a."environmentId", e."organizationId"
           from autoconfig_subscription s join application a on a.id = s."applicationId" join environment e on e.id = a."environmentId",
             lateral (select least(coalesce(s."expiresAt", 'infinity'), coalesce(s."stopsAt", 'infinity'), end_by_maker(s."madeById"))) ends(at)
           where s."tokenHash" = $1 and e."operationalOfId" is null and a."deletedAt" is null and ends.at > now()`,
    values: [tokenHash],
  });
  const row = rows[0];
  if (row === undefined) return null;
  const limits = { role: "member", capabilities: ["Autoconfig"] } as const;
  const { expiresAt, ...autoconfig } = row;
  return {
    actor: { kind: "portal", name: "AutoConfig", ...autoconfig, ...limits, client: null },
    expiresAtMs: expiresAt?.getTime() ?? null,
  };
}
