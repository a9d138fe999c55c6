import { sendEdited } from "../contract/testSend.ts";
import * as testSends from "../services/delivery/testSends.ts";
import { route } from "./route.ts";

export const testSendRoutes = [
  route(sendEdited, ({ actor, params, body }) => testSends.send(actor, params.msg_id, params.endpoint_id, body)),
];
