import {
  createAutoconfig,
  deleteAutoconfig,
  getAutoconfig,
  listAutoconfig,
  rotateAutoconfig,
  subscribeAutoconfigEndpoint,
} from "../contract/autoconfig.ts";
import * as autoconfig from "../services/integration/autoconfig.ts";
import { route } from "./route.ts";

export const autoconfigRoutes = [
  route(listAutoconfig, ({ actor, params, query }) => autoconfig.list(actor, params.app_id, query)),
  route(deleteAutoconfig, ({ actor, params }) => autoconfig.remove(actor, params.app_id, params.autoconfig_id)),
  route(createAutoconfig, ({ actor, params, body }) => autoconfig.create(actor, params.app_id, body)),
  route(getAutoconfig, ({ actor, params }) => autoconfig.get(actor, params.app_id, params.autoconfig_id)),
  route(rotateAutoconfig, ({ actor, params, body }) => autoconfig.rotate(actor, params.app_id, params.autoconfig_id, body)),
  route(subscribeAutoconfigEndpoint, ({ actor, params, body }) => autoconfig.subscribe(actor, params.app_id, params.autoconfig_id, body)),
];
