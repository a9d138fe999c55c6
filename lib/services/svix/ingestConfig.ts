/** What the svix SDKs call a source's `type` and `config`, as provider, secrets and settings. */
import type { IngestSourceIn } from "../../contract/ingest.ts";
import { maximumSecretLength, type SourceOut } from "../../contract/source.ts";
import { invalid } from "../../errors.ts";
import { type ProviderKind, isProviderKind, providers } from "../../webhooks/verification.ts";
import { cleanSecrets, requireFields } from "../source/sourceConfig.ts";

/** `secrets` undefined: none was named; null: none is wanted. */
export type Verification = { provider: ProviderKind; secrets: string[] | null | undefined; settings: Record<string, string> };

/** The SDKs' word for a source that verifies nothing. */
export const unverified = "generic-webhook";

/** The types that svix 2.5 knows; it throws on every other, so those are answered as `unverified`. */
export const sdkTypes: ReadonlySet<string> = new Set(
  (
    "adobe-sign airwallex beehiiv brex checkbook clerk docusign easypost github guesty hubspot incident-io lithic merge meta nango nash " +
    "open-ai openclaw orum-io panda-doc pleo port-io psi-fi render replicate resend rutter safebase sardine segment shopify slack stripe " +
    "stych svix tailscale telnyx vapi veriff zoom"
  ).split(" "),
);

/**
 * Types of the SDKs that there is no row for, and what to do instead. The object has no prototype, since the type is whatever
 * somebody sends.
 */
const notOffered: Readonly<Record<string, string>> = Object.assign(Object.create(null) as object, {
  cron: `Sources of type cron are not offered, as nothing is sent by the clock here: let a scheduler of yours send to a source of type ${unverified}, bearer or hmac`,
  vgs: "Sources of type vgs are not offered. Take hmac, which is told in which header the signature stands: POST /api/v1/source takes its settings",
});

/** Types that may be made without a secret, as at Svix. Nothing is accepted before there is one. */
const secretMayFollow: ReadonlySet<string> = new Set(["docusign", "easypost", "github", "hubspot", "segment"]);

/**
 * What a type and a config verify by. `before`: the provider until now. Throws a validation error that names the member that
 * nobody would read, or that can't be.
 */
export function verificationOf({ type, config }: Pick<IngestSourceIn, "type" | "config">, before: string | null = null): Verification {
  const given = Object.entries((config ?? {}) as Record<string, unknown>).filter(([, value]) => value !== undefined);
  const provider = providerOf(type, given, before);
  const names = new Set(providers[provider].fields.map(({ name }) => name));
  const found: Verification = { provider, secrets: undefined, settings: {} };
  for (const [name, value] of given) {
    const isSecret = names.has("secret") && (name === "secret" || name === secretName(provider));
    if (!isSecret && !names.has(name)) throw invalid(["body", "config", name], unread(type, provider));
    if (value !== null && typeof value !== "string" && typeof value !== "number")
      throw invalid(["body", "config", name], "It must be text", "invalid_type");
    const text = value === null ? null : String(value);
    if (text !== null && text.length > maximumSecretLength)
      throw invalid(["body", "config", name], `It must be at most ${maximumSecretLength} characters long`, "too_big");
    if (isSecret && text?.trim() === "") throw invalid(["body", "config", name], "It must not be empty", "too_small");
    if (isSecret) found.secrets = text === null ? null : [text];
    else if (text !== null) found.settings[name] = text;
  }
  requireFields(provider, found, "config");
  cleanSecrets(provider, found.secrets ?? [], found.settings, () => ["body", "config", secretName(provider)]);
  return found;
}

/** Throws a validation error for a source that could never accept anything. */
export function requireWhole(provider: ProviderKind, secrets: readonly string[], settings: Readonly<Record<string, string>>): void {
  const missing = providers[provider].fields.find(({ name, required, ...field }) =>
    name === "secret" ? secrets.length === 0 && !secretMayFollow.has(provider) : required && !settings[name] && field.default === undefined,
  );
  if (missing === undefined) return;
  const name = missing.name === "secret" ? secretName(provider) : missing.name;
  const why = sdkTypes.has(provider) ? "" : "; the SDKs leave out the config of types that they don't know: POST /api/v1/source takes it";
  throw invalid(["body", "config", name], `Without it every request would be refused${why}`, "missing");
}

/** What is never shown, and so can't be given back by who replaces a source. */
export const hiddenSettings = (provider: ProviderKind, settings: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    providers[provider].fields.flatMap(({ name, secret }) => {
      const value = secret ? settings[name] : undefined;
      return value === undefined ? [] : [[name, value]];
    }),
  );

/** Settings that are no secrets, and the public key or client id, without which SDKs with types can't read a source. */
export function shownConfig({ provider, settings, secrets }: Pick<SourceOut, "provider" | "settings" | "secrets">): Record<string, string> {
  const field = providers[provider].fields.find(({ name }) => name === "secret");
  if (field === undefined || field.secret) return settings;
  const current = secrets.find(({ expiresAt }) => expiresAt === null) ?? secrets[0];
  return { ...settings, [secretName(provider)]: current?.value ?? "" };
}

function providerOf(type: string, config: readonly [string, unknown][], before: string | null): ProviderKind {
  if (type === unverified) return "none";
  if (!isProviderKind(type))
    throw invalid(
      ["body", "type"],
      notOffered[type] ??
        "There is no such provider: GET /api/v1/source-provider lists them, with hmac, jwt, bearer, api-key, basic and url-token for all others",
    );
  if (type !== "gitlab") return type;
  // GitLab has two kinds of secrets, and its older one is any text.
  const secret = config.find(([name]) => name === "secret")?.[1];
  if (typeof secret !== "string") return before === "gitlab-token" ? before : type;
  return secret.startsWith("whsec_") ? type : "gitlab-token";
}

/** The member of Svix's config that holds what verifies. */
const secretName = (provider: ProviderKind): string =>
  provider === "adobe-sign" ? "clientId" : providers[provider].scheme.asymmetric ? "publicKey" : "secret";

function unread(type: string, provider: ProviderKind): string {
  if (provider === "none") return `${type} verifies nothing, so it has no settings; name the provider's type, or hmac, bearer, basic …`;
  const { label, fields } = providers[provider];
  const names = fields.map(({ name }) => (name === "secret" ? secretName(provider) : name));
  return `${label} has no such setting; there ${names.length === 1 ? "is" : "are"} ${names.join(", ")}`;
}
