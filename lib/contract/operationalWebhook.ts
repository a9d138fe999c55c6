/** Operational webhooks: Webster telling its own environment's owner what happens to endpoints and deliveries. */
import * as z from "zod/mini";
import { operationalEventTypes } from "../words/operationalEventType.ts";
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
import { deleted, order, pageOf, paging } from "./shared.ts";
import { disabledReasons } from "../words/disabledReason.ts";

const types = z.nullish(z.array(z.enum(operationalEventTypes)).check(z.minLength(1)));
const eventTypes = types.check(z.meta({ description: "Only these; null: all." }));
const filterTypes = types.check(z.meta({ description: "The older name of eventTypes.", deprecated: true }));

const { url, description, throttleRate, rateLimit, uid, disabled, metadata } = EndpointUpdate.shape;
const fields = { url, description, throttleRate, rateLimit, uid, disabled, eventTypes, filterTypes, metadata };
const { secret, headers } = EndpointIn.shape;

export const OperationalWebhookEndpointIn = z
  .object({ ...fields, secret, headers })
  .check(z.meta({ id: "OperationalWebhookEndpointIn", examples: [{ url: "https://example.com/webster-events" }] }));

export const OperationalWebhookEndpointUpsertIn = z
  .object(fields)
  .check(z.meta({ id: "OperationalWebhookEndpointUpsertIn", examples: [{ url: "https://example.com/webster-events" }] }));

export const OperationalWebhookEndpointOut = z
  .object({
    id: z.string(),
    url: z.string(),
    description: z.string(),
    throttleRate: z.nullable(z.int()),
    rateLimit: z.nullable(z.int()),
    uid: z.nullable(z.string()),
    disabled: z.boolean(),
    disabledReason: z.nullable(z.enum(disabledReasons)),
    failingSince: z.nullable(z.iso.datetime()),
    eventTypes: z.nullable(z.array(z.string())),
    filterTypes: z.nullable(z.array(z.string())),
    metadata: z.record(z.string(), z.string()),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    environmentId: z.string().check(z.meta({ description: "The environment that its deliveries are in: one of its own." })),
    applicationId: z.string().check(z.meta({ description: "The application that it belongs to there." })),
    droppedCredentials,
  })
  .check(z.meta({ id: "OperationalWebhookEndpointOut" }));

export type OperationalWebhookEndpointIn = z.output<typeof OperationalWebhookEndpointIn>;
export type OperationalWebhookEndpointUpsertIn = z.output<typeof OperationalWebhookEndpointUpsertIn>;
export type OperationalWebhookEndpointOut = z.output<typeof OperationalWebhookEndpointOut>;

const tag = "Operational webhooks";
const access = "apiKey";
const role = "admin";
const base = "/api/v1/operational-webhook/endpoint";
const path = "/api/v1/operational-webhook/endpoint/{endpoint_id}";
const one = { 200: { description: "The endpoint", schema: OperationalWebhookEndpointOut } } as const;
const created = { 201: { description: "Created", schema: OperationalWebhookEndpointOut } } as const;

export const listOperationalWebhookEndpoints = operation({
  operationId: "v1.operational-webhook.endpoint.list",
  method: "get",
  path: base,
  tag,
  summary: "List operational webhook endpoints",
  access,
  query: z.object({ ...paging, order: z._default(order, "descending") }),
  responses: {
    200: {
      description: "A page",
      schema: pageOf("ListResponse_OperationalWebhookEndpointOut_", OperationalWebhookEndpointOut),
    },
  },
});

export const createOperationalWebhookEndpoint = operation({
  operationId: "v1.operational-webhook.endpoint.create",
  method: "post",
  path: base,
  tag,
  summary: "Create an operational webhook endpoint",
  description:
    "It is told when endpoints are created, updated, deleted, disabled or enabled, when deliveries fail for the fourth time, are given up or " +
    "recover, and when background tasks end. What happens to endpoints of a source's own application is told as `ingest.…` too. " +
    "`message.attempt.log` tells of every attempt, some minutes later and up to a hundred at a time; only while an endpoint asks for it " +
    "by name. The body is `{type, data}`, signed as every webhook is.",
  access,
  role,
  body: OperationalWebhookEndpointIn,
  responses: created,
});

export const getOperationalWebhookEndpoint = operation({
  operationId: "v1.operational-webhook.endpoint.get",
  method: "get",
  path,
  tag,
  summary: "Get an operational webhook endpoint",
  access,
  responses: one,
});

export const putOperationalWebhookEndpoint = operation({
  operationId: "v1.operational-webhook.endpoint.update",
  method: "put",
  path,
  tag,
  summary: "Replace an operational webhook endpoint, or create it",
  description: "Fields left out are reset; the secret and the headers stay. The path does not become the uid.",
  access,
  role,
  body: OperationalWebhookEndpointUpsertIn,
  responses: { ...one, ...created },
});

export const deleteOperationalWebhookEndpoint = operation({
  operationId: "v1.operational-webhook.endpoint.delete",
  method: "delete",
  path,
  tag,
  summary: "Delete an operational webhook endpoint",
  access,
  role,
  responses: deleted,
});

export const getOperationalWebhookEndpointSecret = operation({
  operationId: "v1.operational-webhook.endpoint.get-secret",
  method: "get",
  path: `${path}/secret`,
  tag,
  summary: "Get an operational webhook endpoint's signing secret",
  access,
  role,
  effect: "reveals",
  responses: { 200: { description: "The secret", schema: EndpointSecretOut } },
});

export const rotateOperationalWebhookEndpointSecret = operation({
  operationId: "v1.operational-webhook.endpoint.rotate-secret",
  method: "post",
  path: `${path}/secret/rotate`,
  tag,
  summary: "Rotate an operational webhook endpoint's signing secret",
  access,
  role,
  body: EndpointSecretRotateIn,
  bodyOptional: true,
  responses: deleted,
});

export const getOperationalWebhookEndpointHeaders = operation({
  operationId: "v1.operational-webhook.endpoint.get-headers",
  method: "get",
  path: `${path}/headers`,
  tag,
  summary: "Get the custom headers of an operational webhook endpoint",
  access,
  responses: { 200: { description: "The headers", schema: EndpointHeadersOut } },
});

export const putOperationalWebhookEndpointHeaders = operation({
  operationId: "v1.operational-webhook.endpoint.update-headers",
  method: "put",
  path: `${path}/headers`,
  tag,
  summary: "Replace the custom headers of an operational webhook endpoint",
  access,
  role,
  body: EndpointHeadersIn,
  responses: deleted,
});
