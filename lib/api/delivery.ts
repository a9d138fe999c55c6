import {
  cancelDelivery,
  countDeliveries,
  exportDeliveries,
  getDelivery,
  getSearchIndex,
  listDeliveries,
  resendDelivery,
} from "../contract/delivery.ts";
import * as deliveryExport from "../services/delivery/deliveryExport.ts";
import * as deliveryDetail from "../services/delivery/deliveryDetail.ts";
import * as deliveryLog from "../services/delivery/deliveryLog.ts";
import { readSearchIndex } from "../services/delivery/searchIndex.ts";
import { StreamReply } from "./reply.ts";
import { route } from "./route.ts";

export const deliveryRoutes = [
  route(listDeliveries, ({ actor, query }) => deliveryLog.list(actor, query)),
  route(countDeliveries, ({ actor, query }) => deliveryLog.count(actor, query)),
  route(getSearchIndex, ({ actor }) => readSearchIndex(actor)),
  route(exportDeliveries, async ({ actor, query }) => {
    const { format } = query;
    const open = await deliveryExport.openExport(actor, query, query);
    const headers = { "content-disposition": `attachment; filename="deliveries.${format}"`, "cache-control": "no-store" };
    return new StreamReply(format === "csv" ? "text/csv; charset=utf-8" : "application/x-ndjson", headers, open);
  }),
  route(getDelivery, ({ actor, params }) => deliveryDetail.get(actor, params.msg_id, params.endpoint_id)),
  route(resendDelivery, async ({ actor, params }) => {
    await deliveryDetail.resend(actor, params.msg_id, params.endpoint_id);
    return {};
  }),
  route(cancelDelivery, ({ actor, params }) => deliveryDetail.cancel(actor, params.msg_id, params.endpoint_id)),
];
