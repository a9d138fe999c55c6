/** What the tests of verification share: each provider configured, and a request that it signed. */
import { type KeyObject, X509Certificate, generateKeyPairSync } from "node:crypto";
import type { Draft, IncomingRequest, ProviderConfig, ProviderKind, Signed } from "../verification.ts";
import { providers, signAs } from "../verification.ts";
import type { Extras } from "./types.ts";
import { appleIntermediatePem, appleLeafKeyPem, appleLeafPem, appleRootPem, snsKeyPem, snsPem } from "./testCertificates.ts";
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
  contentful: "5a".repeat(32),
  airtable: "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  samsara: "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  onfleet: "5a".repeat(64),
  squarespace: "5a".repeat(32),
  finch: "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  telnyx: rawEd25519.toString("base64"),
  sendgrid: keyPairs.ec.publicKey.export({ format: "der", type: "spki" }).toString("base64"),
  "orum-io": keyPairs.rsa.publicKey.export({ format: "pem", type: "spki" }).toString(),
  wix: keyPairs.rsa.publicKey.export({ format: "pem", type: "spki" }).toString(),
};

const privateKeys: Partial<Record<ProviderKind, string>> = {
  paypal: paypalLeafKeyPem,
  discord: keyPairs.ed25519.privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
  telnyx: keyPairs.ed25519.privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
  sendgrid: keyPairs.ec.privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
  "orum-io": keyPairs.rsa.privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
  wix: keyPairs.rsa.privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
  "jwt-keys": keyPairs.rsa.privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
  "google-pubsub": keyPairs.rsa.privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
  ebay: keyPairs.ec.privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
  plaid: keyPairs.ec.privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
  "google-health": keyPairs.ec.privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
  "aws-sns": snsKeyPem,
  // With the certificates that the token brings.
  "app-store": [appleLeafKeyPem, ...[appleLeafPem, appleIntermediatePem, appleRootPem].map(derOf)].join("\0"),
};

function derOf(pem: string): string {
  return pem.replaceAll(/-----[A-Z ]+-----|\s/g, "");
}

/** The public halves of the keys that sign as these providers. */
export const keySet = JSON.stringify({
  keys: [keyPairs.ec.publicKey, keyPairs.rsa.publicKey].map((key) => ({ ...key.export({ format: "jwk" }), use: "sig" })),
});

/** What was fetched for each provider that needs something, and what it would be were it somebody else's. */
const documents: Partial<Record<ProviderKind, string>> = {
  paypal: `${paypalLeafPem}${paypalIntermediatePem}`,
  "jwt-keys": keySet,
  "google-pubsub": keySet,
  plaid: plaidKey(),
  ebay: ebayKey(keyPairs.ec.publicKey),
  "google-health": tinkKeySet(),
  "aws-sns": snsPem,
};

/** What Plaid answers when it is asked for the key. */
export function plaidKey(more: object = {}): string {
  const jwk = keyPairs.ec.publicKey.export({ format: "jwk" });
  return JSON.stringify({
    key: { ...jwk, alg: "ES256", use: "sig", kid: "6c5516e1-92dc-479e-a8ff-5a51992e0001", expired_at: null, ...more },
  });
}

/** The key that signs as Google Health, as Tink writes it down. */
function tinkKeySet(): string {
  const { x = "", y = "" } = keyPairs.ec.publicKey.export({ format: "jwk" });
  const [first, second] = [x, y].map((part) => Buffer.from(part, "base64url"));
  const parts = [0x12, 6, 8, 3, 16, 2, 24, 2, 0x1a, 33, 0, ...(first ?? []), 0x22, 33, 0, ...(second ?? [])];
  return JSON.stringify({ key: [{ keyData: { value: Buffer.from(parts).toString("base64") }, status: "ENABLED", keyId: 1 }] });
}

/** What eBay answers when it is asked for a key. */
export function ebayKey(key: KeyObject): string {
  const pem = key.export({ format: "pem", type: "spki" }).toString().replaceAll("\n", "");
  return JSON.stringify({ key: pem, algorithm: "ECDSA", digest: "SHA1" });
}

export const extrasOf = (kind: ProviderKind): Extras => {
  const document = documents[kind];
  return document === undefined ? {} : { document, trustedRootsPem: [paypalRootPem] };
};

/** What is fetched for PayPal, and the roots that are trusted. */
export const extras = extrasOf("paypal");

const settings: Partial<Record<ProviderKind, Record<string, string>>> = {
  basic: { username: "alice" },
  "azure-devops": { username: "alice" },
  chargebee: { username: "alice" },
  pipedrive: { username: "alice" },
  postmark: { username: "alice" },
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
  braintree: { publicKey: "integration_public_key" },
  paypal: { webhookId: "WH-ID-1" },
  "app-store": { bundleId: "com.example.app", rootFingerprint: new X509Certificate(appleRootPem).fingerprint256 },
  "aws-sns": { topicArn: "arn:aws:sns:eu-west-1:123456789012:other, arn:aws:sns:eu-west-1:123456789012:hello" },
  "google-pubsub": { audience: "https://hooks.example.com/in/src_1", email: "push@p.iam.gserviceaccount.com" },
  livekit: { apiKey: "APIabcdefghijk" },
  plaid: { clientId: "client", apiSecret: "secret" },
  "google-health": { authorization: "Bearer of the subscriber" },
  ebay: { clientId: "client", clientSecret: "secret", verificationToken: "t".repeat(32) },
  jwt: { issuer: "sender", audience: "webster", bodyClaim: "sha256", bodyEncoding: "base64" },
  "jwt-keys": { keySetUrl: "https://keys.example/jwks.json", audience: "webster", email: "a@example.com", bodyClaim: "sha256" },
};

/** Settings of somebody else's source, for kinds without a secret: what is signed for one must not hold for the other. */
const othersSettings: Partial<Record<ProviderKind, Record<string, string>>> = {
  paypal: { webhookId: "WH-ID-2" },
  "jwt-keys": { audience: "another" },
  "google-health": { authorization: "Bearer of another" },
  "app-store": { bundleId: "com.example.other" },
  "aws-sns": { topicArn: "arn:aws:sns:eu-west-1:123456789012:other" },
  "google-pubsub": { email: "push@other.iam.gserviceaccount.com" },
};

/** What was fetched for somebody else's source. Of Plaid and eBay the key alone tells whose it is. */
export const othersExtrasOf = (kind: ProviderKind): Extras =>
  kind === "plaid"
    ? { document: plaidKey({ kid: "another" }) }
    : kind === "ebay"
      ? { document: ebayKey(generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey) }
      : extrasOf(kind);

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

/** The draft signed as the provider does: with the private half of the key where the source has the public one. */
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
