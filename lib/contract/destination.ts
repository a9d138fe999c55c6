/** Destinations: endpoints of another kind. A polling endpoint is asked for messages; a FIFO endpoint is sent them in order. */
import * as z from "zod/mini";
import { droppedCredentials, EndpointHeadersOut, EndpointSecretOut, EndpointSecretRotateIn } from "./endpoint.ts";
import { filterDocument } from "./filter.ts";
import { operation } from "./operation.ts";
import { EndpointTransformationOut, EndpointTransformationPatch, TransformationResult, TransformationTestIn } from "./transformation.ts";
import {
  EmptyResponse,
  channel,
  deleted,
  eventTypeName,
  headerMap,
  metadata,
  orElse,
  orEmpty,
  order,
  pageOf,
  paging,
  uid,
} from "./shared.ts";

export const destinationTypes = ["pollingEndpoint", "fifoEndpoint"] as const;
const type = z.enum(destinationTypes);
const status = z.enum(["enabled", "disabled"]);
const eventTypes = z.array(eventTypeName).check(z.maxLength(100), z.meta({ description: "Only these; empty: all." }));
const channels = z.array(channel).check(z.maxLength(10), z.meta({ description: "Only messages with one of these; empty: all." }));
const batchSize = z.int().check(z.gte(1), z.lte(250), z.meta({ description: "Messages at a time. A FIFO endpoint is sent one." }));
const maxWaitSecs = z.int().check(
  z.gte(0),
  z.lte(300),
  z.meta({
    description:
      "Of a polling endpoint: how long a call without `wait` waits for a full batch, 10 seconds of it at the most, as SDKs give up " +
      "after 15; then it is answered with what there is. 0, the default: at once. A FIFO endpoint's batch is one message, and full.",
  }),
);
const url = z.string().check(z.minLength(1), z.maxLength(65_536));
const config = z
  .nullish(z.object({ url: z.optional(url), headers: z.nullish(headerMap), key: z.nullish(z.string().check(z.maxLength(200))) }))
  .check(z.meta({ description: "Of a FIFO endpoint: its URL, headers and signing secret." }));

const fields = {
  type,
  config,
  uid: z.nullish(uid),
  batchSize: z.nullish(batchSize),
  maxWaitSecs: z.nullish(maxWaitSecs),
  filter: z.nullish(filterDocument),
};

export const DestinationIn = z
  .object({
    ...fields,
    status: orElse(status, "enabled"),
    eventTypes: orElse(eventTypes, []),
    channels: orElse(channels, []),
    metadata: orElse(metadata, {}),
  })
  .check(z.meta({ id: "DestinationIn", examples: [{ type: "pollingEndpoint", uid: "warehouse" }] }));
export type DestinationIn = z.output<typeof DestinationIn>;

export const DestinationPatch = z
  .object({
    ...fields,
    type: z.optional(type),
    status: z.nullish(status),
    eventTypes: orEmpty(eventTypes, []),
    channels: orEmpty(channels, []),
    metadata: orEmpty(metadata, {}),
  })
  .check(z.meta({ id: "DestinationPatch" }));
export type DestinationPatch = z.output<typeof DestinationPatch>;

export const DestinationOut = z
  .object({
    id: z.string(),
    uid: z.nullable(z.string()),
    type,
    config: z
      .optional(z.object({ url: z.string(), headers: EndpointHeadersOut }))
      .check(z.meta({ description: "Of a FIFO endpoint; a polling endpoint has none." })),
    status: z.enum(["enabled", "disabled", "retrying"]),
    currentIterator: z.string().check(z.meta({ description: "Of a polling endpoint: after everything that there is now." })),
    failureReason: z.nullable(z.string()),
    nextRetryAt: z.nullable(z.iso.datetime()),
    batchSize: z.int(),
    maxWaitSecs: z.int(),
    eventTypes: z.array(z.string()),
    channels: z.array(z.string()),
    filter: z.nullable(filterDocument),
    metadata,
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    droppedCredentials,
  })
  .check(z.meta({ id: "DestinationOut" }));
export type DestinationOut = z.output<typeof DestinationOut>;

const { code, enabled, variables } = EndpointTransformationOut.shape;

export const DestinationTransformationOut = z.object({ code, enabled, variables }).check(z.meta({ id: "DestinationTransformationOut" }));
export type DestinationTransformationOut = z.output<typeof DestinationTransformationOut>;

export const DestinationTransformIn = z
  .object({
    ...EndpointTransformationPatch.shape,
    enabled: z.optional(z.boolean()).check(z.meta({ description: "Left out: code that is given is enabled." })),
  })
  .check(z.meta({ id: "DestinationTransformIn" }));
export type DestinationTransformIn = z.output<typeof DestinationTransformIn>;

const tag = "Destination";
const access = "apiKeyOrPortal";
const base = "/api/v1/app/{app_id}/destination";
const path = "/api/v1/app/{app_id}/destination/{destination_id}";
const one = { 200: { description: "The destination", schema: DestinationOut } } as const;

export const listDestinations = operation({
  operationId: "v1.destination.list",
  method: "get",
  path: base,
  tag,
  summary: "List an application's polling endpoints and FIFO endpoints",
  access,
  query: z.object({
    ...paging,
    order: z._default(order, "descending"),
    type: z.optional(type.check(z.meta({ description: "Only destinations of this type; left out: of both." }))),
  }),
  responses: { 200: { description: "A page", schema: pageOf("ListResponse_DestinationOut_", DestinationOut) } },
});

export const createDestination = operation({
  operationId: "v1.destination.create",
  method: "post",
  path: base,
  tag,
  summary: "Create a polling endpoint or a FIFO endpoint",
  description: "A FIFO endpoint is an endpoint with `ordering: fifo`; it is listed among the endpoints too.",
  access,
  setsUp: "endpoints",
  body: DestinationIn,
  responses: { 201: { description: "Created", schema: DestinationOut } },
});

export const getDestination = operation({
  operationId: "v1.destination.get",
  method: "get",
  path,
  tag,
  summary: "Get a destination",
  access,
  responses: one,
});

export const putDestination = operation({
  operationId: "v1.destination.update",
  method: "put",
  path,
  tag,
  summary: "Replace a destination",
  description: "Fields left out are reset; its type stays.",
  access,
  setsUp: "endpoints",
  body: DestinationIn,
  responses: one,
});

export const patchDestination = operation({
  operationId: "v1.destination.patch",
  method: "patch",
  path,
  tag,
  summary: "Change some fields of a destination",
  access,
  setsUp: "endpoints",
  body: DestinationPatch,
  responses: one,
});

export const deleteDestination = operation({
  operationId: "v1.destination.delete",
  method: "delete",
  path,
  tag,
  summary: "Delete a destination",
  access,
  setsUp: "endpoints",
  responses: deleted,
});

export const rotateDestinationSecret = operation({
  operationId: "v1.destination.rotate-secret",
  role: "admin",
  method: "post",
  path: `${path}/secret/rotate`,
  tag,
  summary: "Rotate a FIFO endpoint's signing secret",
  description: "Answers what signs from now on. A polling endpoint has none.",
  access,
  setsUp: "endpoints",
  capability: "ManageEndpointSecret",
  body: EndpointSecretRotateIn,
  bodyOptional: true,
  responses: { 200: { description: "The new secret", schema: EndpointSecretOut } },
});

const transformationPath = `${path}/transformation` as const;

export const getDestinationTransformation = operation({
  operationId: "v1.destination.transformation-get",
  method: "get",
  path: transformationPath,
  tag,
  summary: "Get a destination's transformation",
  access,
  capability: "ManageTransformations",
  // Variables may be credentials.
  role: "member",
  responses: { 200: { description: "The transformation", schema: DestinationTransformationOut } },
});

export const patchDestinationTransformation = operation({
  operationId: "v1.destination.patch-transformation",
  method: "patch",
  path: transformationPath,
  tag,
  summary: "Set, change or remove a destination's transformation",
  description:
    "Of a polling endpoint: what it gives is what the code returns; `webhook.cancel = true` leaves a message out. A message that " +
    "the code fails on ends the page before it, and is answered 409 with the reason once it comes first, until the code is corrected.",
  access,
  setsUp: "endpoints",
  capability: "ManageTransformations",
  body: DestinationTransformIn,
  responses: { 200: { description: "Done", schema: EmptyResponse } },
});

export const testDestinationTransformation = operation({
  operationId: "v1.destination.test-transformation",
  method: "post",
  path: `${transformationPath}/test`,
  tag,
  summary: "Run a destination's transformation without sending or giving anything",
  description: "Code and variables that are not given are the saved ones.",
  access,
  waits: true,
  setsUp: "endpoints",
  capability: "ManageTransformations",
  body: TransformationTestIn,
  responses: { 200: { description: "What it made", schema: TransformationResult } },
});
