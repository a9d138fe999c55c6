/** Who may come in: portal access for the people of an application, API keys, and the first owner. */
import * as z from "zod/mini";
import { ApplicationIn } from "./application.ts";
import { capabilities } from "../words/capability.ts";
import { permissions } from "../words/keyScope.ts";
import { operation } from "./operation.ts";
import { deleted, featureFlag, moment, orElse, pageOf, paging, plainText } from "./shared.ts";

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
      .check(z.meta({ description: "A link for a browser. It works until it expires, or once if the environment is set so." })),
    token: z.string().check(z.meta({ description: "A token for this API, bound to the application." })),
  })
  .check(z.meta({ id: "AppPortalAccessOut" }));

export const ApplicationTokenExpireIn = z
  .object({
    expiry: z.nullish(z.int().check(z.gte(0), z.lte(604_800))).check(z.meta({ description: "Seconds until then. Default: now." })),
    sessionIds: z
      .nullish(z.array(sessionId).check(z.maxLength(250)))
      .check(z.meta({ description: "Only the access that was made with one of these. Default, and if empty: all." })),
  })
  .check(z.meta({ id: "ApplicationTokenExpireIn" }));

export const PortalExchangeIn = z
  .object({ code: z.string().check(z.minLength(1), z.maxLength(256)) })
  .check(z.meta({ id: "PortalExchangeIn" }));

export const PortalExchangeOut = z
  .object({ token: z.string(), applicationId: z.string(), expiresAt: z.iso.datetime() })
  .check(z.meta({ id: "PortalExchangeOut" }));

export const keyName = plainText.check(z.minLength(1, "Give the key a name"), z.maxLength(256));

const requestsPerSecond = z
  .int()
  .check(z.gte(1), z.lte(1_000_000), z.meta({ description: "The key may ask so often; more is answered 429.", examples: [100] }));

export const PortalSessionOut = z
  .object({
    application: z.object({ id: z.string(), uid: z.nullable(z.string()), name: z.string() }),
    expiresAt: z.iso.datetime(),
    mayChange: z.boolean().check(z.meta({ description: "False: it may only look." })),
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

export const ApiKeyIn = z
  .object({
    name: keyName,
    permission: z._default(z.enum(permissions), "write").check(
      z.meta({
        description: "read: the key changes and sends nothing. manage: it also manages the organization's environments and their keys.",
      }),
    ),
    applicationId: z
      .nullish(z.string().check(z.minLength(1), z.maxLength(256)))
      .check(z.meta({ description: "Id or uid of the one application that the key reaches. Default: all." })),
    expiresAt: z.nullish(moment).check(z.meta({ description: "Default: never, or with the key that makes it." })),
    requestsPerSecond: z.nullish(requestsPerSecond),
  })
  .check(z.meta({ id: "ApiKeyIn", examples: [{ name: "Billing service" }] }));

export const ApiKeyPatch = z
  .object({ name: z.optional(keyName), requestsPerSecond: z.nullish(requestsPerSecond) })
  .check(z.meta({ id: "ApiKeyPatch", examples: [{ requestsPerSecond: 100 }] }));

const apiKeyShown = {
  id: z.string(),
  name: z.string(),
  prefix: z.string().check(z.meta({ description: "How the key begins, to recognise it by." })),
  createdAt: z.iso.datetime(),
  expiresAt: z.nullable(z.iso.datetime()),
  permission: z.enum(permissions),
  scopes: z
    .nullable(z.array(z.string()))
    .check(z.meta({ description: "Set: the key may do no more than these name. Given by the management API." })),
  applicationId: z.nullable(z.string()),
  lastUsedAt: z.nullable(z.iso.datetime()).check(z.meta({ description: "Exact to about a minute." })),
  createdBy: z.nullable(z.string()).check(z.meta({ description: "Which member made it." })),
  requestsPerSecond: z.nullable(z.int()).check(z.meta({ description: "Null: the limit that the server is configured with, if any." })),
};

export const ApiKeyOut = z.object(apiKeyShown).check(z.meta({ id: "ApiKeyOut" }));
export const ApiKeyCreatedOut = z
  .object({ ...apiKeyShown, key: z.string().check(z.meta({ description: "The key itself; it is not shown again." })) })
  .check(z.meta({ id: "ApiKeyCreatedOut" }));

export const SetupIn = z
  .object({
    token: z.string().check(z.minLength(1), z.maxLength(256)),
    email: z.string().check(z.minLength(3), z.maxLength(254), z.regex(/^[^\s@]+@[^\s@]+$/, "must be an e-mail address")),
    password: z.string().check(z.minLength(12), z.maxLength(256)),
    organizationName: plainText.check(z.minLength(1), z.maxLength(256)),
  })
  .check(z.meta({ id: "SetupIn" }));
export const SetupOut = z.object({ apiKey: z.string() }).check(z.meta({ id: "SetupOut" }));

export type AppPortalAccessIn = z.output<typeof AppPortalAccessIn>;
export type ApplicationTokenExpireIn = z.output<typeof ApplicationTokenExpireIn>;
export type PortalSessionOut = z.output<typeof PortalSessionOut>;
export type ApiKeyIn = z.output<typeof ApiKeyIn>;
export type ApiKeyPatch = z.output<typeof ApiKeyPatch>;
export type ApiKeyOut = z.output<typeof ApiKeyOut>;
export type ApiKeyCreatedOut = z.output<typeof ApiKeyCreatedOut>;

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

export const listApiKeys = operation({
  operationId: "v1.api-key.list",
  method: "get",
  path: "/api/v1/api-key",
  tag: "API Key",
  summary: "List the environment's API keys",
  access: "apiKey",
  role: "admin",
  query: z.object(paging),
  responses: { 200: { description: "A page", schema: pageOf("ListResponse_ApiKeyOut_", ApiKeyOut) } },
});

export const createApiKey = operation({
  operationId: "v1.api-key.create",
  method: "post",
  path: "/api/v1/api-key",
  tag: "API Key",
  summary: "Create an API key",
  description: "A key makes none that may do more than itself, or that lasts longer.",
  access: "apiKey",
  role: "admin",
  body: ApiKeyIn,
  responses: { 201: { description: "Created", schema: ApiKeyCreatedOut } },
});

export const patchApiKey = operation({
  operationId: "v1.api-key.patch",
  method: "patch",
  path: "/api/v1/api-key/{key_id}",
  tag: "API Key",
  summary: "Rename an API key, or change its rate limit",
  description: "The limit holds at once; null gives the key the server's own.",
  access: "apiKey",
  role: "admin",
  body: ApiKeyPatch,
  responses: { 200: { description: "The key", schema: ApiKeyOut } },
});

export const revokeApiKey = operation({
  operationId: "v1.api-key.revoke",
  method: "delete",
  path: "/api/v1/api-key/{key_id}",
  tag: "API Key",
  summary: "Revoke an API key, at once",
  access: "apiKey",
  role: "admin",
  responses: deleted,
});

export const setup = operation({
  operationId: "v1.setup",
  method: "post",
  path: "/api/v1/setup",
  tag: "Setup",
  summary: "Create the first owner, with the one-time token of the first start",
  access: "public",
  body: SetupIn,
  responses: { 201: { description: "The organization's first API key", schema: SetupOut } },
});
