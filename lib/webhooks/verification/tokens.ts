/** Providers that send a token along: over the body's hash, or only to say who they are. */
import { createHash, timingSafeEqual } from "node:crypto";
import { decode, type Encoding } from "./algorithms.ts";
import { holds, makeToken, readToken, type Token, type TokenAlgorithm, type TokenKey } from "./jwt.ts";
import { headerOf } from "./request.ts";
import type { CheckContext, Claim, Draft, IncomingRequest, Refused, Scheme, Settings } from "./types.ts";
import { refuse } from "./types.ts";

/** Where the token stands. */
export type TokenPlace = {
  read: (request: IncomingRequest, settings: Settings) => string | Refused;
  write: (token: string, draft: Draft, settings: Settings) => { headers?: Record<string, string>; body?: Buffer };
};

/** The claim that holds the body's hash. */
export type BodyClaim = { name: string; hash: "sha256" | "sha512"; encoding: Encoding };

/** What a token must say. Of the lists one, if there is any. */
export type TokenRules = {
  algorithms: readonly TokenAlgorithm[];
  issuers: readonly string[];
  audiences: readonly string[];
  /** Other claims that must be there, with these values. */
  claims?: Readonly<Record<string, string | boolean>>;
  body: BodyClaim | null;
  /** Null: the provider's tokens need say no time; if one says until when it holds, that counts. */
  maximumAgeSeconds: number | null;
};

export type TokenScheme = {
  place: TokenPlace;
  rules: (settings: Settings) => TokenRules | Refused;
  /** The keys with which the token may have been made. `secret` is empty where the source has none. */
  keys: (token: Token, secret: string, context: CheckContext) => TokenKey[] | Refused;
  /** Only the provider can sign. */
  asymmetric: boolean;
  /** The token's header beside the algorithm, for tests. */
  header?: object;
  /** What the token says beside the rules, for tests. */
  says?: (draft: Draft) => object;
};

/** A header, behind `prefix`; `Bearer` in front of the token is taken off in any case (RFC 6750). */
export function tokenInHeader(nameOf: (settings: Settings) => string, prefixOf: (settings: Settings) => string = () => ""): TokenPlace {
  return {
    read: (request, settings) => {
      const name = nameOf(settings);
      const value = headerOf(request, name);
      if (typeof value !== "string") return value;
      const prefix = prefixOf(settings);
      if (!value.startsWith(prefix)) return refuse("malformed", `The header ${name} does not start with ${prefix}`);
      return value.slice(prefix.length).replace(/^bearer +/i, "");
    },
    write: (token, _, settings) => ({ headers: { [nameOf(settings)]: `${prefixOf(settings)}${token}` } }),
  };
}

/** The whole body. */
export const tokenAsBody: TokenPlace = {
  read: ({ body }) => (body.length === 0 ? refuse("missing_header", "The body, which should be a token, is empty") : body.toString()),
  write: (token) => ({ body: Buffer.from(token) }),
};

/** How far clocks may be apart. */
const leewayMs = 60_000;

/** The token is the claim's one signature; when it was made (`iat`, else `nbf`) is the claim's time. */
export function tokens({ place, rules: rulesOf, keys, asymmetric, header = {}, says }: TokenScheme): Scheme {
  return {
    asymmetric,
    recipe: null,
    toleranceMs: (settings) => {
      const rules = rulesOf(settings);
      if ("reason" in rules || rules.maximumAgeSeconds === null) return null;
      return { past: rules.maximumAgeSeconds * 1000, future: leewayMs };
    },
    claim: (request, settings) => {
      const rules = rulesOf(settings);
      if ("reason" in rules) return rules;
      const text = place.read(request, settings);
      if (typeof text !== "string") return text;
      const token = readToken(text);
      if (token === null) return refuse("malformed", "What should be a JSON Web Token is none");
      if (!rules.algorithms.some((name) => name === token.algorithm))
        return refuse("malformed", `The token is not signed with ${rules.algorithms.join(" or ")}`);
      return claimOf(text, token, rules);
    },
    check: (secret, claim, context) => {
      const rules = rulesOf(context.settings);
      const token = readToken(claim.signatures[0] ?? "");
      if ("reason" in rules) return rules;
      if (token === null) return "mismatch";
      const candidates = keys(token, secret, context);
      if ("reason" in candidates) return candidates;
      if (candidates.length === 0)
        return refuse("bad_signature", `There is no key for this token: its kid is ${shown(token.keyId ?? undefined)}`);
      if (!candidates.some((key) => holds(token, key, rules.algorithms))) return "mismatch";
      return faultOf(token, rules, context) ?? "match";
    },
    proves: (secret, claim, context) => {
      const rules = rulesOf(context.settings);
      const token = readToken(claim.signatures[0] ?? "");
      if ("reason" in rules || token === null) return false;
      const candidates = keys(token, secret, context);
      return !("reason" in candidates) && candidates.some((key) => holds(token, key, rules.algorithms));
    },
    sign: (secret, draft, settings) => {
      const rules = rulesOf(settings);
      if ("reason" in rules) return rules;
      const token = makeToken({ ...claimsOf(draft, rules), ...says?.(draft) }, secret, rules.algorithms[0] ?? "HS256", header);
      if (token === null) return refuse("misconfigured", "Only the sender can sign: the source holds the public key alone");
      const { headers = {}, body = draft.body } = place.write(token, draft, settings);
      return { method: draft.method, url: draft.url, body, headers: { "content-type": draft.contentType, ...headers } };
    },
  };
}

function claimOf(text: string, { claims }: Token, { maximumAgeSeconds }: TokenRules): Claim | Refused {
  if (maximumAgeSeconds === null) return { signatures: [text], timestamp: null, id: "" };
  const name = claims["iat"] === undefined ? "nbf" : "iat";
  const made = momentIn(claims, name);
  if (made === null && (claims[name] !== undefined || momentIn(claims, "exp") === null))
    return refuse("malformed", "The token does not say when it was made, nor until when it holds");
  return { signatures: [text], timestamp: made === null ? null : { text: String(claims[name]), ms: made }, id: "" };
}

/** The fault in what a token's maker says, once it is known who that is; null: it says all that was asked for. */
function faultOf({ claims }: Token, rules: TokenRules, { request, nowMs }: CheckContext): Refused | null {
  const expires = momentIn(claims, "exp");
  if (claims["exp"] !== undefined && !(expires !== null && nowMs < expires + leewayMs))
    return refuse("stale", `The token expired ${Math.floor((nowMs - (expires ?? nowMs)) / 1000)} s ago`);
  const isDated = claims["iat"] !== undefined || claims["nbf"] !== undefined;
  const { maximumAgeSeconds } = rules;
  if (maximumAgeSeconds !== null && !isDated && expires !== null && expires > nowMs + maximumAgeSeconds * 1000 + leewayMs)
    return refuse("stale", `The token holds for longer than ${maximumAgeSeconds} s, and does not say since when`);
  const begins = momentIn(claims, "nbf");
  if (claims["nbf"] !== undefined && !(begins !== null && begins - leewayMs <= nowMs)) return refuse("stale", "The token is not valid yet");
  const issuer = claims["iss"];
  if (rules.issuers.length > 0 && !rules.issuers.some((one) => one === issuer))
    return refuse("bad_signature", `The token is of another issuer: ${shown(issuer)}`);
  const audience: unknown[] = Array.isArray(claims["aud"]) ? claims["aud"] : [claims["aud"]];
  if (rules.audiences.length > 0 && !rules.audiences.some((one) => audience.includes(one)))
    return refuse("bad_signature", `The token is for another audience: ${audience.map(shown).join(", ")}`);
  for (const [name, value] of Object.entries(rules.claims ?? {}))
    if (claims[name] !== value) return refuse("bad_signature", `The token's ${name} is another one: ${shown(claims[name])}`);
  return rules.body === null || coversBody(claims[rules.body.name], request.body, rules.body)
    ? null
    : refuse("bad_signature", `The token's ${rules.body.name} is not the hash of this body`);
}

/** RFC 7519, section 2: seconds, with a fraction or without. */
function momentIn(claims: Readonly<Record<string, unknown>>, name: string): number | null {
  const value = claims[name];
  return typeof value === "number" && Number.isFinite(value) ? value * 1000 : null;
}

/** A claim of somebody's, for a sentence: short, and on one line. */
function shown(value: unknown): string {
  if (value === undefined) return "none";
  return (JSON.stringify(value) ?? "").slice(0, 200).replaceAll(/\p{Cc}/gu, " ");
}

function coversBody(given: unknown, body: Buffer, { hash, encoding }: BodyClaim): boolean {
  const bytes = typeof given === "string" ? decode(given, encoding) : null;
  const expected = createHash(hash).update(body).digest();
  return bytes !== null && bytes.length === expected.length && timingSafeEqual(bytes, expected);
}

function claimsOf({ nowMs, body, id }: Draft, { issuers, audiences, claims, body: bodyClaim, maximumAgeSeconds }: TokenRules): object {
  const iat = Math.floor(nowMs / 1000);
  return {
    ...(issuers[0] === undefined ? {} : { iss: issuers[0] }),
    ...(audiences[0] === undefined ? {} : { aud: audiences[0] }),
    ...(maximumAgeSeconds === null ? {} : { iat, exp: iat + maximumAgeSeconds, jti: id }),
    ...claims,
    ...(bodyClaim === null ? {} : { [bodyClaim.name]: createHash(bodyClaim.hash).update(body).digest(bodyClaim.encoding) }),
  };
}
