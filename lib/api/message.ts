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
import { type Incoming, acceptMessage, acceptedText } from "../services/message/acceptance.ts";
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
      const send = (message: unknown, position: number) =>
        sendOne(
          actor,
          params.app_id,
          message,
          raw[position] ?? nothing,
          query.with_content,
          idempotency && partOf(idempotency, position, raw[position] ?? nothing),
          { trace: trace(), hops: hops() },
        );
      const answers = await Promise.all(messages.map(send));
      return new Reply<never>(202, `{"data":[${answers.join(",")}]}`);
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

/** One message of a batch; its fault is its own answer. */
async function sendOne(
  actor: Actor,
  applicationIdOrUid: string,
  value: unknown,
  bytes: Buffer,
  withContent: boolean,
  idempotency: Idempotency | null,
  led: Pick<Incoming, "trace" | "hops">,
): Promise<string> {
  try {
    const incoming = { message: check(MessageIn, value, "body"), payload: fieldOf(bytes, "payload") ?? nothing, ...led };
    const accepted = await acceptMessage(actor, applicationIdOrUid, incoming, idempotency);
    return `{"status":202,"message":${acceptedText(accepted, withContent)}}`;
  } catch (error) {
    const { status, body } = answerTo(error, newRequestId());
    return JSON.stringify({ status, error: { code: body.code ?? "validation_error", detail: body.detail } });
  }
}
