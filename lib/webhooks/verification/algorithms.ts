/** How a secret and some bytes make a signature. */
import { createHash, createHmac, createPrivateKey, sign as signBytes, verify as verifyBytes } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { attempt, publicKeyOf } from "./publicKeys.ts";
import { sameText } from "./request.ts";

export type Hash = "sha1" | "sha256" | "sha384" | "sha512";
export type Encoding = "hex" | "base64" | "base64url";

/** Why a secret is none, in words that do not repeat it. */
export type BadSecret = { bad: string };

export type Algorithm = {
  asymmetric: boolean;
  /** Hash and encoding for a recipe; undefined: there is no recipe. */
  told?: { hash: Hash | null; encoding: Encoding };
  /** Whether a text looks like a signature at all. */
  wellFormed: (signature: string) => boolean;
  /** Of a key pair, `secret` is the public half. `readKey` reads a symmetric one in another way than the provider does. */
  matches: (secret: string, content: Buffer, signature: string, readKey?: KeyReader) => boolean | BadSecret;
  /** Of a key pair, `secret` is the private key as PEM. */
  sign: (secret: string, content: Buffer) => string | BadSecret;
};

/** Bytes of a symmetric key, from the text that a provider shows. */
export type KeyReader = (secret: string) => Buffer | BadSecret;

export const textKey: KeyReader = (secret) => Buffer.from(secret, "utf8");

export const hexKey: KeyReader = (secret) =>
  /^([0-9a-f]{2}){8,}$/i.test(secret) ? Buffer.from(secret, "hex") : { bad: "It must be hexadecimal, of 16 digits or more" };

export function hmac(hash: Hash, encoding: Encoding, ownKey: KeyReader = textKey): Algorithm {
  const compute = (secret: string, content: Buffer, readKey: KeyReader = ownKey): string | BadSecret => {
    const key = readKey(secret);
    return "bad" in key ? key : createHmac(hash, key).update(content).digest(encoding);
  };
  return { ...symmetric(encoding, compute), ...(ownKey === textKey ? { told: { hash, encoding } } : {}) };
}

/** The hash of the secret followed by the content: what providers did before HMAC. */
export function prefixedHash(hash: Hash, encoding: Encoding): Algorithm {
  return symmetric(encoding, (secret, content) => createHash(hash).update(secret).update(content).digest(encoding));
}

/** The hash of the content followed by the secret, with whichever of these hashes the signature's length tells; the first signs. */
export function suffixedHash(encoding: Encoding, first: Hash, ...others: Hash[]): Algorithm {
  const made = (hash: Hash) => symmetric(encoding, (secret, content) => createHash(hash).update(content).update(secret).digest(encoding));
  const all = [first, ...others].map(made);
  return {
    ...made(first),
    matches: (secret, content, signature) => all.some((one) => one.matches(secret, content, signature) === true),
  };
}

/** RFC 8032 over the content. */
export function ed25519(encoding: "hex" | "base64"): Algorithm {
  return keyPair(
    encoding,
    (secret) => publicKeyOf(secret, "ed25519"),
    (content, key, signature) => signature.length === 64 && verifyBytes(null, content, key, signature),
    (content, key) => signBytes(null, content, key),
  );
}

/** ECDSA over P-256, as DER in base64. */
export const ecdsaP256: Algorithm = keyPair(
  "base64",
  (secret) => publicKeyOf(secret, "ec"),
  (content, key, signature) => isWholeDer(signature) && verifyBytes("sha256", content, key, signature),
  (content, key) => signBytes("sha256", content, key),
);

/** RSASSA-PKCS1-v1_5 with SHA-256, in base64. */
export const rsaSha256: Algorithm = keyPair(
  "base64",
  (secret) => publicKeyOf(secret, "rsa"),
  (content, key, signature) => verifyBytes("sha256", content, key, signature),
  (content, key) => signBytes("sha256", content, key),
);

/** The request shows the secret itself. */
export const equality: Algorithm = {
  asymmetric: false,
  told: { hash: null, encoding: "hex" },
  wellFormed: () => true,
  matches: (secret, _, signature) => sameText(signature, secret),
  sign: (secret) => secret,
};

/** Null unless `text` is exactly what an encoder writes; base64url with its padding or without. */
export function decode(text: string, encoding: Encoding): Buffer | null {
  if (encoding === "hex") return /^([0-9a-f]{2})+$/i.test(text) ? Buffer.from(text, "hex") : null;
  const bytes = Buffer.from(text, encoding);
  if (bytes.length === 0) return null;
  const written = bytes.toString(encoding);
  const padded = encoding === "base64url" ? written.padEnd(Math.ceil(written.length / 4) * 4, "=") : written;
  return text === written || text === padded ? bytes : null;
}

function symmetric(encoding: Encoding, compute: (secret: string, content: Buffer, readKey?: KeyReader) => string | BadSecret): Algorithm {
  return {
    asymmetric: false,
    wellFormed: (signature) => decode(signature, encoding) !== null,
    sign: (secret, content) => compute(secret, content),
    matches: (secret, content, signature, readKey) => {
      const expected = compute(secret, content, readKey);
      return typeof expected === "string" ? sameText(normalized(signature, encoding), normalized(expected, encoding)) : expected;
    },
  };
}

/** Hexadecimal in either case, base64url with or without padding: the same bytes, the same text. */
function normalized(signature: string, encoding: Encoding): string {
  if (encoding === "hex") return signature.toLowerCase();
  return encoding === "base64url" ? signature.replace(/=+$/, "") : signature;
}

function keyPair(
  encoding: "hex" | "base64",
  readKey: (secret: string) => KeyObject | BadSecret,
  verify: (content: Buffer, key: KeyObject, signature: Buffer) => boolean,
  sign: (content: Buffer, key: KeyObject) => Buffer,
): Algorithm {
  return {
    asymmetric: true,
    wellFormed: (signature) => decode(signature, encoding) !== null,
    matches: (secret, content, signature) => {
      const key = readKey(secret);
      if ("bad" in key) return key;
      const bytes = decode(signature, encoding);
      return bytes !== null && verify(content, key, bytes);
    },
    sign: (secret, content) => {
      const key = attempt(() => createPrivateKey(secret));
      return key === null ? { bad: "The private key is no PEM" } : sign(content, key).toString(encoding);
    },
  };
}

/** One DER sequence and not a byte behind it: some libraries ignore what follows, which makes many signatures of one. */
export function isWholeDer(signature: Buffer): boolean {
  return signature.length < 128 && signature[0] === 0x30 && signature[1] === signature.length - 2;
}
