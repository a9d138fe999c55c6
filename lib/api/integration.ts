import {
  createIntegration,
  deleteIntegration,
  getIntegration,
  getIntegrationKey,
  listIntegrations,
  rotateIntegrationKey,
  updateIntegration,
} from "../contract/integration.ts";
import * as integrations from "../services/integration/integrations.ts";
import { route } from "./route.ts";

export const integrationRoutes = [
  route(listIntegrations, ({ actor, params, query }) => integrations.list(actor, params.app_id, query)),
  route(createIntegration, ({ actor, params, body }) => integrations.create(actor, params.app_id, body)),
  route(getIntegration, ({ actor, params }) => integrations.get(actor, params.app_id, params.integ_id)),
  route(updateIntegration, ({ actor, params, body }) => integrations.update(actor, params.app_id, params.integ_id, body)),
  route(deleteIntegration, ({ actor, params }) => integrations.remove(actor, params.app_id, params.integ_id)),
  route(getIntegrationKey, ({ actor, params }) => integrations.getKey(actor, params.app_id, params.integ_id)),
  route(rotateIntegrationKey, ({ actor, params }) => integrations.rotateKey(actor, params.app_id, params.integ_id)),
];
