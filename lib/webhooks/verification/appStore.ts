/**
 * https://developer.apple.com/documentation/appstoreservernotifications/responsebodyv2: a token whose header brings its
 * certificates, which must lead to Apple's root. It covers all that there is; the body holds nothing beside it.
 */
import type { X509Certificate } from "node:crypto";
import { isLinked, isValidAt, parseX5c } from "./certificates.ts";
import { holds, makeToken, readToken, type Token } from "./jwt.ts";
import { bodyOf, textAt } from "./request.ts";
import { isJsonObject } from "../body/json.ts";
import type { IncomingRequest, Refused, Scheme, Settings } from "./types.ts";
import { refuse } from "./types.ts";

/** SHA-256 of Apple Root CA - G3, from https://www.apple.com/certificateauthority/. */
export const appleRoot = "63343abfb89a6a03ebb57e9b3f5fa7be7c4f5c756f3017b3a8c488c3653e9179";

/** Extensions that Apple marks its certificates with, as DER: 1.2.840.113635.100.6.11.1 (leaf) and …6.2.1 (intermediate). */
const leafMark = Buffer.from("060a2a864886f76364060b01", "hex");
const intermediateMark = Buffer.from("060a2a864886f76364060201", "hex");

/** A notification holds whole transactions. */
const maximumTokenLength = 131_072;

function tokenIn(request: IncomingRequest): { text: string; token: Token } | Refused {
  const { kind, value } = bodyOf(request);
  const text = kind === "json" && isJsonObject(value) ? value["signedPayload"] : undefined;
  if (typeof text !== "string") return refuse("missing_header", "The body has no signedPayload");
  const token = text.length > maximumTokenLength ? null : readToken(text);
  return token === null || token.algorithm !== "ES256" ? refuse("malformed", "The signedPayload is no token of Apple's") : { text, token };
}

export const appStore: Scheme = {
  asymmetric: true,
  recipe: null,
  // A notification is tried again for three days, as it was signed at first; its UUID tells it from others.
  toleranceMs: () => null,
  claim: (request) => {
    const found = tokenIn(request);
    return "reason" in found ? found : { signatures: [found.text], timestamp: null, id: "" };
  },
  check: (_, claim, { settings, nowMs }) => {
    const token = readToken(claim.signatures[0] ?? "");
    if (token === null) return "mismatch";
    const leaf = leafOf(parseX5c(token.header["x5c"]), settings, nowMs);
    if ("reason" in leaf) return leaf;
    if (!holds(token, leaf.publicKey, ["ES256"])) return "mismatch";
    return faultOf(token, settings) ?? "match";
  },
  proves: (_, claim, { settings, nowMs }) => {
    const token = readToken(claim.signatures[0] ?? "");
    const leaf = token === null ? null : leafOf(parseX5c(token.header["x5c"]), settings, nowMs);
    return token !== null && leaf !== null && !("reason" in leaf) && holds(token, leaf.publicKey, ["ES256"]);
  },
  sign: (privateKeyPem, draft) => {
    const { value } = bodyOf({ body: draft.body, headers: {}, method: draft.method, url: draft.url, path: "", query: "" });
    const [key = "", ...x5c] = privateKeyPem.split("\0");
    const token = isJsonObject(value) ? makeToken({ ...value, signedDate: Math.floor(draft.nowMs) }, key, "ES256", { x5c }) : null;
    if (token === null) return refuse("misconfigured", "Only Apple can sign");
    const headers = { "content-type": draft.contentType };
    return { method: draft.method, url: draft.url, headers, body: Buffer.from(JSON.stringify({ signedPayload: token })) };
  },
};

/** The leaf of a chain of three: Apple's own, marked as such, valid, each issued by the next, the last the root that is trusted. */
function leafOf(chain: readonly X509Certificate[], settings: Settings, nowMs: number): X509Certificate | Refused {
  const [leaf, intermediate, root] = chain;
  if (leaf === undefined || intermediate === undefined || root === undefined || chain.length !== 3)
    return refuse("malformed", "The token does not bring three certificates");
  const trusted = (settings["rootFingerprint"] || appleRoot).replaceAll(":", "").toLowerCase();
  if (root.fingerprint256.replaceAll(":", "").toLowerCase() !== trusted)
    return refuse("bad_signature", "The certificates do not lead to Apple's root");
  if (!chain.every((certificate) => isValidAt(certificate, nowMs)))
    return refuse("bad_signature", "A certificate has expired or is not valid yet");
  if (!isLinked(chain)) return refuse("bad_signature", "The certificates do not belong together");
  return leaf.raw.includes(leafMark) && intermediate.raw.includes(intermediateMark)
    ? leaf
    : refuse("bad_signature", "The certificates are not made for the App Store's notifications");
}

/** Apple signs for every app: whose it is, the token says. */
function faultOf({ claims }: Token, settings: Settings): Refused | null {
  const first = (name: string): string | null =>
    ["data", "summary", "appData", "externalPurchaseToken"]
      .map((part) => textAt(claims, `${part}.${name}`))
      .find((text) => text !== null) ?? null;
  const bundleId = first("bundleId");
  if (bundleId !== settings["bundleId"])
    return refuse("bad_signature", `The notification is of another app: ${bundleId?.slice(0, 256) ?? "none"}`);
  const wanted = settings["environment"] || "any";
  const environment = first("environment");
  return wanted === "any" || environment === null || environment === wanted
    ? null
    : refuse("bad_signature", `The notification is of another environment: ${environment.slice(0, 64)}`);
}
