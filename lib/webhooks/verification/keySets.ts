/** Sets of public keys (RFC 7517): where they are, and which of their keys a token may have been made with. */
import { createPublicKey, type KeyObject } from "node:crypto";
import { strictJson, type Token } from "./jwt.ts";
import { isJsonObject } from "../body/json.ts";
import type { Need, Refused } from "./types.ts";
import { refuse } from "./types.ts";
import { parseUrl } from "../../words/url.ts";

const maximumKeys = 100;
/** Keys that one token is tried with, which whoever sends it chooses by naming none. */
const maximumTried = 8;
/** The work of a check grows with both: a key of 16,384 bits takes five milliseconds. */
const maximumRsa = { bits: 8_192, exponent: 0xffff_ffffn };
/** Sets that are kept as read, so that a request costs no reading of a quarter of a megabyte. */
const maximumSets = 32;

/** The keys that may have made the token: those of its `kid`; for a token without one, all that are for its algorithm. */
export function keysFor(token: Token, document: string): KeyObject[] {
  const keyType = keyTypes[token.algorithm.slice(0, 2)];
  const fitting = jwksIn(document).filter((jwk) => {
    const [use, algorithm] = [member(jwk, "use"), member(jwk, "alg")];
    const isMeant = (use === undefined || use === "sig") && (algorithm === undefined || algorithm === token.algorithm);
    return isMeant && member(jwk, "kty") === keyType && (token.keyId === null || member(jwk, "kid") === token.keyId);
  });
  return fitting.slice(0, maximumTried).flatMap((jwk) => {
    const key = keyOf(jwk);
    return key === null || takesLong(key) ? [] : [key];
  });
}

/** The type of key (RFC 7518, section 6.1) by how an algorithm's name begins. */
const keyTypes: Record<string, string | undefined> = { RS: "RSA", ES: "EC", Ed: "OKP" };

function takesLong({ asymmetricKeyDetails }: KeyObject): boolean {
  const { modulusLength = 0, publicExponent = 0n } = asymmetricKeyDetails ?? {};
  return modulusLength > maximumRsa.bits || publicExponent > maximumRsa.exponent;
}

/** The set of keys at a URL, as a need. `what`: its name in the sentence that says that it can't be had. */
export function keySetAt(url: string, token: Token, what: string): Need | Refused {
  if (!isHttps(url)) return refuse("misconfigured", `${what} need an https URL`);
  const covers = (document: string): boolean => keysFor(token, document).length > 0;
  return { what, url, method: "GET", headers: { accept: "application/json" }, body: null, covers, absent: "misconfigured" };
}

export const isHttps = (url: string): boolean => parseUrl(url)?.protocol === "https:";

/** A JWK as a key. Null: it is no public key that Node.js knows. */
export function keyOf(jwk: unknown): KeyObject | null {
  if (typeof jwk !== "object" || jwk === null) return null;
  try {
    return createPublicKey({ key: jwk as Record<string, string>, format: "jwk" });
  } catch {
    return null;
  }
}

/** Sets as they were read, the oldest first. */
const read = new Map<string, unknown[]>();

function jwksIn(document: string): unknown[] {
  const known = read.get(document);
  if (known !== undefined) return known;
  const keys = member(strictJson(document), "keys");
  const all = Array.isArray(keys) ? keys.slice(0, maximumKeys) : [];
  const [oldest] = read.keys();
  if (oldest !== undefined && read.size >= maximumSets) read.delete(oldest);
  read.set(document, all);
  return all;
}

const member = (json: unknown, name: string): unknown => (isJsonObject(json) && Object.hasOwn(json, name) ? json[name] : undefined);
