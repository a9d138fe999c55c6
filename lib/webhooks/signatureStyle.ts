/**
 * The request headers that carry a message's id, time and signature, in the styles that receivers know: those of
 * Standard Webhooks and Svix, of Stripe (https://docs.stripe.com/webhooks/signature) and of GitHub
 * (https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries).
 */
import { createHmac, createSecretKey, type KeyObject } from "node:crypto";
import { faultOfName } from "./headers.ts";
import { publicForm, sign, type SigningKey } from "./signature.ts";

export type SignatureStyle =
  | { style: "standard" }
  | { style: "svix" }
  | { style: "stripe"; signatureHeader: string }
  | { style: "github"; signatureHeader: string; eventHeader: string; deliveryHeader: string };

export const standardStyle: SignatureStyle = { style: "standard" };

export type ToSign = {
  /** The current one first; those that the style can't sign with are left out. */
  keys: SigningKey[];
  messageId: string;
  eventType: string;
  timestampSeconds: number;
  body: Uint8Array;
};

/**
 * Names and values in turns. `svixNames`: whether the standard ones stand there under Svix's names too. Old keys that
 * still sign do so in every style but GitHub's, whose header holds one signature: the current key's. Throws without a
 * key that the style can sign with.
 */
export function signatureHeaders(style: SignatureStyle, svixNames: boolean, toSign: ToSign): string[] {
  const keys = toSign.keys.filter((key) => faultOfKey(style, key) === null || isStandard(style));
  const [newest] = keys;
  if (newest === undefined) throw new Error("The endpoint has no usable signing key");
  const { messageId, eventType, timestampSeconds, body } = toSign;
  switch (style.style) {
    case "standard":
    case "svix": {
      const signature = sign(keys, messageId, timestampSeconds, body);
      const timestamp = String(timestampSeconds);
      const svix = ["svix-id", messageId, "svix-timestamp", timestamp, "svix-signature", signature];
      if (style.style === "svix") return svix;
      const standard = ["webhook-id", messageId, "webhook-timestamp", timestamp, "webhook-signature", signature];
      return svixNames ? [...standard, ...svix] : standard;
    }
    case "stripe": {
      const signatures = keys.map((key) => `v1=${hmacHex(key, signedPrefix(style, messageId, timestampSeconds), body)}`);
      // Stripe's header names no message; without an id a receiver couldn't tell a repetition.
      return [style.signatureHeader, `t=${timestampSeconds},${signatures.join(",")}`, "webhook-id", messageId];
    }
    case "github": {
      const signature = `sha256=${hmacHex(newest, "", body)}`;
      return [style.signatureHeader, signature, style.eventHeader, eventType, style.deliveryHeader, messageId];
    }
  }
}

/** What stands in front of the body in the bytes that are signed. */
export function signedPrefix(style: SignatureStyle, messageId: string, timestampSeconds: number): string {
  switch (style.style) {
    case "standard":
    case "svix":
      return `${messageId}.${timestampSeconds}.`;
    case "stripe":
      return `${timestampSeconds}.`;
    case "github":
      return "";
  }
}

/** The names of a style's headers, in lower case: an endpoint's own headers of these names are not sent. */
export function signatureHeaderNames(style: SignatureStyle): string[] {
  switch (style.style) {
    case "standard":
    case "svix":
      // Nobody's own headers can have these names.
      return [];
    case "stripe":
      return [style.signatureHeader.toLowerCase()];
    case "github":
      return [style.signatureHeader, style.eventHeader, style.deliveryHeader].map((name) => name.toLowerCase());
  }
}

/** The header that holds the signature. */
export function signatureHeaderName(style: SignatureStyle): string {
  switch (style.style) {
    case "standard":
      return "webhook-signature";
    case "svix":
      return "svix-signature";
    case "stripe":
    case "github":
      return style.signatureHeader;
  }
}

/** Why an endpoint of this style can't have this key as its current one; null: it can. */
export function faultOfKey(style: SignatureStyle, key: SigningKey): string | null {
  if (isStandard(style)) return key.kind === "text" ? "This signature style needs a secret that is whsec_ or whsk_ and base64" : null;
  return key.kind === "ed25519" ? "This signature style is HMAC-SHA256: it can't sign with a whsk_ key" : null;
}

/** Whether secrets of any form are allowed. */
export const takesAnyText = (style: SignatureStyle): boolean => !isStandard(style);

export type StyleFault = { field: "signatureHeader" | "eventHeader" | "deliveryHeader"; reason: string };

/** The first header name that can't be sent; null: all can. */
export function faultOfStyle(style: SignatureStyle): StyleFault | null {
  const seen = new Set<string>();
  for (const [field, name] of namesOf(style)) {
    const lower = name.toLowerCase();
    const isTaken = meaningful.has(lower);
    const reason = faultOfName(name) ?? (isTaken ? "has a meaning of its own" : null) ?? (seen.has(lower) ? "is given twice" : null);
    if (reason !== null) return { field, reason: `${name} ${reason}` };
    seen.add(lower);
  }
  return null;
}

/** Headers that receivers and proxies take for something else than a signature. */
const meaningful = new Set([
  "authorization",
  "proxy-authorization",
  "www-authenticate",
  "proxy-authenticate",
  "cookie",
  "x-api-key",
  "x-auth-token",
  "content-type",
]);

function namesOf(style: SignatureStyle): [StyleFault["field"], string][] {
  switch (style.style) {
    case "standard":
    case "svix":
      return [];
    case "stripe":
      return [["signatureHeader", style.signatureHeader]];
    case "github":
      return [
        ["signatureHeader", style.signatureHeader],
        ["eventHeader", style.eventHeader],
        ["deliveryHeader", style.deliveryHeader],
      ];
  }
}

const isStandard = ({ style }: SignatureStyle): boolean => style === "standard" || style === "svix";

// Stripe and GitHub take the secret as it stands, whsec_ included: `constructEvent` of Stripe's library, `verify` of GitHub's.
function hmacHex(key: SigningKey, prefix: string, body: Uint8Array): string {
  return createHmac("sha256", keyObject(key)).update(prefix).update(body).digest("hex");
}

const keyObjects = new WeakMap<SigningKey, KeyObject>();

function keyObject(key: SigningKey): KeyObject {
  let object = keyObjects.get(key);
  if (object === undefined) keyObjects.set(key, (object = createSecretKey(Buffer.from(publicForm(key)))));
  return object;
}
