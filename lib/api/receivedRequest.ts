import {
  bulkReleaseReceivedRequests,
  getQuarantine,
  getReceivedRequest,
  listReceivedRequests,
  releaseReceivedRequest,
  verifyReceivedRequest,
} from "../contract/receivedRequest.ts";
import * as quarantine from "../services/receivedRequest/quarantine.ts";
import * as receivedRequests from "../services/receivedRequest/receivedRequests.ts";
import { reply } from "./reply.ts";
import { route } from "./route.ts";

export const receivedRequestRoutes = [
  route(listReceivedRequests, ({ actor, query }) => receivedRequests.list(actor, query)),
  route(getReceivedRequest, ({ actor, params }) => receivedRequests.get(actor, params.request_id)),
  route(getQuarantine, ({ actor }) => quarantine.usage(actor)),
  route(verifyReceivedRequest, ({ actor, params }) => quarantine.verifyAgain(actor, params.request_id)),
  route(releaseReceivedRequest, ({ actor, params, body }) => quarantine.release(actor, params.request_id, body.force)),
  route(bulkReleaseReceivedRequests, async ({ actor, body }) => {
    const begun = await quarantine.releaseMany(actor, body);
    return "task" in begun ? reply(202, begun.task) : reply(200, begun.counted);
  }),
];
