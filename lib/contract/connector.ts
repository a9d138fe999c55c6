/** A connector: a template for endpoints of a kind (Slack, Discord, …), with the code that makes payloads fit for it. */
import * as z from "zod/mini";
import { connectorKinds } from "../words/connectorKind.ts";
import { operation } from "./operation.ts";
import { deleted, eventTypeName, featureFlag, orElse, order, pageOf, paging, plainText, uid } from "./shared.ts";
import { parseUrl } from "../words/url.ts";

const kind = z.enum(connectorKinds);
const name = plainText.check(z.minLength(1), z.maxLength(256));
const logo = z
  .string()
  .check(
    z.maxLength(2048),
    z.refine((text) => parseUrl(text) !== null && /^https:/i.test(text), "must be an https:// URL"),
  )
  .check(z.meta({ description: "The URL of a picture." }));
const text = plainText.check(z.maxLength(10_000));
const transformation = z
  .string()
  .check(
    z.minLength(1),
    z.maxLength(51_200),
    z.meta({ description: "JavaScript with a function `handler(webhook)`, as in a transformation." }),
  );
const allowedEventTypes = z.array(eventTypeName).check(z.maxLength(1000), z.meta({ description: "Null: all." }));
const featureFlags = z.array(featureFlag).check(z.maxLength(100));
/** The one of Svix's two product types that Webster has. */
const productType = z.literal("Dispatch", "Webster has connectors of messages, not of streams");

const shared = {
  logo: z.nullish(logo),
  description: orElse(text, ""),
  kind: orElse(kind, "Custom"),
  instructions: orElse(text, "").check(z.meta({ description: "Shown to people who create an endpoint from it." })),
  allowedEventTypes: z.nullish(allowedEventTypes),
  transformation,
  featureFlags: z.nullish(featureFlags),
};

export const ConnectorIn = z
  .object({ name, uid: z.nullish(uid), ...shared, productType: z.nullish(productType) })
  .check(z.meta({ id: "ConnectorIn" }));

export const ConnectorUpsertIn = z.object({ name: z.nullish(name), ...shared }).check(z.meta({ id: "ConnectorUpsertIn" }));

export const ConnectorPatch = z
  .object({
    name: z.optional(name),
    logo: z.nullish(logo),
    description: z.optional(text),
    kind: z.optional(kind),
    instructions: z.optional(text),
    allowedEventTypes: z.nullish(allowedEventTypes),
    transformation: z.optional(transformation),
    featureFlags: z.nullish(featureFlags),
  })
  .check(z.meta({ id: "ConnectorPatch" }));

export const ConnectorOut = z
  .object({
    id: z.string(),
    orgId: z.string().check(z.meta({ description: "The environment's id." })),
    uid: z.nullable(z.string()),
    kind,
    name: z.string(),
    logo: z.nullable(z.string()),
    description: z.string(),
    instructions: z.string(),
    allowedEventTypes: z.nullable(z.array(z.string())),
    transformation: z.string().check(z.meta({ description: "Empty for those who may only read." })),
    featureFlags: z.nullable(z.array(z.string())),
    productType,
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    transformationUpdatedAt: z.iso.datetime(),
  })
  .check(z.meta({ id: "ConnectorOut" }));

export type ConnectorIn = z.output<typeof ConnectorIn>;
export type ConnectorUpsertIn = z.output<typeof ConnectorUpsertIn>;
export type ConnectorPatch = z.output<typeof ConnectorPatch>;
export type ConnectorOut = z.output<typeof ConnectorOut>;

const tag = "Connector";
const base = "/api/v1/connector" as const;
const path = `${base}/{connector_id}` as const;
const access = "apiKey";
const one = { 200: { description: "The connector", schema: ConnectorOut } } as const;
const created = { 201: { description: "Created", schema: ConnectorOut } } as const;

export const listConnectors = operation({
  operationId: "v1.connector.list",
  method: "get",
  path: base,
  tag,
  summary: "List the environment's connectors",
  access,
  query: z.object({ ...paging, order: z._default(order, "ascending"), product_type: z.nullish(z.enum(["Dispatch", "Stream"])) }),
  responses: { 200: { description: "A page", schema: pageOf("ListResponse_ConnectorOut_", ConnectorOut) } },
});

export const createConnector = operation({
  operationId: "v1.connector.create",
  method: "post",
  path: base,
  tag,
  summary: "Create a connector",
  access,
  body: ConnectorIn,
  responses: created,
});

export const getConnector = operation({
  operationId: "v1.connector.get",
  method: "get",
  path,
  tag,
  summary: "Get a connector by id or uid",
  access,
  responses: one,
});

export const putConnector = operation({
  operationId: "v1.connector.update",
  method: "put",
  path,
  tag,
  summary: "Replace a connector, or create it",
  description: "Fields left out are reset; uid and name stay. The path does not become the uid of a new one, which needs a name.",
  access,
  body: ConnectorUpsertIn,
  responses: { ...one, ...created },
});

export const patchConnector = operation({
  operationId: "v1.connector.patch",
  method: "patch",
  path,
  tag,
  summary: "Change some fields of a connector",
  access,
  body: ConnectorPatch,
  responses: one,
});

export const deleteConnector = operation({
  operationId: "v1.connector.delete",
  method: "delete",
  path,
  tag,
  summary: "Delete a connector",
  description: "Endpoints made of it stay as they are.",
  access,
  responses: deleted,
});
