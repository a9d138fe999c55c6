/** A message: one payload of one event type, sent to every endpoint of an application that wants it. */
import * as z from "zod/mini";
import { ApplicationIn } from "./application.ts";
import { operation } from "./operation.ts";
import {
  after,
  anyObject,
  before,
  channel,
  deleted,
  eventTypeName,
  eventTypesQuery,
  metadata,
  moment,
  pageOf,
  paging,
  tag as messageTag,
  uid,
  withContent,
  withoutControls,
} from "./shared.ts";

const payload = anyObject.check(z.meta({ description: "A JSON object, sent byte for byte as it is written in the request." }));

const orderingKey = z.string().check(z.minLength(1), z.maxLength(256), withoutControls, z.meta({ examples: ["account-17"] }));

const messageMetadata = metadata.check(
  z.refine(
    (value) => Object.entries(value).every(([name, text]) => !unstorable.test(name) && !unstorable.test(text)),
    "must not hold NUL or lone surrogates",
  ),
  z.meta({
    description: "Your own notes on it, beside the payload: strings only, up to 4096 bytes as JSON. Filters can match it; it is not sent.",
    examples: [{ region: "eu" }],
  }),
);
// NUL and halves of surrogate pairs: PostgreSQL takes neither, and a message's request may hold both, in its payload.
const unstorable = /[\0\p{Surrogate}]/u;

const rawContent = z.looseObject({
  rawPayload: z.nullish(z.string()).check(z.meta({ description: "Sent in place of the payload, as it stands." })),
  headers: z.nullish(z.record(z.string(), z.unknown())).check(z.meta({ description: "`content-type` of the raw payload." })),
});

export const MessageIn = z
  .object({
    eventType: eventTypeName,
    payload,
    eventId: z.nullish(uid).check(z.meta({ description: "Your own identifier; a second message with it is refused." })),
    channels: z.nullish(z.array(channel).check(z.minLength(1), z.maxLength(5))),
    tags: z.nullish(z.array(messageTag).check(z.maxLength(10))),
    metadata: z.nullish(messageMetadata),
    application: z.nullish(ApplicationIn).check(z.meta({ description: "Creates the application if the path is unknown." })),
    payloadRetentionPeriod: z.nullish(z.int().check(z.gte(5), z.lte(90))).check(z.meta({ description: "Days to keep the payload." })),
    payloadRetentionHours: z.nullish(z.int().check(z.gte(1), z.lte(2160))).check(z.meta({ description: "The same in hours; not both." })),
    orderingKey: z
      .nullish(orderingKey)
      .check(z.meta({ description: "Each endpoint gets messages with the same key one after the other, in the order of acceptance." })),
    deliverAt: z.nullish(moment).check(
      z.meta({
        description: "Not before this moment, at most 24 hours ahead. A moment that has passed means at once, and the answer says null.",
      }),
    ),
    transformationsParams: z.nullish(rawContent),
  })
  .check(z.meta({ id: "MessageIn", examples: [{ eventType: "invoice.paid", payload: { invoiceId: "in_1", amount: 4200 } }] }));

const shown = {
  id: z.string(),
  eventId: z.nullable(z.string()),
  eventType: z.string(),
  payload: anyObject.check(
    z.meta({
      description:
        "The JSON object that is sent, with every digit of its numbers. What is no JSON object comes as `rawPayload`, its text, and " +
        "`contentType`; `rawPayload` is null if it is no text. Where the bytes are not the UTF-8 of that text, `rawPayloadBase64` and " +
        "`contentEncoding`, if it is packed, stand beside it.",
    }),
  ),
  rawPayloadBase64: z
    .optional(z.string())
    .check(z.meta({ description: "The bytes that are sent, if `payload` is a JSON object and they differ from its UTF-8." })),
  contentType: z.optional(z.string()).check(z.meta({ description: "With rawPayloadBase64." })),
  contentEncoding: z.optional(z.string()).check(z.meta({ description: "With rawPayloadBase64, if it is packed: gzip, br, …" })),
  channels: z.nullable(z.array(z.string())),
  tags: z.nullable(z.array(z.string())),
  deliverAt: z.nullable(z.iso.datetime()),
  timestamp: z.iso.datetime(),
  orderingKey: z.optional(z.string()),
  metadata: z.optional(z.record(z.string(), z.string())),
};

export const MessageOut = z.object(shown).check(z.meta({ id: "MessageOut" }));

export const messageShown = shown;

/** A payload as pages show it. */
export const payloadShown = {
  payload: z
    .nullable(z.string())
    .check(
      z.meta({ description: "What is sent, as text: decompressed and decoded by its charset. Null: it is not text, or was deleted." }),
    ),
  payloadBase64: z
    .nullable(z.string())
    .check(
      z.meta({ description: "The bytes that are sent, if they differ from the UTF-8 of that text. Null: they don't, or were deleted." }),
    ),
  contentType: z.string(),
  contentEncoding: z.nullable(z.string()).check(z.meta({ description: "How it is packed: gzip, br, … Null: it is not." })),
};

export const MessageBatchIn = z
  .object({ messages: z.array(MessageIn).check(z.minLength(1), z.maxLength(1000)) })
  .check(z.meta({ id: "MessageBatchIn" }));

/** What is checked of a batch as a whole: a malformed message must not fail the others. */
export const MessageBatchEnvelope = z.object({ messages: z.array(z.unknown()).check(z.minLength(1), z.maxLength(1000)) });

export const MessageBatchOut = z
  .object({
    data: z.array(
      z.object({
        status: z.int().check(z.meta({ description: "What a request of this message's own would have been answered.", examples: [202] })),
        message: z.optional(MessageOut),
        error: z.optional(z.object({ code: z.string(), detail: z.unknown() })),
      }),
    ),
  })
  .check(z.meta({ id: "MessageBatchOut" }));

export const EventExampleIn = z
  .object({ eventType: eventTypeName, exampleIndex: z.nullish(z.int().check(z.gte(0), z.lte(1000))) })
  .check(z.meta({ id: "EventExampleIn" }));

export type MessageIn = z.output<typeof MessageIn>;
export type EventExampleIn = z.output<typeof EventExampleIn>;

const tag = "Message";
const base = "/api/v1/app/{app_id}/msg";
const path = "/api/v1/app/{app_id}/msg/{msg_id}";

export const createMessage = operation({
  operationId: "v1.message.create",
  method: "post",
  path: base,
  tag,
  summary: "Send a message",
  description: "Answered once it is stored: from then on every endpoint that wants it gets it, or its failure is on record.",
  access: "apiKey",
  query: z.object({ with_content: withContent }),
  body: MessageIn,
  responses: { 202: { description: "Accepted", schema: MessageOut } },
});

export const createMessages = operation({
  operationId: "v1.message.create-batch",
  method: "post",
  path: `${base}/batch`,
  tag,
  summary: "Send up to 1,000 messages",
  description: "Each is answered by itself, in order; a malformed one does not fail the others.",
  access: "apiKey",
  query: z.object({ with_content: withContent }),
  body: MessageBatchIn,
  responses: { 202: { description: "An answer for each", schema: MessageBatchOut } },
});

export const listMessages = operation({
  operationId: "v1.message.list",
  method: "get",
  path: base,
  tag,
  summary: "List an application's messages, newest first",
  access: "apiKeyOrPortal",
  query: z.object({
    ...paging,
    channel: z.nullish(channel),
    tag: z.nullish(messageTag),
    before,
    after,
    with_content: withContent,
    event_types: eventTypesQuery,
  }),
  responses: { 200: { description: "A page", schema: pageOf("ListResponse_MessageOut_", MessageOut) } },
});

export const getMessage = operation({
  operationId: "v1.message.get",
  method: "get",
  path,
  tag,
  summary: "Get a message by id or eventId",
  access: "apiKeyOrPortal",
  query: z.object({ with_content: withContent }),
  responses: { 200: { description: "The message", schema: MessageOut } },
});

export const expungeMessage = operation({
  operationId: "v1.message.expunge-content",
  method: "delete",
  path: `${path}/content`,
  tag,
  summary: "Delete a message's payload",
  access: "apiKey",
  responses: deleted,
});

export const sendExample = operation({
  operationId: "v1.endpoint.send-example",
  method: "post",
  path: "/api/v1/app/{app_id}/endpoint/{endpoint_id}/send-example",
  tag: "Endpoint",
  summary: "Send an event type's example to this endpoint alone",
  access: "apiKey",
  setsUp: "endpoints",
  body: EventExampleIn,
  responses: { 200: { description: "The message", schema: MessageOut } },
});
