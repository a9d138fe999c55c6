/** Attempts: the HTTP requests that were made, and what became of each delivery. */
import * as z from "zod/mini";
import { endpointShown } from "./endpoint.ts";
import { MessageOut, messageShown } from "./message.ts";
import { operation } from "./operation.ts";
import { after, before, channel, deleted, eventTypesQuery, pageOf, paging, tag as messageTag, withContent } from "./shared.ts";

const statusNote = { description: "0 success, 1 pending, 2 fail, 3 sending, 4 canceled" };
export const messageStatus = z.int().check(z.gte(0), z.lte(4), z.meta(statusNote));
export const messageStatusText = z.enum(["success", "pending", "fail", "sending", "canceled"]);
export const statusCodeClass = z.literal([0, 100, 200, 300, 400, 500]).check(z.meta({ description: "0: no answer came." }));

export const MessageAttemptOut = z
  .object({
    id: z.string(),
    endpointId: z.string(),
    msgId: z.string(),
    url: z.string(),
    response: z.string().check(
      z.meta({
        description: "The body as text, up to 20,000 bytes, decompressed and decoded by its charset. Without a response: the reason.",
      }),
    ),
    responseBase64: z.optional(z.string()).check(
      z.meta({
        description: "The body as it came, if it differs from the UTF-8 of `response`. Left out if it may hold something to redact.",
      }),
    ),
    responseStatusCode: z.int(),
    responseDurationMs: z.int(),
    status: messageStatus,
    statusText: messageStatusText,
    triggerType: z.int().check(z.gte(0), z.lte(1), z.meta({ description: "0 scheduled, 1 manual" })),
    timestamp: z.iso.datetime(),
    msg: z.optional(z.nullable(MessageOut)),
  })
  .check(z.meta({ id: "MessageAttemptOut" }));

const delivery = {
  status: messageStatus,
  statusText: messageStatusText,
  nextAttempt: z.nullable(z.iso.datetime()),
};

export const MessageEndpointOut = z.object({ ...endpointShown, ...delivery }).check(z.meta({ id: "MessageEndpointOut" }));
export const EndpointMessageOut = z.object({ ...messageShown, ...delivery }).check(z.meta({ id: "EndpointMessageOut" }));

const expanded = z.nullish(z.boolean()).check(z.meta({ description: "True: a cancelled delivery shows as 4, canceled; else as 2, fail." }));

const attemptFilters = {
  ...paging,
  status: z.nullish(messageStatus),
  status_code_class: z.nullish(statusCodeClass),
  channel: z.nullish(channel),
  tag: z.nullish(messageTag),
  before,
  after,
  with_content: withContent,
  with_msg: z._default(z.boolean(), false).check(z.meta({ description: "True: with each attempt's message." })),
  expanded_statuses: expanded,
  event_types: eventTypesQuery,
};

export const AttemptQuery = z.object({ ...attemptFilters, endpoint_id: z.nullish(z.string().check(z.minLength(1), z.maxLength(256))) });
export type AttemptQuery = z.output<typeof AttemptQuery>;

const tag = "Message Attempt";
const access = "apiKeyOrPortal";
const attempts = { 200: { description: "A page", schema: pageOf("ListResponse_MessageAttemptOut_", MessageAttemptOut) } } as const;
const messagePath = "/api/v1/app/{app_id}/msg/{msg_id}";

export const listAttemptsByEndpoint = operation({
  operationId: "v1.message-attempt.list-by-endpoint",
  method: "get",
  path: "/api/v1/app/{app_id}/attempt/endpoint/{endpoint_id}",
  tag,
  summary: "List an endpoint's attempts, newest first",
  access,
  query: z.object(attemptFilters),
  responses: attempts,
});

export const listAttemptsByMessage = operation({
  operationId: "v1.message-attempt.list-by-msg",
  method: "get",
  path: "/api/v1/app/{app_id}/attempt/msg/{msg_id}",
  tag,
  summary: "List a message's attempts, newest first",
  access,
  query: AttemptQuery,
  responses: attempts,
});

export const listAttempts = operation({
  operationId: "v1.message-attempt.list",
  method: "get",
  path: `${messagePath}/attempt`,
  tag,
  summary: "List a message's attempts, newest first",
  description: "By its old path; use `/attempt/msg/{msg_id}`.",
  deprecated: true,
  access,
  query: AttemptQuery,
  responses: attempts,
});

export const listAttemptsForEndpoint = operation({
  operationId: "v1.message-attempt.list-by-endpoint-deprecated",
  method: "get",
  path: `${messagePath}/endpoint/{endpoint_id}/attempt`,
  tag,
  summary: "List a message's attempts at an endpoint, newest first",
  description: "An older path; use `/attempt/msg/{msg_id}` with `endpoint_id`.",
  deprecated: true,
  access,
  query: z.object(attemptFilters),
  responses: attempts,
});

export const listAttemptedMessages = operation({
  operationId: "v1.message-attempt.list-attempted-messages",
  method: "get",
  path: "/api/v1/app/{app_id}/endpoint/{endpoint_id}/msg",
  tag,
  summary: "List the messages for an endpoint, newest first, with what became of each",
  access,
  query: z.object({
    ...paging,
    channel: z.nullish(channel),
    tag: z.nullish(messageTag),
    status: z.nullish(messageStatus),
    before,
    after,
    with_content: withContent,
    expanded_statuses: expanded,
    event_types: eventTypesQuery,
  }),
  responses: { 200: { description: "A page", schema: pageOf("ListResponse_EndpointMessageOut_", EndpointMessageOut) } },
});

export const listAttemptedDestinations = operation({
  operationId: "v1.message-attempt.list-attempted-destinations",
  method: "get",
  path: `${messagePath}/endpoint`,
  tag,
  summary: "List the endpoints that a message is for, with what became of it at each",
  description: "Deleted endpoints stay in it.",
  access,
  query: z.object({ ...paging, expanded_statuses: expanded }),
  responses: { 200: { description: "A page", schema: pageOf("ListResponse_MessageEndpointOut_", MessageEndpointOut) } },
});

export const getAttempt = operation({
  operationId: "v1.message-attempt.get",
  method: "get",
  path: `${messagePath}/attempt/{attempt_id}`,
  tag,
  summary: "Get an attempt",
  access,
  query: z.object({ expanded_statuses: expanded }),
  responses: { 200: { description: "The attempt", schema: MessageAttemptOut } },
});

export const expungeAttempt = operation({
  operationId: "v1.message-attempt.expunge-content",
  method: "delete",
  path: `${messagePath}/attempt/{attempt_id}/content`,
  tag,
  summary: "Delete an attempt's response",
  access: "apiKey",
  responses: deleted,
});
