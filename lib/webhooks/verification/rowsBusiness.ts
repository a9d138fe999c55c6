/** Providers of payments, shops, messages and other business. */
import { hexKey, hmac } from "./algorithms.ts";
import { type Carrier, inHeader, inPairs } from "./carriers.ts";
import { ebay, ebayChallenge, ebayNeeds } from "./ebay.ts";
import { by } from "./identity.ts";
import { bodyOf, formOf, headerOf, isForm } from "./request.ts";
import type { Provider } from "./row.ts";
import { chosenField, row, secretField, setting } from "./row.ts";
import { type Content, shown, signed, template, timeless } from "./schemes.ts";
import { parseTime, writeTime } from "./times.ts";
import { refuse } from "./types.ts";

const sha256Hex = hmac("sha256", "hex");

/** https://developers.paymongo.com/docs/securing-webhook: `te` in test mode, `li` in live mode, and the other of them empty. */
const paymongo: Carrier = {
  timestampOf: (nowMs) => writeTime(nowMs, "s"),
  read: (request) => {
    const value = headerOf(request, "paymongo-signature");
    if (typeof value !== "string") return value;
    const pairs = value.split(",").map((pair) => pair.trim());
    const valuesOf = (name: string) => pairs.filter((pair) => pair.startsWith(`${name}=`)).map((pair) => pair.slice(name.length + 1));
    const timestamp = parseTime(valuesOf("t").join(","), "s");
    if (timestamp === null) return refuse("malformed", "The header paymongo-signature needs exactly one t= in seconds");
    const signatures = [...valuesOf("te"), ...valuesOf("li")].filter((signature) => signature !== "");
    return signatures.length > 0 && signatures.length <= 4
      ? { signatures, timestamp, id: "" }
      : refuse("malformed", "The header paymongo-signature has no te= and no li=");
  },
  write: (signature, time) => ({ headers: { "paymongo-signature": `t=${time},te=${signature},li=` } }),
};

const sorted = (parameters: URLSearchParams, joined: (name: string, value: string) => string): string[] =>
  [...new Set(parameters.keys())].sort().flatMap((name) =>
    parameters
      .getAll(name)
      .sort()
      .map((value) => joined(name, value)),
  );

/** As Plivo's library has it: the URL with its query sorted, the form's names and values sorted, and the nonce. */
const plivoContent: Content = (request, claim) => {
  if (!isForm(request)) return refuse("malformed", "Plivo sends a form, and signs nothing of another body");
  const url = new URL(request.url);
  const query = sorted(url.searchParams, (name, value) => `${name}=${value}`).join("&");
  const form = sorted(formOf(request), (name, value) => name + value).join("");
  const hasFields = form !== "";
  const asked = query !== "" || hasFields ? `?${query}` : "";
  const dot = query !== "" && hasFields ? "." : "";
  return [Buffer.from(`${url.origin}${url.pathname}${asked}${dot}${form}.${claim.id}`)];
};

const plivo = signed({
  carrier: inHeader(["x-plivo-signature-v3"], { id: "x-plivo-signature-v3-nonce" }),
  algorithm: hmac("sha256", "base64"),
  content: plivoContent,
});

/** Where an app has its webhooks packed, Stream signs the body as it was before. */
const unpackedToo: Content = (request) => {
  const { content } = bodyOf(request);
  return content.equals(request.body) ? [request.body] : [request.body, content];
};
unpackedToo.template = "{body}";

export const businessRows = {
  crisp: row({
    label: "Crisp",
    docsUrl: "https://docs.crisp.chat/guides/web-hooks/quickstart/",
    fields: [secretField("Signing secret", "Of the website's or the plugin's web hook.")],
    scheme: signed({
      carrier: inHeader(["x-crisp-signature"], { timestamp: { name: "x-crisp-request-timestamp", unit: "ms" } }),
      algorithm: sha256Hex,
      content: template("[{timestamp};{body}]"),
    }),
    eventType: ["body:event"],
    identity: [],
    sample: ["message:send", { website_id: "w_1", event: "message:send", data: { session_id: "s_1" }, timestamp: 1_767_225_600_000 }],
  }),
  dwolla: row({
    label: "Dwolla",
    docsUrl: "https://developers.dwolla.com/docs/working-with-webhooks",
    fields: [chosenField("Secret", "As given when the webhook subscription was made.")],
    scheme: timeless(signed({ carrier: inHeader(["x-request-signature-sha-256"]), algorithm: sha256Hex })),
    eventType: ["body:topic"],
    identity: [by("body:id")],
    headers: { "x-dwolla-topic": "{event}" },
    sample: ["customer_created", { id: "e_1", resourceId: "c_1", topic: "customer_created", timestamp: "2026-01-01T00:00:00.000Z" }],
  }),
  ebay: row({
    label: "eBay",
    docsUrl: "https://developer.ebay.com/api-docs/commerce/notification/overview.html",
    hint: "Account deletion and other notifications. Webster asks eBay for the key that signed, as your application; eBay signs for everybody alike, so keep the URL to yourself. Verification token and URL are entered there as here.",
    fields: [
      setting("clientId", "App ID", "Client id of the keyset.", { required: true }),
      setting("clientSecret", "Cert ID", "Client secret of the same keyset.", { required: true, secret: true }),
      setting("verificationToken", "Verification token", "Of 32 to 80 letters, digits, _ and -, as entered at eBay.", {
        required: true,
        secret: true,
      }),
      setting("environment", "Environment", "Whose keyset it is.", { options: ["production", "sandbox"], default: "production" }),
    ],
    scheme: ebay,
    needs: ebayNeeds,
    handshake: ebayChallenge,
    rejectedStatus: 412,
    verifiedBy: "ECDSA P-256 of `{body}`, by the key that `x-ebay-signature` names",
    eventType: ["body:metadata.topic"],
    identity: [by("body:notification.notificationId")],
    sample: [
      "MARKETPLACE_ACCOUNT_DELETION",
      {
        metadata: { topic: "MARKETPLACE_ACCOUNT_DELETION", schemaVersion: "1.0", deprecated: false },
        notification: { notificationId: "n_1", eventDate: "2026-01-01T00:00:00.000Z", publishAttemptCount: 1, data: { username: "alice" } },
      },
    ],
  }),
  flutterwave: row({
    label: "Flutterwave (version 3)",
    docsUrl: "https://developer.flutterwave.com/v3.0/docs/webhooks",
    hint: "Flutterwave signs nothing: it shows the secret hash, and whoever takes an event in should ask Flutterwave for the transaction.",
    fields: [chosenField("Secret hash", "As entered at Flutterwave: Settings, Webhooks.")],
    scheme: timeless(shown(inHeader(["verif-hash"]))),
    eventType: ["body:event"],
    // data.id names the transaction.
    identity: [],
    sample: ["charge.completed", { event: "charge.completed", data: { id: 285959875, tx_ref: "r_1", status: "successful", amount: 100 } }],
  }),
  greenhouse: row({
    label: "Greenhouse",
    docsUrl: "https://developers.greenhouse.io/webhooks.html",
    hint: "Enter the key here before you save the web hook: Greenhouse asks then, and leaves it disabled if that is refused.",
    fields: [chosenField("Secret key", "As entered at the web hook.")],
    scheme: timeless(signed({ carrier: inHeader(["signature"], { prefix: "sha256 " }), algorithm: sha256Hex })),
    eventType: ["body:action"],
    identity: [by("header:greenhouse-event-id")],
    sample: ["new_candidate_application", { action: "new_candidate_application", payload: { application: { id: 1 } } }],
  }),
  "help-scout": row({
    label: "Help Scout",
    docsUrl: "https://developer.helpscout.com/webhooks/",
    fields: [chosenField("Secret key", "As entered at the webhook.")],
    scheme: timeless(signed({ carrier: inHeader(["x-helpscout-signature"]), algorithm: hmac("sha1", "base64") })),
    eventType: ["header:x-helpscout-event"],
    identity: [],
    sample: ["convo.created", { id: 1, number: 1, subject: "Hello", status: "active" }],
  }),
  mailchimp: row({
    label: "Mailchimp (audiences)",
    docsUrl: "https://mailchimp.com/developer/marketing/guides/sync-audience-data-webhooks/",
    hint: "A webhook that was made before Mailchimp signed stays unsigned: delete it there, and make it anew.",
    fields: [secretField("Signing secret", "Mailchimp shows it once, when the webhook is saved.")],
    scheme: signed({
      carrier: inPairs("x-mailchimp-signature", { separator: ",", time: "t", signature: "v1", timed: true }),
      algorithm: sha256Hex,
      content: template("{timestamp}.{body}"),
    }),
    eventType: ["form:type"],
    // Type, member and a time in whole seconds are the same for two changes within one.
    identity: [],
    // It asks whether the URL is there while the webhook is saved, before there is a secret.
    handshake: (request) => (request.method === "GET" ? { status: 200, headers: {}, body: "" } : null),
    sample: {
      eventType: "subscribe",
      contentType: "application/x-www-form-urlencoded",
      body: new URLSearchParams({
        type: "subscribe",
        fired_at: "2026-01-01 00:00:00",
        "data[id]": "m_1",
        "data[list_id]": "l_1",
      }).toString(),
    },
  }),
  paymongo: row({
    label: "PayMongo",
    docsUrl: "https://developers.paymongo.com/docs/securing-webhook",
    fields: [secretField("Secret key", "whsk_…, in the answer that made the webhook.")],
    scheme: signed({ carrier: paymongo, algorithm: sha256Hex, content: template("{timestamp}.{body}") }),
    verifiedBy: "HMAC SHA-256, hex, of `{timestamp}.{body}`: `paymongo-signature: t=…,te=…,li=…`",
    eventType: ["body:data.attributes.type"],
    identity: [by("body:data.id")],
    sample: [
      "payment.paid",
      { data: { id: "evt_1", type: "event", attributes: { type: "payment.paid", livemode: false, data: { id: "pay_1" } } } },
    ],
  }),
  plivo: row({
    label: "Plivo",
    docsUrl: "https://www.plivo.com/docs/messaging/concepts/signature-validation",
    hint: "Plivo signs the URL: enter it there exactly as it is shown here.",
    fields: [secretField("Auth token", "Of the account, or of the subaccount that sends.")],
    scheme: { ...timeless(plivo), recipe: null },
    verifiedBy: "HMAC SHA-256, base64, of the URL, the form and the nonce: `x-plivo-signature-v3`",
    eventType: ["form:Status", "form:Event", "form:CallStatus"],
    identity: [],
    sample: {
      eventType: "delivered",
      contentType: "application/x-www-form-urlencoded",
      body: "From=15550100&To=15550101&Status=delivered&MessageUUID=m_1",
    },
  }),
  squarespace: row({
    label: "Squarespace",
    docsUrl: "https://developers.squarespace.com/webhooks/verifying-notifications",
    fields: [secretField("Secret", "Hexadecimal, in the answer that made the webhook subscription.")],
    scheme: timeless(signed({ carrier: inHeader(["squarespace-signature"]), algorithm: hmac("sha256", "hex", hexKey) })),
    verifiedBy: "HMAC SHA-256, hex, of `{body}`: `squarespace-signature`",
    eventType: ["body:topic"],
    identity: [by("body:id")],
    sample: ["order.create", { id: "n_1", websiteId: "w_1", subscriptionId: "s_1", topic: "order.create", data: { orderId: "o_1" } }],
  }),
  stream: row({
    label: "Stream (chat, video, feeds)",
    docsUrl: "https://getstream.io/chat/docs/node/webhooks_overview/",
    fields: [secretField("API secret", "Of the app.")],
    scheme: timeless(signed({ carrier: inHeader(["x-signature"]), algorithm: sha256Hex, content: unpackedToo })),
    eventType: ["body:type"],
    identity: [by("header:x-webhook-id")],
    headers: { "x-api-key": "key", "x-webhook-attempt": "1" },
    sample: ["message.new", { type: "message.new", cid: "messaging:hello", message: { id: "m_1", text: "Hello" } }],
  }),
  xendit: row({
    label: "Xendit",
    docsUrl: "https://docs.xendit.co/docs/handling-webhooks",
    hint: "Xendit signs nothing: it shows the verification token.",
    fields: [secretField("Verification token", "From the dashboard, Settings, Webhooks; test and live have their own.")],
    scheme: timeless(shown(inHeader(["x-callback-token"]))),
    eventType: ["body:event", "body:status"],
    identity: [by("header:webhook-id")],
    sample: [
      "payment.capture",
      { event: "payment.capture", business_id: "b_1", created: "2026-01-01T00:00:00Z", data: { payment_id: "py_1" } },
    ],
  }),
} satisfies Record<string, Provider>;
