/** The messages of a whole environment, and trying out an endpoint with a message of its own. */
import * as z from "zod/mini";
import { unsentReasons } from "../words/unsentReason.ts";
import { MessageOut, messageShown, payloadShown } from "./message.ts";
import { operation } from "./operation.ts";
import { after, anyObject, before, channel, eventTypeName, eventTypesQuery, pageOf, paging, tag as messageTag, uid } from "./shared.ts";

const { payload: _, rawPayloadBase64: __, contentType: ___, contentEncoding: ____, ...shown } = messageShown;
const count = z.int();

export const SchemaFault = z
  .object({ path: z.array(z.string()).check(z.meta({ description: "Of the field in the payload." })), message: z.string() })
  .check(z.meta({ id: "SchemaFault" }));

const row = {
  ...shown,
  application: z.object({ id: z.string(), uid: z.nullable(z.string()), name: z.string() }),
  payloadBytes: count,
  violation: z
    .nullable(z.object({ schemaVersion: z.string(), faults: z.array(SchemaFault) }))
    .check(z.meta({ description: "The payload is not what its event type's schema says, and was accepted all the same." })),
  otherRequests: z.nullable(z.object({ count, lastAt: z.iso.datetime() })).check(
    z.meta({
      description:
        "How often its Idempotency-Key came again with another body. Those requests got its answer and were not sent. Null: never.",
    }),
  ),
  deliveries: z
    .object({ pending: count, succeeded: count, failed: count, cancelled: count })
    .check(z.meta({ description: "How many there are of each status." })),
};

export const MessageInEnvironment = z.object(row).check(z.meta({ id: "MessageInEnvironment" }));

export const MessageDetailOut = z
  .object({
    ...row,
    ...payloadShown,
    payloadExpiresAt: z.nullable(z.iso.datetime()),
    unjudgedBy: z.array(z.string()).check(
      z.meta({
        description:
          "Endpoints whose filters, as they are now, would have to look at more of it than an application's filters may together: it " +
          "goes to them whatever they say.",
      }),
    ),
    notSentTo: z.array(z.object({ endpointId: z.string(), url: z.string(), reason: z.nullable(z.enum(unsentReasons)) })).check(
      z.meta({
        description:
          "The application's endpoints, 50 at most, that have no delivery of it, and why: younger than the message, disabled, or what of their settings refuses it (noContent: a filter, and the payload is deleted). Settings are those of now. Null: it would go there now.",
      }),
    ),
  })
  .check(z.meta({ id: "MessageDetailOut" }));

export const EndpointTestIn = z
  .object({
    eventType: z.nullish(eventTypeName),
    payload: z.nullish(anyObject).check(z.meta({ description: "Sent as it stands in the request." })),
    messageId: z
      .nullish(z.string().check(z.minLength(1), z.maxLength(256)))
      .check(z.meta({ description: "Instead of both: a message of the application whose content is sent." })),
  })
  .check(z.meta({ id: "EndpointTestIn", examples: [{ eventType: "invoice.paid", payload: { invoiceId: "in_1" } }] }));

export type MessageInEnvironment = z.output<typeof MessageInEnvironment>;
export type MessageDetailOut = z.output<typeof MessageDetailOut>;
export type EndpointTestIn = z.output<typeof EndpointTestIn>;

const tag = "Message";
const access = "apiKey";
const idOrName = z.string().check(z.minLength(1), z.maxLength(256));

export const MessageLogQuery = z.object({
  ...paging,
  application_id: z.nullish(idOrName),
  event_types: eventTypesQuery,
  channel: z.nullish(channel),
  tag: z.nullish(messageTag),
  event_id: z.nullish(uid),
  before,
  after,
});
export type MessageLogQuery = z.output<typeof MessageLogQuery>;

export const listAllMessages = operation({
  operationId: "v1.message.list-all",
  method: "get",
  path: "/api/v1/msg",
  tag,
  summary: "List an environment's messages, newest first",
  access,
  query: MessageLogQuery,
  responses: { 200: { description: "A page", schema: pageOf("ListResponse_MessageInEnvironment_", MessageInEnvironment) } },
});

export const findMessage = operation({
  operationId: "v1.message.find",
  method: "get",
  path: "/api/v1/msg/{msg_id}",
  tag,
  summary: "Get a message of the environment by id",
  access,
  responses: { 200: { description: "The message", schema: MessageDetailOut } },
});

export const sendTest = operation({
  operationId: "v1.endpoint.send-test",
  method: "post",
  path: "/api/v1/app/{app_id}/endpoint/{endpoint_id}/send-test",
  tag: "Endpoint",
  summary: "Send a message to this endpoint alone",
  description: "Whatever its filters say. It is a message like any other: signed, retried, recorded.",
  access: "apiKeyOrPortal",
  capability: "CreateAttempts",
  body: EndpointTestIn,
  responses: { 202: { description: "The message", schema: MessageOut } },
});
