/** Kinds of sources that belong to no provider. */
import { echoAsSet, echoFault, echoFields } from "./echo.ts";
import {
  apiKey,
  apiKeyFault,
  basic,
  bearer,
  encodings,
  genericHmac,
  hashes,
  hmacFault,
  keyEncodings,
  none,
  separators,
  timestampUnits,
  tokenInUrl,
} from "./plain.ts";
import { beside, by, ofEach } from "./identity.ts";
import type { Provider } from "./row.ts";
import { chosenField, row, setting } from "./row.ts";
import { webSub } from "./special.ts";
import { standard } from "./schemes.ts";
import { shown } from "./schemes.ts";
import { anyOf, authorization } from "./schemes.ts";
import { inQuery } from "./carriers.ts";

const sample: [string, unknown] = ["invoice.paid", { id: "evt_1", type: "invoice.paid", data: { invoiceId: "in_1", amount: 4200 } }];
const eventType = [
  "header:x-event-type",
  "header:x-webhook-event",
  "body:type",
  "body:event",
  "body:event_type",
  "body:eventType",
] as const;

/** Headers that name the delivery by their specifications; all others may name a subscription, a resource or a proxy's request. */
const identity = [
  by("header:idempotency-key"),
  beside(by("header:webhook-id"), "header:webhook-timestamp", "header:webhook-signature"),
  beside(by("header:svix-id"), "header:svix-timestamp", "header:svix-signature"),
];
export const genericCommon = { docsUrl: "", eventType, identity, sample };

export const basicFields = [
  setting("username", "User name", "As the provider sends it.", { required: true }),
  chosenField("Password", "As the provider sends it."),
];
export const notBasic: NonNullable<Provider["notSecrets"]> = [
  [/^(?:authorization:\s*)?basic\s+[\w+/]+=*$/i, "It is the whole header: give the password alone"],
];

/** Whoever sends may ask a question first, and the settings say which. */
const asked = { handshake: echoAsSet, faultOf: echoFault };

export const plainRows = {
  none: row({
    ...genericCommon,
    ...asked,
    verifiedBy: "nothing",
    label: "No verification",
    hint: "Whoever knows the URL can send. Use it only where nothing else is to be had.",
    fields: echoFields,
    scheme: none,
  }),
  "url-token": row({
    ...genericCommon,
    ...asked,
    verifiedBy: "the secret itself, `?token=` or as set",
    label: "Token in the URL",
    hint: "Give the provider the source's URL with the token behind it: …?token=…",
    fields: [
      chosenField("Token", "A long random text."),
      setting("parameter", "Parameter", "The name of the query parameter.", { default: "token", namesCredential: true }),
      ...echoFields,
    ],
    scheme: tokenInUrl,
  }),
  basic: row({
    ...genericCommon,
    ...asked,
    verifiedBy: "user name and password (RFC 7617)",
    label: "Basic authentication",
    notSecrets: notBasic,
    fields: [...basicFields, ...echoFields],
    scheme: basic,
  }),
  bearer: row({
    ...genericCommon,
    ...asked,
    label: "Bearer token",
    notSecrets: [[/^(?:authorization:\s*)?bearer\s/i, "It begins with the word Bearer: give only what stands behind it"]],
    fields: [chosenField("Token", "What stands behind “Bearer”."), ...echoFields],
    scheme: bearer,
  }),
  "api-key": row({
    ...genericCommon,
    ...asked,
    verifiedBy: "the secret itself, in `x-api-key` or the header set",
    faultOf: (settings) => apiKeyFault(settings) ?? echoFault(settings),
    label: "API key in a header",
    fields: [
      chosenField("Key", "The header's value, without the prefix."),
      setting("header", "Header", "Its name.", { default: "x-api-key", namesCredential: true }),
      setting("prefix", "Prefix", "What stands in front of the key, a space included."),
      ...echoFields,
    ],
    scheme: apiKey,
  }),
  hmac: row({
    ...genericCommon,
    ...asked,
    verifiedBy: "HMAC, as set",
    faultOf: (settings) => hmacFault(settings) ?? echoFault(settings),
    label: "HMAC signature",
    hint: "For providers that are not in this list: say how they sign.",
    fields: [
      chosenField("Secret", "The shared key."),
      setting("header", "Signature header", "For example x-signature; several with commas between: any may hold.", { required: true }),
      setting("prefix", "Prefix", "What stands in front of each signature, for example sha256= or v1=."),
      setting("separator", "Separator", "What stands between several signatures, or between time and signature, in one header.", {
        options: Object.keys(separators),
        default: "none",
      }),
      setting("hash", "Hash", "Most use SHA-256.", { options: hashes, default: "sha256" }),
      setting("encoding", "Encoding", "How the signature is written.", { options: encodings, default: "hex" }),
      setting("secretEncoding", "Secret's encoding", "How the bytes of the key are written.", { options: keyEncodings, default: "text" }),
      setting("template", "Signed content", "{body}, {timestamp}, {id}, {url} and {method} stand for the request's own.", {
        default: "{body}",
      }),
      setting("timestampHeader", "Timestamp header", "If {timestamp} is signed and has a header of its own."),
      setting("timestampName", "Timestamp's name", "If it stands in the signature's header: t, for t=1767225600,v1=…"),
      setting("timestampUnit", "Timestamp's unit", "iso is RFC 3339: 2026-01-01T00:00:00Z. auto takes any of them.", {
        options: Object.keys(timestampUnits),
        default: "auto",
      }),
      setting("toleranceSeconds", "Tolerance in seconds", "How old or new the timestamp may be.", { default: "300", seconds: [1, 86_400] }),
      setting("idHeader", "Id header", "If {id} is signed."),
      ...echoFields,
    ],
    scheme: genericHmac,
  }),
  "standard-webhooks": row({
    label: "Standard Webhooks",
    docsUrl: "https://www.standardwebhooks.com",
    fields: [chosenField("Secret", "whsec_…, or whpk_… for a public key.", "whsec")],
    scheme: standard("webhook"),
    eventType,
    identity: [by("header:webhook-id")],
    sample,
  }),
  websub: row({
    label: "WebSub",
    docsUrl: "https://www.w3.org/TR/websub/",
    fields: [
      chosenField("Secret", "hub.secret of the subscription."),
      setting("topic", "Topic", "The URL that was subscribed to; other topics are refused.", { required: true }),
    ],
    scheme: webSub,
    // Section 8: a subscriber answers 2xx and ignores what is signed badly.
    rejectedStatus: 202,
    eventType: ["fixed:content.distributed"],
    identity: [],
    handshake: "websub",
    // Section 7: at least a hub and the topic.
    headers: { link: '<{topic}>; rel="self", <https://hub.example.com/>; rel="hub"' },
    sample: {
      eventType: "content.distributed",
      contentType: "application/atom+xml",
      body: `<feed xmlns="http://www.w3.org/2005/Atom"><title>Example</title></feed>`,
    },
  }),
  cloudevents: row({
    label: "CloudEvents",
    docsUrl: "https://github.com/cloudevents/spec/blob/main/cloudevents/http-webhook.md",
    fields: [
      chosenField("Access token", "Sent as bearer token, or as access_token in the URL."),
      setting("allowedOrigin", "Allowed origin", "Who may ask for permission to send; * for everybody.", { default: "*" }),
      setting("allowedRate", "Allowed rate", "Requests per minute granted; * for no limit.", { default: "*" }),
    ],
    scheme: shown(anyOf(authorization("Bearer"), inQuery("access_token"))),
    eventType: ["header:ce-type", "body:type"],
    identity: [by("header:ce-id", "header:ce-source"), by("body:id", "body:source"), ofEach("", "body:id", "body:source")],
    handshake: "cloudevents",
    sample: {
      eventType: "com.example.invoice.paid",
      contentType: "application/cloudevents+json",
      body: JSON.stringify({
        specversion: "1.0",
        id: "evt_1",
        source: "/invoices",
        type: "com.example.invoice.paid",
        data: { amount: 4200 },
      }),
    },
  }),
};
