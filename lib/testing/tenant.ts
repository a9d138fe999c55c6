/** A tenant of its own for a test: nothing that another test does can show in it. */
import type { Actor } from "../actor.ts";
import { newApiKey } from "../auth/apiKeys.ts";
import { accessOf } from "../auth/authenticate.ts";
import { prisma } from "../db/client.ts";
import { type ApplicationId, type EnvironmentId, newId } from "../ids.ts";

export type Tenant = {
  organizationId: string;
  environmentId: EnvironmentId;
  /** The key's text, for the Authorization header. */
  apiKey: string;
  actor: Actor;
};

/** Ids of what a test makes for itself, which it may see. `nowMs` as in newId. */
export const newEnvironmentId = (nowMs?: number): EnvironmentId => newId("environment", nowMs) as EnvironmentId;
export const newApplicationId = (nowMs?: number): ApplicationId => newId("application", nowMs) as ApplicationId;

/** Who calls with that Authorization header, from no address. Throws AppError for nobody. */
export const actorOf = async (authorization: string | null | undefined): Promise<Actor> => (await accessOf(authorization, null)).actor;

export async function newTenant(name = "Test"): Promise<Tenant> {
  const organizationId = newId("organization");
  const environmentId = newEnvironmentId();
  const apiKeyId = newId("apiKey");
  const { text: apiKey, prefix, hash } = newApiKey();
  await prisma().organization.create({ data: { id: organizationId, name } });
  await prisma().environment.create({ data: { id: environmentId, organizationId, name: "Production", keysMayMakeKeys: true } });
  await prisma().apiKey.create({ data: { id: apiKeyId, environmentId, name: "Test", prefix, hash } });
  const actor: Actor = {
    kind: "apiKey",
    id: apiKeyId,
    name: "Test",
    role: "admin",
    organizationId,
    environmentId,
    applicationId: null,
    featureFlags: null,
    client: null,
  };
  return { organizationId, environmentId, apiKey, actor };
}
