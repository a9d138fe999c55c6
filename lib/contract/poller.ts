/** Polling: a receiver without a public URL asks for messages, and goes on where it stopped. */
import * as z from "zod/mini";
import { messageShown } from "./message.ts";
import { operation } from "./operation.ts";
import { HttpErrorOut, channel, deleted, eventTypeName, moment } from "./shared.ts";

const limit = z
  .nullish(z.int().check(z.gte(1), z.lte(250)))
  .check(z.meta({ description: "At most this many, up to 250. Default: its batchSize." }));
const iterator = z.nullish(z.string()).check(z.meta({ description: "Of an earlier answer; opaque." }));
const wait = z
  .nullish(z.int().check(z.gte(0), z.lte(20)))
  .check(z.meta({ description: "Seconds to wait for a message if there is none yet, up to 20. Default: the endpoint's `maxWaitSecs`." }));

export const PollingEndpointOut = z
  .object({
    data: z.array(z.object({ ...messageShown, headers: z.nullable(z.record(z.string(), z.string())) })),
    iterator: z.string().check(z.meta({ description: "To go on with." })),
    done: z.boolean().check(z.meta({ description: "There is nothing more now." })),
  })
  .check(z.meta({ id: "PollingEndpointOut" }));

export const PollingEndpointConsumerSeekIn = z.object({ after: moment }).check(z.meta({ id: "PollingEndpointConsumerSeekIn" }));
export const PollingEndpointConsumerSeekOut = z.object({ iterator: z.string() }).check(z.meta({ id: "PollingEndpointConsumerSeekOut" }));

export const PollerConsumerOut = z
  .object({
    id: z.string(),
    iterator: z.string().check(z.meta({ description: "Everything up to here is acknowledged." })),
    waiting: z.int().check(z.meta({ description: "Messages for it after that, counted up to 250." })),
    capped: z.boolean().check(z.meta({ description: "There are, or may be, more." })),
    polledAt: z.nullable(z.iso.datetime()),
    createdAt: z.iso.datetime(),
  })
  .check(z.meta({ id: "PollerConsumerOut" }));
export type PollerConsumerOut = z.output<typeof PollerConsumerOut>;

export const PollerConsumersOut = z.object({ data: z.array(PollerConsumerOut) }).check(z.meta({ id: "PollerConsumersOut" }));

const tag = "Message Poller";
const access = "apiKeyOrPortal";
const path = "/api/v1/app/{app_id}/poller/{sink_id}";
const consumer = "/api/v1/app/{app_id}/poller/{sink_id}/consumer/{consumer_id}";
const page = {
  200: { description: "Messages, in the order in which they were accepted", schema: PollingEndpointOut },
  400: { description: "`invalid_iterator`: ask again without one. `bad_request`: the polling endpoint is disabled", schema: HttpErrorOut },
} as const;

export const poll = operation({
  operationId: "v1.message.poller.poll",
  method: "get",
  path,
  tag,
  summary: "Get the messages after an iterator",
  description:
    "Those that match the polling endpoint's event types and channels, since it was created. The caller keeps the iterator; " +
    "the same iterator gives the same messages. One that lies beyond the newest message, or is none, is refused with 400 " +
    "`invalid_iterator`.",
  access,
  query: z.object({
    limit,
    iterator,
    event_type: z.nullish(eventTypeName),
    channel: z.nullish(channel),
    after: z.nullish(moment).check(z.meta({ description: "Without an iterator: from this moment on." })),
    wait,
  }),
  responses: page,
});

export const consumerPoll = operation({
  operationId: "v1.message.poller.consumer-poll",
  method: "get",
  path: consumer,
  tag,
  summary: "Get the messages that a consumer has not acknowledged",
  description:
    "The iterator of an answer acknowledges what came with it: pass it with the next call. Without one the same messages come " +
    "again, so that none is lost with a client that dies; the same iterator once more gives the same page. A consumer is made by " +
    "its first call without an iterator; one client at a time may use it. An iterator that it was not given, that it was given " +
    "before it was moved or forgotten, or that it has gone past is refused with 400 `invalid_iterator` and changes nothing: ask " +
    "without one to go on from where the consumer stands. It moves the consumer, so it needs the right to write; one caller may make " +
    "25 consumers.",
  access,
  effect: "changes",
  query: z.object({ limit, iterator, wait }),
  responses: page,
  // 409: the message that comes next can't be transformed.
  refusals: [409],
});

export const consumerSeek = operation({
  operationId: "v1.message.poller.consumer-seek",
  method: "post",
  path: `${consumer}/seek`,
  tag,
  summary: "Set a consumer to a moment",
  description:
    "It then gets what was accepted at that moment or later; nothing from before the polling endpoint was created. Iterators that " +
    "it was given before are refused from then on: a client that runs goes on from the new place.",
  access,
  body: PollingEndpointConsumerSeekIn,
  responses: { 200: { description: "Where it stands now", schema: PollingEndpointConsumerSeekOut } },
});

export const listConsumers = operation({
  operationId: "v1.message.poller.list-consumers",
  method: "get",
  path: `${path}/consumer`,
  tag,
  summary: "List a polling endpoint's consumers",
  access,
  responses: { 200: { description: "Up to 100", schema: PollerConsumersOut } },
});

export const deleteConsumer = operation({
  operationId: "v1.message.poller.delete-consumer",
  method: "delete",
  path: consumer,
  tag,
  summary: "Forget where a consumer stands",
  access,
  responses: deleted,
});
