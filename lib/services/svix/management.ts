/** Environments and API keys in the words of the management API. The use cases are those of the dashboard. */
import type { Actor } from "../../actor.ts";
import type { ApiKeyOut } from "../../contract/apiKey.ts";
import { grantOf } from "../../words/keyScope.ts";
import type {
  ApiTokenCensoredOut,
  ApiTokenIn,
  ApiTokenOut,
  ApiTokenPatch,
  EnvironmentModelIn,
  EnvironmentModelOut,
} from "../../contract/management.ts";
import type { EnvironmentOut } from "../../contract/environment.ts";
import * as apiKeys from "../team/apiKeys.ts";
import * as environments from "../environment/environments.ts";

type Paging = { limit: number; iterator?: string | null | undefined };

export async function listEnvironments(actor: Actor, query: Paging) {
  const page = await environments.list(actor, query);
  return { ...page, data: page.data.map(model) };
}

export const createEnvironment = async (actor: Actor, input: EnvironmentModelIn): Promise<EnvironmentModelOut> =>
  model(await environments.create(actor, input));

export const getEnvironment = async (actor: Actor, id: string): Promise<EnvironmentModelOut> => model(await environments.get(actor, id));

export const renameEnvironment = async (actor: Actor, id: string, { name }: { name: string }): Promise<EnvironmentModelOut> =>
  model(await environments.patch(actor, id, { name }));

export async function listApiTokens(actor: Actor, environmentId: string, query: Paging) {
  const page = await apiKeys.list(await environments.inEnvironment(actor, environmentId), query);
  return { ...page, data: page.data.map(censored) };
}

export async function createApiToken(actor: Actor, environmentId: string, { name, scopes }: ApiTokenIn): Promise<ApiTokenOut> {
  const there = await environments.inEnvironment(actor, environmentId);
  const permission = scopes ? (grantOf(scopes)?.permission ?? "read") : "write";
  const { key, ...made } = await apiKeys.create(there, { name, permission, ...(scopes ? { scopes } : {}) });
  return { ...shown(made), token: key };
}

export async function patchApiToken(
  actor: Actor,
  environmentId: string,
  id: string,
  { name, scopes }: ApiTokenPatch,
): Promise<ApiTokenCensoredOut> {
  const there = await environments.inEnvironment(actor, environmentId);
  const change = { ...(name ? { name } : {}), ...(scopes === undefined ? {} : { scopes }) };
  return censored(await apiKeys.patch(there, id, change));
}

export async function expireApiToken(actor: Actor, environmentId: string, id: string, expiry: number | null | undefined): Promise<void> {
  await apiKeys.expire(await environments.inEnvironment(actor, environmentId), id, expiry ?? 0);
}

const model = ({ id, name, type, createdAt, updatedAt }: EnvironmentOut): EnvironmentModelOut => ({
  id,
  name,
  type,
  region: "self-hosted",
  createdAt,
  updatedAt,
});

const shown = ({ id, name, scopes, permission, createdAt, expiresAt }: ApiKeyOut) => ({
  id,
  name,
  scopes: scopes ?? (permission === "write" ? null : [permission]),
  createdAt,
  expiresAt,
});

const censored = (key: ApiKeyOut): ApiTokenCensoredOut => ({ ...shown(key), censoredToken: `${key.prefix}…` });
