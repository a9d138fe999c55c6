/** Providers that sign the body alone, or show a secret. */
import { hmac } from "./algorithms.ts";
import { inHeader, inHeaders } from "./carriers.ts";
import { emptyProbe } from "./echo.ts";
import { by, inCommon, ofEach } from "./identity.ts";
import { none } from "./plain.ts";
import { bodyOf, formOf, headerOf } from "./request.ts";
import type { Provider } from "./row.ts";
import { chosenField, row, secretField } from "./row.ts";
import { shown, signed, timeless } from "./schemes.ts";
import type { Scheme } from "./types.ts";
import { refuse } from "./types.ts";

const sha256Hex = hmac("sha256", "hex");
const sha256Base64 = hmac("sha256", "base64");
const hubSignature = timeless(signed({ carrier: inHeader(["x-hub-signature"], { prefix: "sha256=" }), algorithm: sha256Hex }));
const inBase64 = (header: string): Scheme => timeless(signed({ carrier: inHeader([header]), algorithm: sha256Base64 }));

/** Nothing is signed, and nothing can be forged: the request names a resource, whose state is to be asked for. */
const mollie: Scheme = {
  ...none,
  claim: (request, settings) => {
    const form = formOf(request);
    const isId = bodyOf(request).kind === "form" && form.size === 1 && /^[a-z]{2,10}_[A-Za-z0-9]{4,64}$/.test(form.get("id") ?? "");
    return isId ? none.claim(request, settings) : refuse("malformed", "The body is no form with an id of Mollie's");
  },
};

export const signedRows = {
  bitbucket: row({
    label: "Bitbucket",
    docsUrl: "https://support.atlassian.com/bitbucket-cloud/docs/manage-webhooks/",
    fields: [chosenField("Secret", "As entered in the webhook's settings.")],
    scheme: hubSignature,
    eventType: ["header:x-event-key"],
    identity: [by("header:x-request-uuid")],
    sample: ["repo:push", { actor: { display_name: "Emma" }, repository: { full_name: "team/hello" }, push: { changes: [] } }],
  }),
  clickup: row({
    label: "ClickUp",
    docsUrl: "https://developer.clickup.com/docs/webhooksignature",
    fields: [secretField("Secret", "webhook.secret in the answer that made the webhook.")],
    scheme: timeless(signed({ carrier: inHeader(["x-signature"]), algorithm: sha256Hex })),
    eventType: ["body:event"],
    // One change is told as several events, `taskUpdated` and `taskStatusUpdated`, and to each webhook.
    identity: [inCommon(ofEach("history_items", "body:id"), "body:event", "body:webhook_id")],
    sample: ["taskUpdated", { event: "taskUpdated", history_items: [{ id: "1", field: "status" }], task_id: "t_1", webhook_id: "w_1" }],
  }),
  "google-drive": row({
    label: "Google Drive (and Calendar, Gmail watch channels)",
    docsUrl: "https://developers.google.com/workspace/drive/api/guides/push",
    hint: "Notifications say that something changed, not what. The first, “sync”, says that the channel is open.",
    fields: [chosenField("Channel token", "token of the channel that you open; a long random text.")],
    scheme: timeless(shown(inHeader(["x-goog-channel-token"]))),
    eventType: ["header:x-goog-resource-state"],
    identity: [by("header:x-goog-channel-id", "header:x-goog-message-number")],
    sample: { eventType: "update", contentType: "application/json", body: "" },
  }),
  jira: row({
    label: "Jira",
    docsUrl: "https://developer.atlassian.com/cloud/jira/platform/webhooks/",
    fields: [chosenField("Secret", "As entered in the webhook's settings.")],
    scheme: hubSignature,
    eventType: ["body:webhookEvent"],
    identity: [by("header:x-atlassian-webhook-identifier")],
    sample: ["jira:issue_updated", { timestamp: 1_767_225_600_000, webhookEvent: "jira:issue_updated", issue: { key: "HELLO-1" } }],
  }),
  line: row({
    label: "LINE",
    docsUrl: "https://developers.line.biz/en/docs/messaging-api/verify-webhook-signature/",
    fields: [secretField("Channel secret", "From the channel's basic settings.")],
    scheme: inBase64("x-line-signature"),
    eventType: ["body:events.0.type"],
    identity: [ofEach("events", "body:webhookEventId")],
    handshake: emptyProbe("events"),
    sample: [
      "message",
      { destination: "U1", events: [{ type: "message", webhookEventId: "e_1", message: { type: "text", text: "Hello" } }] },
    ],
  }),
  mollie: row({
    label: "Mollie (payments, classic)",
    docsUrl: "https://docs.mollie.com/reference/webhooks",
    hint: "Mollie signs nothing and sends an id only: whoever takes it in must ask Mollie for the state. For Mollie's new webhooks, which are signed, choose “HMAC signature” with the header x-mollie-signature and the prefix sha256=.",
    fields: [],
    scheme: mollie,
    eventType: ["fixed:status.changed"],
    identity: [],
    sample: { eventType: "status.changed", contentType: "application/x-www-form-urlencoded", body: "id=tr_7UhSN1zuXS" },
  }),
  pagerduty: row({
    label: "PagerDuty",
    docsUrl: "https://developer.pagerduty.com/docs/verifying-webhook-signatures",
    fields: [secretField("Secret", "Shown once, when the subscription is made.")],
    scheme: timeless(signed({ carrier: inHeaders(["x-pagerduty-signature"], { prefix: "v1=", separator: "," }), algorithm: sha256Hex })),
    eventType: ["body:event.event_type"],
    identity: [by("body:event.id")],
    sample: ["incident.triggered", { event: { id: "e_1", event_type: "incident.triggered", data: { id: "i_1", type: "incident" } } }],
  }),
  quickbooks: row({
    label: "QuickBooks",
    docsUrl: "https://developer.intuit.com/app/developer/qbo/docs/develop/webhooks",
    fields: [secretField("Verifier token", "From the app's webhooks.")],
    scheme: inBase64("intuit-signature"),
    eventType: ["body:eventNotifications.0.dataChangeEvent.entities.0.name", "body:0.type"],
    // The older format names what changed, and no event.
    identity: [ofEach("", "body:id", "body:source")],
    sample: ["qbo.customer.updated.v1", [{ specversion: "1.0", id: "e_1", source: "intuit.abc", type: "qbo.customer.updated.v1" }]],
  }),
  razorpay: row({
    label: "Razorpay",
    notSecrets: [[/^rzp_(?:test|live)_/, "It is the API's key id: the webhook secret is the text that you enter at the webhook"]],
    docsUrl: "https://razorpay.com/docs/webhooks/validate-test/",
    fields: [chosenField("Webhook secret", "As entered at Razorpay; not the API's key secret.")],
    scheme: timeless(signed({ carrier: inHeader(["x-razorpay-signature"]), algorithm: sha256Hex })),
    eventType: ["body:event"],
    identity: [by("header:x-razorpay-event-id")],
    sample: ["payment.captured", { entity: "event", event: "payment.captured", payload: { payment: { entity: { id: "pay_1" } } } }],
  }),
  vercel: row({
    label: "Vercel",
    docsUrl: "https://vercel.com/docs/webhooks/webhooks-api",
    fields: [secretField("Secret", "Shown once, when the webhook is made; of an integration, its client secret.")],
    scheme: timeless(signed({ carrier: inHeader(["x-vercel-signature"]), algorithm: hmac("sha1", "hex") })),
    rejectedStatus: 403,
    eventType: ["body:type"],
    identity: [by("body:id")],
    sample: [
      "deployment.succeeded",
      { id: "e_1", type: "deployment.succeeded", createdAt: 1_767_225_600_000, payload: { deployment: { id: "d_1" } } },
    ],
  }),
  woocommerce: row({
    label: "WooCommerce",
    docsUrl: "https://woocommerce.com/document/webhooks/",
    fields: [chosenField("Secret", "As entered in the webhook's settings; empty there, it is the consumer secret.")],
    scheme: inBase64("x-wc-webhook-signature"),
    eventType: ["header:x-wc-webhook-topic"],
    // The id is made of the webhook and the second: all that happens within it has the same, and only the signature is of the body.
    identity: [by("header:x-wc-webhook-delivery-id", "header:x-wc-webhook-signature")],
    // Saving a webhook sends its number, unsigned, and switches it off unless that is answered 200.
    handshake: (request) => {
      const isPing = /^webhook_id=\d{1,20}$/.test(request.body.subarray(0, 64).toString("latin1"));
      const isSigned = typeof headerOf(request, "x-wc-webhook-signature") === "string";
      return request.method === "POST" && isPing && !isSigned ? { status: 200, headers: {}, body: "" } : null;
    },
    sample: ["order.created", { id: 1, status: "processing", total: "42.00" }],
  }),
  xero: row({
    label: "Xero",
    docsUrl: "https://developer.xero.com/documentation/guides/webhooks/overview/",
    hint: "When the URL is saved, Xero sends right and wrong signatures, to see that the wrong ones are refused.",
    fields: [secretField("Webhooks key", "From the app's webhooks.")],
    scheme: inBase64("x-xero-signature"),
    eventType: ["body:events.0.eventCategory"],
    identity: [ofEach("events", "body:resourceId", "body:eventType", "body:eventCategory", "body:eventDateUtc", "body:tenantId")],
    handshake: emptyProbe("events"),
    sample: [
      "INVOICE",
      {
        events: [
          { resourceId: "r_1", eventCategory: "INVOICE", eventType: "UPDATE", eventDateUtc: "2026-01-01T00:00:00.000", tenantId: "t_1" },
        ],
        firstEventSequence: 1,
        lastEventSequence: 1,
      },
    ],
  }),
} satisfies Record<string, Provider>;
