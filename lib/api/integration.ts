import {
  createAutoconfig,
  deleteAutoconfig,
  getAutoconfig,
  listAutoconfig,
  rotateAutoconfig,
  subscribeAutoconfigEndpoint,
} from "../contract/autoconfig.ts";
import { createConnector, deleteConnector, getConnector, listConnectors, patchConnector, putConnector } from "../contract/connector.ts";
import {
  createIntegration,
  deleteIntegration,
  getIntegration,
  getIntegrationKey,
  listIntegrations,
  rotateIntegrationKey,
  updateIntegration,
} from "../contract/integration.ts";
import * as autoconfig from "../services/integration/autoconfig.ts";
import * as connectors from "../services/integration/connectors.ts";
import * as integrations from "../services/integration/integrations.ts";
import { reply } from "./reply.ts";
import { route } from "./route.ts";

export const integrationRoutes = [
  route(listIntegrations, ({ actor, params, query }) => integrations.list(actor, params.app_id, query)),
  route(createIntegration, ({ actor, params, body }) => integrations.create(actor, params.app_id, body)),
  route(getIntegration, ({ actor, params }) => integrations.get(actor, params.app_id, params.integ_id)),
  route(updateIntegration, ({ actor, params, body }) => integrations.update(actor, params.app_id, params.integ_id, body)),
  route(deleteIntegration, ({ actor, params }) => integrations.remove(actor, params.app_id, params.integ_id)),
  route(getIntegrationKey, ({ actor, params }) => integrations.getKey(actor, params.app_id, params.integ_id)),
  route(rotateIntegrationKey, ({ actor, params }) => integrations.rotateKey(actor, params.app_id, params.integ_id)),
  route(listAutoconfig, ({ actor, params, query }) => autoconfig.list(actor, params.app_id, query)),
  route(deleteAutoconfig, ({ actor, params }) => autoconfig.remove(actor, params.app_id, params.autoconfig_id)),
  route(createAutoconfig, ({ actor, params }) => autoconfig.create(actor, params.app_id)),
  route(getAutoconfig, ({ actor, params }) => autoconfig.get(actor, params.app_id, params.autoconfig_id)),
  route(rotateAutoconfig, ({ actor, params, body }) => autoconfig.rotate(actor, params.app_id, params.autoconfig_id, body)),
  route(subscribeAutoconfigEndpoint, ({ actor, params, body }) => autoconfig.subscribe(actor, params.app_id, params.autoconfig_id, body)),
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
