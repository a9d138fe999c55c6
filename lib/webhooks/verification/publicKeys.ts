/** Public keys as providers show them, and as forms, files and environment variables leave them. */
import { createPublicKey, ECDH } from "node:crypto";
import type { KeyObject } from "node:crypto";

export type PublicKeyType = "ed25519" | "ec" | "rsa";

type BadKey = { bad: string };

/** What each looks like, for whoever pasted something else. */
const looks: Record<PublicKeyType, string> = {
  ed25519: "It is no Ed25519 public key: 32 bytes in hexadecimal or base64, or a PEM",
  ec: "It is no P-256 public key: base64 as the provider shows it, or a PEM",
  rsa: "It is no RSA public key: a PEM, or its base64",
};

/** PEM, also in one line; JWK; hexadecimal, base64 or base64url of SPKI, or of the bare key. A private key is refused. */
export function publicKeyOf(text: string, type: PublicKeyType): KeyObject | BadKey {
  const given = text.replaceAll(String.raw`\n`, "\n").trim();
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(given))
    return { bad: "It is a private key: give the public one, which the provider shows" };
  for (const make of given.startsWith("{") ? [fromJwk] : given.startsWith("-----") ? [fromPem] : bareForms) {
    const key = attempt(() => make(given, type));
    if (key !== null && isOf(key, type)) return key;
  }
  return { bad: looks[type] };
}

/** A public key as PEM, also where a form has taken its line breaks away; null: it is none. A private one is none either. */
export const pemKeyOf = (text: string): KeyObject | null => attempt(() => fromPem(text.trim()));

const isOf = ({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject, type: PublicKeyType): boolean =>
  asymmetricKeyType === type && (type !== "ec" || asymmetricKeyDetails?.namedCurve === "prime256v1");

function fromPem(text: string): KeyObject | null {
  const match = /^-----BEGIN ((?:RSA )?PUBLIC KEY|CERTIFICATE)-----([A-Za-z0-9+/=\s]+)-----END \1-----$/.exec(text);
  if (match === null) return null;
  const [, label = "", base64 = ""] = match;
  const lines = base64.replaceAll(/\s/g, "").match(/.{1,64}/g) ?? [];
  return createPublicKey(`-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`);
}

function fromJwk(text: string): KeyObject | null {
  const { kty, crv, x, y, n, e } = JSON.parse(text) as Record<string, string>;
  const parts = Object.entries({ kty, crv, x, y, n, e }).filter(([, value]) => value !== undefined);
  return createPublicKey({ key: Object.fromEntries(parts), format: "jwk" });
}

const bareForms = (["hex", "base64", "base64url"] as const).map((encoding) => (text: string, type: PublicKeyType): KeyObject | null => {
  const bytes = Buffer.from(text.replaceAll(/\s/g, "").replace(/=+$/, ""), encoding);
  if (bytes.toString(encoding).replace(/=+$/, "") !== normalized(text, encoding)) return null;
  const pem = bytes.toString("latin1");
  return pem.startsWith("-----BEGIN ") ? fromPem(pem.trim()) : fromBytes(bytes, type);
});

const normalized = (text: string, encoding: "hex" | "base64" | "base64url"): string => {
  const bare = text.replaceAll(/\s/g, "").replace(/=+$/, "");
  return encoding === "hex" ? bare.toLowerCase() : bare;
};

// RFC 8410 and RFC 5480: what SPKI puts in front of the bare key.
const spkiPrefixes = {
  ed25519: Buffer.from("302a300506032b6570032100", "hex"),
  ec: Buffer.from("3059301306072a8648ce3d020106082a8648ce3d030107034200", "hex"),
};

function fromBytes(bytes: Buffer, type: PublicKeyType): KeyObject {
  if (type === "ed25519" && bytes.length === 32) return spki(Buffer.concat([spkiPrefixes.ed25519, bytes]));
  if (type === "ec" && (bytes.length === 65 || bytes.length === 33)) {
    const point = ECDH.convertKey(bytes, "prime256v1", undefined, undefined, "uncompressed") as Buffer;
    return spki(Buffer.concat([spkiPrefixes.ec, point]));
  }
  return attempt(() => spki(bytes)) ?? createPublicKey({ key: bytes, format: "der", type: "pkcs1" });
}

const spki = (key: Buffer): KeyObject => createPublicKey({ key, format: "der", type: "spki" });

/** The value that `make` returns. Null where node:crypto throws: it has no other way to say that a key is none. */
export function attempt<T>(make: () => T): T | null {
  try {
    return make();
  } catch {
    return null;
  }
}
