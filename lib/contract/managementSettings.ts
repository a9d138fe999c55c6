/** The settings of Svix's management API. Members as in its SettingsInternalPatch and SettingsInternalOut. */
import * as z from "zod/mini";

const text = z.string().check(z.maxLength(2048));
const word = z.nullish(text);
const flag = z.optional(z.boolean());
const words = (...names: string[]) => z.nullish(z.object(Object.fromEntries(names.map((name) => [name, word]))));

const palette = words(
  "backgroundHover",
  "backgroundPrimary",
  "backgroundSecondary",
  "borderPrimary",
  "buttonPrimary",
  "interactiveAccent",
  "navigationAccent",
  "primary",
  "textDanger",
  "textPrimary",
  "textSecondary",
);

const corners = z.nullish(z.enum(["none", "sm", "md", "lg", "full"]));

/** Settings that Webster keeps for whoever sets them, and answers. A null takes one away. */
export const keptSettingShapes = {
  applicationAlertEvents: z.nullish(z.array(text).check(z.maxLength(20))),
  applicationAlertsDashboardUrl: word,
  applicationAlertsLogoUrl: word,
  colorPaletteDark: palette,
  colorPaletteLight: palette,
  customBaseFontSize: z.nullish(z.int().check(z.gte(1), z.lte(100))),
  customColor: word,
  customFontFamily: word,
  customFontFamilyUrl: word,
  customLogoUrl: word,
  customStringsOverride: words("channelsHelp", "channelsMany", "channelsOne"),
  customThemeOverride: z.nullish(
    z.object({
      borderRadius: z.nullish(z.object({ button: corners, card: corners, input: corners })),
      fontSize: z.nullish(z.object({ base: z.nullish(z.int().check(z.gte(1), z.lte(100))) })),
    }),
  ),
  disableEndpointOnFailure: flag,
  displayName: word,
  enableApplicationAlerts: flag,
  enableChannels: flag,
  enableEndpointMtlsConfig: flag,
  enableEndpointOauthConfig: flag,
  enableIntegrationManagement: flag,
  enableMessageStream: flag,
  enableMsgAtmptLog: flag,
  enableTransformations: flag,
  enforceHttps: flag,
  sendSvixWebhookHeaders: flag,
  showFeatureTooltips: flag,
  showUseSvixPlay: flag,
  webhooksAutoConfig: flag,
} as const;

/** A setting for what Webster does in one way, whatever is asked. Saying that it did otherwise would mislead people who count on it. */
const never = z.optional(z.boolean().check(z.refine((on) => !on, "Webster does not do this, so it can't be turned on")));

export const fixedSettingShapes = {
  enableOtlp: never,
  eventCatalogPublished: never,
  readOnly: never,
  requireEndpointChannel: never,
  requireEndpointFilterTypes: never,
  wipeSuccessfulPayload: never,
} as const;

const shapes = {
  ...keptSettingShapes,
  ...fixedSettingShapes,
  whitelabelHeaders: z.optional(z.boolean()).check(
    z.meta({
      description: "True: signatures are sent under the standard header names only. The opposite of Webster's `svixHeaders`.",
    }),
  ),
};

const description =
  "Webster acts on whitelabelHeaders. enforceHttps can be true only where the whole server is configured so. What Webster does not do " +
  "(enableOtlp, eventCatalogPublished, readOnly, requireEndpointChannel, requireEndpointFilterTypes, wipeSuccessfulPayload) can't be " +
  "turned on. Everything else is kept and answered as it was set.";

export const ManagementSettings = z.object(shapes).check(z.meta({ id: "ManagementSettings", description }));
export type ManagementSettings = z.output<typeof ManagementSettings>;
