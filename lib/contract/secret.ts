/** What can be told of an endpoint's signing secrets, without the secrets themselves. */
import * as z from "zod/mini";
import { operation } from "./operation.ts";
import { deleted } from "./shared.ts";

export const EndpointSecretInfo = z
  .object({
    id: z.string(),
    algorithm: z.enum(["hmac-sha256", "ed25519"]),
    createdAt: z.iso.datetime(),
    expiresAt: z.nullable(z.iso.datetime()).check(z.meta({ description: "Null: the current one. Until then the others sign too." })),
  })
  .check(z.meta({ id: "EndpointSecretInfo" }));

export const EndpointSecretsOut = z.object({ data: z.array(EndpointSecretInfo) }).check(z.meta({ id: "EndpointSecretsOut" }));

export const EndpointSecretExpireIn = z
  .object({
    secretId: z
      .nullish(z.string().check(z.minLength(1), z.maxLength(256)))
      .check(z.meta({ description: "Only this one; default: all old ones." })),
  })
  .check(z.meta({ id: "EndpointSecretExpireIn" }));

export type EndpointSecretInfo = z.output<typeof EndpointSecretInfo>;
export type EndpointSecretExpireIn = z.output<typeof EndpointSecretExpireIn>;

const path = "/api/v1/app/{app_id}/endpoint/{endpoint_id}";
const tag = "Endpoint";
const access = "apiKeyOrPortal";

export const listEndpointSecrets = operation({
  operationId: "v1.endpoint.list-secrets",
  method: "get",
  path: `${path}/secrets`,
  tag,
  summary: "List the secrets that sign, the current one first",
  access,
  responses: { 200: { description: "The secrets", schema: EndpointSecretsOut } },
});

export const expireEndpointSecrets = operation({
  operationId: "v1.endpoint.expire-secrets",
  method: "post",
  path: `${path}/secret/expire`,
  tag,
  summary: "Stop signing with old secrets at once",
  description: "The current secret stays.",
  access,
  setsUp: "endpoints",
  capability: "ManageEndpointSecret",
  role: "admin",
  body: EndpointSecretExpireIn,
  bodyOptional: true,
  responses: deleted,
});
