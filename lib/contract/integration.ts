/** An integration: a key of its own for a service that an application connects, such as Zapier. */
import * as z from "zod/mini";
import { operation } from "./operation.ts";
import { deleted, featureFlag, orElse, order, pageOf, paging, plainText } from "./shared.ts";

export const IntegrationIn = z
  .object({
    name: plainText.check(z.minLength(1), z.maxLength(256)),
    featureFlags: orElse(z.array(featureFlag).check(z.maxLength(100)), []).check(
      z.meta({ description: "Event types with other flags don't exist for it." }),
    ),
  })
  .check(z.meta({ id: "IntegrationIn", examples: [{ name: "Zapier" }] }));

export const IntegrationOut = z
  .object({
    id: z.string(),
    name: z.string(),
    featureFlags: z.array(z.string()),
    expiresAt: z.nullable(z.iso.datetime()).check(z.meta({ description: "When its key ends, with what made it. Null: never." })),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .check(z.meta({ id: "IntegrationOut" }));

const IntegrationKeyOut = z.object({ key: z.string() }).check(z.meta({ id: "IntegrationKeyOut" }));

export type IntegrationIn = z.output<typeof IntegrationIn>;
export type IntegrationOut = z.output<typeof IntegrationOut>;

const tag = "Integration";
const base = "/api/v1/app/{app_id}/integration" as const;
const path = `${base}/{integ_id}` as const;
const access = "apiKey";
/** The role that may let somebody in, as the key of an integration does. */
const role = "admin";
const one = { 200: { description: "The integration", schema: IntegrationOut } } as const;
const key = { 200: { description: "The key", schema: IntegrationKeyOut } } as const;

export const listIntegrations = operation({
  operationId: "v1.integration.list",
  method: "get",
  path: base,
  tag,
  summary: "List an application's integrations",
  access,
  role,
  query: z.object({ ...paging, order: z._default(order, "ascending") }),
  responses: { 200: { description: "A page", schema: pageOf("ListResponse_IntegrationOut_", IntegrationOut) } },
});

export const createIntegration = operation({
  operationId: "v1.integration.create",
  method: "post",
  path: base,
  tag,
  summary: "Create an integration",
  access,
  role,
  body: IntegrationIn,
  responses: { 201: { description: "Created", schema: IntegrationOut } },
});

export const getIntegration = operation({
  operationId: "v1.integration.get",
  method: "get",
  path,
  tag,
  summary: "Get an integration",
  access,
  role,
  responses: one,
});

export const updateIntegration = operation({
  operationId: "v1.integration.update",
  method: "put",
  path,
  tag,
  summary: "Replace an integration's name and flags",
  description: "The key stays.",
  access,
  role,
  body: IntegrationIn,
  responses: one,
});

export const deleteIntegration = operation({
  operationId: "v1.integration.delete",
  method: "delete",
  path,
  tag,
  summary: "Delete an integration, and with it its key",
  access,
  role,
  responses: deleted,
});

export const getIntegrationKey = operation({
  operationId: "v1.integration.get-key",
  method: "get",
  path: `${path}/key`,
  tag,
  summary: "Get an integration's key",
  description: "It authenticates like an API key of this application alone. Reading it is in the audit log.",
  access,
  role,
  effect: "reveals",
  responses: key,
});

export const rotateIntegrationKey = operation({
  operationId: "v1.integration.rotate-key",
  method: "post",
  path: `${path}/key/rotate`,
  tag,
  summary: "Give an integration a new key",
  description: "The old one is refused from now on.",
  access,
  role,
  responses: key,
});
