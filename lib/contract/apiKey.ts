/** API keys of an environment. */
import * as z from "zod/mini";
import { isNetwork } from "../words/network.ts";
import { grantOf, permissions, scopeNouns } from "../words/keyScope.ts";
import { operation } from "./operation.ts";
import { deleted, moment, pageOf, paging, plainText } from "./shared.ts";

export const keyName = plainText.check(z.minLength(1, "Give the key a name"), z.maxLength(256));

const requestsPerSecond = z
  .int()
  .check(z.gte(1), z.lte(1_000_000), z.meta({ description: "The key may ask so often; more is answered 429.", examples: [100] }));

const allowedNetworks = z
  .array(z.string().check(z.maxLength(64), z.refine(isNetwork, "must be an address or a network such as 203.0.113.0/24")))
  .check(
    z.maxLength(50),
    z.meta({ description: "The key may be used from these alone. Empty: from anywhere.", examples: [["203.0.113.0/24", "2001:db8::/32"]] }),
  );

export const scopes = z.array(z.string().check(z.minLength(1), z.maxLength(64))).check(
  z.minLength(1),
  z.maxLength(100),
  z.refine(
    (given) => grantOf(given) !== null,
    `must be one of read, write and manage, or any of noun:Read and noun:Write; the nouns are ${scopeNouns.join(", ")}`,
  ),
  z.meta({
    description: "One of `read`, `write`, `manage`, or any of `noun:Read` and `noun:Write` (which reads too). Default: write.",
    examples: [["application:Read", "message:Write"]],
  }),
);

export const ApiKeyIn = z
  .object({
    name: keyName,
    permission: z._default(z.enum(permissions), "write").check(
      z.meta({
        description: "read: the key changes and sends nothing. manage: it also manages the organization's environments and their keys.",
      }),
    ),
    applicationId: z
      .nullish(z.string().check(z.minLength(1), z.maxLength(256)))
      .check(z.meta({ description: "Id or uid of the one application that the key reaches. Default: all." })),
    scopes: z.nullish(scopes).check(z.meta({ description: "In place of `permission`: the key may do no more than these name." })),
    expiresAt: z
      .nullish(moment)
      .check(z.meta({ description: "Default: the latest moment that the environment allows, or the end of the key that creates it." })),
    requestsPerSecond: z.nullish(requestsPerSecond),
    allowedNetworks: z.optional(allowedNetworks),
  })
  .check(z.meta({ id: "ApiKeyIn", examples: [{ name: "Billing service" }] }));

export const ApiKeyPatch = z
  .object({ name: z.optional(keyName), requestsPerSecond: z.nullish(requestsPerSecond), allowedNetworks: z.optional(allowedNetworks) })
  .check(z.meta({ id: "ApiKeyPatch", examples: [{ requestsPerSecond: 100 }] }));

const apiKeyShown = {
  id: z.string(),
  name: z.string(),
  prefix: z.string().check(z.meta({ description: "How the key begins, to recognise it by." })),
  createdAt: z.iso.datetime(),
  expiresAt: z.nullable(z.iso.datetime()),
  permission: z.enum(permissions),
  scopes: z.nullable(z.array(z.string())).check(z.meta({ description: "Set: the key may do no more than these name." })),
  applicationId: z.nullable(z.string()),
  lastUsedAt: z.nullable(z.iso.datetime()).check(z.meta({ description: "Exact to about a minute." })),
  createdBy: z.nullable(z.string()).check(z.meta({ description: "Which member made it." })),
  requestsPerSecond: z.nullable(z.int()).check(z.meta({ description: "Null: the limit that the server is configured with, if any." })),
  allowedNetworks: z.array(z.string()),
};

export const ApiKeyOut = z.object(apiKeyShown).check(z.meta({ id: "ApiKeyOut" }));

export const ApiKeyCreatedOut = z
  .object({ ...apiKeyShown, key: z.string().check(z.meta({ description: "The key itself; it is not shown again." })) })
  .check(z.meta({ id: "ApiKeyCreatedOut" }));

export type ApiKeyIn = z.output<typeof ApiKeyIn>;

export type ApiKeyPatch = z.output<typeof ApiKeyPatch>;

export type ApiKeyOut = z.output<typeof ApiKeyOut>;

export type ApiKeyCreatedOut = z.output<typeof ApiKeyCreatedOut>;

export const listApiKeys = operation({
  operationId: "v1.api-key.list",
  method: "get",
  path: "/api/v1/api-key",
  tag: "API Key",
  summary: "List the environment's API keys",
  access: "apiKey",
  role: "admin",
  query: z.object(paging),
  responses: { 200: { description: "A page", schema: pageOf("ListResponse_ApiKeyOut_", ApiKeyOut) } },
});

export const createApiKey = operation({
  operationId: "v1.api-key.create",
  method: "post",
  path: "/api/v1/api-key",
  tag: "API Key",
  summary: "Create an API key",
  description: "A key can't create one that may do more, or lasts longer, than itself.",
  access: "apiKey",
  role: "admin",
  body: ApiKeyIn,
  responses: { 201: { description: "Created", schema: ApiKeyCreatedOut } },
});

export const patchApiKey = operation({
  operationId: "v1.api-key.patch",
  method: "patch",
  path: "/api/v1/api-key/{key_id}",
  tag: "API Key",
  summary: "Rename an API key, or change its rate limit",
  description: "The limit holds at once; null gives the key the server's own.",
  access: "apiKey",
  role: "admin",
  body: ApiKeyPatch,
  responses: { 200: { description: "The key", schema: ApiKeyOut } },
});

export const revokeApiKey = operation({
  operationId: "v1.api-key.revoke",
  method: "delete",
  path: "/api/v1/api-key/{key_id}",
  tag: "API Key",
  summary: "Revoke an API key, at once",
  access: "apiKey",
  role: "admin",
  responses: deleted,
});
