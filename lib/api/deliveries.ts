import { cancelDelivery, countDeliveries, getDelivery, listDeliveries, resendDelivery } from "../contract/delivery.ts";
import * as deliveryDetail from "../services/deliveryDetail.ts";
import * as deliveryLog from "../services/deliveryLog.ts";
import { route } from "./route.ts";

export const deliveryRoutes = [
  route(listDeliveries, ({ actor, query }) => deliveryLog.list(actor, query)),
  route(countDeliveries, ({ actor, query }) => deliveryLog.count(actor, query)),
  route(getDelivery, ({ actor, params }) => deliveryDetail.get(actor, params.message_id, params.endpoint_id)),
  route(resendDelivery, async ({ actor, params }) => {
    await deliveryDetail.resend(actor, params.message_id, params.endpoint_id);
    return {};
  }),
  route(cancelDelivery, ({ actor, params }) => deliveryDetail.cancel(actor, params.message_id, params.endpoint_id)),
];
