import { bulkExpungeContents, expungeAllContents, precheckMessage } from "../contract/messageBulk.ts";
import * as contents from "../services/message/bulkExpunge.ts";
import * as messages from "../services/message/messages.ts";
import { route } from "./route.ts";

export const messageBulkRoutes = [
  route(precheckMessage, ({ actor, params, body }) => messages.precheck(actor, params.app_id, body)),
  route(bulkExpungeContents, ({ actor, params, body }) => contents.bulkExpunge(actor, params.app_id, body.ids)),
  route(expungeAllContents, ({ actor, params }) => contents.expungeAll(actor, params.app_id)),
];
