/** Providers that put their signature into the body. */
import { createHash } from "node:crypto";
import { hexKey, hmac } from "./algorithms.ts";
import { inHeader } from "./carriers.ts";
import { withJson } from "./jsonText.ts";
import { bodyOf, headerOf, isForm, jsonOf, parseTimestamp, textAt, valueAt } from "./request.ts";
import { requestOf, signed } from "./schemes.ts";
import { fieldOf } from "./special.ts";
import { writeTime } from "./times.ts";
import type { Draft, Scheme } from "./types.ts";
import { refuse } from "./types.ts";

const mailgunHmac = hmac("sha256", "hex");

/**
 * https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks: only time and token are signed,
 * not the event. So the time must be recent, and the token serves to see duplicates.
 */
export const mailgun: Scheme = {
  asymmetric: false,
  recipe: null,
  toleranceMs: () => ({ past: 300_000, future: 300_000 }),
  claim: (request) => {
    const [time, token, signature] = ["timestamp", "token", "signature"].map((name) => fieldOf(request, `signature.${name}`, name));
    if (!time || !token || !signature) return refuse("missing_header", "The body has no signature with timestamp, token and signature");
    const timestamp = parseTimestamp(time, "s");
    if (timestamp === null) return refuse("malformed", "The signature's timestamp is no time in seconds");
    // Nothing stands between the two: a token that begins with a digit could have given it to the time.
    if (!/^[0-9a-f]{50}$/.test(token)) return refuse("malformed", "The signature's token is not 50 hexadecimal digits");
    return mailgunHmac.wellFormed(signature)
      ? { signatures: [signature], timestamp, id: token }
      : refuse("malformed", "The signature is not hexadecimal");
  },
  check: (secret, claim) =>
    mailgunHmac.matches(secret, Buffer.from(`${claim.timestamp?.text ?? ""}${claim.id}`), claim.signatures[0] ?? "") === true
      ? "match"
      : "mismatch",
  sign: (secret, draft) => {
    const timestamp = writeTime(draft.nowMs, "s");
    const token = hashOfId(draft.id);
    const hmacOfBoth = mailgunHmac.sign(secret, Buffer.from(`${timestamp}${token}`));
    if (typeof hmacOfBoth !== "string") return refuse("misconfigured", hmacOfBoth.bad);
    const signature = { timestamp, token, signature: hmacOfBoth };
    const body = isForm(requestOf(draft))
      ? withFields(draft.body, signature)
      : (withParts(draft, signature) ?? withJson(draft.body, ["signature"], JSON.stringify(signature)));
    if (body === null) return refuse("malformed", "Mailgun sends a JSON object or a form");
    return { method: draft.method, url: draft.url, headers: { "content-type": draft.contentType }, body };
  },
};

/** The form with these fields behind its own, none of them twice. */
function withFields(body: Buffer, fields: Record<string, string>): Buffer {
  const own = body
    .toString("utf8")
    .split("&")
    .filter((pair) => pair !== "" && !Object.hasOwn(fields, pair.split("=")[0] ?? ""));
  return Buffer.from([...own, new URLSearchParams(fields).toString()].join("&"));
}

/** A multipart form with these fields, all else byte for byte as it was; null: the body is none. */
function withParts({ body, contentType }: Draft, fields: Record<string, string>): Buffer | null {
  const boundary = /^multipart\/form-data\b.*?;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType);
  if (boundary === null) return null;
  const delimiter = `--${boundary[1] ?? boundary[2] ?? ""}`;
  const parts = body.toString("latin1").split(delimiter);
  const end = parts.pop() ?? "";
  if (!end.startsWith("--")) return null;
  const isOwn = (part: string): boolean => !Object.keys(fields).some((name) => part.split("\r\n\r\n")[0]?.includes(`name="${name}"`));
  const added = Object.entries(fields).map(([name, value]) => `\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`);
  return Buffer.from([...parts.filter(isOwn), ...added, end].join(delimiter), "latin1");
}

/** 50 hexadecimal digits that follow from the id. */
function hashOfId(id: string): string {
  return createHash("sha256").update(id).digest("hex").slice(0, 50);
}

const adyenHmac = hmac("sha256", "base64", hexKey);
const adyenHeader = signed({ carrier: inHeader(["hmacsignature"]), algorithm: adyenHmac });

const adyenFields = [
  "pspReference",
  "originalReference",
  "merchantAccountCode",
  "merchantReference",
  "amount.value",
  "amount.currency",
  "eventCode",
  "success",
];

/**
 * https://docs.adyen.com/development-resources/webhooks/verify-hmac-signatures: payments sign eight fields of each item
 * inside the body, platforms the whole body in a header.
 */
export const adyen: Scheme = {
  asymmetric: false,
  recipe: null,
  toleranceMs: () => null,
  claim: (request, settings) => {
    if (typeof headerOf(request, "hmacsignature") === "string") return adyenHeader.claim(request, settings);
    const items = adyenItems(bodyOf(request).value);
    if (items.length === 0) return refuse("missing_header", "There is neither a header hmacsignature nor a signed notification item");
    const signatures = items.map((item) => textAt(item, "additionalData.hmacSignature"));
    const known = signatures.filter((signature) => signature !== null);
    if (known.length < items.length) return refuse("missing_header", "A notification item has no hmacSignature");
    return known.every(adyenHmac.wellFormed)
      ? { signatures: known, timestamp: null, id: "items" }
      : refuse("malformed", "An hmacSignature is no base64");
  },
  check: (secret, claim, context) => {
    if (claim.id !== "items") return adyenHeader.check(secret, claim, context);
    // Every item must hold: one signed item must not vouch for its neighbours.
    for (const [index, item] of adyenItems(bodyOf(context.request).value).entries()) {
      const matches = adyenHmac.matches(secret, adyenContent(item), claim.signatures[index] ?? "");
      if (typeof matches !== "boolean") return refuse("misconfigured", matches.bad);
      if (!matches) return "mismatch";
    }
    return "match";
  },
  sign: (secret, draft, settings) => {
    const items = adyenItems(jsonOf(draft.body));
    if (items.length === 0) return adyenHeader.sign(secret, draft, settings);
    let { body } = draft;
    for (const [index, item] of items.entries()) {
      const signature = adyenHmac.sign(secret, adyenContent(item));
      if (typeof signature !== "string") return refuse("misconfigured", signature.bad);
      const place = ["notificationItems", index, "NotificationRequestItem", "additionalData"];
      const value = JSON.stringify(signature);
      const signedBody = withJson(body, [...place, "hmacSignature"], value) ?? withJson(body, place, `{"hmacSignature":${value}}`);
      if (signedBody === null) return refuse("malformed", "A notification item is no JSON object");
      body = signedBody;
    }
    return { method: draft.method, url: draft.url, headers: { "content-type": draft.contentType }, body };
  },
};

function adyenItems(body: unknown): unknown[] {
  const items: unknown = valueAt(body, "notificationItems");
  return Array.isArray(items) ? items.map((item: unknown) => valueAt(item, "NotificationRequestItem")) : [];
}

const adyenContent = (item: unknown): Buffer => Buffer.from(adyenFields.map((path) => textAt(item, path) ?? "").join(":"));
