/**
 * JSON Web Tokens (RFC 7519) in their compact form (RFC 7515), read strictly. With which algorithm one is checked, the provider's
 * row says; what the token says of itself may only agree. Its own keys (`jwk`, `jku`, `x5u`) are never looked at. Written here,
 * because verification is one synchronous function and the libraries are not; tests hold it against `jose`.
 */
import { createHmac, createPrivateKey, type KeyObject, sign, timingSafeEqual, verify } from "node:crypto";
import { isRecord } from "../../words/record.ts";

type Kind = { hash: string | null; keyType: "secret" | "rsa" | "ec" | "ed25519"; curve?: string };

const kinds = {
  HS256: { hash: "sha256", keyType: "secret" },
  HS384: { hash: "sha384", keyType: "secret" },
  HS512: { hash: "sha512", keyType: "secret" },
  RS256: { hash: "sha256", keyType: "rsa" },
  RS384: { hash: "sha384", keyType: "rsa" },
  RS512: { hash: "sha512", keyType: "rsa" },
  ES256: { hash: "sha256", keyType: "ec", curve: "prime256v1" },
  ES384: { hash: "sha384", keyType: "ec", curve: "secp384r1" },
  EdDSA: { hash: null, keyType: "ed25519" },
} as const satisfies Record<string, Kind>;

export type TokenAlgorithm = keyof typeof kinds;
export const tokenAlgorithms = Object.keys(kinds) as TokenAlgorithm[];
/** What a set of public keys may be used with. */
export const publicAlgorithms = tokenAlgorithms.filter((name) => kinds[name].keyType !== "secret");

export type Token = {
  algorithm: string;
  keyId: string | null;
  header: Readonly<Record<string, unknown>>;
  claims: Readonly<Record<string, unknown>>;
  /** What is signed. */
  content: Buffer;
  signature: Buffer;
};

/** The parts of a token. Null: the text is no such token, or one with an extension that must be understood. */
export function readToken(text: string): Token | null {
  const parts = text.split(".");
  const [header = "", claims = "", signature = ""] = parts;
  if (parts.length !== 3) return null;
  const [headerBytes, claimBytes, signatureBytes] = [header, claims, signature].map(decodeStrictly);
  if (!headerBytes || !claimBytes || !signatureBytes) return null;
  const [headerJson, claimJson] = [recordOf(headerBytes), recordOf(claimBytes)];
  if (headerJson === null || claimJson === null || "crit" in headerJson) return null;
  const { alg, kid } = headerJson;
  if (typeof alg !== "string" || (kid !== undefined && typeof kid !== "string")) return null;
  return {
    algorithm: alg,
    keyId: kid ?? null,
    header: headerJson,
    claims: claimJson,
    content: Buffer.from(`${header}.${claims}`),
    signature: signatureBytes,
  };
}

export type TokenKey = Buffer | KeyObject;

/** Whether this key made the token, with one of these algorithms. */
export function holds(token: Token, key: TokenKey, algorithms: readonly TokenAlgorithm[]): boolean {
  const name = algorithms.find((one) => one === token.algorithm);
  if (name === undefined) return false;
  const kind: Kind = kinds[name];
  if (kind.keyType === "secret") {
    if (!Buffer.isBuffer(key)) return false;
    const expected = createHmac(kind.hash ?? "", key)
      .update(token.content)
      .digest();
    return expected.length === token.signature.length && timingSafeEqual(expected, token.signature);
  }
  if (Buffer.isBuffer(key) || !fits(key, kind)) return false;
  return verify(kind.hash, token.content, { key, dsaEncoding: "ieee-p1363" }, token.signature);
}

/** `key`: a shared secret, or a private key. Null: it is none for this algorithm. */
export function makeToken(claims: object, key: Buffer | string, algorithm: TokenAlgorithm, header: object = {}): string | null {
  const kind: Kind = kinds[algorithm];
  const content = [{ alg: algorithm, typ: "JWT", ...header }, claims].map((part) => encode(JSON.stringify(part))).join(".");
  if (kind.keyType === "secret")
    return `${content}.${createHmac(kind.hash ?? "", key)
      .update(content)
      .digest("base64url")}`;
  try {
    const privateKey = createPrivateKey(key.toString());
    if (!fits(privateKey, kind)) return null;
    return `${content}.${sign(kind.hash, Buffer.from(content), { key: privateKey, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
  } catch {
    return null;
  }
}

/** Whatever has a key of this type and size: RFC 7518, section 3.3 wants 2048 bits of RSA. */
function fits(key: KeyObject, { keyType, curve }: Kind): boolean {
  const { namedCurve, modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  return key.asymmetricKeyType === keyType && (keyType !== "rsa" || modulusLength >= 2048) && namedCurve === curve;
}

const encode = (text: string): string => Buffer.from(text).toString("base64url");

/** The bytes of a base64url text. Null unless an encoder writes just that: two texts of one token would count as two tokens. */
function decodeStrictly(text: string): Buffer | null {
  const bytes = Buffer.from(text, "base64url");
  return text !== "" && bytes.toString("base64url") === text ? bytes : null;
}

/** Plain JSON: what a token says is not read in any of the ways that bodies are. */
function recordOf(bytes: Buffer): Record<string, unknown> | null {
  const json = strictJson(bytes.toString("utf8"));
  return isRecord(json) ? json : null;
}

/** The value of plain JSON. Undefined: the text is none. */
export function strictJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
