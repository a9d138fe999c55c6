/** An event type: a name, a description, and JSON Schemas of what its messages carry. */
import * as z from "zod/mini";
import { operation } from "./operation.ts";
import { addressable, deleted, eventTypeName, featureFlag, orElse, order, pageOf, paging, plainText, word } from "./shared.ts";

const groupName = z.string().check(z.minLength(1), z.maxLength(256), word);
const schemas = z.record(z.string(), z.record(z.string(), z.unknown())).check(
  z.meta({
    description: "JSON Schemas (draft 7) by version.",
    examples: [
      { 1: { type: "object", properties: { invoiceId: { type: "string" } }, required: ["invoiceId"], examples: [{ invoiceId: "in_1" }] } },
    ],
  }),
);

const changeable = {
  archived: orElse(z.boolean(), false),
  deprecated: orElse(z.boolean(), false),
  schemas: z.nullish(schemas),
  groupName: z.nullish(groupName),
  featureFlag: z.nullish(featureFlag).check(z.meta({ description: "One flag; see featureFlags." })),
  featureFlags: z.nullish(z.array(featureFlag)).check(z.meta({ description: "Portal tokens without one of these don't see the type." })),
};

export const EventTypeUpdate = z.object({ description: plainText, ...changeable }).check(z.meta({ id: "EventTypeUpdate" }));

export const EventTypeIn = z
  .object({ name: eventTypeName.check(addressable), description: plainText, ...changeable })
  .check(z.meta({ id: "EventTypeIn", examples: [{ name: "invoice.paid", description: "An invoice was paid" }] }));

export const EventTypePatch = z
  .object({ ...changeable, description: z.optional(plainText), archived: z.optional(z.boolean()), deprecated: z.optional(z.boolean()) })
  .check(z.meta({ id: "EventTypePatch" }));

export const EventTypeOut = z
  .object({
    name: z.string(),
    description: z.string(),
    archived: z.boolean(),
    deprecated: z.boolean(),
    schemas: z.optional(z.nullable(z.record(z.string(), z.unknown()))),
    groupName: z.nullable(z.string()),
    featureFlag: z.nullable(z.string()),
    featureFlags: z.nullable(z.array(z.string())),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .check(z.meta({ id: "EventTypeOut" }));

export type EventTypeOut = z.output<typeof EventTypeOut>;
export type EventTypeIn = z.output<typeof EventTypeIn>;
export type EventTypeUpdate = z.output<typeof EventTypeUpdate>;
export type EventTypePatch = z.output<typeof EventTypePatch>;

const tag = "Event Type";
const path = "/api/v1/event-type/{event_type_name}";
const one = { 200: { description: "The event type", schema: EventTypeOut } } as const;

export const listEventTypes = operation({
  operationId: "v1.event-type.list",
  method: "get",
  path: "/api/v1/event-type",
  tag,
  summary: "List event types by name",
  access: "apiKeyOrPortal",
  query: z.object({
    ...paging,
    order: z.nullish(order).check(z.meta({ description: "Ignored: the list is ordered by name." })),
    include_archived: z._default(z.boolean(), false),
    with_content: z._default(z.boolean(), false).check(z.meta({ description: "True: with schemas." })),
    search: z.nullish(z.string().check(z.maxLength(256))).check(z.meta({ description: "Part of name, description or group." })),
  }),
  responses: { 200: { description: "A page", schema: pageOf("ListResponse_EventTypeOut_", EventTypeOut) } },
});

export const createEventType = operation({
  operationId: "v1.event-type.create",
  method: "post",
  path: "/api/v1/event-type",
  tag,
  summary: "Create an event type, or bring back an archived one",
  access: "apiKey",
  body: EventTypeIn,
  responses: { 201: { description: "Created", schema: EventTypeOut } },
});

export const getEventType = operation({
  operationId: "v1.event-type.get",
  method: "get",
  path,
  tag,
  summary: "Get an event type",
  access: "apiKeyOrPortal",
  responses: one,
});

export const putEventType = operation({
  operationId: "v1.event-type.update",
  method: "put",
  path,
  tag,
  summary: "Replace an event type, or create it",
  access: "apiKey",
  body: EventTypeUpdate,
  responses: { ...one, 201: { description: "Created", schema: EventTypeOut } },
});

export const patchEventType = operation({
  operationId: "v1.event-type.patch",
  method: "patch",
  path,
  tag,
  summary: "Change some fields of an event type",
  access: "apiKey",
  body: EventTypePatch,
  responses: one,
});

export const deleteEventType = operation({
  operationId: "v1.event-type.delete",
  method: "delete",
  path,
  tag,
  summary: "Archive an event type, or delete it",
  access: "apiKey",
  query: z.object({ expunge: z._default(z.boolean(), false).check(z.meta({ description: "True: delete it entirely." })) }),
  responses: deleted,
});
