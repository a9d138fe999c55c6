/** What the tests of verification share: each provider configured, and a request that it signed. */
import { generateKeyPairSync } from "node:crypto";
import type { Draft, IncomingRequest, ProviderConfig, ProviderKind, Signed } from "../verification.ts";
import { providers, signAs } from "../verification.ts";
import type { Extras } from "./types.ts";
import { paypalIntermediatePem, paypalLeafKeyPem, paypalLeafPem, paypalRootPem } from "./testPaypal.ts";

export const nowMs = 1_800_000_000_000;
export const sourceUrl = "https://hooks.example.com/in/src_1";

export const kinds = Object.keys(providers) as ProviderKind[];

const keyPairs = {
  ed25519: generateKeyPairSync("ed25519"),
  rsa: generateKeyPairSync("rsa", { modulusLength: 2048 }),
  ec: generateKeyPairSync("ec", { namedCurve: "P-256" }),
};

/** The 32 bytes of an Ed25519 public key. */
const rawEd25519 = keyPairs.ed25519.publicKey.export({ format: "der", type: "spki" }).subarray(-32);

const secrets: Partial<Record<ProviderKind, string>> = {
  adyen: "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056",
  discord: rawEd25519.toString("hex"),
  telnyx: rawEd25519.toString("base64"),
  sendgrid: keyPairs.ec.publicKey.export({ format: "der", type: "spki" }).toString("base64"),
  "orum-io": keyPairs.rsa.publicKey.export({ format: "pem", type: "spki" }).toString(),
};

const privateKeys: Partial<Record<ProviderKind, string>> = {
  paypal: paypalLeafKeyPem,
  discord: keyPairs.ed25519.privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
  telnyx: keyPairs.ed25519.privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
  sendgrid: keyPairs.ec.privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
  "orum-io": keyPairs.rsa.privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
  "jwt-keys": keyPairs.rsa.privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
};

/** The public half of what signs as these providers. */
export const keySet = JSON.stringify({
  keys: [keyPairs.ec.publicKey, keyPairs.rsa.publicKey].map((key) => ({ ...key.export({ format: "jwk" }), use: "sig" })),
});

/** What was fetched for each provider that needs something, and what it would be were it somebody else's. */
const documents: Partial<Record<ProviderKind, string>> = {
  paypal: `${paypalLeafPem}${paypalIntermediatePem}`,
  "jwt-keys": keySet,
};

export const extrasOf = (kind: ProviderKind): Extras => {
  const document = documents[kind];
  return document === undefined ? {} : { document, trustedRootsPem: [paypalRootPem] };
};

/** PayPal's. */
export const extras = extrasOf("paypal");

const settings: Partial<Record<ProviderKind, Record<string, string>>> = {
  basic: { username: "alice" },
  hmac: {
    header: "X-Signature",
    prefix: "sha512=",
    hash: "sha512",
    encoding: "base64",
    template: "{id}:{timestamp}:{method}:{url}:{body}",
    timestampHeader: "X-Time",
    idHeader: "X-Id",
  },
  meta: { verifyToken: "verify-me" },
  websub: { topic: "https://blog.example/feed" },
  paypal: { webhookId: "WH-ID-1" },
  jwt: { issuer: "sender", audience: "webster", bodyClaim: "sha256", bodyEncoding: "base64" },
  "jwt-keys": { keySetUrl: "https://keys.example/jwks.json", audience: "webster", email: "a@example.com", bodyClaim: "sha256" },
};

/** Settings of somebody else's source, for kinds without a secret: what is signed for one must not hold for the other. */
const othersSettings: Partial<Record<ProviderKind, Record<string, string>>> = {
  paypal: { webhookId: "WH-ID-2" },
  "jwt-keys": { audience: "another" },
};

export const othersSettingsOf = (kind: ProviderKind): Record<string, string> => ({ ...settings[kind], ...othersSettings[kind] });

export const configOf = (kind: ProviderKind): ProviderConfig => ({
  secrets: [secrets[kind] ?? "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
  settings: settings[kind] ?? {},
});

export function received(parts: Partial<IncomingRequest> & { url?: string }): IncomingRequest {
  const url = parts.url ?? sourceUrl;
  const { pathname, searchParams } = new URL(url);
  return { method: "POST", path: pathname, query: searchParams, headers: {}, body: Buffer.alloc(0), ...parts, url };
}

/** A request as this provider sends it, signed at `signedAtMs`. */
export function post(kind: ProviderKind, body: Buffer, contentType: string, signedAtMs = nowMs, config = configOf(kind)): IncomingRequest {
  return received(signedAs(kind, { method: "POST", url: sourceUrl, contentType, body, nowMs: signedAtMs, id: "evt_42" }, config));
}

/** With the private half of the key where the source has the public one. */
export function signedAs(kind: ProviderKind, draft: Draft, config = configOf(kind)): Signed {
  const privateKeyPem = privateKeys[kind];
  const signed = signAs(kind, config, { ...draft, ...(privateKeyPem === undefined ? {} : { privateKeyPem }) });
  if ("reason" in signed) throw new Error(`${kind}: ${signed.detail}`);
  return signed;
}

export function samplePost(kind: ProviderKind, signedAtMs = nowMs): IncomingRequest {
  const { sample } = providers[kind];
  return post(kind, Buffer.from(sample.body), sample.contentType, signedAtMs);
}
