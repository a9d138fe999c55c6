/** What belongs to no provider. */
import { apiKey, basic, bearer, encodings, genericHmac, hashes, keyEncodings, none, tokenInUrl } from "./plain.ts";
import { beside, by, ofEach } from "./identity.ts";
import { row, secretField, setting } from "./row.ts";
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

/** Headers that by their specifications name the delivery; all else may name a subscription, a resource or a proxy's request. */
const identity = [
  by("header:idempotency-key"),
  beside(by("header:webhook-id"), "header:webhook-timestamp", "header:webhook-signature"),
  beside(by("header:svix-id"), "header:svix-timestamp", "header:svix-signature"),
];
const common = { docsUrl: "", eventType, identity, sample };

export const plainRows = {
  none: row({
    ...common,
    label: "No verification",
    hint: "Whoever knows the URL can send. Use it only where nothing else is to be had.",
    fields: [],
    scheme: none,
  }),
  "url-token": row({
    ...common,
    label: "Token in the URL",
    hint: "Give the provider the source's URL with ?token=… behind it.",
    fields: [
      secretField("Token", "A long random text."),
      setting("parameter", "Parameter", "The name of the query parameter.", { default: "token" }),
    ],
    scheme: tokenInUrl,
  }),
  basic: row({
    ...common,
    label: "Basic authentication",
    fields: [
      setting("username", "User name", "As the provider sends it.", { required: true }),
      secretField("Password", "As the provider sends it."),
    ],
    scheme: basic,
  }),
  bearer: row({ ...common, label: "Bearer token", fields: [secretField("Token", "What stands behind “Bearer”.")], scheme: bearer }),
  "api-key": row({
    ...common,
    label: "API key in a header",
    fields: [
      secretField("Key", "The header's value, without the prefix."),
      setting("header", "Header", "Its name.", { default: "x-api-key" }),
      setting("prefix", "Prefix", "What stands in front of the key, a space included."),
    ],
    scheme: apiKey,
  }),
  hmac: row({
    ...common,
    label: "HMAC signature",
    hint: "For providers that are not in this list: say how they sign.",
    fields: [
      secretField("Secret", "The shared key."),
      setting("header", "Signature header", "For example x-signature.", { required: true }),
      setting("prefix", "Prefix", "What stands in front of the signature, for example sha256=."),
      setting("hash", "Hash", "Most use SHA-256.", { options: hashes, default: "sha256" }),
      setting("encoding", "Encoding", "How the signature is written.", { options: encodings, default: "hex" }),
      setting("secretEncoding", "Secret's encoding", "How the bytes of the key are written.", { options: keyEncodings, default: "text" }),
      setting("template", "Signed content", "{body}, {timestamp}, {id}, {url} and {method} stand for the request's own.", {
        default: "{body}",
      }),
      setting("timestampHeader", "Timestamp header", "If {timestamp} is signed."),
      setting("toleranceSeconds", "Tolerance in seconds", "How old or new the timestamp may be.", {
        default: "300",
        seconds: [1, 86_400],
      }),
      setting("idHeader", "Id header", "If {id} is signed."),
    ],
    scheme: genericHmac,
  }),
  "standard-webhooks": row({
    label: "Standard Webhooks",
    docsUrl: "https://www.standardwebhooks.com",
    fields: [secretField("Secret", "whsec_…, or whpk_… for a public key.")],
    scheme: standard("webhook"),
    eventType,
    identity: [by("header:webhook-id")],
    sample,
  }),
  websub: row({
    label: "WebSub",
    docsUrl: "https://www.w3.org/TR/websub/",
    fields: [
      secretField("Secret", "hub.secret of the subscription."),
      setting("topic", "Topic", "The URL that was subscribed to; other topics are refused.", { required: true }),
    ],
    scheme: webSub,
    // Section 8: a subscriber answers 2xx and ignores what is signed badly.
    rejectedStatus: 202,
    eventType: ["fixed:content.distributed"],
    identity: [],
    handshake: "websub",
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
      secretField("Access token", "Sent as bearer token, or as access_token in the URL."),
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
