/** Providers whose signed content is more than a template. */
import { createHash } from "node:crypto";
import { hmac, rsaSha256 } from "./algorithms.ts";
import { inHeader, inPairs, inQuery, withBodyTime, withQuery } from "./carriers.ts";
import { escaped } from "./jsonStyle.ts";
import { withJson } from "./jsonText.ts";
import { bodyOf, formOf, headerOf, isForm, jsonOf, queryOf, sameText, textAt, valueAt } from "./request.ts";
import type { Content } from "./schemes.ts";
import { bodyOnly, shown, signed, timeless } from "./schemes.ts";
import type { Claim, IncomingRequest, Scheme } from "./types.ts";
import { refuse } from "./types.ts";

/**
 * https://www.twilio.com/docs/usage/security#validating-requests: the URL with the form's parameters sorted behind it;
 * of other bodies a SHA-256 in the query. Twilio sometimes signs the port and sometimes leaves it out.
 */
const twilioContent: Content = (request) => {
  const parameters = isForm(request) ? sortedParameters(formOf(request)) : "";
  if (!isForm(request) && request.body.length > 0) {
    const [hash, ...others] = queryOf(request).getAll("bodySHA256");
    if (hash === undefined || others.length > 0) return refuse("malformed", "The URL needs bodySHA256= once for a body that is no form");
    const expected = createHash("sha256").update(request.body).digest("hex");
    if (!sameText(hash.toLowerCase(), expected)) return refuse("bad_signature", "The body is not the one that bodySHA256 in the URL names");
  }
  return [...new Set([request.url, ...withAndWithoutPort(request.url)])].map((url) => Buffer.from(url + parameters));
};

twilioContent.template = "{url}{form}";

export function sortedParameters(form: URLSearchParams): string {
  return [...new Set(form.keys())]
    .sort()
    .flatMap((name) => [...new Set(form.getAll(name))].sort().map((value) => name + value))
    .join("");
}

function withAndWithoutPort(url: string): string[] {
  const match = /^(https?):\/\/([^/?#]*)(.*)$/is.exec(url);
  if (match === null) return [];
  const [, scheme = "", authority = "", rest = ""] = match;
  const host = authority.replace(/:\d+$/, "");
  const port = /:(\d+)$/.exec(authority)?.[1] ?? (scheme.toLowerCase() === "https" ? "443" : "80");
  return [`${scheme}://${host}${rest}`, `${scheme}://${host}:${port}${rest}`];
}

const twilioBase = signed({ carrier: inHeader(["x-twilio-signature"]), algorithm: hmac("sha1", "base64"), content: twilioContent });

export const twilio: Scheme = {
  ...twilioBase,
  recipe: twilioBase.recipe === null ? null : { ...twilioBase.recipe, bodyHash: "bodySHA256" },
  toleranceMs: () => null,
  sign: (secret, draft, settings) => {
    const plain = draft.contentType.startsWith("application/x-www-form-urlencoded") || draft.body.length === 0;
    const url = plain ? draft.url : withQuery(draft.url, "bodySHA256", createHash("sha256").update(draft.body).digest("hex"));
    return twilioBase.sign(secret, { ...draft, url }, settings);
  },
};

/** https://mailchimp.com/developer/transactional/guides/track-respond-activity-webhooks/: the URL with the form's fields behind it. */
const mandrillContent: Content = (request) =>
  isForm(request) ? [Buffer.from(request.url + sortedParameters(formOf(request)))] : refuse("malformed", "Mandrill sends a form");

mandrillContent.template = "{url}{form}";

export const mandrill: Scheme = timeless(
  signed({ carrier: inHeader(["x-mandrill-signature"]), algorithm: hmac("sha1", "base64"), content: mandrillContent }),
);

/** https://developers.linear.app/docs/graphql/webhooks: only the time in the body is signed. */
export const linear: Scheme = signed({
  carrier: withBodyTime(inHeader(["linear-signature"]), "webhookTimestamp"),
  algorithm: hmac("sha256", "hex"),
  toleranceSeconds: 60,
});

/** https://docs.checkbook.io/docs/webhooks: body and nonce with nothing between, so the body must not end in a digit. */
export const checkbook: Scheme = {
  ...signed({
    carrier: {
      ...inPairs("signature", { separator: ",", time: "nonce", signature: "signature", timed: false }),
      timestampOf: (nowMs) => String(Math.floor(nowMs)),
    },
    algorithm: hmac("sha256", "hex"),
    content: (request, claim) => {
      const last = request.body.at(-1) ?? 0;
      if (last >= 0x30 && last <= 0x39) return refuse("malformed", "The body ends in a digit, which could belong to the nonce");
      return [Buffer.concat([request.body, Buffer.from(claim.timestamp?.text ?? "")])];
    },
  }),
  toleranceMs: () => null,
};

/** https://docs.orum.io/reference/secure-webhooks: the body and, behind it, its own `created_at`. */
export const orum: Scheme = {
  ...signed({
    carrier: inHeader(["signature"]),
    algorithm: rsaSha256,
    content: (request) => {
      const createdAt = bodyOf(request).textAt("created_at");
      return createdAt === null
        ? refuse("malformed", "The body has no created_at")
        : [Buffer.concat([request.body, Buffer.from(createdAt)])];
    },
  }),
  toleranceMs: () => null,
};

const weights = (body: Buffer): Buffer =>
  Buffer.from(body.toString("latin1").replaceAll(/("weight":[ \t\r\n]*)(\d+)[ \t\r\n]*(?=[,}])/g, "$1$2.0"), "latin1");

/**
 * https://docs.easypost.com/guides/webhooks-guide and its library: the key is normalised NFKD. EasyPost writes and signs whole
 * weights as `5.0`, without white space behind them; what has read and written the JSON on the way may have left `5`.
 */
export const easypost: Scheme = {
  ...signed({
    carrier: {
      ...inHeader(["x-hmac-signature"], { prefix: "hmac-sha256-hex=" }),
      prepare: ({ body }) => weights(body),
    },
    algorithm: hmac("sha256", "hex", (secret) => Buffer.from(secret.normalize("NFKD"), "utf8")),
    content: ({ body }) => [body, weights(body)],
  }),
  toleranceMs: () => null,
};

/** The body, and where it is JSON the same with every character beyond ASCII as `\u00e4`. */
const rawOrEscaped: Content = ({ body }) =>
  body.every((byte) => byte < 0x80) || jsonOf(body) === undefined ? [body] : [body, Buffer.from(escaped(body.toString("utf8")))];

const metaParts = { carrier: inHeader(["x-hub-signature-256"], { prefix: "sha256=" }), algorithm: hmac("sha256", "hex") };

/**
 * https://developers.facebook.com/docs/graph-api/webhooks/getting-started#validate-payloads: Meta signs the form of the body
 * in which text beyond ASCII is escaped, with lower-case hexadecimal. Whether that is also what it sends, reports disagree.
 */
export const meta: Scheme = {
  ...signed({
    ...metaParts,
    carrier: { ...metaParts.carrier, prepare: ({ body }) => Buffer.from(escaped(body.toString("utf8"))) },
    content: rawOrEscaped,
  }),
  recipe: signed(metaParts).recipe,
  toleranceMs: () => null,
};

/** A text that X may ask to be signed in its CRC, and therefore never a delivery. */
export const crcToken = /^[A-Za-z0-9+/=_.-]{1,256}$/;

const xParts = { carrier: inHeader(["x-twitter-webhooks-signature"], { prefix: "sha256=" }), algorithm: hmac("sha256", "base64") };

/** https://docs.x.com/x-api/webhooks: deliveries and answers to the CRC are signed alike, so they must not be mistaken. */
export const x: Scheme = {
  ...signed({
    ...xParts,
    content: (request, claim, settings) =>
      crcToken.test(request.body.toString("latin1"))
        ? refuse("malformed", "The body could be a token of X's CRC, whose answer would be its signature")
        : bodyOnly(request, claim, settings),
  }),
  recipe: signed(xParts).recipe,
  toleranceMs: () => null,
};

const webSubHashes = ["sha1", "sha256", "sha384", "sha512"] as const;

/** https://www.w3.org/TR/websub/#signature-validation: the header names the hash. */
export const webSub: Scheme = {
  ...signed({ carrier: inHeader(["x-hub-signature"], { prefix: "sha256=" }), algorithm: hmac("sha256", "hex") }),
  toleranceMs: () => null,
  claim: (request) => {
    const value = headerOf(request, "x-hub-signature");
    if (typeof value !== "string") return value;
    const method = webSubHashes.find((hash) => value.startsWith(`${hash}=`));
    const claim: Claim = { signatures: [value], timestamp: null, id: method ?? "" };
    return method !== undefined && hmac(method, "hex").wellFormed(value.slice(method.length + 1))
      ? claim
      : refuse("malformed", "The header x-hub-signature is no sha1=, sha256=, sha384= or sha512= with hexadecimal");
  },
  check: (secret, claim, { request }) => {
    const method = webSubHashes.find((hash) => hash === claim.id) ?? "sha256";
    return hmac(method, "hex").matches(secret, request.body, (claim.signatures[0] ?? "").slice(method.length + 1)) === true
      ? "match"
      : "mismatch";
  },
};

/** Microsoft Graph signs nothing: each notification shows the `clientState` that the subscription was made with. */
export const graph: Scheme = {
  ...shown(inQuery("clientState")),
  recipe: null,
  toleranceMs: () => null,
  claim: (request) => {
    const notifications = valueAt(bodyOf(request).value, "value");
    if (!Array.isArray(notifications) || notifications.length === 0) return refuse("malformed", "The body has no notifications in value");
    const states = notifications.map((notification: unknown) => textAt(notification, "clientState"));
    const known = states.filter((state) => state !== null);
    return known.length === states.length
      ? { signatures: known, timestamp: null, id: "" }
      : refuse("missing_header", "A notification in the body has no clientState");
  },
  check: (secret, claim) => (claim.signatures.every((state) => sameText(state, secret)) ? "match" : "mismatch"),
  sign: (secret, draft) => {
    const notifications: unknown = valueAt(jsonOf(draft.body), "value");
    if (!Array.isArray(notifications)) return refuse("malformed", "The body has no notifications in value");
    const body = notifications.reduce<Buffer>(
      (text, _, index) => withJson(text, ["value", index, "clientState"], JSON.stringify(secret)) ?? text,
      draft.body,
    );
    return { method: draft.method, url: draft.url, headers: { "content-type": draft.contentType }, body };
  },
};

/** What a form or JSON body says under one name. */
export function fieldOf(request: IncomingRequest, json: string, form: string): string | null {
  const { kind, value } = bodyOf(request);
  return textAt(value, kind === "form" ? form : json);
}
