/** Managing environments and their keys from outside: Svix's management API, as its Terraform provider asks it. */
import * as z from "zod/mini";
import { keyName, scopes } from "./apiKey.ts";
import { ManagementSettings } from "./managementSettings.ts";
import { operation } from "./operation.ts";
import { environmentType } from "./environment.ts";
import { deleted, pageOf, paging, plainText } from "./shared.ts";

// Terraform compares what is answered with what it sent, so nothing is trimmed away.
const name = plainText.check(
  z.minLength(1, "Give a name"),
  z.maxLength(256),
  z.regex(/^\S(.*\S)?$/s, "must not begin or end with a space"),
);

export const EnvironmentModelIn = z
  .object({ name, type: environmentType })
  .check(z.meta({ id: "EnvironmentModelIn", examples: [{ name: "Staging", type: "development" }] }));
export const EnvironmentModelUpdate = z.object({ name }).check(z.meta({ id: "EnvironmentModelUpdate", examples: [{ name: "Staging" }] }));
export const EnvironmentModelOut = z
  .object({
    id: z.string(),
    name: z.string(),
    type: environmentType,
    region: z.literal("self-hosted"),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .check(z.meta({ id: "EnvironmentModelOut" }));

export const ApiTokenIn = z
  .object({ name: keyName, scopes: z.nullish(scopes) })
  .check(z.meta({ id: "ApiTokenIn", examples: [{ name: "Billing service", scopes: ["message:Write"] }] }));
export const ApiTokenPatch = z
  .object({
    name: z.nullish(keyName).check(z.meta({ description: "Null leaves it as it is." })),
    scopes: z.nullish(scopes).check(z.meta({ description: "Null: the default, write." })),
  })
  .check(z.meta({ id: "ApiTokenPatch", examples: [{ scopes: ["application:Read"] }] }));
export const ApiTokenExpireIn = z
  .object({
    expiry: z
      .nullish(z.int().check(z.gte(0), z.lte(259_200)))
      .check(z.meta({ description: "Seconds until they expire, up to 3 days; an earlier end stays. Default: now." })),
  })
  .check(z.meta({ id: "ApiTokenExpireIn", examples: [{ expiry: 3600 }] }));

const tokenShown = {
  id: z.string(),
  name: z.string(),
  scopes: z.nullable(z.array(z.string())).check(z.meta({ description: "As they were given. Null: none, so the key reads and writes." })),
  createdAt: z.iso.datetime(),
  expiresAt: z.nullable(z.iso.datetime()),
};
export const ApiTokenOut = z
  .object({ ...tokenShown, token: z.string().check(z.meta({ description: "The key itself; it is not shown again." })) })
  .check(z.meta({ id: "ApiTokenOut" }));
export const ApiTokenCensoredOut = z
  .object({ ...tokenShown, censoredToken: z.string().check(z.meta({ description: "How the key begins, to recognise it by." })) })
  .check(z.meta({ id: "ApiTokenCensoredOut" }));

export type EnvironmentModelIn = z.output<typeof EnvironmentModelIn>;
export type EnvironmentModelOut = z.output<typeof EnvironmentModelOut>;
export type ApiTokenIn = z.output<typeof ApiTokenIn>;
export type ApiTokenPatch = z.output<typeof ApiTokenPatch>;
export type ApiTokenOut = z.output<typeof ApiTokenOut>;
export type ApiTokenCensoredOut = z.output<typeof ApiTokenCensoredOut>;

const tag = "Management";
const access = "management";
const role = "admin";
const environments = "/api/v1/management/environment";
const environment = { 200: { description: "The environment", schema: EnvironmentModelOut } } as const;

export const listManagedEnvironments = operation({
  operationId: "v1.management.environment.list",
  method: "get",
  path: environments,
  tag,
  summary: "List the organization's environments",
  access,
  role,
  query: z.object(paging),
  responses: { 200: { description: "A page", schema: pageOf("ListResponse_EnvironmentModelOut_", EnvironmentModelOut) } },
});

export const createManagedEnvironment = operation({
  operationId: "v1.management.environment.create",
  method: "post",
  path: environments,
  tag,
  summary: "Create an environment",
  access,
  role,
  body: EnvironmentModelIn,
  responses: { 201: { description: "Created", schema: EnvironmentModelOut } },
});

export const getManagedEnvironment = operation({
  operationId: "v1.management.environment.get",
  method: "get",
  path: `${environments}/{environment_id}`,
  tag,
  summary: "Get an environment",
  access,
  role,
  responses: environment,
});

export const updateManagedEnvironment = operation({
  operationId: "v1.management.environment.update",
  method: "put",
  path: `${environments}/{environment_id}`,
  tag,
  summary: "Rename an environment",
  access,
  role,
  body: EnvironmentModelUpdate,
  responses: environment,
});

export const deleteManagedEnvironment = operation({
  operationId: "v1.management.environment.delete",
  method: "delete",
  path: `${environments}/{environment_id}`,
  tag,
  summary: "Delete an environment that has no applications",
  description: "Deletes its API keys and event types too. The last environment, and that of the calling key, can't be deleted.",
  access,
  role,
  responses: deleted,
});

const tokens = "/api/v1/management/authentication/{environment_id}/api-token";

export const listApiTokens = operation({
  operationId: "v1.management.authentication.list-api-tokens",
  method: "get",
  path: tokens,
  tag,
  summary: "List the API keys of an environment",
  access,
  role,
  query: z.object(paging),
  responses: { 200: { description: "A page", schema: pageOf("ListResponse_ApiTokenCensoredOut_", ApiTokenCensoredOut) } },
});

export const createApiToken = operation({
  operationId: "v1.management.authentication.create-api-token",
  method: "post",
  path: tokens,
  tag,
  summary: "Create an API key in an environment",
  description: "A key that is made by one with an end gets the same end.",
  access,
  role,
  body: ApiTokenIn,
  responses: { 200: { description: "Created", schema: ApiTokenOut } },
});

export const patchApiToken = operation({
  operationId: "v1.management.authentication.patch-api-token",
  method: "patch",
  path: `${tokens}/{key_id}`,
  tag,
  summary: "Rename an API key, or change what it may do",
  description: "At once, for whatever uses it.",
  access,
  role,
  body: ApiTokenPatch,
  responses: { 200: { description: "The key", schema: ApiTokenCensoredOut } },
});

export const expireApiToken = operation({
  operationId: "v1.management.authentication.expire-api-token",
  method: "post",
  path: `${tokens}/{key_id}/expire`,
  tag,
  summary: "Expire an API key, now or soon",
  description: "Also one that has ended already: then nothing is changed.",
  access,
  role,
  body: ApiTokenExpireIn,
  bodyOptional: true,
  responses: deleted,
});

const settings = { 200: { description: "The settings", schema: ManagementSettings } } as const;

export const getManagementSettings = operation({
  operationId: "v1.management.environment-settings.get",
  method: "get",
  path: "/api/v1/management/environment-settings",
  tag,
  summary: "Get the environment's settings",
  description: "The environment of the key, or the one named behind it: `KEY|ENVIRONMENT_ID`.",
  access: "apiKey",
  role,
  responses: settings,
});

export const patchManagementSettings = operation({
  operationId: "v1.management.environment-settings.patch",
  method: "patch",
  path: "/api/v1/management/environment-settings",
  tag,
  summary: "Change the environment's settings",
  description: "What is left out stays.",
  access: "apiKey",
  role,
  body: ManagementSettings,
  responses: settings,
});
