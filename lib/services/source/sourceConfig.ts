/** A source's secrets and settings: sealed at rest, checked against its provider's fields, and shown without secrets. */
import type { SourceProviderOut } from "../../contract/sourceTools.ts";
import type { SealedConfig } from "../../db/sources.ts";
import { invalid } from "../../errors.ts";
import {
  type ProviderConfig,
  cleanedSecret,
  identityInWords,
  isProviderKind,
  providers,
  secretFault,
} from "../../webhooks/verification.ts";
import type { Field } from "../../webhooks/verification/types.ts";

/** The secrets that count at a moment, and the settings: what verifying takes. */
export const currentConfig = ({ secrets, settings }: SealedConfig, nowMs: number): ProviderConfig => ({
  secrets: secrets.filter(({ expiresAtMs }) => expiresAtMs === null || expiresAtMs > nowMs).map(({ value }) => value),
  settings,
});

export const providerOf = (kind: string) => (isProviderKind(kind) ? providers[kind] : null);

/**
 * Throws a validation error for a provider that there is none of, and for settings that it has no field for or can't use.
 * `place`: what the settings are called in the body.
 */
export function requireFields(provider: string, { settings }: Pick<SealedConfig, "settings">, place = "settings"): void {
  const row = providerOf(provider);
  if (row === null) throw invalid(["body", "provider"], "There is no such provider: GET /api/v1/source-provider lists them");
  for (const [name, value] of Object.entries(settings)) {
    const field = row.fields.find((one) => one.name === name && name !== "secret");
    if (field === undefined) throw invalid(["body", place, name], `${row.label} has no such setting`);
    if (field.options !== undefined && !field.options.includes(value))
      throw invalid(["body", place, name], `It must be one of ${field.options.join(", ")}`);
    if (field.seconds !== undefined && !isSeconds(value, field.seconds))
      throw invalid(["body", place, name], `It must be ${field.seconds.join(" to ")} seconds`);
  }
  const fault = row.faultOf?.(settings) ?? null;
  if (fault !== null) throw invalid(["body", place, fault.name], fault.fault);
}

/**
 * The secrets as they are to be saved: without what was copied along. Throws a validation error for one that can verify nothing.
 * `placeOf`: where each stands in the request.
 */
export function cleanSecrets(
  provider: string,
  secrets: readonly string[],
  settings: SealedConfig["settings"],
  placeOf: (index: number) => (string | number)[] = (index) => ["body", "secrets", index],
): string[] {
  return secrets.map((secret, index) => {
    const fault = isProviderKind(provider) ? secretFault(provider, secret, settings) : null;
    if (fault !== null) throw invalid(placeOf(index), fault);
    return cleanedSecret(secret);
  });
}

/** The settings as they are to be saved: without line breaks at their ends, and secret ones without anything around them. */
export function cleanSettings<Value extends string | null>(provider: string, settings: Record<string, Value>): Record<string, Value> {
  const fields = providerOf(provider)?.fields ?? [];
  const cleaned = Object.entries(settings).map(([name, value]) => {
    const isSecret = fields.some((field) => field.name === name && field.secret);
    return [name, typeof value !== "string" ? value : isSecret ? cleanedSecret(value) : value.replaceAll(/^[\r\n]+|[\r\n]+$/g, "")];
  });
  return Object.fromEntries(cleaned) as Record<string, Value>;
}

const isSeconds = (value: string, [least, most]: readonly [number, number]): boolean =>
  value === "" || (/^\d{1,6}$/.test(value) && Number(value) >= least && Number(value) <= most);

/** Why nothing can be verified with a config; null if it can. */
export function problemOf(provider: string, config: SealedConfig, nowMs: number): string | null {
  const row = providerOf(provider);
  if (row === null) return "There is no such provider";
  const { secrets, settings } = currentConfig(config, nowMs);
  const missing = row.fields.find(({ name, required, ...field }) =>
    name === "secret" ? secrets.length === 0 : required && !settings[name] && field.default === undefined,
  );
  if (missing === undefined) return row.faultOf?.(settings)?.fault ?? problemOfSecrets(row.fields, provider, secrets, settings);
  const comes = missing.name === "secret" && row.learnsSecret !== undefined ? `: ${row.learnsSecret}` : "";
  return `${missing.label} is missing${comes}`;
}

/** The problem of a source's secrets, only if none of them can verify anything: one is enough. */
function problemOfSecrets(fields: readonly Field[], provider: string, secrets: readonly string[], settings: SealedConfig["settings"]) {
  const label = fields.find(({ name }) => name === "secret")?.label;
  if (label === undefined || !isProviderKind(provider)) return null;
  const faults = secrets.map((secret) => secretFault(provider, secret, settings));
  const [first = null] = faults;
  return first !== null && faults.every((fault) => fault !== null) ? `${label}: ${first}` : null;
}

/** A config as everybody may see it who may read. */
export function showConfig(provider: string, { secrets, settings }: SealedConfig, nowMs: number) {
  const fields = providerOf(provider)?.fields ?? [];
  const isSecret = (name: string): boolean => fields.find((field) => field.name === name)?.secret ?? true;
  const names = Object.keys(settings);
  return {
    secrets: secrets
      .filter(({ expiresAtMs }) => expiresAtMs === null || expiresAtMs > nowMs)
      .map(({ value, expiresAtMs }) => ({
        hint: hintOf(value),
        expiresAt: expiresAtMs === null ? null : new Date(expiresAtMs),
        ...(isSecret("secret") ? {} : { value }),
      })),
    settings: Object.fromEntries(Object.entries(settings).filter(([name]) => !isSecret(name))),
    secretSettings: names.filter(isSecret),
  };
}

// The end of a secret is enough to tell two apart; of a short one nothing is shown.
const hintOf = (secret: string): string => (secret.length >= 16 ? `…${secret.slice(-4)}` : "…");

export function listProviders(): SourceProviderOut[] {
  return Object.entries(providers).map(([kind, { label, docsUrl, hint, fields, scheme, identity, rejectedStatus, sample }]) => ({
    kind,
    label,
    docsUrl,
    hint,
    fields: fields.map(({ name, label, help, secret, required, options, default: preset, group, chosenAs, chosenFor }) => ({
      name,
      label,
      help,
      secret,
      required,
      options: options === undefined ? null : [...options],
      default: preset ?? null,
      group: group ?? null,
      chosenAs: chosenAs ?? null,
      chosenFor: chosenFor === undefined ? null : { setting: chosenFor.setting, values: [...chosenFor.values] },
    })),
    canSignTests: !scheme.asymmetric,
    identity: identityInWords(identity),
    signing: scheme.recipe,
    rejectedStatus,
    sample,
  }));
}
