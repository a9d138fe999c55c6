import {
  appPortalAccess,
  dashboardAccess,
  expireAll,
  getPortalSession,
  logout,
  openPortal,
  portalExchange,
  whoami,
} from "../contract/portalAccess.ts";
import * as portalAccess from "../services/application/portalAccess.ts";
import { portalCookie } from "../auth/portalCookie.ts";
import { Reply } from "./reply.ts";
import { route } from "./route.ts";

export const portalAccessRoutes = [
  route(appPortalAccess, ({ actor, params, body }) => portalAccess.create(actor, params.app_id, body)),
  route(dashboardAccess, ({ actor, params }) => portalAccess.create(actor, params.app_id, { featureFlags: [] })),
  route(expireAll, ({ actor, params, body }) => portalAccess.expireAll(actor, params.app_id, body)),
  route(whoami, ({ actor }) => portalAccess.whoami(actor)),
  route(logout, ({ actor }) => portalAccess.logout(actor)),
  route(openPortal, async ({ body }) => {
    const { token, expiresAt, portalOrigins } = await portalAccess.exchange(body.code);
    return new Reply<never>(204, null, undefined, { "set-cookie": portalCookie(token, expiresAt, portalOrigins.length > 0) });
  }),
  route(getPortalSession, ({ actor }) => portalAccess.session(actor)),
  route(portalExchange, async ({ body }) => {
    const { token, applicationId, expiresAt } = await portalAccess.exchange(body.code);
    return { token, applicationId, expiresAt };
  }),
];
