/** A tenant of its own for a test: nothing that another test does can show in it. */
import type { Actor } from "../actor.ts";
import { newApiKey } from "../auth/apiKeys.ts";
import { prisma } from "../db/client.ts";
import { newId } from "../ids.ts";

export type Tenant = {
  organizationId: string;
  environmentId: string;
  /** The key's text, for the Authorization header. */
  apiKey: string;
  actor: Actor;
};

export async function newTenant(name = "Test"): Promise<Tenant> {
  const organizationId = newId("organization");
  const environmentId = newId("environment");
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
