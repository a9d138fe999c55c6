/** What an environment is set to, and moving that and its event types from one environment to another. */
import * as z from "zod/mini";
import { EndpointAuthenticationOut } from "./authentication.ts";
import { ConnectorIn, ConnectorOut } from "./connector.ts";
import { EventTypeIn, EventTypeOut } from "./eventType.ts";
import { operation } from "./operation.ts";
import { idHeader, traceHeaders, userAgent } from "./presentation.ts";
import { anyObject, uid } from "./shared.ts";
import { EndpointSignatureIn, EndpointSignatureOut } from "./signature.ts";
import { payloadValidations } from "../words/payloadValidation.ts";
import { parseUrl } from "../words/url.ts";

export const payloadValidation = z.enum(payloadValidations).check(
  z.meta({
    description:
      "Of payloads against their event type's newest schema. warn: what does not fit is sent and noted. reject: it is answered 422.",
  }),
);

const payloadSearch = z
  .boolean()
  .check(z.meta({ description: "Whether words of payloads are kept, so that the log finds messages by them (`search`)." }));

const svixHeaders = z.boolean().check(z.meta({ description: "Whether standard signatures are also sent under Svix's header names." }));

const portalOrigins = z
  .array(
    z.string().check(
      z.maxLength(256),
      z.refine(
        (text) => /^https?:\/\/([a-z0-9.-]+|\[[0-9a-f:]+\])(:\d+)?$/.test(text) && isOrigin(text),
        "must be an origin such as https://app.example.com",
      ),
    ),
  )
  .check(z.maxLength(20), z.meta({ description: "Whose pages may show the portal in a frame.", examples: [["https://app.example.com"]] }));

const isOrigin = (text: string): boolean => parseUrl(text)?.origin === text;

const singleUsePortalLinks = z
  .boolean()
  .check(z.meta({ description: "True: a portal link works once. False: until it expires, as pages need that load it again." }));

const keysMayMakeKeys = z
  .boolean()
  .check(z.meta({ description: "Whether API keys that may write make others. Those that may manage always do. Only members set it." }));

const maximumKeyDays = z
  .int()
  .check(
    z.gte(0),
    z.lte(3650),
    z.meta({ description: "The most days that a new API key may last; 0: no limit. Only members can set it." }),
  );

/** The shape of each setting, by the setting's name. */
export const settingShapes = {
  payloadValidation,
  payloadSearch,
  svixHeaders,
  portalOrigins,
  singleUsePortalLinks,
  keysMayMakeKeys,
  maximumKeyDays,
  userAgent,
  idHeader,
  traceHeaders,
} as const;

/** Settings that a key must not change, for they are about keys. */
export const settingsOfMembers = ["keysMayMakeKeys", "maximumKeyDays"] as const satisfies (keyof typeof settingShapes)[];

export const EnvironmentSettings = z.object(settingShapes).check(z.meta({ id: "EnvironmentSettings" }));

const place = { application: uid, endpoint: uid };

const EndpointSetup = z
  .object({ ...place, signature: EndpointSignatureOut, authentication: EndpointAuthenticationOut })
  .check(z.meta({ id: "EndpointSetup", description: "How an endpoint signs and authenticates, by uids; without secrets." }));
export type EndpointSetup = z.output<typeof EndpointSetup>;

const EndpointSetupIn = z
  .object({ ...place, signature: z.nullish(EndpointSignatureIn), authentication: z.nullish(EndpointAuthenticationOut) })
  .check(z.meta({ id: "EndpointSetupIn" }));
export type EndpointSetupIn = z.output<typeof EndpointSetupIn>;

const EnvironmentExportOut = z
  .object({
    version: z.int(),
    createdAt: z.iso.datetime(),
    eventTypes: z.array(EventTypeOut),
    settings: EnvironmentSettings,
    connectors: z.array(ConnectorOut),
    endpoints: z
      .array(EndpointSetup)
      .check(z.meta({ description: "Of endpoints that have uids and either authenticate or sign in a style other than the standard." })),
  })
  .check(z.meta({ id: "EnvironmentExportOut" }));

export const EnvironmentImportIn = z
  .object({
    eventTypes: z
      .nullish(z.array(EventTypeIn).check(z.maxLength(10_000)))
      .check(z.meta({ description: "An archived one without further fields is a name that connectors mention; it is not created." })),
    settings: z.nullish(anyObject).check(z.meta({ description: "As in an export; what Webster has no setting for is passed over." })),
    connectors: z.nullish(z.array(ConnectorIn).check(z.maxLength(10_000))),
    endpoints: z
      .nullish(z.array(EndpointSetupIn).check(z.maxLength(100_000)))
      .check(z.meta({ description: "Endpoints that are there already, by the uids of application and endpoint; none is created." })),
  })
  .check(z.meta({ id: "EnvironmentImportIn" }));

const names = z.array(z.string());

export const EnvironmentImportOut = z
  .object({
    eventTypes: z.object({ created: names, changed: names, unchanged: names }),
    connectors: z.object({ created: names, changed: names, unchanged: names }),
    endpoints: z
      .object({ changed: names, unchanged: names, unknown: names, needSecret: names })
      .check(z.meta({ description: "`needSecret`: it does not authenticate that way yet, and an export contains no secrets." })),
    settings: z.object({ changed: names, ignored: names }),
  })
  .check(z.meta({ id: "EnvironmentImportOut" }));

export type EnvironmentImportIn = z.output<typeof EnvironmentImportIn>;
export type EnvironmentImportOut = z.output<typeof EnvironmentImportOut>;
export type EnvironmentSettings = z.output<typeof EnvironmentSettings>;

const tag = "Environment";
const access = "apiKey";
const role = "admin";

export const exportEnvironment = operation({
  operationId: "v1.environment.export",
  method: "post",
  path: "/api/v1/environment/export",
  tag,
  summary: "Export event types, settings and connectors",
  description:
    "With how endpoints sign and authenticate, without secrets. Archived types are left out, but for those that connectors mention.",
  access,
  role,
  responses: { 200: { description: "The environment", schema: EnvironmentExportOut } },
});

export const importEnvironment = operation({
  operationId: "v1.environment.import",
  method: "post",
  path: "/api/v1/environment/import",
  tag,
  summary: "Import what was exported",
  description:
    "Adds and changes, deletes nothing; all of it or, if anything is not valid, nothing. Connectors are recognised by uid, or by name; " +
    "several of one name by what they are, then by their order. The same again changes nothing.",
  access,
  role,
  query: z.object({
    dry_run: z
      ._default(z.boolean(), false)
      .check(z.meta({ description: "True: changes nothing, and answers 200 with what would change." })),
  }),
  body: EnvironmentImportIn,
  responses: { 200: { description: "With dry_run: what would change", schema: EnvironmentImportOut }, 204: { description: "Done" } },
});

export const getEnvironmentSettings = operation({
  operationId: "v1.environment.get-settings",
  method: "get",
  path: "/api/v1/environment/settings",
  tag,
  summary: "Get the environment's settings",
  access,
  responses: { 200: { description: "The settings", schema: EnvironmentSettings } },
});

export const EnvironmentSettingsPatch = z
  .object({
    payloadValidation: z.optional(payloadValidation),
    payloadSearch: z.optional(payloadSearch),
    svixHeaders: z.optional(svixHeaders),
    portalOrigins: z.optional(portalOrigins),
    singleUsePortalLinks: z.optional(singleUsePortalLinks),
    keysMayMakeKeys: z.optional(keysMayMakeKeys),
    maximumKeyDays: z.optional(maximumKeyDays),
    userAgent: z.optional(userAgent),
    idHeader: z.optional(idHeader),
    traceHeaders: z.optional(traceHeaders),
  })
  .check(z.meta({ id: "EnvironmentSettingsPatch" }));

export const patchEnvironmentSettings = operation({
  operationId: "v1.environment.patch-settings",
  method: "patch",
  path: "/api/v1/environment/settings",
  tag,
  summary: "Change the environment's settings",
  access,
  role,
  body: EnvironmentSettingsPatch,
  responses: { 200: { description: "The settings", schema: EnvironmentSettings } },
});
