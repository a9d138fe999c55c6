import {
  MessageBatchEnvelope,
  MessageIn,
  createMessage,
  createMessages,
  expungeMessage,
  getMessage,
  listMessages,
  sendExample,
} from "../contract/message.ts";
import type { Actor } from "../actor.ts";
import { env } from "../env.ts";
import { type Incoming, acceptMessage, acceptedText, prepareMessage, storeMessage } from "../services/message/acceptance.ts";
import * as examples from "../services/message/singleEndpointSends.ts";
import { type Idempotency, partOf } from "../services/message/idempotency.ts";
import * as messages from "../services/message/messages.ts";
import { answerTo } from "./errors.ts";
import { check } from "./input.ts";
import { elementsOf, fieldOf } from "../services/shared/jsonSlices.ts";
import { acceptedReply, sending } from "./messageReply.ts";
import { Reply, written } from "./reply.ts";
import { newRequestId, read, route } from "./route.ts";

const batchBytes = 16 * 1024 * 1024;
const nothing = Buffer.from("{}");

export const messageRoutes = [
  route(
    createMessage,
    async ({ actor, params, query, body, bytes, idempotency, trace, hops }) => {
      const incoming = { message: body, payload: fieldOf(bytes, "payload") ?? nothing, trace: trace(), hops: hops() };
      const accepted = await acceptMessage(actor, params.app_id, incoming, idempotency);
      return acceptedReply(202, accepted, query.with_content);
    },
    sending,
  ),
  route(
    createMessages,
    async ({ actor, params, query, body, bytes, idempotency, trace, hops }) => {
      const { messages } = check(MessageBatchEnvelope, body, "body");
      const raw = elementsOf(fieldOf(bytes, "messages") ?? nothing);
      const led = { trace: trace(), hops: hops() };
      const prepare = (message: unknown, position: number) =>
        prepareOne(
          actor,
          params.app_id,
          message,
          raw[position] ?? nothing,
          query.with_content,
          idempotency && partOf(idempotency, position, raw[position] ?? nothing),
          led,
        );
      // One may have to wait for its schema where the next has not: each is stored once those before it are on their way.
      const stored: Promise<string>[] = [];
      for (const prepared of messages.map(prepare)) stored.push((await prepared)());
      return new Reply<never>(202, `{"data":[${(await Promise.all(stored)).join(",")}]}`);
    },
    { ...sending, ownCheck: true, maximumBodyBytes: () => Math.max(batchBytes, env().maxPayloadBytes) },
  ),
  read(listMessages, async ({ actor, params, query }) => written(await messages.list(actor, params.app_id, query))),
  read(getMessage, ({ actor, params, query }) => messages.get(actor, params.app_id, params.msg_id, query.with_content)),
  route(expungeMessage, ({ actor, params }) => messages.expunge(actor, params.app_id, params.msg_id)),
  route(sendExample, async ({ actor, params, body }) =>
    acceptedReply(200, await examples.send(actor, params.app_id, params.endpoint_id, body), true),
  ),
];

/** Prepares one message of a batch. Answers what stores it and tells how that went; its fault is its own answer. */
async function prepareOne(
  actor: Actor,
  applicationIdOrUid: string,
  value: unknown,
  bytes: Buffer,
  withContent: boolean,
  idempotency: Idempotency | null,
  led: Pick<Incoming, "trace" | "hops">,
): Promise<() => Promise<string>> {
  try {
    const incoming = { message: check(MessageIn, value, "body"), payload: fieldOf(bytes, "payload") ?? nothing, ...led };
    const prepared = await prepareMessage(actor, applicationIdOrUid, incoming, idempotency);
    return async () => {
      try {
        return `{"status":202,"message":${acceptedText(await storeMessage(prepared), withContent)}}`;
      } catch (error) {
        return faultText(error);
      }
    };
  } catch (error) {
    const text = faultText(error);
    return async () => text;
  }
}

function faultText(error: unknown): string {
  const { status, body } = answerTo(error, newRequestId());
  return JSON.stringify({ status, error: { code: body.code ?? "validation_error", detail: body.detail } });
}
