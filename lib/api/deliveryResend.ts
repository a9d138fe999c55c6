import { bulkReplay, bulkResend, recoverEndpoint, replayMissing, resendMessage } from "../contract/deliveryResend.ts";
import * as deliveries from "../services/delivery/deliveries.ts";
import * as resends from "../services/delivery/resends.ts";
import { reply } from "./reply.ts";
import { route } from "./route.ts";

export const deliveryResendRoutes = [
  route(resendMessage, async ({ actor, params }) => {
    await deliveries.resend(actor, params.app_id, params.msg_id, params.endpoint_id);
    return {};
  }),
  route(recoverEndpoint, async ({ actor, params, body, query }) =>
    answer(await resends.recover(actor, params.app_id, params.endpoint_id, body, query.dry_run)),
  ),
  route(replayMissing, async ({ actor, params, body, query }) =>
    answer(await resends.replayMissing(actor, params.app_id, params.endpoint_id, body, query.dry_run)),
  ),
  route(bulkReplay, async ({ actor, params, body, query }) =>
    answer(await resends.bulkReplay(actor, params.app_id, params.endpoint_id, body, query.dry_run)),
  ),
  route(bulkResend, async ({ actor, body }) => answer(await resends.bulkResend(actor, body))),
];

const answer = <T>(begun: resends.Begun<T>) => ("counted" in begun ? reply(200, begun.counted) : reply(202, begun.task));
