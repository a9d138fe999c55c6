import { findMessage, listAllMessages, sendTest } from "../contract/messageLog.ts";
import * as examples from "../services/message/singleEndpointSends.ts";
import * as messageLog from "../services/message/messageLog.ts";
import { fieldOf } from "../services/shared/jsonSlices.ts";
import { acceptedReply, sending } from "./messageReply.ts";
import { route } from "./route.ts";

export const messageLogRoutes = [
  route(
    sendTest,
    async ({ actor, params, body, bytes, idempotency }) => {
      const payload = fieldOf(bytes, "payload");
      const accepted = await examples.sendTest(actor, params.app_id, params.endpoint_id, body, payload, idempotency);
      return acceptedReply(202, accepted, true);
    },
    sending,
  ),
  route(listAllMessages, ({ actor, query }) => messageLog.list(actor, query)),
  route(findMessage, ({ actor, params }) => messageLog.find(actor, params.msg_id)),
];
