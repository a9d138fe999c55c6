/** Providers that sign what stands in a form's field, or in the query, and not the body as a whole. */
import { createHash } from "node:crypto";
import { hmac } from "./algorithms.ts";
import { inPairs, withQuery } from "./carriers.ts";
import { withJson } from "./jsonText.ts";
import { bodyOf, headerOf, isForm, jsonOf, parseTimestamp, queryOf, textAt } from "./request.ts";
import { requestOf } from "./schemes.ts";
import { writeTime } from "./times.ts";
import type { Draft, IncomingRequest, Refused, Scheme } from "./types.ts";
import { refuse } from "./types.ts";

const sha256Hex = hmac("sha256", "hex");
const braintreeHmac = hmac("sha1", "hex", (secret) => createHash("sha1").update(secret).digest());

/**
 * Braintree's libraries: `bt_signature` has pairs of a public key and the signature of `bt_payload`, the XML in base64, with the
 * SHA-1 of the private key as the key. A line break behind the payload may be signed and lost on the way.
 */
export const braintree: Scheme = {
  asymmetric: false,
  recipe: null,
  toleranceMs: () => null,
  claim: (request, { publicKey = "" }) => {
    const fields = ["bt_signature", "bt_payload"].map((name) => textAt(bodyOf(request).value, name));
    const [signature, payload] = fields;
    if (!signature || !payload) return refuse("missing_header", "The body is no form with bt_signature and bt_payload");
    if (!/^[A-Za-z0-9+/=\r\n]+$/.test(payload)) return refuse("malformed", "bt_payload is no base64");
    const pairs = signature.split("&").map((pair) => pair.split("|"));
    const own = pairs.flatMap(([key, value]) => (key === publicKey && value !== undefined ? [value] : []));
    if (own.length === 0) return refuse("bad_signature", "None of the signatures is by the source's public key");
    return own.every(braintreeHmac.wellFormed)
      ? { signatures: own, timestamp: null, id: payload }
      : refuse("malformed", "The signature in bt_signature is not hexadecimal");
  },
  check: (secret, claim) =>
    claim.signatures.some((signature) =>
      [claim.id, `${claim.id}\n`].some((payload) => braintreeHmac.matches(secret, Buffer.from(payload), signature) === true),
    )
      ? "match"
      : "mismatch",
  sign: (secret, draft, { publicKey = "" }) => {
    const given = isForm(requestOf(draft)) ? textAt(bodyOf(requestOf(draft)).value, "bt_payload") : null;
    const payload = given ?? draft.body.toString("base64");
    const signature = braintreeHmac.sign(secret, Buffer.from(payload));
    if (typeof signature !== "string") return refuse("misconfigured", signature.bad);
    const form = new URLSearchParams({ bt_signature: `${publicKey}|${signature}`, bt_payload: payload });
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    return { method: draft.method, url: draft.url, headers, body: Buffer.from(form.toString()) };
  },
};

const dayMs = 86_400_000;

/**
 * https://developers.hellosign.com/docs/guides/events-and-callbacks/walkthrough: time and type are signed, not the event. The time is
 * that of the event, so what is tried again, for about three days, comes with an old one.
 */
export const dropboxSign: Scheme = {
  asymmetric: false,
  recipe: null,
  toleranceMs: () => ({ past: 4 * dayMs, future: 300_000 }),
  claim: (request) => {
    const [time, type, hash] = ["event_time", "event_type", "event_hash"].map((name) => bodyOf(request).textAt(`json.event.${name}`));
    if (!time || !type || !hash)
      return refuse("missing_header", "The form's field json has no event with event_time, event_type and event_hash");
    const timestamp = parseTimestamp(time, "s");
    if (timestamp === null) return refuse("malformed", "The event's event_time is no time in seconds");
    // Nothing stands between the two: a type that begins with a digit could have given it to the time.
    if (!/^[a-z_]{1,100}$/.test(type)) return refuse("malformed", "The event's event_type is no name of an event");
    return sha256Hex.wellFormed(hash)
      ? { signatures: [hash], timestamp, id: type }
      : refuse("malformed", "The event's event_hash is not hexadecimal");
  },
  check: (secret, claim) =>
    sha256Hex.matches(secret, Buffer.from(`${claim.timestamp?.text ?? ""}${claim.id}`), claim.signatures[0] ?? "") === true
      ? "match"
      : "mismatch",
  sign: (secret, draft) => {
    const json = bodyOf(requestOf(draft)).textAt("json");
    const type = json === null ? null : textAt(jsonOf(Buffer.from(json)), "event.event_type");
    if (json === null || type === null) return refuse("malformed", "Dropbox Sign sends a form whose field json has an event");
    const time = writeTime(draft.nowMs, "s");
    const hash = sha256Hex.sign(secret, Buffer.from(`${time}${type}`));
    if (typeof hash !== "string") return refuse("misconfigured", hash.bad);
    const timed = withJson(Buffer.from(json), ["event", "event_time"], JSON.stringify(time));
    const signed = timed === null ? null : withJson(timed, ["event", "event_hash"], JSON.stringify(hash));
    if (signed === null) return refuse("malformed", "The event is no JSON object");
    return { method: draft.method, url: draft.url, headers: { "content-type": draft.contentType }, body: withField(draft, json, signed) };
  },
};

/** The form with another text in place of its field's, all else byte for byte as it was. */
function withField(draft: Draft, before: string, after: Buffer): Buffer {
  const isUrlencoded = isForm(requestOf(draft));
  const [from, to] = [before, after.toString()].map((text) => (isUrlencoded ? encodeURIComponent(text) : text));
  return Buffer.from(draft.body.toString().replace(from ?? "", () => to ?? ""));
}

const mercadoPagoPairs = inPairs("x-signature", { separator: ",", time: "ts", signature: "v1", timed: true, unit: "either" });
const idPattern = /^[\w-]{1,128}$/;

/** The id in the query and the request's, both signed; what is missing is left out of what is signed. */
function mercadoPagoIds(request: IncomingRequest): { dataId: string; requestId: string } | Refused {
  const ids = queryOf(request).getAll("data.id");
  const requestId = headerOf(request, "x-request-id");
  if (typeof requestId !== "string" && requestId.reason !== "missing_header") return requestId;
  const found = { dataId: ids[0] ?? "", requestId: typeof requestId === "string" ? requestId : "" };
  if (ids.length > 1 || Object.values(found).some((id) => id !== "" && !idPattern.test(id)))
    return refuse("malformed", "data.id in the URL and x-request-id must be one id each");
  const inBody = bodyOf(request).textAt("data.id");
  return inBody === null || inBody.toLowerCase() === found.dataId.toLowerCase()
    ? found
    : refuse("bad_signature", "The body's data.id is not the one in the URL, which is signed");
}

const manifest = (dataId: string, requestId: string, time: string): Buffer =>
  Buffer.from(`${dataId === "" ? "" : `id:${dataId};`}${requestId === "" ? "" : `request-id:${requestId};`}ts:${time};`);

/**
 * https://www.mercadopago.com.br/developers/en/docs/your-integrations/notifications/webhooks: the ids are signed, not the body, which
 * names what is to be asked for. The documents want the id in lower case, the library takes it as it is.
 */
export const mercadoPago: Scheme = {
  asymmetric: false,
  recipe: null,
  toleranceMs: () => null,
  claim: (request, settings) => {
    const claim = mercadoPagoPairs.read(request, settings);
    if ("reason" in claim) return claim;
    const ids = mercadoPagoIds(request);
    if ("reason" in ids) return ids;
    return claim.signatures.every(sha256Hex.wellFormed) ? claim : refuse("malformed", "v1= in x-signature is not hexadecimal");
  },
  check: (secret, claim, { request }) => {
    const ids = mercadoPagoIds(request);
    if ("reason" in ids) return ids;
    const contents = [ids.dataId, ids.dataId.toLowerCase()].map((id) => manifest(id, ids.requestId, claim.timestamp?.text ?? ""));
    return claim.signatures.some((signature) => contents.some((content) => sha256Hex.matches(secret, content, signature) === true))
      ? "match"
      : "mismatch";
  },
  sign: (secret, draft, settings) => {
    const dataId = textAt(jsonOf(draft.body), "data.id") ?? "";
    const time = writeTime(draft.nowMs, "s");
    const signature = sha256Hex.sign(secret, manifest(dataId.toLowerCase(), draft.id, time));
    if (typeof signature !== "string") return refuse("misconfigured", signature.bad);
    const { headers = {} } = mercadoPagoPairs.write(signature, time, draft, settings);
    const url = dataId === "" ? draft.url : withQuery(draft.url, "data.id", dataId);
    return {
      method: draft.method,
      url,
      body: draft.body,
      headers: { "content-type": draft.contentType, ...headers, "x-request-id": draft.id },
    };
  },
};
