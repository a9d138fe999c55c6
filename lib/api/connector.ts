import { createConnector, deleteConnector, getConnector, listConnectors, patchConnector, putConnector } from "../contract/connector.ts";
import * as connectors from "../services/integration/connectors.ts";
import { reply } from "./reply.ts";
import { route } from "./route.ts";

export const connectorRoutes = [
  route(listConnectors, ({ actor, query }) => connectors.list(actor, query)),
  route(createConnector, ({ actor, body }) => connectors.create(actor, body)),
  route(getConnector, ({ actor, params }) => connectors.get(actor, params.connector_id)),
  route(putConnector, async ({ actor, params, body }) => {
    const { created, connector } = await connectors.put(actor, params.connector_id, body);
    return reply(created ? 201 : 200, connector);
  }),
  route(patchConnector, ({ actor, params, body }) => connectors.patch(actor, params.connector_id, body)),
  route(deleteConnector, ({ actor, params }) => connectors.remove(actor, params.connector_id)),
];
