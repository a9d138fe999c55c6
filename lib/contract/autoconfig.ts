/**
 * AutoConfig: an endpoint that its receiver configures in code. The application's people get a token; the SDK's
 * `AutoConfig` class, given the token, sets URL and event types and verifies what arrives.
 */
import * as z from "zod/mini";
import { EndpointIn, EndpointOut, EndpointSecretRotateIn } from "./endpoint.ts";
import { operation } from "./operation.ts";
import { deleted, featureFlag, order, pageOf, paging } from "./shared.ts";

export const AutoConfigOut = z
  .object({
    id: z.string(),
    createdAt: z.iso.datetime(),
    token: z.string().check(z.meta({ description: "For the SDK's AutoConfig class. It is not shown again." })),
  })
  .check(z.meta({ id: "AutoConfigOut" }));

export const AutoConfigSubscriptionOut = z
  .object({
    id: z.string(),
    createdAt: z.iso.datetime(),
    tokenCensored: z.string(),
    endpId: z.nullable(z.string()),
    destId: z.nullable(z.string()),
    status: z.enum(["pending", "active"]).check(z.meta({ description: "active: there is an endpoint." })),
  })
  .check(z.meta({ id: "AutoConfigSubscriptionOut" }));

export const CreateAutoConfigSubscriptionIn = z
  .object({
    featureFlags: z
      .nullish(z.array(featureFlag).check(z.maxLength(100)))
      .check(z.meta({ description: "Event types with other flags don't exist for the token. Left out or empty: the caller's own flags." })),
  })
  .check(z.meta({ id: "CreateAutoConfigSubscriptionIn" }));

export const RotateSubscriptionIn = z
  .object({ signingSecret: z.nullish(EndpointSecretRotateIn) })
  .check(z.meta({ id: "RotateSubscriptionIn" }));

export type AutoConfigOut = z.output<typeof AutoConfigOut>;
export type AutoConfigSubscriptionOut = z.output<typeof AutoConfigSubscriptionOut>;
export type CreateAutoConfigSubscriptionIn = z.output<typeof CreateAutoConfigSubscriptionIn>;
export type RotateSubscriptionIn = z.output<typeof RotateSubscriptionIn>;

const tag = "AutoConfig";
const base = "/api/v1/app/{app_id}/autoconfig" as const;
const path = `${base}/{autoconfig_id}` as const;
const access = "apiKeyOrPortal";
const token = { 200: { description: "The token", schema: AutoConfigOut } } as const;

export const listAutoconfig = operation({
  operationId: "v1.autoconfig-subscription.list",
  method: "get",
  path: base,
  tag,
  summary: "List an application's AutoConfig subscriptions",
  access,
  query: z.object({ ...paging, order: z._default(order, "ascending") }),
  responses: {
    200: { description: "A page", schema: pageOf("ListResponse_AutoConfigSubscriptionOut_", AutoConfigSubscriptionOut) },
  },
});

export const createAutoconfig = operation({
  operationId: "v1.autoconfig-subscription.create",
  method: "post",
  path: base,
  tag,
  summary: "Make a token with which a receiver configures its endpoint",
  access,
  body: CreateAutoConfigSubscriptionIn,
  bodyOptional: true,
  responses: { 201: token[200] },
});

export const getAutoconfig = operation({
  operationId: "v1.autoconfig-subscription.get",
  method: "get",
  path,
  tag,
  summary: "Get an AutoConfig subscription",
  access,
  capability: "Autoconfig",
  responses: { 200: { description: "The subscription", schema: AutoConfigSubscriptionOut } },
});

export const rotateAutoconfig = operation({
  operationId: "v1.autoconfig-subscription.rotate",
  method: "post",
  path: `${path}/rotate`,
  tag,
  summary: "Make a new token and signing secret",
  description: "The old token is refused at once; the old secret keeps signing for the grace period. The token contains the secret.",
  access,
  role: "admin",
  capability: "ManageEndpointSecret",
  body: RotateSubscriptionIn,
  bodyOptional: true,
  responses: token,
});

export const deleteAutoconfig = operation({
  operationId: "v1.autoconfig-subscription.delete",
  method: "delete",
  path,
  tag,
  summary: "Delete an AutoConfig subscription",
  description: "Its token is refused from now on; the endpoint it created stays.",
  access,
  responses: deleted,
});

export const subscribeAutoconfigEndpoint = operation({
  operationId: "v1.autoconfig-subscription.endpoint.subscribe",
  method: "put",
  path: `${path}/endpoint`,
  tag,
  summary: "Create or configure the subscription's endpoint",
  description: "What the SDK's `subscribe()` calls. Fields left out are reset.",
  access,
  setsUp: "endpoints",
  capability: "Autoconfig",
  body: EndpointIn,
  responses: { 200: { description: "The endpoint", schema: EndpointOut } },
});
