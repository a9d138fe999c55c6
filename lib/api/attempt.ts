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
import { read, route } from "./route.ts";

export const attemptRoutes = [
  read(listAttemptsByEndpoint, ({ actor, params, query }) => attempts.listByEndpoint(actor, params.app_id, params.endpoint_id, query)),
  read(listAttemptsByMessage, ({ actor, params, query }) => attempts.listByMessage(actor, params.app_id, params.msg_id, query)),
  read(listAttempts, ({ actor, params, query }) => attempts.listByMessage(actor, params.app_id, params.msg_id, query)),
  read(listAttemptsForEndpoint, ({ actor, params, query }) =>
    attempts.listByMessage(actor, params.app_id, params.msg_id, { ...query, endpoint_id: params.endpoint_id }),
  ),
  read(listAttemptedMessages, ({ actor, params, query }) => deliveries.listMessages(actor, params.app_id, params.endpoint_id, query)),
  read(listAttemptedDestinations, ({ actor, params, query }) => deliveries.listDestinations(actor, params.app_id, params.msg_id, query)),
  read(getAttempt, ({ actor, params }) => attempts.get(actor, params.app_id, params.msg_id, params.attempt_id)),
  route(expungeAttempt, ({ actor, params }) => attempts.expunge(actor, params.app_id, params.msg_id, params.attempt_id)),
];
