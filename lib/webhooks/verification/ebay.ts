/**
 * https://developer.ebay.com/api-docs/commerce/notification/overview.html: the header is JSON in base64 that names a key of eBay's,
 * and the key is to be had by whoever shows a token of an application. The body is signed as it comes.
 */
import { createHash, createPrivateKey, sign, verify } from "node:crypto";
import { isJsonObject } from "../body/json.ts";
import { decode } from "./algorithms.ts";
import { isEchoable, jsonReply } from "./echo.ts";
import { strictJson } from "./jwt.ts";
import { attempt, pemKeyOf } from "./publicKeys.ts";
import { headerOf, queryOf } from "./request.ts";
import type { Claim, Handshake, IncomingRequest, Need, ProviderConfig, Refused, Scheme } from "./types.ts";
import { refuse } from "./types.ts";

const header = "x-ebay-signature";
const malformed = refuse("malformed", `The header ${header} is no signature of eBay's`);

type Told = { keyId: string; signature: Buffer };

/** What a header says; null: it is none of eBay's. */
function toldBy(value: string): Told | null {
  const json = strictJson(decode(value, "base64")?.toString() ?? "");
  if (!isJsonObject(json)) return null;
  const { kid, signature } = json;
  if (typeof kid !== "string" || !/^[\w-]{1,64}$/.test(kid) || typeof signature !== "string") return null;
  const bytes = decode(signature, "base64");
  return bytes !== null && isWholeDer(bytes) ? { keyId: kid, signature: bytes } : null;
}

/** The claim's signature is the whole header. */
function claimIn(request: IncomingRequest): Claim | Refused {
  const value = headerOf(request, header);
  if (typeof value !== "string") return value;
  const told = toldBy(value);
  return told === null ? malformed : { signatures: [value], timestamp: null, id: told.keyId };
}

const isWholeDer = (signature: Buffer): boolean => signature.length < 128 && signature[0] === 0x30 && signature[1] === signature.length - 2;

const hashes: Readonly<Record<string, string>> = { SHA1: "sha1", SHA256: "sha256" };

export const ebay: Scheme = {
  asymmetric: true,
  recipe: null,
  toleranceMs: () => null,
  claim: claimIn,
  check: (_, claim, { request, extras }) => {
    const answer = extras.document === undefined ? null : strictJson(extras.document);
    if (!isJsonObject(answer)) return refuse("misconfigured", "eBay's key could not be had");
    const key = typeof answer["key"] === "string" ? pemKeyOf(answer["key"]) : null;
    const hash = typeof answer["digest"] === "string" ? hashes[answer["digest"]] : undefined;
    if (key?.asymmetricKeyType !== "ec" || hash === undefined)
      return refuse("misconfigured", "What eBay answered is no key of a kind known");
    const told = toldBy(claim.signatures[0] ?? "");
    return told !== null && verify(hash, request.body, key, told.signature) ? "match" : "mismatch";
  },
  sign: (secret, draft) => {
    const key = attempt(() => createPrivateKey(secret));
    if (key === null) return refuse("misconfigured", "Only eBay can sign: the source holds no private key");
    const signature = sign("sha1", draft.body, key).toString("base64");
    const value = Buffer.from(JSON.stringify({ alg: "ecdsa", kid: "9936261a-7d7b-4621-a0f1-96ccb428af49", signature, digest: "SHA1" }));
    const headers = { "content-type": draft.contentType, [header]: value.toString("base64") };
    return { method: draft.method, url: draft.url, headers, body: draft.body };
  },
};

export function ebayNeeds(request: IncomingRequest, { settings }: ProviderConfig): Need | Refused {
  const claim = claimIn(request);
  if ("reason" in claim) return claim;
  const host = settings["environment"] === "sandbox" ? "api.sandbox.ebay.com" : "api.ebay.com";
  const credentials = Buffer.from(`${settings["clientId"] ?? ""}:${settings["clientSecret"] ?? ""}`).toString("base64");
  return {
    what: "eBay's key",
    url: `https://${host}/commerce/notification/v1/public_key/${claim.id}`,
    method: "GET",
    headers: {},
    body: null,
    covers: () => true,
    absent: "misconfigured",
    bearer: {
      what: "A token of eBay's",
      url: `https://${host}/identity/v1/oauth2/token`,
      method: "POST",
      headers: { authorization: `Basic ${credentials}`, "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ grant_type: "client_credentials", scope: "https://api.ebay.com/oauth/api_scope" }).toString(),
      covers: () => true,
      absent: "misconfigured",
    },
  };
}

/** https://developer.ebay.com/marketplace-account-deletion: asked when the URL is saved. */
export const ebayChallenge: Handshake = (request, { settings }) => {
  const code = queryOf(request).get("challenge_code");
  const { verificationToken = "" } = settings;
  if (request.method !== "GET" || code === null || !isEchoable(code) || verificationToken === "") return null;
  const endpoint = request.url.split("?", 1)[0] ?? "";
  return jsonReply(200, { challengeResponse: createHash("sha256").update(code).update(verificationToken).update(endpoint).digest("hex") });
};
