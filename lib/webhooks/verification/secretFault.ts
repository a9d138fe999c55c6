/** Whether a secret can verify anything, tried out: a signature is made with it and checked, or its key is built. */
import { sampleAs } from "./sample.ts";
import { requestOf } from "./schemes.ts";
import type { Provider } from "./row.ts";
import type { Draft, Settings, Signed } from "./types.ts";

/** Why the secret can't verify, in words that do not repeat it; null: it can. `secret`: cleaned. */
export function secretFaultOf(row: Provider, secret: string, settings: Settings): string | null {
  if (secret === "") return "It is empty";
  if (/[\r\n]/.test(secret) && !/^(-----|\{)/.test(secret)) return "It has several lines: give each secret by itself";
  if (/(?![\t\r\n])\p{Cc}/u.test(secret)) return "It has a character in it that nobody can type";
  if (settingsLine.test(secret)) return "It is a line of a file of settings: give only what stands behind the equals sign";
  const copied = copies.find(([pattern]) => pattern.test(secret));
  if (copied !== undefined) return copied[1];
  const mistaken = row.notSecrets?.find(([pattern]) => pattern.test(secret));
  if (mistaken !== undefined) return mistaken[1];
  return isIncomplete(row, settings) ? null : (keyFaultOf(row, secret, settings) ?? signingFaultOf(row, secret, settings));
}

/** Whether settings are missing: nothing can be tried out yet, and that is no fault of the secret. */
const isIncomplete = ({ fields }: Provider, settings: Settings): boolean =>
  fields.some(({ name, required, ...field }) => name !== "secret" && required && !settings[name] && field.default === undefined);

/** `export STRIPE_WEBHOOK_SECRET=whsec_…`; base64 ends with equals signs, and has nothing behind them. */
const settingsLine = /^(?:export\s+)?[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\s*=\s*[^\s=]/;

/** What else people copy from a provider's page or from a request. */
const copies: readonly (readonly [pattern: RegExp, fault: string])[] = [
  [/^https?:\/\/\S+$/i, "It is a URL: the secret is another text"],
  [/^[a-z][\w-]*(?:signature|hmac)[\w-]*:/i, "It is a header with a signature: give the secret that signatures are made with"],
  [
    /^(?:(?:sha\d+|v\d)=[0-9a-f]{40,128}|ts?=\d+[,;].*|v1,[\w+/]{43}=)$/i,
    "It is a signature, and each request has another: give the secret that they are made with",
  ],
];

const nowMs = 1_800_000_000_000;

function draftOf(row: Provider): Draft {
  const { contentType } = row.sample;
  const body = Buffer.from(sampleAs(row, "event_1"));
  return { method: "POST", url: "https://hooks.example/in/token", contentType, body, nowMs, id: "event_1" };
}

/** The fault of a key, pairs included, whose private half is the provider's: comparing any signature with it shows whether it is one. */
function keyFaultOf(row: Provider, secret: string, settings: Settings): string | null {
  const claim = { signatures: ["AAAA"], timestamp: { text: String(nowMs), ms: nowMs }, id: "event_1" };
  const checked = row.scheme.check(secret, claim, { request: requestOf(draftOf(row)), settings, nowMs, extras: {} });
  return typeof checked === "object" && checked.reason === "misconfigured" ? checked.detail : null;
}

function signingFaultOf(row: Provider, secret: string, settings: Settings): string | null {
  if (row.scheme.asymmetric) return null;
  const signed = row.scheme.sign(secret, draftOf(row), settings);
  // What can't be signed for another reason than its secret is told of the settings.
  if ("reason" in signed) return null;
  if (Object.values(signed.headers).some((value) => !/^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(value)))
    return "It has a character in it that no header can carry";
  const request = arrivedAs(signed);
  const claim = row.scheme.claim(request, settings);
  if ("reason" in claim) return null;
  const checked = row.scheme.check(secret, claim, { request, settings, nowMs, extras: {} });
  return checked === "match" ? null : "A signature made with it does not verify";
}

function arrivedAs(signed: Signed) {
  const headers = Object.fromEntries(Object.entries(signed.headers).map(([name, value]) => [name.toLowerCase(), value]));
  return { ...requestOf({ ...signed, contentType: "", nowMs, id: "" }), headers };
}
