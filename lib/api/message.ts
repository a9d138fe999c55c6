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
import { bulkExpungeContents, expungeAllContents, precheckMessage } from "../contract/messageBulk.ts";
import { importMessages } from "../contract/messageImport.ts";
import { findMessage, listAllMessages, sendTest } from "../contract/messageLog.ts";
import type { Actor } from "../actor.ts";
import { env } from "../env.ts";
import { type Accepted, acceptMessage, acceptedText } from "../services/message/acceptance.ts";
import * as contents from "../services/message/bulkExpunge.ts";
import * as examples from "../services/message/singleEndpointSends.ts";
import { type Idempotency, partOf } from "../services/message/idempotency.ts";
import { importMessages as takeOver } from "../services/message/messageImport.ts";
import * as messageLog from "../services/message/messageLog.ts";
import * as messages from "../services/message/messages.ts";
import { answerTo } from "./errors.ts";
import { check } from "./input.ts";
import { elementsOf, fieldOf } from "../services/shared/jsonSlices.ts";
import { Reply } from "./reply.ts";
import { newRequestId, route } from "./route.ts";

/** Sending keeps its idempotency key in the statement that stores the message, so that no crash can come between. */
const ownIdempotency = true;
/** Payloads are bytes: they may hold what the database's text can't. */
const anyText = true;
const batchBytes = 16 * 1024 * 1024;
const nothing = Buffer.from("{}");

export const messageRoutes = [
  route(
    createMessage,
    async ({ actor, params, query, body, bytes, idempotency }) => {
      const incoming = { message: body, payload: fieldOf(bytes, "payload") ?? nothing };
      const accepted = await acceptMessage(actor, params.app_id, incoming, idempotency);
      return answer(202, accepted, query.with_content);
    },
    { ownIdempotency, anyText },
  ),
  route(
    createMessages,
    async ({ actor, params, query, body, bytes, idempotency }) => {
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
        );
      const answers = await Promise.all(messages.map(send));
      return new Reply(202, `{"data":[${answers.join(",")}]}`);
    },
    { ownIdempotency, anyText, ownCheck: true, maximumBodyBytes: () => Math.max(batchBytes, env().maxPayloadBytes) },
  ),
  route(listMessages, ({ actor, params, query }) => messages.list(actor, params.app_id, query)),
  route(getMessage, ({ actor, params, query }) => messages.get(actor, params.app_id, params.msg_id, query.with_content)),
  route(expungeMessage, ({ actor, params }) => messages.expunge(actor, params.app_id, params.msg_id)),
  route(precheckMessage, ({ actor, params, body }) => messages.precheck(actor, params.app_id, body)),
  route(bulkExpungeContents, ({ actor, params, body }) => contents.bulkExpunge(actor, params.app_id, body.ids)),
  route(expungeAllContents, ({ actor, params }) => contents.expungeAll(actor, params.app_id)),
  route(sendExample, async ({ actor, params, body }) =>
    answer(200, await examples.send(actor, params.app_id, params.endpoint_id, body), true),
  ),
  route(
    sendTest,
    async ({ actor, params, body, bytes, idempotency }) => {
      const payload = fieldOf(bytes, "payload");
      const accepted = await examples.sendTest(actor, params.app_id, params.endpoint_id, body, payload, idempotency);
      return answer(202, accepted, true);
    },
    { ownIdempotency, anyText },
  ),
  route(importMessages, ({ actor, params, body }) => takeOver(actor, params.app_id, body.messages), {
    maximumBodyBytes: () => Math.max(batchBytes, 2 * env().maxPayloadBytes),
  }),
  route(listAllMessages, ({ actor, query }) => messageLog.list(actor, query)),
  route(findMessage, ({ actor, params }) => messageLog.find(actor, params.msg_id)),
];

const answer = (status: number, accepted: Accepted, withContent: boolean): Reply => new Reply(status, acceptedText(accepted, withContent));

/** One message of a batch; its fault is its own answer. */
async function sendOne(
  actor: Actor,
  applicationIdOrUid: string,
  value: unknown,
  bytes: Buffer,
  withContent: boolean,
  idempotency: Idempotency | null,
): Promise<string> {
  try {
    const incoming = { message: check(MessageIn, value, "body"), payload: fieldOf(bytes, "payload") ?? nothing };
    const accepted = await acceptMessage(actor, applicationIdOrUid, incoming, idempotency);
    return `{"status":202,"message":${acceptedText(accepted, withContent)}}`;
  } catch (error) {
    const { status, body } = answerTo(error, newRequestId());
    return JSON.stringify({ status, error: { code: body.code ?? "validation_error", detail: body.detail } });
  }
}
