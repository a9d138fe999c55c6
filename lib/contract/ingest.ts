/** Sources and their endpoints as the `svix` SDKs' `ingest` knows them. Webster's own operations (source.ts) say more. */
import * as z from "zod/mini";
import { AppPortalAccessOut } from "./portalAccess.ts";
import {
  droppedCredentials,
  EndpointHeadersIn,
  EndpointHeadersOut,
  EndpointIn,
  EndpointSecretOut,
  EndpointSecretRotateIn,
  EndpointUpdate,
} from "./endpoint.ts";
import { operation } from "./operation.ts";
import { EndpointTransformationOut, EndpointTransformationPatch } from "./transformation.ts";
import { anyObject, deleted, metadata, orElse, order, pageOf, paging, plainText, uid } from "./shared.ts";

const name = plainText.check(z.minLength(1), z.maxLength(256));
const type = z.string().check(z.minLength(1), z.maxLength(64), z.meta({ examples: ["github"] }));

export const IngestSourceIn = z
  .object({
    name,
    uid: z.nullish(uid),
    type: orElse(type, "generic-webhook").check(z.meta({ description: "The provider. Webster's own kinds are taken as well." })),
    config: z.nullish(anyObject).check(
      z.meta({
        description:
          "`secret` (`publicKey`, `clientId` where Svix calls it so) and the provider's other settings, by name. What nobody would " +
          "read is refused. A PUT keeps a secret that it does not name.",
        examples: [{ secret: "…" }],
      }),
    ),
    metadata: orElse(metadata, {}),
  })
  .check(z.meta({ id: "IngestSourceIn" }));
export type IngestSourceIn = z.output<typeof IngestSourceIn>;

export const IngestSourceOut = z
  .object({
    id: z.string(),
    uid: z.nullable(z.string()),
    name: z.string(),
    type: z.string().check(z.meta({ description: "`generic-webhook` for kinds that the SDKs don't know; `provider` has the actual one." })),
    config: z.optional(anyObject).check(z.meta({ description: "Without secrets. Left out where the type has none." })),
    provider: z.string(),
    ingestUrl: z.nullable(z.string()),
    metadata,
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .check(z.meta({ id: "IngestSourceOut" }));
export type IngestSourceOut = z.output<typeof IngestSourceOut>;

export const RotateTokenOut = z.object({ ingestUrl: z.string() }).check(z.meta({ id: "RotateTokenOut" }));

export const IngestSourceConsumerPortalAccessIn = z
  .object({ expiry: z.nullish(z.int().check(z.gte(3600), z.lte(604_800))), readOnly: z.nullish(z.boolean()) })
  .check(z.meta({ id: "IngestSourceConsumerPortalAccessIn" }));

const ofEndpoint = EndpointUpdate.shape;
const { url, description, throttleRate, rateLimit, disabled, eventTypes, filterTypes } = ofEndpoint;
const notes = { uid: ofEndpoint.uid, metadata: ofEndpoint.metadata };
const endpointFields = { url, description, throttleRate, rateLimit, disabled, eventTypes, filterTypes, ...notes };
export const IngestEndpointUpdate = z.object(endpointFields).check(z.meta({ id: "IngestEndpointUpdate" }));
export type IngestEndpointUpdate = z.output<typeof IngestEndpointUpdate>;

export const IngestEndpointIn = z
  .object({ ...endpointFields, secret: EndpointIn.shape.secret, headers: EndpointIn.shape.headers })
  .check(z.meta({ id: "IngestEndpointIn" }));
export type IngestEndpointIn = z.output<typeof IngestEndpointIn>;

export const IngestEndpointOut = z
  .object({
    id: z.string(),
    uid: z.nullable(z.string()),
    url: z.string(),
    description: z.string(),
    throttleRate: z.nullable(z.int()),
    rateLimit: z.nullable(z.int()),
    disabled: z.boolean(),
    eventTypes: z.nullable(z.array(z.string())),
    filterTypes: z.nullable(z.array(z.string())),
    metadata,
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    droppedCredentials,
  })
  .check(z.meta({ id: "IngestEndpointOut" }));

const tag = "Ingest";
const access = "apiKey";
const base = "/ingest/api/v1/source";
const path = `${base}/{source_id}` as const;
const endpoints = `${path}/endpoint` as const;
const endpoint = `${endpoints}/{endpoint_id}` as const;
const one = { 200: { description: "The source", schema: IngestSourceOut } } as const;
const oneEndpoint = { 200: { description: "The endpoint", schema: IngestEndpointOut } } as const;

export const listIngestSources = operation({
  operationId: "v1.ingest.source.list",
  method: "get",
  path: base,
  tag,
  summary: "List sources",
  access,
  query: z.object({ ...paging, order: z._default(order, "ascending") }),
  responses: { 200: { description: "A page", schema: pageOf("ListResponse_IngestSourceOut_", IngestSourceOut) } },
});

export const createIngestSource = operation({
  operationId: "v1.ingest.source.create",
  method: "post",
  path: base,
  tag,
  summary: "Create a source",
  access,
  body: IngestSourceIn,
  responses: { 201: { description: "Created", schema: IngestSourceOut } },
});

export const getIngestSource = operation({
  operationId: "v1.ingest.source.get",
  method: "get",
  path,
  tag,
  summary: "Get a source",
  access,
  responses: one,
});

export const putIngestSource = operation({
  operationId: "v1.ingest.source.update",
  method: "put",
  path,
  tag,
  summary: "Replace a source, or create it",
  description: "The path does not become the uid.",
  access,
  body: IngestSourceIn,
  responses: { ...one, 201: { description: "Created", schema: IngestSourceOut } },
});

export const deleteIngestSource = operation({
  operationId: "v1.ingest.source.delete",
  method: "delete",
  path,
  tag,
  summary: "Delete a source",
  access,
  responses: deleted,
});

export const rotateIngestToken = operation({
  operationId: "v1.ingest.source.rotate-token",
  method: "post",
  path: `${path}/token/rotate`,
  tag,
  summary: "Give a source a new URL",
  description: "The old one goes on working for 48 hours.",
  access,
  role: "admin",
  responses: { 200: { description: "The new URL", schema: RotateTokenOut } },
});

export const ingestPortalAccess = operation({
  operationId: "v1.ingest.dashboard",
  method: "post",
  path: `${path}/dashboard`,
  tag,
  summary: "Let the people behind a source's endpoints into the portal",
  access,
  role: "admin",
  body: IngestSourceConsumerPortalAccessIn,
  bodyOptional: true,
  responses: { 200: { description: "A link and a token", schema: AppPortalAccessOut } },
});

export const listIngestEndpoints = operation({
  operationId: "v1.ingest.endpoint.list",
  method: "get",
  path: endpoints,
  tag,
  summary: "List a source's endpoints",
  access,
  query: z.object({ ...paging, order: z._default(order, "descending") }),
  responses: { 200: { description: "A page", schema: pageOf("ListResponse_IngestEndpointOut_", IngestEndpointOut) } },
});

export const createIngestEndpoint = operation({
  operationId: "v1.ingest.endpoint.create",
  method: "post",
  path: endpoints,
  tag,
  summary: "Create an endpoint of a source",
  description: "It is an endpoint of the application that the source feeds, and can do everything that endpoints can.",
  access,
  body: IngestEndpointIn,
  responses: { 201: { description: "Created", schema: IngestEndpointOut } },
});

export const getIngestEndpoint = operation({
  operationId: "v1.ingest.endpoint.get",
  method: "get",
  path: endpoint,
  tag,
  summary: "Get an endpoint of a source",
  access,
  responses: oneEndpoint,
});

export const putIngestEndpoint = operation({
  operationId: "v1.ingest.endpoint.update",
  method: "put",
  path: endpoint,
  tag,
  summary: "Replace an endpoint of a source, or create it",
  description: "Event types that are not named stay, and so does all that other operations set. The path does not become the uid.",
  access,
  body: IngestEndpointUpdate,
  responses: { ...oneEndpoint, 201: { description: "Created", schema: IngestEndpointOut } },
});

export const deleteIngestEndpoint = operation({
  operationId: "v1.ingest.endpoint.delete",
  method: "delete",
  path: endpoint,
  tag,
  summary: "Delete an endpoint of a source",
  access,
  responses: deleted,
});

export const getIngestEndpointSecret = operation({
  operationId: "v1.ingest.endpoint.get-secret",
  role: "admin",
  method: "get",
  path: `${endpoint}/secret`,
  tag,
  summary: "Get the secret that Webster signs with",
  access,
  effect: "reveals",
  responses: { 200: { description: "The secret", schema: EndpointSecretOut } },
});

export const rotateIngestEndpointSecret = operation({
  operationId: "v1.ingest.endpoint.rotate-secret",
  role: "admin",
  method: "post",
  path: `${endpoint}/secret/rotate`,
  tag,
  summary: "Rotate the secret that Webster signs with",
  access,
  body: EndpointSecretRotateIn,
  bodyOptional: true,
  responses: deleted,
});

export const getIngestEndpointHeaders = operation({
  operationId: "v1.ingest.endpoint.get-headers",
  method: "get",
  path: `${endpoint}/headers`,
  tag,
  summary: "Get the custom headers",
  access,
  responses: { 200: { description: "The headers", schema: EndpointHeadersOut } },
});

export const putIngestEndpointHeaders = operation({
  operationId: "v1.ingest.endpoint.update-headers",
  method: "put",
  path: `${endpoint}/headers`,
  tag,
  summary: "Replace the custom headers",
  access,
  body: EndpointHeadersIn,
  responses: deleted,
});

export const getIngestEndpointTransformation = operation({
  operationId: "v1.ingest.endpoint.transformation-get",
  method: "get",
  path: `${endpoint}/transformation`,
  tag,
  summary: "Get the transformation",
  access,
  role: "member",
  responses: { 200: { description: "The transformation", schema: EndpointTransformationOut } },
});

export const patchIngestEndpointTransformation = operation({
  operationId: "v1.ingest.endpoint.patch-transformation",
  method: "patch",
  path: `${endpoint}/transformation`,
  tag,
  summary: "Set, change, enable or remove the transformation",
  access,
  body: EndpointTransformationPatch,
  responses: deleted,
});
