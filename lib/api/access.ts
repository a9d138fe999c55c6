import {
  appPortalAccess,
  createApiKey,
  dashboardAccess,
  expireAll,
  getPortalSession,
  listApiKeys,
  logout,
  openPortal,
  patchApiKey,
  portalExchange,
  revokeApiKey,
  setup,
  whoami,
} from "../contract/access.ts";
import * as apiKeys from "../services/team/apiKeys.ts";
import { createOwner } from "../services/team/bootstrap.ts";
import * as portalAccess from "../services/application/portalAccess.ts";
import { portalCookie } from "../auth/portalCookie.ts";
import { Reply } from "./reply.ts";
import { route } from "./route.ts";

export const accessRoutes = [
  route(appPortalAccess, ({ actor, params, body }) => portalAccess.create(actor, params.app_id, body)),
  route(dashboardAccess, ({ actor, params }) => portalAccess.create(actor, params.app_id, { featureFlags: [] })),
  route(expireAll, ({ actor, params, body }) => portalAccess.expireAll(actor, params.app_id, body)),
  route(whoami, ({ actor }) => portalAccess.whoami(actor)),
  route(logout, ({ actor }) => portalAccess.logout(actor)),
  route(openPortal, async ({ body }) => {
    const { token, expiresAt, portalOrigins } = await portalAccess.exchange(body.code);
    return new Reply(204, null, undefined, { "set-cookie": portalCookie(token, expiresAt, portalOrigins.length > 0) });
  }),
  route(getPortalSession, ({ actor }) => portalAccess.session(actor)),
  route(portalExchange, async ({ body }) => {
    const { token, applicationId, expiresAt } = await portalAccess.exchange(body.code);
    return { token, applicationId, expiresAt };
  }),
  route(listApiKeys, ({ actor, query }) => apiKeys.list(actor, query)),
  route(createApiKey, ({ actor, body }) => apiKeys.create(actor, body)),
  route(patchApiKey, ({ actor, params, body }) => apiKeys.patch(actor, params.key_id, body)),
  route(revokeApiKey, ({ actor, params }) => apiKeys.revoke(actor, params.key_id)),
  route(setup, ({ body: { token, ...owner } }) => createOwner(token, owner)),
];
