/** Providers with ways of their own, beyond those that the `svix` SDK knows. */
import { ecdsaP256, ed25519, hmac } from "./algorithms.ts";
import { inHeader, inPairs } from "./carriers.ts";
import { adyen, mailgun } from "./inBody.ts";
import { paypal, paypalNeeds } from "./paypal.ts";
import { by, ofEach } from "./identity.ts";
import type { Provider } from "./row.ts";
import { chosenField, row, secretField, setting } from "./row.ts";
import { shown, signed, standard, template } from "./schemes.ts";
import { graph, linear, twilio, x } from "./special.ts";
import type { Scheme } from "./types.ts";

const timeless = (scheme: Scheme): Scheme => ({ ...scheme, toleranceMs: () => null });

const sha256Hex = hmac("sha256", "hex");
const sha256Base64 = hmac("sha256", "base64");

const gitlabHeaders = {
  "user-agent": "GitLab/18.6.0",
  "x-gitlab-event": "Push Hook",
  "x-gitlab-event-uuid": "{id}",
  "x-gitlab-instance": "https://gitlab.com",
  "x-gitlab-webhook-uuid": "c7f9c1e4-9a0b-4f3a-8f0e-6f4a4f1d2b11",
};

export const namedRows = {
  adyen: row({
    verifiedBy: "HMAC SHA-256, base64: of eight fields of each item, in `additionalData.hmacSignature`; or of the body, in `hmacsignature`",
    label: "Adyen",
    docsUrl: "https://docs.adyen.com/development-resources/webhooks/verify-hmac-signatures",
    fields: [secretField("HMAC key", "Hexadecimal, from the webhook's settings.")],
    scheme: adyen,
    acceptedReply: { status: 200, contentType: "text/plain", body: "[accepted]" },
    eventType: ["body:notificationItems.0.NotificationRequestItem.eventCode", "body:type"],
    identity: [
      ofEach(
        "notificationItems",
        "body:NotificationRequestItem.pspReference",
        "body:NotificationRequestItem.eventCode",
        "body:NotificationRequestItem.merchantAccountCode",
        "body:NotificationRequestItem.success",
      ),
      // Tokens and platforms: eventId is the pspReference of whatever caused it.
      by("body:eventId", "body:type", "body:createdAt"),
    ],
    sample: [
      "AUTHORISATION",
      {
        live: "false",
        notificationItems: [
          {
            NotificationRequestItem: {
              additionalData: {},
              amount: { currency: "EUR", value: 1130 },
              eventCode: "AUTHORISATION",
              merchantAccountCode: "TestMerchant",
              merchantReference: "TestPayment-1407325143704",
              pspReference: "7914073381342284",
              success: "true",
            },
          },
        ],
      },
    ],
  }),
  discord: row({
    verifiedBy: "Ed25519, hex, of `{timestamp}{body}`: `x-signature-ed25519`, time in `x-signature-timestamp`",
    label: "Discord",
    docsUrl: "https://discord.com/developers/docs/events/webhook-events",
    fields: [{ ...secretField("Public key", "From the application's general information."), secret: false }],
    scheme: signed({
      carrier: inHeader(["x-signature-ed25519"], { timestamp: { name: "x-signature-timestamp", unit: "s" } }),
      algorithm: ed25519("hex"),
      content: template("{timestamp}{body}"),
    }),
    eventType: ["body:event.type", "body:type"],
    identity: [by("body:id")],
    handshake: "discord",
    headers: { "user-agent": "Discord-Webhook/1.0 (+https://discord.com)" },
    sample: [
      "APPLICATION_AUTHORIZED",
      { version: 1, application_id: "1", type: 1, event: { type: "APPLICATION_AUTHORIZED", timestamp: "2026-01-01T00:00:00Z" } },
    ],
  }),
  dropbox: row({
    label: "Dropbox",
    docsUrl: "https://www.dropbox.com/developers/reference/webhooks",
    fields: [secretField("App secret", "From the App Console.")],
    scheme: timeless(signed({ carrier: inHeader(["x-dropbox-signature"]), algorithm: sha256Hex })),
    rejectedStatus: 403,
    eventType: ["fixed:account.changed"],
    identity: [],
    handshake: "dropbox",
    headers: { "user-agent": "DropboxWebhooks/1.0" },
    sample: ["account.changed", { list_folder: { accounts: ["dbid:1"] } }, { layout: "spaced" }],
  }),
  gitlab: row({
    label: "GitLab (signing token)",
    docsUrl: "https://docs.gitlab.com/user/project/integrations/webhooks/",
    fields: [chosenField("Signing token", "whsec_…, from the webhook's settings.", "whsec")],
    scheme: standard("webhook"),
    eventType: ["body:object_kind", "header:x-gitlab-event"],
    identity: [by("header:webhook-id")],
    headers: gitlabHeaders,
    sample: ["push", { object_kind: "push", ref: "refs/heads/main", project: { id: 1 } }],
  }),
  "gitlab-token": row({
    label: "GitLab (secret token)",
    notSecrets: [
      [
        /^gl(?:pat|oas|dt|rt|cbt|ptt|ft|imt|agent|soat)-/,
        "It is an access token: the secret token is the text that you enter at the webhook",
      ],
    ],
    docsUrl: "https://docs.gitlab.com/user/project/integrations/webhooks/",
    fields: [chosenField("Secret token", "As entered in the webhook's settings.")],
    scheme: timeless(shown(inHeader(["x-gitlab-token"]))),
    eventType: ["body:object_kind", "header:x-gitlab-event"],
    identity: [by("header:idempotency-key")],
    headers: gitlabHeaders,
    sample: ["push", { object_kind: "push", ref: "refs/heads/main", project: { id: 1 } }],
  }),
  intercom: row({
    label: "Intercom",
    docsUrl: "https://developers.intercom.com/docs/webhooks/setting-up-webhooks",
    fields: [secretField("Client secret", "From the app's basic information.")],
    scheme: timeless(signed({ carrier: inHeader(["x-hub-signature"], { prefix: "sha1=" }), algorithm: hmac("sha1", "hex") })),
    eventType: ["body:topic"],
    identity: [by("body:id")],
    handshake: "intercom",
    sample: ["conversation.user.created", { type: "notification_event", id: "notif_1", topic: "conversation.user.created" }],
  }),
  linear: row({
    verifiedBy: "HMAC SHA-256, hex, of `{body}`: `linear-signature`; time in the body",
    label: "Linear",
    notSecrets: [[/^lin_(?:api|oauth)_/, "It is an API key: the signing secret stands on the webhook's page"]],
    docsUrl: "https://linear.app/developers/webhooks",
    fields: [secretField("Signing secret", "From the webhook's page.")],
    scheme: linear,
    eventType: ["header:linear-event", "body:type"],
    identity: [by("header:linear-delivery")],
    headers: { "user-agent": "Linear-Webhook", "linear-timestamp": "{ms}" },
    sample: [
      "Issue",
      { action: "create", type: "Issue", data: { id: "i_1" }, webhookTimestamp: 1_767_225_600_000 },
      { contentType: "application/json; charset=utf-8" },
    ],
  }),
  mailgun: row({
    verifiedBy: "HMAC SHA-256, hex, of time and token: in the body",
    label: "Mailgun",
    docsUrl: "https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks",
    hint: "Mailgun signs time and token, not the event itself.",
    fields: [secretField("Webhook signing key", "From the account's API security.")],
    scheme: mailgun,
    // 406 tells Mailgun not to try again; a secret that is being fixed needs the opposite.
    eventType: ["body:event-data.event", "form:event"],
    identity: [by("body:event-data.id", "body:event-data.timestamp"), by("body:signature.token"), by("form:token")],
    sample: ["delivered", { "event-data": { event: "delivered", id: "e_1", recipient: "alice@example.com" } }],
  }),
  "microsoft-graph": row({
    verifiedBy: "the secret itself, `clientState` of each notification",
    label: "Microsoft Graph",
    docsUrl: "https://learn.microsoft.com/en-us/graph/change-notifications-delivery-webhooks",
    fields: [chosenField("Client state", "clientState of the subscription; a long random text.")],
    scheme: graph,
    eventType: ["body:value.0.lifecycleEvent", "body:value.0.changeType"],
    identity: [ofEach("value", "body:id")],
    handshake: "microsoft-graph",
    sample: ["created", { value: [{ subscriptionId: "s_1", changeType: "created", resource: "me/messages/1" }] }],
  }),
  paddle: row({
    label: "Paddle",
    notSecrets: [
      [/^pdl_(?:live_|sdbx_)?apikey_/, "It is an API key: the secret key of a notification destination begins with pdl_ntfset_"],
    ],
    docsUrl: "https://developer.paddle.com/webhooks/about/signature-verification",
    fields: [secretField("Secret key", "Of the notification destination.")],
    scheme: signed({
      carrier: inPairs("paddle-signature", { separator: ";", time: "ts", signature: "h1", timed: true }),
      algorithm: sha256Hex,
      content: template("{timestamp}:{body}"),
    }),
    eventType: ["body:event_type"],
    identity: [by("body:event_id")],
    sample: ["transaction.completed", { event_id: "evt_1", event_type: "transaction.completed", data: { id: "txn_1" } }],
  }),
  paypal: row({
    verifiedBy: "RSA SHA-256 of `{id}\\|{timestamp}\\|{webhookId}\\|{crc32}`, by a certificate of PayPal’s",
    label: "PayPal",
    docsUrl: "https://developer.paypal.com/api/rest/webhooks/rest/",
    fields: [setting("webhookId", "Webhook id", "From the app's webhooks at PayPal.", { required: true })],
    scheme: paypal,
    needs: paypalNeeds,
    eventType: ["body:event_type"],
    identity: [by("body:id")],
    sample: ["PAYMENT.CAPTURE.COMPLETED", { id: "WH-1", event_type: "PAYMENT.CAPTURE.COMPLETED", resource: { id: "1" } }],
  }),
  sendgrid: row({
    verifiedBy: "ECDSA P-256 of `{timestamp}{body}`: `x-twilio-email-event-webhook-signature`",
    label: "SendGrid",
    docsUrl: "https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features",
    fields: [{ ...secretField("Verification key", "The public key, from Mail Settings, Event Webhook."), secret: false }],
    scheme: signed({
      carrier: inHeader(["x-twilio-email-event-webhook-signature"], {
        timestamp: { name: "x-twilio-email-event-webhook-timestamp", unit: "s" },
      }),
      algorithm: ecdsaP256,
      content: template("{timestamp}{body}"),
    }),
    eventType: ["body:0.event"],
    identity: [ofEach("", "body:sg_event_id")],
    headers: { "user-agent": "SendGrid Event API" },
    sample: [
      "delivered",
      [{ email: "alice@example.com", event: "delivered", sg_event_id: "e_1" }],
      { contentType: "application/json;charset=utf-8", end: "\r\n" },
    ],
  }),
  shopify: row({
    label: "Shopify",
    docsUrl: "https://shopify.dev/docs/apps/build/webhooks/subscribe/https",
    notSecrets: [[/^shp(at|ca|pa)_/, "It is an access token: webhooks are signed with the app's client secret"]],
    fields: [secretField("Client secret", "Of the app; for webhooks made in the admin, the key shown there.")],
    scheme: timeless(
      signed({
        // Events of the newer kind have names without the x; those that all apps know have it.
        carrier: inHeader(["shopify-hmac-sha256", "x-shopify-hmac-sha256"], { written: "x-shopify-hmac-sha256" }),
        algorithm: sha256Base64,
      }),
    ),
    eventType: ["header:x-shopify-topic", "header:shopify-topic"],
    identity: [by("header:x-shopify-webhook-id"), by("header:shopify-webhook-id")],
    headers: {
      "user-agent": "Shopify-Captain-Hook",
      "x-shopify-api-version": "2026-10",
      "x-shopify-event-id": "{id}",
      "x-shopify-shop-domain": "example.myshopify.com",
      "x-shopify-triggered-at": "{time}",
    },
    sample: ["orders/create", { id: 1, email: "alice@example.com", total_price: "42.00" }],
  }),
  slack: row({
    label: "Slack",
    docsUrl: "https://docs.slack.dev/authentication/verifying-requests-from-slack",
    notSecrets: [[/^x(ox[a-z]|app)-/, "It is a token: the signing secret stands under Basic information, App credentials"]],
    fields: [secretField("Signing secret", "From the app's basic information.")],
    scheme: signed({
      carrier: inHeader(["x-slack-signature"], { prefix: "v0=", timestamp: { name: "x-slack-request-timestamp", unit: "s" } }),
      algorithm: sha256Hex,
      content: template("v0:{timestamp}:{body}"),
    }),
    eventType: ["body:event.type", "form:command", "body:type"],
    identity: [by("body:event_id"), by("form:trigger_id"), by("body:trigger_id")],
    handshake: "slack",
    headers: { "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)" },
    sample: [
      "app_mention",
      { type: "event_callback", event_id: "Ev1", event: { type: "app_mention", text: "Hello" } },
      { slashes: true, ascii: true },
    ],
  }),
  square: row({
    label: "Square",
    docsUrl: "https://developer.squareup.com/docs/webhooks/step3validate",
    hint: "Square signs the URL: enter it there exactly as it is shown here.",
    fields: [secretField("Signature key", "Of the webhook subscription.")],
    scheme: timeless(
      signed({ carrier: inHeader(["x-square-hmacsha256-signature"]), algorithm: sha256Base64, content: template("{url}{body}") }),
    ),
    rejectedStatus: 403,
    eventType: ["body:type"],
    identity: [by("body:event_id")],
    headers: {
      "user-agent": "Square Connect v2",
      "square-environment": "Production",
      "square-initial-delivery-timestamp": "{time}",
    },
    sample: ["payment.created", { event_id: "e_1", type: "payment.created", data: { id: "p_1" } }],
  }),
  stripe: row({
    label: "Stripe",
    docsUrl: "https://docs.stripe.com/webhooks#verify-official-libraries",
    notSecrets: [
      [/^[srp]k_(test|live)_/, "It is an API key: the signing secret begins with whsec_ and stands in Workbench, Webhooks"],
      [/^we_[A-Za-z0-9]+$/, "It is the webhook endpoint's id: the signing secret begins with whsec_ and stands on its page"],
    ],
    hint: "Workbench, Webhooks. Test mode, live mode and the CLI have secrets of their own.",
    fields: [secretField("Signing secret", "whsec_…, of this webhook endpoint.")],
    scheme: signed({
      carrier: inPairs("stripe-signature", { separator: ",", time: "t", signature: "v1", timed: true }),
      algorithm: sha256Hex,
      content: template("{timestamp}.{body}"),
    }),
    rejectedStatus: 400,
    eventType: ["body:type"],
    identity: [by("body:id")],
    headers: { "user-agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)" },
    sample: [
      "invoice.paid",
      { id: "evt_1", object: "event", type: "invoice.paid", data: { object: { id: "in_1", amount_paid: 4200 } } },
      { layout: "indented", contentType: "application/json; charset=utf-8" },
    ],
  }),
  twilio: row({
    verifiedBy: "HMAC SHA-1, base64, of the URL and the form: `x-twilio-signature`",
    label: "Twilio",
    docsUrl: "https://www.twilio.com/docs/usage/webhooks/webhooks-security",
    hint: "Twilio signs the URL: enter it there exactly as it is shown here.",
    notSecrets: [[/^AC[0-9a-f]{32}$/, "It is the account's SID: the auth token stands beside it"]],
    fields: [secretField("Auth token", "Of the account.")],
    scheme: twilio,
    rejectedStatus: 403,
    eventType: ["form:EventType", "form:MessageStatus", "form:SmsStatus", "form:CallStatus", "body:0.type"],
    identity: [
      by("header:i-twilio-idempotency-token"),
      by("form:MessageSid", "form:MessageStatus"),
      by("form:MessageSid", "form:SmsStatus"),
      // Each step of a call has the same status: only callbacks about it are numbered.
      by("form:CallSid", "form:CallStatus", "form:SequenceNumber"),
      ofEach("", "body:id", "body:source"),
    ],
    headers: { "user-agent": "TwilioProxy/1.1" },
    sample: {
      eventType: "received",
      contentType: "application/x-www-form-urlencoded",
      body: "MessageSid=SM1&SmsStatus=received&From=%2B15550100&Body=Hello",
    },
  }),
  x: row({
    label: "X",
    docsUrl: "https://docs.x.com/x-api/webhooks/introduction",
    fields: [secretField("Consumer secret", "Of the app.")],
    scheme: x,
    eventType: ["body:data.event_type", "fixed:account.activity"],
    identity: [],
    handshake: "x",
    sample: ["account.activity", { for_user_id: "1", tweet_create_events: [{ id_str: "1" }] }],
  }),
  zoom: row({
    label: "Zoom",
    docsUrl: "https://developers.zoom.us/docs/api/webhooks/",
    fields: [secretField("Secret token", "From the app's features.")],
    scheme: signed({
      carrier: inHeader(["x-zm-signature"], { prefix: "v0=", timestamp: { name: "x-zm-request-timestamp", unit: "s" } }),
      algorithm: sha256Hex,
      content: template("v0:{timestamp}:{body}"),
    }),
    eventType: ["body:event"],
    identity: [],
    handshake: "zoom",
    headers: { "user-agent": "Zoom Marketplace/1.0a", "x-zm-trackingid": "{id}" },
    sample: [
      "meeting.started",
      { event: "meeting.started", event_ts: 1_767_225_600_000, payload: { object: { id: "1" } } },
      { contentType: "application/json; charset=utf-8" },
    ],
  }),
} satisfies Record<string, Provider>;
