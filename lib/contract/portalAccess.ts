/** Portal access: letting the people of one application in, by a link or a token. */
import * as z from "zod/mini";
import { capabilities } from "../words/capability.ts";
import { ApplicationIn } from "./application.ts";
import { operation } from "./operation.ts";
import { deleted, featureFlag, orElse } from "./shared.ts";

const sessionId = z.string().check(z.minLength(1), z.maxLength(256));

export const AppPortalAccessIn = z
  .object({
    application: z.nullish(ApplicationIn).check(z.meta({ description: "Creates the application if the path is unknown." })),
    featureFlags: orElse(z.array(featureFlag), []).check(z.meta({ description: "Event types with other flags stay hidden." })),
    expiry: z
      .nullish(z.int().check(z.gte(3600), z.lte(604_800)))
      .check(z.meta({ description: "Seconds, an hour to 7 days. Default: 7 days." })),
    readOnly: z
      .nullish(z.boolean())
      .check(
        z.meta({ description: "True: the token may look at everything but secrets. Not together with capabilities.", deprecated: true }),
      ),
    capabilities: z
      .nullish(z.array(z.enum(capabilities)).check(z.refine((given) => given.includes("ViewBase"), "ViewBase is always needed")))
      .check(z.meta({ description: "What the token may do, ViewBase among them. Default: all." })),
    sessionId: z.nullish(sessionId).check(z.meta({ description: "By which expire-all can end this access and no other." })),
  })
  .check(z.meta({ id: "AppPortalAccessIn" }));

export const AppPortalAccessOut = z
  .object({
    url: z
      .string()
      .check(z.meta({ description: "A link for a browser. It works until it expires, or only once if the environment says so." })),
    token: z.string().check(z.meta({ description: "A token for this API, bound to the application." })),
  })
  .check(z.meta({ id: "AppPortalAccessOut" }));

export const ApplicationTokenExpireIn = z
  .object({
    expiry: z.nullish(z.int().check(z.gte(0), z.lte(604_800))).check(z.meta({ description: "Seconds until then. Default: now." })),
    sessionIds: z
      .nullish(z.array(sessionId).check(z.maxLength(250)))
      .check(z.meta({ description: "Only access created with one of these. Default, and if empty: all." })),
  })
  .check(z.meta({ id: "ApplicationTokenExpireIn" }));

export const PortalExchangeIn = z
  .object({ code: z.string().check(z.minLength(1), z.maxLength(256)) })
  .check(z.meta({ id: "PortalExchangeIn" }));

export const PortalExchangeOut = z
  .object({ token: z.string(), applicationId: z.string(), expiresAt: z.iso.datetime() })
  .check(z.meta({ id: "PortalExchangeOut" }));

export const PortalSessionOut = z
  .object({
    application: z.object({ id: z.string(), uid: z.nullable(z.string()), name: z.string() }),
    organizationName: z
      .string()
      .check(z.meta({ description: "The name of the product, used as the portal's title unless its link says otherwise." })),
    expiresAt: z.iso.datetime(),
    mayChange: z.boolean().check(z.meta({ description: "False: it may only look." })),
    mayResend: z.boolean().check(z.meta({ description: "Whether it may send deliveries again, recover and replay." })),
    retrySchedule: z.array(z.number()).check(z.meta({ description: "The server's: seconds before the second, third… try of a delivery." })),
    mayManageSecrets: z.boolean().check(z.meta({ description: "Whether it may reveal and rotate signing secrets." })),
  })
  .check(z.meta({ id: "PortalSessionOut" }));

export const WhoamiOut = z
  .object({
    envId: z.string(),
    appId: z.nullable(z.string()).check(z.meta({ description: "The one application that the caller reaches; null: all." })),
    permissionSource: z
      .enum(["RegionalAuthToken", "SvixJwt", "Unknown"])
      .check(z.meta({ description: "In Svix's words: an API key, a portal token, or a member's session." })),
  })
  .check(z.meta({ id: "WhoamiOut" }));

export type WhoamiOut = z.output<typeof WhoamiOut>;

export type AppPortalAccessIn = z.output<typeof AppPortalAccessIn>;

export type ApplicationTokenExpireIn = z.output<typeof ApplicationTokenExpireIn>;

export type PortalSessionOut = z.output<typeof PortalSessionOut>;

const tag = "Authentication";

const portal = { 200: { description: "The access", schema: AppPortalAccessOut } } as const;

export const appPortalAccess = operation({
  operationId: "v1.authentication.app-portal-access",
  method: "post",
  path: "/api/v1/auth/app-portal-access/{app_id}",
  tag,
  summary: "Let the people of an application in",
  access: "apiKey",
  role: "admin",
  body: AppPortalAccessIn,
  bodyOptional: true,
  responses: portal,
});

export const dashboardAccess = operation({
  operationId: "v1.authentication.dashboard-access",
  method: "post",
  path: "/api/v1/auth/dashboard-access/{app_id}",
  tag,
  summary: "The older form of app-portal-access, without a body",
  access: "apiKey",
  role: "admin",
  responses: portal,
});

export const expireAll = operation({
  operationId: "v1.authentication.expire-all",
  method: "post",
  path: "/api/v1/auth/app/{app_id}/expire-all",
  tag,
  summary: "Expire every portal access of an application",
  access: "apiKey",
  role: "admin",
  body: ApplicationTokenExpireIn,
  bodyOptional: true,
  responses: deleted,
});

export const whoami = operation({
  operationId: "v1.authentication.whoami",
  method: "get",
  path: "/api/v1/auth/whoami",
  tag,
  summary: "Say whose the token is",
  access: "apiKeyOrPortal",
  responses: { 200: { description: "What it reaches", schema: WhoamiOut } },
});

export const logout = operation({
  operationId: "v1.authentication.logout",
  method: "post",
  path: "/api/v1/auth/logout",
  tag,
  summary: "End the portal token that is used",
  access: "portal",
  capability: "ViewBase",
  responses: deleted,
});

export const portalExchange = operation({
  operationId: "v1.portal.exchange",
  method: "post",
  path: "/api/v1/portal/exchange",
  tag,
  summary: "Exchange the code of a portal link for a token",
  access: "public",
  body: PortalExchangeIn,
  responses: { 200: { description: "The token", schema: PortalExchangeOut } },
  refusals: [401],
});

export const openPortal = operation({
  operationId: "v1.portal.open",
  method: "post",
  path: "/api/v1/portal/session",
  tag,
  summary: "Exchange the code of a portal link for a session of this browser",
  description: "As v1.portal.exchange, but the token comes as a cookie that no script can read. The portal's pages call it.",
  access: "public",
  body: PortalExchangeIn,
  responses: { 204: { description: "The cookie is set" } },
  refusals: [401],
});

export const getPortalSession = operation({
  operationId: "v1.portal.get",
  method: "get",
  path: "/api/v1/portal/session",
  tag,
  summary: "Which application a portal token opens, and until when",
  access: "portal",
  responses: { 200: { description: "The session", schema: PortalSessionOut } },
});
