/**
 * Why a request was refused: undoes, one at a time, what usually goes wrong, and says what makes the signature hold. It
 * looks with the source's own secrets, so what it says never holds one.
 */
import type { KeyReader } from "./verification/algorithms.ts";
import { encodings, hashes, keyEncodings } from "./verification/plain.ts";
import type { Extras, IncomingRequest, ProviderConfig, ProviderKind, Refused, Signed } from "./verification.ts";
import { claimedTimeMs, isProviderKind, isSignedFor, providers, signAs, verifyRequest } from "./verification.ts";
import type { Cause } from "../words/diagnosisCause.ts";
import { type Variant, bodyVariants, secretVariants, urlVariants } from "./verification/variants.ts";

/** `reproduced`: with this change undone the signature holds. Otherwise it is what is left to suspect. */
export type Finding = { cause: Cause; explanation: string; fix: string; reproduced: boolean };

/** Another source of the same owner. */
export type OtherSource = { label: string; provider: ProviderKind; config: ProviderConfig };

/** What is tried beside the request and the source as they are. */
export type Suspects = {
  others?: readonly OtherSource[];
  /** Secrets of the source itself that have run out. */
  expired?: readonly string[];
  /** The body packed, or unpacked: what this module can't do itself. */
  packings?: readonly Variant<Buffer>[];
};

/** Bodies beyond this are tried as they are only: the doctor looks while somebody waits. */
const maximumRewrittenBytes = 1_048_576;

/**
 * The likely causes, the likeliest first; never empty. `nowMs` is when the request came. Those that are `reproduced` come
 * before those that are guessed.
 */
export function diagnose(
  provider: ProviderKind,
  config: ProviderConfig,
  request: IncomingRequest,
  nowMs: number,
  { others = [], expired = [], packings = [] }: Suspects = {},
  extras: Extras = {},
): Finding[] {
  const verified = verifyRequest(provider, config, request, nowMs, extras);
  if (verified.ok) return [found("verifies_now", "With the source as it is now, the request verifies.", "Verify it again and release it.")];
  const patient: Patient = { provider, config, request, nowMs, extras, others, expired, packings, refused: verified };
  // What is right but for its time needs no other secret, although one may look right as well.
  const late = clock(patient);
  if (late !== null) return [late];
  const findings = examinations.flatMap((examine) => examine(patient) ?? []);
  return findings.length > 0 ? findings : [otherProvider(patient) ?? guess(patient)];
}

type Patient = Required<Suspects> & {
  provider: ProviderKind;
  config: ProviderConfig;
  request: IncomingRequest;
  nowMs: number;
  extras: Extras;
  refused: Refused;
};

type Change = { provider?: ProviderKind; config?: ProviderConfig; request?: IncomingRequest; readKey?: KeyReader };

/** Whether the signature holds with this change, whatever the clock says. */
function holds(patient: Patient, change: Change): boolean {
  const { provider, config, request, extras, nowMs } = { ...patient, ...change };
  const at = isProviderKind(provider) ? (claimedTimeMs(provider, config, request) ?? nowMs) : nowMs;
  return verifyRequest(provider, config, request, at, extras, change.readKey).ok;
}

const withSecret = (config: ProviderConfig, secret: string): ProviderConfig => ({ ...config, secrets: [secret] });

function found(cause: Cause, explanation: string, fix: string): Finding {
  return { cause, explanation, fix, reproduced: true };
}

function clock(patient: Patient): Finding | null {
  const { provider, config, request, nowMs } = patient;
  if (patient.refused.reason !== "stale" || !holds(patient, {})) return null;
  const seconds = Math.round((nowMs - (claimedTimeMs(provider, config, request) ?? nowMs)) / 1000);
  return seconds > 0
    ? found(
        "clock",
        `The signature is right, but ${seconds} s old when it came: the request was held up on its way, sent again with its old signature, or this server's clock is ahead.`,
        "Compare the server's clock with the true time (NTP). If it is right, look for a queue in front of Webster; a request that somebody repeats is refused on purpose.",
      )
    : found(
        "clock",
        `The signature is right, but dated ${-seconds} s in the future: one of the two clocks is off.`,
        "Set this server's clock (NTP). If it is right, the sender's is wrong.",
      );
}

function secretForm(patient: Patient): Finding | null {
  const { config } = patient;
  for (const secret of config.secrets)
    for (const { value, what } of secretVariants(secret)) {
      const change = { config: withSecret(config, value.secret), ...(value.readKey === undefined ? {} : { readKey: value.readKey }) };
      if (holds(patient, change))
        return found(
          "secret_form",
          `The secret is the right one, but in another form: the signature holds with the secret ${what}.`,
          "Copy the secret from the provider again, whole and without anything around it. If the sender is your own, make it read the key as the provider's document says.",
        );
    }
  return null;
}

function expiredSecret(patient: Patient): Finding | null {
  if (!patient.expired.some((secret) => holds(patient, { config: withSecret(patient.config, secret) }))) return null;
  return found(
    "expired_secret",
    "A secret of this source made the signature, but one that has been rotated out and has run out since.",
    "Enter the new secret at the provider. Until then, add the old one here again: it then counts beside the new one.",
  );
}

/** A source that takes whatever comes says nothing of who sent this. */
function takesAnything(patient: Patient, { provider, config }: OtherSource): boolean {
  const url = patient.request.url.split("?", 1)[0] ?? "";
  const bare = { ...patient.request, url, query: "", headers: {}, body: Buffer.from("{}") };
  return holds(patient, { provider, config, request: bare });
}

function otherSecret(patient: Patient): Finding[] {
  return patient.others
    .filter((other) => !takesAnything(patient, other))
    .filter(({ provider, config }) =>
      holds(patient, { provider, config: provider === patient.provider ? { ...patient.config, secrets: config.secrets } : config }),
    )
    .slice(0, 3)
    .map(({ label, provider }) =>
      provider === patient.provider
        ? found(
            "other_secret",
            `The secret of “${label}” made this signature.`,
            "The provider sends to the wrong URL, or the two secrets were swapped, as test and live mode easily are. Enter the right secret here, or the other URL there.",
          )
        : found(
            "other_provider",
            `The request is signed as “${label}” (${providers[provider].label}) expects it.`,
            "The provider sends to the wrong URL: enter the other source's there.",
          ),
    );
}

function bodyChanged(patient: Patient): Finding | null {
  const { request } = patient;
  if (request.body.length > maximumRewrittenBytes) return null;
  for (const { value, what } of [...bodyVariants(request.body), ...patient.packings])
    if (holds(patient, { request: { ...request, body: value } }))
      return found(
        "body_changed",
        `Something rewrote the body on its way: the signature holds for it ${what}.`,
        "Let whatever stands in front of Webster (a proxy, a gateway, a function that forwards) pass the raw bytes on, without parsing and writing them again.",
      );
  return null;
}

function urlChanged(patient: Patient): Finding | null {
  for (const { value, what } of urlVariants(patient.request)) {
    const url = new URL(value);
    if (holds(patient, { request: { ...patient.request, url: value, path: url.pathname, query: url.search } }))
      return found(
        "url_changed",
        `The provider signs the URL, and called another one than Webster sees: the signature holds for it ${what}.`,
        "Set WEBSTER_URL to the public address, or enter at the provider exactly the URL that the source shows.",
      );
  }
  return null;
}

const prefixes = ["", "sha256=", "sha1=", "sha512=", "v0=", "v1=", "v1,", "Bearer "];

/** How the provider would send this body; null: only it can sign. */
function exampleOf({ provider, config, request, nowMs }: Patient): Signed | null {
  const url = "https://source.example/in/x";
  const example = signAs(provider, config, { method: "POST", url, contentType: "application/json", body: request.body, nowMs, id: "1" });
  return "reason" in example ? null : example;
}

function headerRenamed(patient: Patient): Finding | null {
  const { request } = patient;
  const example = exampleOf(patient);
  if (example === null) return null;
  const expected = Object.keys(example.headers).filter((name) => name !== "content-type");
  for (const name of expected)
    for (const [given, value] of Object.entries(request.headers))
      for (const prefix of prefixes) {
        if (value.length > 1024 || (given === name && prefix === "")) continue;
        if (holds(patient, { request: { ...request, headers: { ...request.headers, [name]: prefix + value } } }))
          return found(
            "header_renamed",
            given === name
              ? `The header ${name} came without its ${prefix.trimEnd()}.`
              : `The signature is right, but came in the header ${given} instead of ${name}.`,
            "Let the proxy, or your own sender, pass the header on with the provider's own name and value.",
          );
      }
  return null;
}

/** A secret that the URL shows under another name than the source has it. */
function parameterRenamed(patient: Patient): Finding | null {
  const { request } = patient;
  const example = exampleOf(patient);
  if (example === null) return null;
  for (const expected of new URL(example.url).searchParams.keys())
    for (const [given, value] of new URLSearchParams(request.query)) {
      const query = new URLSearchParams(request.query);
      query.set(expected, value);
      if (given !== expected && holds(patient, { request: { ...request, query } }))
        return found(
          "header_renamed",
          `The secret is right, but came as ?${given}= instead of ?${expected}=.`,
          "Change the URL at the provider, or the parameter's name in the source's settings.",
        );
    }
  return null;
}

const templates = [
  "{body}",
  "{timestamp}.{body}",
  "{timestamp}{body}",
  "{timestamp}:{body}",
  "{body}{timestamp}",
  "{id}.{timestamp}.{body}",
  "{url}{body}",
  "{method}{url}{body}",
];

/** Tries other settings, only for the generic HMAC, whose settings somebody has typed. */
function settings(patient: Patient): Finding | null {
  const { provider, config } = patient;
  if (provider !== "hmac" || patient.request.body.length > maximumRewrittenBytes) return null;
  const own = config.settings;
  const header = patient.request.headers[(own["header"] ?? "").toLowerCase()] ?? "";
  const usable = templates.filter(
    (text) => text.includes("{timestamp}") === Boolean(own["timestampHeader"]) && text.includes("{id}") === Boolean(own["idHeader"]),
  );
  for (const template of new Set([own["template"] || "{body}", ...usable]))
    for (const hash of hashes)
      for (const encoding of encodings)
        for (const secretEncoding of keyEncodings)
          for (const prefix of prefixes.filter((text) => header.startsWith(text))) {
            const tried = { ...own, template, hash, encoding, secretEncoding, prefix };
            if (holds(patient, { config: { ...config, settings: tried } })) {
              const written = `content ${template}, hash ${hash}, encoding ${encoding}, secret's encoding ${secretEncoding}, prefix ${prefix === "" ? "none" : prefix}`;
              return found(
                "settings",
                `The secret is right, the source's settings are not. It holds with: ${written}.`,
                "Change the source's settings to these.",
              );
            }
          }
  return null;
}

/** The signature is right, but made for somebody else: another audience, topic, app, or another body. */
function meantForOthers(patient: Patient): Finding | null {
  const { provider, config, request, nowMs, extras, refused } = patient;
  if (refused.reason !== "bad_signature" || !isSignedFor(provider, config, request, nowMs, extras)) return null;
  return found(
    "settings",
    `${providers[provider].label} did sign this. But: ${lowerFirst(refused.detail)}.`,
    "If it is meant for this source, change the source's settings to what it says. If not, somebody passes on what was signed for another: it is refused on purpose.",
  );
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

// Secrets of these kinds stand in many places, and prove nothing of the body.
const notTried = new Set<ProviderKind>(["url-token", "api-key", "okta", "revenuecat"]);

/** Only sources whose secret alone says whether a request is theirs are tried. */
function isTried(provider: ProviderKind, settings: Readonly<Record<string, string>>): boolean {
  const { fields, needs } = providers[provider];
  const isWhole = fields.every(({ name, required }) => name === "secret" || !required || Boolean(settings[name]));
  return needs === undefined && !notTried.has(provider) && isWhole && fields.some(({ name }) => name === "secret");
}

function otherProvider(patient: Patient): Finding | null {
  const kinds = Object.keys(providers).filter(isProviderKind);
  const settings = { ...patient.config.settings, topic: "-", verifyToken: "-" };
  for (const provider of kinds) {
    if (provider === patient.provider || provider === "hmac" || !isTried(provider, settings)) continue;
    // The same scheme under another name says nothing new.
    if (providers[provider].scheme === providers[patient.provider].scheme) continue;
    if (
      holds(patient, {
        provider,
        config: { secrets: patient.config.secrets, settings },
      })
    )
      return found(
        "other_provider",
        `The secret is right, but the request is signed as ${providers[provider].label} does it.`,
        `Change the source's provider to “${providers[provider].label}”, or make the sender sign as ${providers[patient.provider].label} does.`,
      );
  }
  return null;
}

const examinations: ((patient: Patient) => Finding | Finding[] | null)[] = [
  secretForm,
  expiredSecret,
  otherSecret,
  bodyChanged,
  urlChanged,
  meantForOthers,
  headerRenamed,
  parameterRenamed,
  settings,
];

const settingsOf = (provider: ProviderKind): string =>
  providers[provider].fields
    .filter(({ required, name }) => required && name !== "secret")
    .map((field) => field.label.toLowerCase())
    .join(", ");

const notSigned = (detail: string, label: string): string => `${detail}: the request is not signed as ${label} does it.`;
const somebodyElse = "Or somebody else has found the URL.";

/** A suspicion for when no change made the signature hold. */
function guess({ provider, refused }: Patient): Finding {
  const guessed = (cause: Cause, explanation: string, fix: string): Finding => ({ cause, explanation, fix, reproduced: false });
  if (refused.reason === "misconfigured")
    return guessed("source_incomplete", `${refused.detail}.`, "Complete the source's settings, then verify the request again.");
  const { label, needs, scheme } = providers[provider];
  if (refused.reason === "missing_header")
    return scheme.shows === true
      ? guessed("not_signed", `${refused.detail}: the request does not show the secret.`, `${whereShown(refused.detail)} ${somebodyElse}`)
      : guessed(
          "not_signed",
          notSigned(refused.detail, label),
          `Enter the secret at the provider too, since many sign nothing without one; see whether a proxy drops the header. ${somebodyElse}`,
        );
  if (provider === "hmac" && refused.reason === "malformed")
    return guessed(
      "settings",
      `${refused.detail}.`,
      "Compare the source's settings with what the request's headers say, and change them to that.",
    );
  if (needs !== undefined)
    return guessed(
      "certificate",
      `${refused.detail}.`,
      `Compare the source's settings (${settingsOf(provider)}) with what ${label} shows.`,
    );
  if (refused.reason === "malformed")
    return guessed(
      "not_signed",
      notSigned(refused.detail, label),
      `Compare the header with what ${label} documents: a sender of your own may write it otherwise, or a proxy has changed it. ${somebodyElse}`,
    );
  const signsUrl = /\{(url|decodedUrl)\}/.test(scheme.recipe?.content ?? "");
  return guessed(
    "unknown_secret",
    `${refused.detail}. No usual change to the request, and no other secret that Webster knows here, makes it hold.`,
    `Most likely the secret is another one: copy it from the provider again. ${
      signsUrl ? `${label} signs the URL, too: enter there exactly the one that the source shows. ` : ""
    }If ${signsUrl ? "both are" : "it is"} right, somebody else has sent this.`,
  );
}

function whereShown(detail: string): string {
  const parameter = /^The URL has no (\S+=)$/.exec(detail)?.[1];
  return parameter === undefined
    ? "Enter the secret at the provider too; see whether a proxy drops the header."
    : `Give the provider the source's URL with ?${parameter} and the secret behind it.`;
}
