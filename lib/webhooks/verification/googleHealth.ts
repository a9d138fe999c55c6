/**
 * https://developers.google.com/health/webhooks: a signature of Tink's, which is a byte 1, the key's id in four bytes and ECDSA
 * P-256 as DER of the body as it comes; the keys are published as Tink writes them. Google signs for everybody alike, so that a
 * request is meant for this source is told by the Authorization that was given when the subscriber was made.
 */
import { createPrivateKey, type KeyObject, sign, verify } from "node:crypto";
import { isJsonObject } from "../body/json.ts";
import { decode, isWholeDer } from "./algorithms.ts";
import { textReply } from "./echo.ts";
import { strictJson } from "./jwt.ts";
import { keyOf } from "./keySets.ts";
import { attempt } from "./publicKeys.ts";
import { bodyOf, headerOf, sameText, textAt } from "./request.ts";
import type { Claim, Handshake, IncomingRequest, Need, ProviderConfig, Refused, Scheme, Settings } from "./types.ts";
import { refuse } from "./types.ts";

/** The name in Google's guide, and the one in its reference, which is sent as well. */
const headers = ["google-health-api-signature", "x-healthapi-signature"];

const maximumKeys = 100;

type Told = { keyId: number; der: Buffer };

function toldBy(value: string): Told | null {
  const bytes = decode(value, "base64");
  if (bytes === null || bytes.length < 6 || bytes[0] !== 1) return null;
  const der = bytes.subarray(5);
  return isWholeDer(der) ? { keyId: bytes.readUInt32BE(1), der } : null;
}

/** The claim's id is the Authorization, the signature the whole header. */
function claimIn(request: IncomingRequest): Claim | Refused {
  const value = headerOf(request, ...headers);
  if (typeof value !== "string") return value;
  const shown = headerOf(request, "authorization");
  if (typeof shown !== "string") return shown;
  if (toldBy(value) === null) return refuse("malformed", `The header ${headers[0] ?? ""} is no signature of Google's`);
  return { signatures: [value], timestamp: null, id: shown };
}

const otherAuthorization = "Google shows another Authorization than the source's: enter the same, with its Bearer or Basic, in both places";

const isOwn = (shown: string, { authorization = "" }: Settings): boolean => authorization !== "" && sameText(shown, authorization);

/** The keys of this id that are in use. */
function keysFor(keyId: number, document: string): KeyObject[] {
  const set = strictJson(document);
  const keys = isJsonObject(set) && Array.isArray(set["key"]) ? set["key"].slice(0, maximumKeys) : [];
  return keys.flatMap((key: unknown) => {
    if (!isJsonObject(key) || key["keyId"] !== keyId || key["status"] !== "ENABLED") return [];
    return publicKeyIn(textAt(key, "keyData.value") ?? "") ?? [];
  });
}

/** The point of an EcdsaPublicKey, whose members 3 and 4 are its coordinates as signed numbers. Null: it is no such key. */
function publicKeyIn(base64: string): KeyObject | null {
  const members = membersOf(decode(base64, "base64") ?? Buffer.alloc(0));
  const [x, y] = [3, 4].map((number) => coordinate(members.get(number)));
  return x === undefined || y === undefined ? null : keyOf({ kty: "EC", crv: "P-256", x, y });
}

function coordinate(bytes: Buffer | undefined): string | undefined {
  const start = bytes?.findIndex((byte) => byte !== 0) ?? -1;
  const number = start < 0 ? undefined : bytes?.subarray(start);
  return number === undefined || number.length > 32
    ? undefined
    : Buffer.concat([Buffer.alloc(32 - number.length), number]).toString("base64url");
}

/** The members of a protocol buffer that have a length of less than 128; numbers between them are passed over. */
function membersOf(bytes: Buffer): Map<number, Buffer> {
  const members = new Map<number, Buffer>();
  for (let at = 0; at + 1 < bytes.length;) {
    const [tag = 0, length = 0] = bytes.subarray(at, at + 2);
    const [number, kind] = [tag >> 3, tag & 7];
    if (length >= 128 || (kind !== 0 && kind !== 2)) break;
    if (kind === 2) members.set(number, bytes.subarray(at + 2, at + 2 + length));
    at += kind === 2 ? 2 + length : 2;
  }
  return members;
}

export const googleHealth: Scheme = {
  asymmetric: true,
  recipe: null,
  toleranceMs: () => null,
  claim: claimIn,
  check: (_, claim, { request, settings, extras }) => {
    const told = toldBy(claim.signatures[0] ?? "");
    if (told === null || extras.document === undefined) return refuse("misconfigured", "Google's keys could not be had");
    if (!isOwn(claim.id, settings)) return refuse("bad_signature", otherAuthorization);
    return keysFor(told.keyId, extras.document).some((key) => verify("sha256", request.body, key, told.der)) ? "match" : "mismatch";
  },
  sign: (secret, draft, settings) => {
    const key = attempt(() => createPrivateKey(secret));
    if (key === null) return refuse("misconfigured", "Only Google can sign: the source holds no private key");
    const signature = Buffer.concat([Buffer.from([1, 0, 0, 0, 1]), sign("sha256", draft.body, key)]).toString("base64");
    const sent = { "content-type": draft.contentType, authorization: settings["authorization"] ?? "", [headers[0] ?? ""]: signature };
    return { method: draft.method, url: draft.url, headers: sent, body: draft.body };
  },
};

export function googleHealthNeeds(request: IncomingRequest, { settings }: ProviderConfig): Need | Refused {
  const claim = claimIn(request);
  if ("reason" in claim) return claim;
  if (!isOwn(claim.id, settings)) return refuse("bad_signature", otherAuthorization);
  const keyId = toldBy(claim.signatures[0] ?? "")?.keyId ?? 0;
  return {
    what: "Google's keys",
    url: "https://www.gstatic.com/googlehealthapi/webhooks/webhooks_public_keyset.json",
    method: "GET",
    headers: { accept: "application/json" },
    body: null,
    covers: (document) => keysFor(keyId, document).length > 0,
    absent: "misconfigured",
  };
}

/** A subscriber is made if the Authorization is asked for: of two questions the one that shows it is let in, and the other is not. */
export const googleHealthVerification: Handshake = (request, { settings }) => {
  if (request.method !== "POST" || textAt(bodyOf(request).value, "type") !== "verification") return null;
  const shown = headerOf(request, "authorization");
  if (typeof shown !== "string") return textReply(401, "Unauthorized");
  if (isOwn(shown, settings)) return textReply(201, "");
  return { ...textReply(401, "Unauthorized"), refused: refuse("misconfigured", otherAuthorization) };
};
