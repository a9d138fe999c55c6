import { diagnoseReceivedRequest, listSourceProviders, replayElsewhere, testSource } from "../contract/sourceTools.ts";
import { sendTest } from "../receiving/sendTest.ts";
import { listProviders } from "../services/source/sourceConfig.ts";
import { examine } from "../services/receivedRequest/diagnosis.ts";
import { replayElsewhere as replay } from "../services/receivedRequest/replayElsewhere.ts";
import { route } from "./route.ts";

export const sourceToolsRoutes = [
  route(testSource, ({ actor, params, body }) => sendTest(actor, params.source_id, body)),
  route(listSourceProviders, () => ({ data: listProviders() })),
  route(diagnoseReceivedRequest, ({ actor, params }) => examine(actor, params.request_id)),
  route(replayElsewhere, ({ actor, params, body }) => replay(actor, params.request_id, body)),
];
