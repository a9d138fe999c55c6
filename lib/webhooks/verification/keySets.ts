/** Sets of public keys (RFC 7517): where they are, and which of their keys a token may have been made with. */
import { createPublicKey, type KeyObject } from "node:crypto";
import { strictJson, type Token } from "./jwt.ts";
import { isJsonObject } from "../body/json.ts";
import type { Need, Refused } from "./types.ts";
import { refuse } from "./types.ts";
import { parseUrl } from "../../words/url.ts";

const maximumKeys = 100;

/** The keys that may have made the token: that of its `kid`; for a token without one, all of them. */
export function keysFor(token: Token, document: string): KeyObject[] {
  const keys = jwksIn(document).filter((jwk) => {
    const use = member(jwk, "use");
    return use === undefined || use === "sig";
  });
  const named = token.keyId === null ? keys : keys.filter((jwk) => member(jwk, "kid") === token.keyId);
  return named.flatMap((jwk) => keyOf(jwk) ?? []);
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

function jwksIn(document: string): unknown[] {
  const keys = member(strictJson(document), "keys");
  return Array.isArray(keys) ? keys.slice(0, maximumKeys) : [];
}

const member = (json: unknown, name: string): unknown => (isJsonObject(json) && Object.hasOwn(json, name) ? json[name] : undefined);
