import {
  expungeAttempt,
  getAttempt,
  listAttemptedDestinations,
  listAttemptedMessages,
  listAttempts,
  listAttemptsByEndpoint,
  listAttemptsByMessage,
  listAttemptsForEndpoint,
} from "../contract/attempt.ts";
import * as attempts from "../services/delivery/attempts.ts";
import * as deliveries from "../services/delivery/deliveries.ts";
import { written } from "./reply.ts";
import { read, route } from "./route.ts";

export const attemptRoutes = [
  read(listAttemptsByEndpoint, async ({ actor, params, query }) =>
    written(await attempts.listByEndpoint(actor, params.app_id, params.endpoint_id, query)),
  ),
  read(listAttemptsByMessage, async ({ actor, params, query }) =>
    written(await attempts.listByMessage(actor, params.app_id, params.msg_id, query)),
  ),
  read(listAttempts, async ({ actor, params, query }) => written(await attempts.listByMessage(actor, params.app_id, params.msg_id, query))),
  read(listAttemptsForEndpoint, async ({ actor, params, query }) =>
    written(await attempts.listByMessage(actor, params.app_id, params.msg_id, { ...query, endpoint_id: params.endpoint_id })),
  ),
  read(listAttemptedMessages, async ({ actor, params, query }) =>
    written(await deliveries.listMessages(actor, params.app_id, params.endpoint_id, query)),
  ),
  read(listAttemptedDestinations, ({ actor, params, query }) => deliveries.listDestinations(actor, params.app_id, params.msg_id, query)),
  read(getAttempt, ({ actor, params }) => attempts.get(actor, params.app_id, params.msg_id, params.attempt_id)),
  route(expungeAttempt, ({ actor, params }) => attempts.expunge(actor, params.app_id, params.msg_id, params.attempt_id)),
];
