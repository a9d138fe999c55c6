/** More providers that sign a time: in a header of its own, or beside the signature. */
import { hmac, suffixedHash } from "./algorithms.ts";
import { type Carrier, inHeader, inHeaders, inPairs } from "./carriers.ts";
import { decode } from "./algorithms.ts";
import { echo } from "./echo.ts";
import { by } from "./identity.ts";
import { headerOf } from "./request.ts";
import type { Provider } from "./row.ts";
import { row, secretField } from "./row.ts";
import { type Content, signed, template } from "./schemes.ts";
import { refuse } from "./types.ts";

const sha256Hex = hmac("sha256", "hex");
const sha256Base64 = hmac("sha256", "base64");

/** Body and time with nothing between: a digit at the body's end could have belonged to the time. */
export const bodyThenTime: Content = (request, claim, settings) =>
  /\d$/.test(request.body.subarray(-1).toString("latin1"))
    ? refuse("malformed", "The body ends in a digit, which could belong to the time")
    : template("{body}{timestamp}")(request, claim, settings);
bodyThenTime.template = "{body}{timestamp}";

const personaPairs = inPairs("persona-signature", { separator: ",", time: "t", signature: "v1", timed: true });

/** During a rotation the pairs stand there twice, with a space between and the same time in both. */
const persona: Carrier = {
  ...personaPairs,
  read: (request, settings) => {
    const value = headerOf(request, "persona-signature");
    if (typeof value !== "string") return value;
    const pairs = [...new Set(value.split(/[\s,]+/))].join(",");
    return personaPairs.read({ ...request, headers: { ...request.headers, "persona-signature": pairs } }, settings);
  },
};

const contentfulHeader = inHeader(["x-contentful-signature"], { timestamp: { name: "x-contentful-timestamp", unit: "ms" } });
const signedHeaders = "x-contentful-signed-headers";
const alwaysSigned = [signedHeaders, "x-contentful-timestamp"];

const contentful: Carrier = {
  ...contentfulHeader,
  read: (request, settings) => {
    const list = headerOf(request, signedHeaders);
    return typeof list === "string" ? contentfulHeader.read(request, settings) : list;
  },
  write: (...given) => ({ headers: { ...contentfulHeader.write(...given).headers, [signedHeaders]: alwaysSigned.join(",") } }),
};

/** As Contentful's library has it: @contentful/node-apps-toolkit. The list itself and the time are always among the headers. */
const canonicalRequest: Content = (request, claim) => {
  const list = headerOf(request, signedHeaders);
  const listed = typeof list === "string" ? list.split(",").map((name) => name.trim().toLowerCase()) : [];
  const names = [...new Set([...listed, ...alwaysSigned])].sort();
  const valueOf = (name: string): string | undefined =>
    name === signedHeaders ? names.join(",") : name === "x-contentful-timestamp" ? claim.timestamp?.text : request.headers[name]?.trim();
  const headers = names.flatMap((name) => {
    const value = valueOf(name);
    return value === undefined ? [] : [`${name}:${value}`];
  });
  const { pathname, search } = new URL(request.url);
  const path = encodeURI(search === "" ? pathname : `${pathname}?${encodeURIComponent(search.slice(1))}`);
  return [Buffer.concat([Buffer.from(`${request.method}\n${path}\n${headers.join(";")}\n`), request.body])];
};

export const stampedRows = {
  buildkite: row({
    label: "Buildkite",
    docsUrl: "https://buildkite.com/docs/apis/webhooks/pipelines",
    hint: "Settings, Notification services, Webhook: let it send the token as X-Buildkite-Signature.",
    fields: [secretField("Token", "Of the webhook.")],
    scheme: signed({
      carrier: inPairs("x-buildkite-signature", { separator: ",", time: "timestamp", signature: "signature", timed: true }),
      algorithm: sha256Hex,
      content: template("{timestamp}.{body}"),
    }),
    eventType: ["header:x-buildkite-event", "body:event"],
    // A build's id names the build, which starts and finishes and may be tried again.
    identity: [],
    headers: { "user-agent": "Buildkite-Request" },
    sample: ["build.finished", { event: "build.finished", build: { id: "b_1", state: "passed" }, pipeline: { slug: "hello" } }],
  }),
  cashfree: row({
    label: "Cashfree",
    docsUrl: "https://www.cashfree.com/docs/api-reference/webhooks/payloads-and-signatures",
    fields: [secretField("Client secret", "Of the API keys; test and production have their own.")],
    scheme: signed({
      carrier: inHeader(["x-webhook-signature"], { timestamp: { name: "x-webhook-timestamp", unit: "either" } }),
      algorithm: sha256Base64,
      content: template("{timestamp}{body}"),
    }),
    eventType: ["body:type"],
    identity: [],
    sample: [
      "PAYMENT_SUCCESS_WEBHOOK",
      { type: "PAYMENT_SUCCESS_WEBHOOK", event_time: "2026-01-01T00:00:00+05:30", data: { order: { order_id: "o_1" } } },
    ],
  }),
  cloudinary: row({
    label: "Cloudinary",
    docsUrl: "https://cloudinary.com/documentation/notification_signatures",
    fields: [secretField("API secret", "Settings, API keys: of the key that signs notifications.")],
    verifiedBy: "SHA-1 or SHA-256, hex, of `{body}{timestamp}{secret}`: `x-cld-signature`, time in `x-cld-timestamp`",
    scheme: signed({
      carrier: inHeader(["x-cld-signature"], { timestamp: { name: "x-cld-timestamp", unit: "s" } }),
      algorithm: suffixedHash("hex", "sha1", "sha256"),
      content: bodyThenTime,
      toleranceSeconds: 7200,
    }),
    eventType: ["body:notification_type"],
    identity: [],
    sample: ["upload", { notification_type: "upload", timestamp: "2026-01-01T00:00:00+00:00", request_id: "r_1", public_id: "hello" }],
  }),
  contentful: row({
    label: "Contentful",
    docsUrl: "https://www.contentful.com/developers/docs/webhooks/request-verification/",
    hint: "Settings, Webhooks, Settings: enable request verification. Contentful signs the URL: enter it there exactly as it is shown here.",
    notSecrets: [[/^(?!.{64}$)/s, "It must have 64 characters, as Contentful shows it once"]],
    fields: [secretField("Signing secret", "Of the space, 64 characters.")],
    verifiedBy:
      "HMAC SHA-256, hex, of method, path, the headers that `x-contentful-signed-headers` lists, and body: `x-contentful-signature`",
    scheme: signed({
      carrier: contentful,
      algorithm: sha256Hex,
      content: canonicalRequest,
    }),
    eventType: ["header:x-contentful-topic"],
    identity: [],
    sample: [
      "ContentManagement.Entry.publish",
      { sys: { type: "Entry", id: "e_1", revision: 1 }, fields: { title: { "en-US": "Hello" } } },
      { contentType: "application/vnd.contentful.management.v1+json" },
    ],
  }),
  "customer-io": row({
    label: "Customer.io",
    docsUrl: "https://docs.customer.io/journeys/webhooks/",
    fields: [secretField("Webhook signing key", "Of the reporting webhook.")],
    scheme: signed({
      carrier: inHeader(["x-cio-signature"], { timestamp: { name: "x-cio-timestamp", unit: "s" } }),
      algorithm: sha256Hex,
      content: template("v0:{timestamp}:{body}"),
    }),
    eventType: ["body:metric"],
    identity: [by("body:event_id")],
    sample: [
      "delivered",
      { event_id: "e_1", object_type: "email", metric: "delivered", timestamp: 1_767_225_600, data: { delivery_id: "d_1" } },
    ],
  }),
  finch: row({
    label: "Finch",
    docsUrl: "https://developer.tryfinch.com/developer-resources/Webhooks",
    fields: [secretField("Webhook secret", "Base64, from the dashboard.")],
    scheme: signed({
      carrier: inHeaders(["finch-signature"], {
        prefix: "v1,",
        separator: " ",
        id: "finch-event-id",
        timestamp: { name: "finch-timestamp", unit: "s" },
      }),
      algorithm: hmac("sha256", "base64", (secret) => decode(secret, "base64") ?? { bad: "It must be base64" }),
      content: template("{id}.{timestamp}.{body}"),
    }),
    verifiedBy: "HMAC SHA-256, base64, of `{id}.{timestamp}.{body}`: `finch-signature: v1,…`, time in `finch-timestamp`",
    eventType: ["body:event_type"],
    identity: [by("header:finch-event-id")],
    sample: [
      "individual.updated",
      { company_id: "c_1", account_id: "a_1", event_type: "individual.updated", data: { individual_id: "i_1" } },
    ],
  }),
  front: row({
    label: "Front (application webhooks)",
    docsUrl: "https://dev.frontapp.com/docs/application-webhooks",
    hint: "Rule webhooks are signed otherwise: for them choose “HMAC signature” with x-front-signature, SHA-1 and base64.",
    fields: [secretField("Signing key", "Of the app, from its basic information.")],
    scheme: signed({
      carrier: inHeader(["x-front-signature"], { timestamp: { name: "x-front-request-timestamp", unit: "ms" } }),
      algorithm: sha256Base64,
      content: template("{timestamp}:{body}"),
    }),
    eventType: ["body:type"],
    identity: [],
    handshake: echo({ from: "header", name: "x-front-challenge", method: "POST", to: "text", replyName: "", signed: true }),
    sample: ["inbound_received", { type: "inbound_received", authorization: { id: "cmp_1" }, payload: { id: "evt_1" } }],
  }),
  orb: row({
    label: "Orb",
    docsUrl: "https://docs.withorb.com/integrations-and-exports/webhooks",
    fields: [secretField("Signing secret", "Developers, Webhooks.")],
    verifiedBy: "HMAC SHA-256, hex, of `v1:{timestamp}:{body}`: `x-orb-signature: v1=…`, time in `x-orb-timestamp`, in UTC",
    scheme: {
      ...signed({
        carrier: inHeaders(["x-orb-signature"], { prefix: "v1=", separator: " ", timestamp: { name: "x-orb-timestamp", unit: "utc" } }),
        algorithm: sha256Hex,
        content: template("v1:{timestamp}:{body}"),
      }),
      recipe: null,
    },
    eventType: ["body:type"],
    identity: [by("body:id")],
    sample: ["invoice.issued", { id: "e_1", created_at: "2026-01-01T00:00:00+00:00", type: "invoice.issued", invoice: { id: "in_1" } }],
  }),
  persona: row({
    label: "Persona",
    docsUrl: "https://docs.withpersona.com/webhooks-best-practices",
    fields: [secretField("Webhook secret", "wbhsec_…, of this webhook.")],
    scheme: signed({ carrier: persona, algorithm: sha256Hex, content: template("{timestamp}.{body}") }),
    eventType: ["body:data.attributes.name"],
    identity: [by("body:data.id")],
    sample: [
      "inquiry.completed",
      { data: { type: "event", id: "evt_1", attributes: { name: "inquiry.completed", payload: { data: { id: "inq_1" } } } } },
    ],
  }),
  retell: row({
    label: "Retell AI",
    docsUrl: "https://docs.retellai.com/features/secure-webhook",
    fields: [secretField("API key", "The one with the webhook badge beside it.")],
    scheme: signed({
      carrier: inPairs("x-retell-signature", { separator: ",", time: "v", signature: "d", timed: true, unit: "ms" }),
      algorithm: sha256Hex,
      content: bodyThenTime,
    }),
    eventType: ["body:event"],
    // A call's id names the call, which is updated again and again.
    identity: [],
    sample: ["call_ended", { event: "call_ended", call: { call_id: "c_1", call_status: "ended" } }],
  }),
  webflow: row({
    label: "Webflow",
    docsUrl: "https://developers.webflow.com/data/docs/working-with-webhooks",
    hint: "Webhooks made with the API are signed: by an app with its client secret, by a site token with the webhook's own secret.",
    fields: [secretField("Secret", "The app's client secret, or secretKey of the webhook.")],
    scheme: signed({
      carrier: inHeader(["x-webflow-signature"], { timestamp: { name: "x-webflow-timestamp", unit: "ms" } }),
      algorithm: sha256Hex,
      content: template("{timestamp}:{body}"),
    }),
    eventType: ["body:triggerType"],
    identity: [],
    sample: [
      "form_submission",
      { triggerType: "form_submission", payload: { name: "Contact", siteId: "s_1", data: { Email: "alice@example.com" } } },
    ],
  }),
} satisfies Record<string, Provider>;
