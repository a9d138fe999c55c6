import {
  appPortalAccess,
  createApiKey,
  dashboardAccess,
  expireAll,
  listApiKeys,
  logout,
  portalExchange,
  revokeApiKey,
  setup,
} from "../contract/access.ts";
import { getBackgroundTask, listBackgroundTasks, recoverEndpoint } from "../contract/backgroundTask.ts";
import * as apiKeys from "../services/apiKeys.ts";
import * as backgroundTasks from "../services/backgroundTasks.ts";
import { createOwner } from "../services/bootstrap.ts";
import * as portalAccess from "../services/portalAccess.ts";
import { route } from "./route.ts";

export const accessRoutes = [
  route(appPortalAccess, ({ actor, params, body }) => portalAccess.create(actor, params.app_id, body)),
  route(dashboardAccess, ({ actor, params }) => portalAccess.create(actor, params.app_id, { featureFlags: [] })),
  route(expireAll, ({ actor, params, body }) => portalAccess.expireAll(actor, params.app_id, body)),
  route(logout, ({ actor }) => portalAccess.logout(actor)),
  route(portalExchange, ({ body }) => portalAccess.exchange(body.code)),
  route(listApiKeys, ({ actor, query }) => apiKeys.list(actor, query)),
  route(createApiKey, ({ actor, body }) => apiKeys.create(actor, body)),
  route(revokeApiKey, ({ actor, params }) => apiKeys.revoke(actor, params.key_id)),
  route(setup, ({ body: { token, ...owner } }) => createOwner(token, owner)),
];

export const backgroundTaskRoutes = [
  route(recoverEndpoint, ({ actor, params, body }) => backgroundTasks.recover(actor, params.app_id, params.endpoint_id, body)),
  route(listBackgroundTasks, ({ actor, query }) => backgroundTasks.list(actor, query)),
  route(getBackgroundTask, ({ actor, params }) => backgroundTasks.get(actor, params.task_id)),
];
