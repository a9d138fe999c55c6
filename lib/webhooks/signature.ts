/**
 * Signing and verifying as Standard Webhooks has it (https://www.standardwebhooks.com, "Signature scheme"):
 * `v1` is HMAC-SHA256 and `v1a` Ed25519 over the bytes of `id.timestamp.body`, base64.
 */
import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  sign as signBytes,
  timingSafeEqual,
  verify as verifyBytes,
} from "node:crypto";
import type { KeyObject } from "node:crypto";

export type SigningKey =
  | { kind: "hmac"; key: Buffer }
  /** A secret that is used as it stands, of whatever form; `key` holds its bytes. For the styles of Stripe and GitHub. */
  | { kind: "text"; text: string; key: Buffer }
  /** 64 bytes: the seed, then the public key that follows from it. */
  | { kind: "ed25519"; privateKey: Buffer };

export type VerifyingKey = { kind: "hmac"; key: Buffer } | { kind: "ed25519"; publicKey: Buffer };

/** The three headers as they arrived; undefined where one is missing. */
export type SignatureHeaders = { id: string | undefined; timestamp: string | undefined; signature: string | undefined };

export type Verification =
  | { ok: true; timestampSeconds: number }
  | {
      ok: false;
      reason: "missing header" | "bad id" | "bad timestamp" | "timestamp too old" | "timestamp too new" | "no matching signature";
    };

/** A fault of a secret, in words for the person who typed it; never the secret itself. */
export class SecretError extends Error {
  override readonly name = "SecretError";
}

export const toleranceSeconds = 300;
export const minimumKeyBytes = 24;
export const maximumKeyBytes = 75;
export const minimumTextLength = 16;
export const maximumTextLength = 200;

/** Room for more keys than an endpoint can have, and far less than a header that is meant to hurt. */
const maximumSignatureHeaderLength = 8192;
const maximumIdLength = 1024;

/** A `whsec_` or `whsk_` secret; base64 without a prefix counts as `whsec_`. Throws SecretError. */
export function parseSecret(text: string): SigningKey {
  if (text.startsWith("whpk_")) throw new SecretError("A whpk_ key is the public half and cannot sign: give the whsk_ key");
  if (text.startsWith("whsk_")) return parsePrivateKey(text.slice("whsk_".length));
  return { kind: "hmac", key: parseHmacKey(text.startsWith("whsec_") ? text.slice("whsec_".length) : text) };
}

/** A secret that is used as it stands; one that is `whsec_` with base64 is the usual kind all the same. Throws SecretError. */
export function parseText(text: string): SigningKey {
  if (/^whsk_|^whpk_/.test(text)) return parseSecret(text);
  if (text.startsWith("whsec_") && decodeBase64(text.slice("whsec_".length)) !== null) return parseSecret(text);
  if (!/^[\u0021-\u007e]+( +[\u0021-\u007e]+)*$/.test(text))
    throw new SecretError("A secret has ASCII characters only, and no spaces around it");
  if (text.length < minimumTextLength) throw new SecretError(`A secret must have at least ${minimumTextLength} characters`);
  if (text.length > maximumTextLength) throw new SecretError(`A secret must have at most ${maximumTextLength} characters`);
  return textKey(text);
}

/** Reads a key that `formatSecret` wrote. Throws SecretError. */
export const parseStored = (stored: string): SigningKey =>
  stored.startsWith(textPrefix) ? textKey(stored.slice(textPrefix.length)) : parseSecret(stored);

const textKey = (text: string): SigningKey => ({ kind: "text", text, key: Buffer.from(text) });

/** Reads a key that a receiver holds: `whsec_` (or bare base64) or `whpk_`. Throws SecretError. */
export function parseVerifyingKey(text: string): VerifyingKey {
  if (!text.startsWith("whpk_")) return verifyingKeyOf(parseSecret(text));
  const publicKey = decodeBase64(text.slice("whpk_".length));
  if (publicKey?.length !== 32) throw new SecretError("A whpk_ key must be 32 bytes in base64");
  return { kind: "ed25519", publicKey };
}

export const verifyingKeyOf = (key: SigningKey): VerifyingKey =>
  key.kind === "ed25519" ? { kind: "ed25519", publicKey: key.privateKey.subarray(32) } : { kind: "hmac", key: key.key };

/** The form that `parseStored` reads. It signs: keep it from everyone but the endpoint's owner. */
export function formatSecret(key: SigningKey): string {
  switch (key.kind) {
    case "hmac":
      return `whsec_${key.key.toString("base64")}`;
    case "text":
      return textPrefix + key.text;
    case "ed25519":
      return `whsk_${key.privateKey.toString("base64")}`;
  }
}

/** What the receiver needs to verify: the shared secret, or of a key pair the public half. */
export function publicForm(key: SigningKey): string {
  if (key.kind === "text") return key.text;
  return key.kind === "hmac" ? formatSecret(key) : `whpk_${key.privateKey.subarray(32).toString("base64")}`;
}

/** No base64 holds a colon. */
const textPrefix = "text:";

/** The `webhook-signature` header: one signature per key, in their order, separated by spaces. */
export function sign(keys: SigningKey[], id: string, timestampSeconds: number, body: Uint8Array): string {
  const prefix = `${id}.${timestampSeconds}.`;
  let header = "";
  let signedBytes: Buffer | null = null;
  for (const key of keys) {
    if (header !== "") header += " ";
    if (key.kind !== "ed25519") {
      header += `v1,${hmac(key, prefix, body)}`;
    } else {
      signedBytes ??= Buffer.concat([Buffer.from(prefix), body]);
      header += `v1a,${signBytes(null, signedBytes, privateKeyObject(key)).toString("base64")}`;
    }
  }
  return header;
}

/**
 * Whether any listed signature was made over exactly this id, time and body by one of the keys, within ±300 s of
 * `nowSeconds`. Bad input is a refusal, never an exception; signatures are compared in constant time.
 */
export function verify(keys: VerifyingKey[], headers: SignatureHeaders, body: Uint8Array, nowSeconds: number): Verification {
  const { id, timestamp, signature } = headers;
  if (!id || !timestamp || !signature) return { ok: false, reason: "missing header" };
  // With ".digits." inside the id, the same bytes could be read as another id, time and body.
  if (id.length > maximumIdLength || /\.\d+(\.|$)/.test(id)) return { ok: false, reason: "bad id" };
  if (!/^\d{1,12}$/.test(timestamp)) return { ok: false, reason: "bad timestamp" };
  const timestampSeconds = Number(timestamp);
  if (String(timestampSeconds) !== timestamp) return { ok: false, reason: "bad timestamp" };
  if (timestampSeconds < nowSeconds - toleranceSeconds) return { ok: false, reason: "timestamp too old" };
  if (timestampSeconds > nowSeconds + toleranceSeconds) return { ok: false, reason: "timestamp too new" };
  if (signature.length > maximumSignatureHeaderLength) return { ok: false, reason: "no matching signature" };

  const prefix = `${id}.${timestamp}.`;
  const listed = signature.split(" ");
  const found = keys.some((key) =>
    key.kind === "hmac" ? hmacMatches(key, listed, prefix, body) : ed25519Matches(key, listed, prefix, body),
  );
  return found ? { ok: true, timestampSeconds } : { ok: false, reason: "no matching signature" };
}

function hmacMatches(key: { key: Buffer }, listed: string[], prefix: string, body: Uint8Array): boolean {
  const expected = Buffer.from(`v1,${hmac(key, prefix, body)}`);
  return listed.some((candidate) => {
    const bytes = Buffer.from(candidate);
    return bytes.length === expected.length && timingSafeEqual(bytes, expected);
  });
}

function ed25519Matches(key: { publicKey: Buffer }, listed: string[], prefix: string, body: Uint8Array): boolean {
  const signedBytes = Buffer.concat([Buffer.from(prefix), body]);
  return listed.some((candidate) => {
    if (!candidate.startsWith("v1a,")) return false;
    const bytes = decodeBase64(candidate.slice("v1a,".length));
    return bytes?.length === 64 && verifyBytes(null, signedBytes, publicKeyObject(key), bytes);
  });
}

function hmac(key: { key: Buffer }, prefix: string, body: Uint8Array): string {
  return createHmac("sha256", secretKeyObject(key)).update(prefix).update(body).digest("base64");
}

function parseHmacKey(encoded: string): Buffer {
  if (encoded === "") throw new SecretError("The secret is empty");
  const key = decodeBase64(encoded);
  if (key === null) throw new SecretError("A secret is whsec_ or whsk_ followed by base64");
  if (key.length < minimumKeyBytes || key.length > maximumKeyBytes)
    throw new SecretError(`A whsec_ secret must be ${minimumKeyBytes} to ${maximumKeyBytes} bytes in base64; this one has ${key.length}`);
  return key;
}

function parsePrivateKey(encoded: string): SigningKey {
  const privateKey = decodeBase64(encoded);
  if (privateKey?.length !== 64) throw new SecretError("A whsk_ secret must be 64 bytes in base64");
  const derived = createPublicKey(privateKeyOfSeed(privateKey.subarray(0, 32))).export({ format: "der", type: "spki" });
  if (!derived.subarray(-32).equals(privateKey.subarray(32)))
    throw new SecretError("The two halves of this whsk_ secret do not belong together");
  return { kind: "ed25519", privateKey };
}

/** Null unless `text` is exactly what an encoder would have written (RFC 4648, section 4, with padding). */
function decodeBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, "base64");
  return bytes.length > 0 && bytes.toString("base64") === text ? bytes : null;
}

// RFC 8410: what PKCS #8 and SPKI put in front of the 32 bytes of an Ed25519 key.
const pkcs8Prefix = Buffer.from("302e020100300506032b657004220420", "hex");
const spkiPrefix = Buffer.from("302a300506032b6570032100", "hex");

const privateKeyOfSeed = (seed: Buffer): KeyObject =>
  createPrivateKey({ key: Buffer.concat([pkcs8Prefix, seed]), format: "der", type: "pkcs8" });

// Making a KeyObject costs more than signing with it, and an endpoint signs many times with the same key.
const keyObjects = new WeakMap<object, KeyObject>();

function cached(key: object, make: () => KeyObject): KeyObject {
  let object = keyObjects.get(key);
  if (object === undefined) keyObjects.set(key, (object = make()));
  return object;
}

const secretKeyObject = (key: { key: Buffer }): KeyObject => cached(key, () => createSecretKey(key.key));
const privateKeyObject = (key: { privateKey: Buffer }): KeyObject => cached(key, () => privateKeyOfSeed(key.privateKey.subarray(0, 32)));
const publicKeyObject = (key: { publicKey: Buffer }): KeyObject =>
  cached(key, () => createPublicKey({ key: Buffer.concat([spkiPrefix, key.publicKey]), format: "der", type: "spki" }));
