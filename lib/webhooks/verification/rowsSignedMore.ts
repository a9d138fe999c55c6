/** More providers that sign the body alone, or show a secret. */
import { hmac } from "./algorithms.ts";
import { inHeader, inHeaders } from "./carriers.ts";
import { beside, by, ofEach } from "./identity.ts";
import { basic } from "./plain.ts";
import type { Provider } from "./row.ts";
import { chosenField, row, secretField } from "./row.ts";
import { basicFields, notBasic } from "./rowsPlain.ts";
import { shown, signed, template, timeless } from "./schemes.ts";
import { mandrill } from "./special.ts";
import type { Scheme } from "./types.ts";

const sha256Hex = hmac("sha256", "hex");
const sha256Base64 = hmac("sha256", "base64");
const inHex = (...headers: string[]): Scheme => timeless(signed({ carrier: inHeader(headers), algorithm: sha256Hex }));

const inBase64 = (header: string): Scheme => timeless(signed({ carrier: inHeader([header]), algorithm: sha256Base64 }));

export const signedMoreRows = {
  aftership: row({
    label: "AfterShip",
    docsUrl: "https://www.aftership.com/docs/tracking/webhook/webhook-signature",
    fields: [secretField("Webhook secret", "Settings, Webhooks.")],
    scheme: inBase64("aftership-hmac-sha256"),
    eventType: ["body:event"],
    identity: [by("body:event_id")],
    sample: ["tracking_update", { ts: 1_767_225_600, event: "tracking_update", event_id: "e_1", msg: { id: "t_1", tag: "Delivered" } }],
  }),
  alchemy: row({
    label: "Alchemy",
    docsUrl: "https://www.alchemy.com/docs/reference/notify-api-quickstart",
    fields: [secretField("Signing key", "whsec_…, of the webhook.")],
    scheme: inHex("x-alchemy-signature"),
    eventType: ["body:type"],
    identity: [by("body:id")],
    sample: [
      "ADDRESS_ACTIVITY",
      {
        webhookId: "wh_1",
        id: "whevt_1",
        createdAt: "2026-01-01T00:00:00.000Z",
        type: "ADDRESS_ACTIVITY",
        event: { network: "ETH_MAINNET" },
      },
    ],
  }),
  attio: row({
    label: "Attio",
    docsUrl: "https://docs.attio.com/rest-api/guides/webhooks",
    fields: [secretField("Secret", "secret in the answer that made the webhook.")],
    scheme: inHex("attio-signature"),
    eventType: ["body:events.0.event_type"],
    identity: [by("header:idempotency-key")],
    sample: ["record.created", { webhook_id: "w_1", events: [{ event_type: "record.created", id: { record_id: "r_1" } }] }],
  }),
  "cal-com": row({
    label: "Cal.com",
    docsUrl: "https://cal.com/docs/developing/guides/automation/webhooks",
    hint: "Settings, Developer, Webhooks. A payload template of your own is signed too, but may leave the trigger out.",
    fields: [chosenField("Secret", "As entered in the webhook's settings.")],
    scheme: inHex("x-cal-signature-256"),
    eventType: ["body:triggerEvent"],
    // A booking's uid names the booking, and is told at each reminder.
    identity: [],
    sample: ["BOOKING_CREATED", { triggerEvent: "BOOKING_CREATED", createdAt: "2026-01-01T00:00:00.000Z", payload: { uid: "b_1" } }],
  }),
  chargebee: row({
    label: "Chargebee",
    docsUrl: "https://www.chargebee.com/docs/billing/2.0/site-configuration/webhook_settings",
    hint: "Chargebee signs nothing: let it send a user name and a password (Settings, API keys and webhooks, Basic authentication).",
    fields: basicFields,
    verifiedBy: "user name and password (RFC 7617)",
    notSecrets: notBasic,
    scheme: basic,
    eventType: ["body:event_type"],
    identity: [by("body:id")],
    sample: ["payment_succeeded", { id: "ev_1", object: "event", event_type: "payment_succeeded", content: { invoice: { id: "1" } } }],
  }),
  circleci: row({
    label: "CircleCI",
    docsUrl: "https://circleci.com/docs/outbound-webhooks/",
    fields: [chosenField("Secret token", "As entered in the webhook's settings.")],
    scheme: timeless(signed({ carrier: inHeaders(["circleci-signature"], { prefix: "v1=", separator: "," }), algorithm: sha256Hex })),
    eventType: ["header:circleci-event-type", "body:type"],
    identity: [by("body:id")],
    headers: { "user-agent": "CircleCI-Webhook/1.0" },
    sample: ["workflow-completed", { id: "e_1", type: "workflow-completed", workflow: { id: "w_1", status: "success" } }],
  }),
  "coinbase-commerce": row({
    label: "Coinbase Commerce",
    docsUrl: "https://docs.cdp.coinbase.com/commerce/docs/webhooks-security",
    fields: [secretField("Shared secret", "Settings, Notifications, Show shared secret.")],
    scheme: inHex("x-cc-webhook-signature"),
    eventType: ["body:event.type"],
    // The id beside the event is the delivery's, and another one at each attempt.
    identity: [by("body:event.id")],
    sample: ["charge:confirmed", { id: "n_1", attempt_number: 1, event: { id: "e_1", type: "charge:confirmed", data: { id: "c_1" } } }],
  }),
  expo: row({
    label: "Expo (EAS)",
    docsUrl: "https://docs.expo.dev/eas/webhooks/",
    fields: [chosenField("Secret", "As given to eas webhook:create, 16 characters or more.")],
    scheme: timeless(signed({ carrier: inHeader(["expo-signature"], { prefix: "sha1=" }), algorithm: hmac("sha1", "hex") })),
    eventType: ["body:status"],
    identity: [by("body:id", "body:status", "body:updatedAt")],
    sample: ["finished", { id: "b_1", status: "finished", platform: "ios", updatedAt: "2026-01-01T00:00:00.000Z" }],
  }),
  gitea: row({
    label: "Gitea, Forgejo",
    docsUrl: "https://docs.gitea.com/usage/webhooks",
    fields: [chosenField("Secret", "As entered in the webhook's settings.")],
    scheme: timeless(
      signed({ carrier: inHeader(["x-forgejo-signature", "x-gitea-signature"], { written: "x-gitea-signature" }), algorithm: sha256Hex }),
    ),
    eventType: ["header:x-gitea-event", "header:x-forgejo-event"],
    identity: [by("header:x-gitea-delivery"), by("header:x-forgejo-delivery")],
    sample: ["push", { ref: "refs/heads/main", repository: { full_name: "team/hello" }, commits: [] }, { layout: "indented" }],
  }),
  gocardless: row({
    label: "GoCardless",
    docsUrl: "https://developer.gocardless.com/api-reference/#webhooks-overview",
    hint: "Developers, Webhook endpoints. Sandbox and live have secrets of their own.",
    fields: [secretField("Secret", "Of the webhook endpoint.")],
    scheme: inHex("webhook-signature"),
    // GoCardless's own: the token is invalid.
    rejectedStatus: 498,
    eventType: ["body:events.0.resource_type"],
    identity: [ofEach("events", "body:id")],
    headers: { "user-agent": "gocardless-webhook-service/1.1" },
    sample: [
      "payments",
      { events: [{ id: "EV1", resource_type: "payments", action: "confirmed", links: { payment: "PM1" } }], meta: { webhook_id: "WB1" } },
    ],
  }),
  heroku: row({
    label: "Heroku",
    docsUrl: "https://devcenter.heroku.com/articles/app-webhooks",
    fields: [chosenField("Secret", "As given to heroku webhooks:add with --secret; without that Heroku shows one, once.")],
    scheme: inBase64("heroku-webhook-hmac-sha256"),
    eventType: ["body:webhook_metadata.event.include"],
    // One event to one webhook; each attempt has an id of its own.
    identity: [by("body:webhook_metadata.delivery.id")],
    sample: [
      "api:release",
      {
        action: "create",
        resource: "release",
        data: { id: "r_1", version: 7 },
        webhook_metadata: { attempt: { id: "a_1" }, delivery: { id: "d_1" }, event: { id: "e_1", include: "api:release" } },
      },
    ],
  }),
  hookdeck: row({
    label: "Hookdeck",
    docsUrl: "https://hookdeck.com/docs/authentication#hookdeck-webhook-signature-verification",
    hint: "For what Hookdeck passes on: body and event are those of whoever sent it to Hookdeck.",
    fields: [secretField("Signing secret", "Settings, Secrets; one for the whole project.")],
    scheme: timeless(signed({ carrier: inHeaders(["x-hookdeck-signature", "x-hookdeck-signature-2"]), algorithm: sha256Base64 })),
    eventType: ["header:x-github-event", "header:x-shopify-topic", "body:type", "body:event", "body:event_type"],
    identity: [by("header:x-hookdeck-eventid")],
    headers: { "x-hookdeck-verified": "true", "x-hookdeck-attempt-count": "1" },
    sample: ["invoice.paid", { id: "evt_1", type: "invoice.paid", data: { id: "in_1" } }],
  }),
  launchdarkly: row({
    label: "LaunchDarkly",
    docsUrl: "https://launchdarkly.com/docs/home/infrastructure/webhooks",
    fields: [chosenField("Secret", "Of the webhook, where “Sign this webhook” is checked.")],
    scheme: inHex("x-ld-signature"),
    eventType: ["body:kind"],
    identity: [by("body:_id")],
    sample: ["flag", { _id: "e_1", date: 1_767_225_600_000, kind: "flag", name: "New checkout", accesses: [{ action: "updateOn" }] }],
  }),
  "lemon-squeezy": row({
    label: "Lemon Squeezy",
    docsUrl: "https://docs.lemonsqueezy.com/help/webhooks/signing-requests",
    fields: [chosenField("Signing secret", "As entered in the webhook's settings, 6 to 40 characters.")],
    scheme: inHex("x-signature"),
    eventType: ["header:x-event-name", "body:meta.event_name"],
    // meta.webhook_id is the webhook's, data.id the order's or subscription's.
    identity: [],
    sample: [
      "order_created",
      { meta: { event_name: "order_created", webhook_id: "w_1" }, data: { type: "orders", id: "1", attributes: { status: "paid" } } },
    ],
  }),
  mandrill: row({
    label: "Mailchimp Transactional (Mandrill)",
    docsUrl: "https://mailchimp.com/developer/transactional/guides/track-respond-activity-webhooks/",
    hint: "Mandrill signs the URL: enter it there exactly as it is shown here.",
    fields: [secretField("Webhook key", "Settings, Webhooks, Key. Not the API key.")],
    scheme: mandrill,
    eventType: ["body:mandrill_events.0.event", "body:mandrill_events.0.type"],
    // _id names the mail, which is opened and clicked again and again.
    identity: [],
    headers: { "user-agent": "Mandrill-Webhook/1.0" },
    sample: {
      eventType: "open",
      contentType: "application/x-www-form-urlencoded",
      body: new URLSearchParams({
        mandrill_events: JSON.stringify([{ event: "open", _id: "m_1", ts: 1_767_225_600, msg: { email: "alice@example.com" } }]),
      }).toString(),
    },
  }),
  "modern-treasury": row({
    label: "Modern Treasury",
    docsUrl: "https://docs.moderntreasury.com/platform/reference/webhooks",
    fields: [secretField("Webhook key", "Developers, Webhooks.")],
    scheme: inHex("x-signature"),
    eventType: ["body:event"],
    identity: [],
    sample: ["created", { event: "created", data: { id: "po_1", object: "payment_order" } }],
  }),
  onfido: row({
    label: "Onfido",
    docsUrl: "https://documentation.onfido.com/api/latest/#webhooks",
    fields: [secretField("Webhook token", "token in the answer that made the webhook.")],
    scheme: inHex("x-sha2-signature"),
    eventType: ["body:payload.action"],
    identity: [],
    sample: [
      "check.completed",
      { payload: { resource_type: "check", action: "check.completed", object: { id: "c_1", status: "complete" } } },
    ],
  }),
  pipedrive: row({
    label: "Pipedrive",
    docsUrl: "https://pipedrive.readme.io/docs/guide-for-webhooks-v2",
    hint: "Pipedrive signs nothing: give the webhook a user name and a password (HTTP Auth).",
    fields: basicFields,
    verifiedBy: "user name and password (RFC 7617)",
    notSecrets: notBasic,
    scheme: basic,
    eventType: ["joined:meta.action,meta.entity", "body:event"],
    // In version 1 meta.id names the deal or the person; the entity's id stands there in version 2 alone.
    identity: [beside(by("body:meta.id", "body:meta.webhook_id", "body:meta.timestamp"), "body:meta.entity_id")],
    sample: [
      "change.deal",
      {
        meta: {
          action: "change",
          entity: "deal",
          entity_id: "1",
          id: "8818e477-972e-4ddb-8d8e-cb61a933db4e",
          webhook_id: "1",
          timestamp: "2026-01-01T00:00:00.000Z",
          version: "2.0",
          attempt: 1,
        },
        data: { id: 1, status: "won" },
        previous: { status: "open" },
      },
    ],
  }),
  postmark: row({
    label: "Postmark",
    docsUrl: "https://postmarkapp.com/developer/webhooks/webhooks-overview",
    hint: "Postmark signs nothing: give the webhook a user name and a password under Basic auth credentials.",
    fields: basicFields,
    verifiedBy: "user name and password (RFC 7617)",
    notSecrets: notBasic,
    scheme: basic,
    eventType: ["body:RecordType"],
    // MessageID names the mail, which is opened and clicked again and again.
    identity: [],
    sample: ["Delivery", { RecordType: "Delivery", MessageID: "m_1", Recipient: "alice@example.com", DeliveredAt: "2026-01-01T00:00:00Z" }],
  }),
  pusher: row({
    label: "Pusher Channels",
    docsUrl: "https://pusher.com/docs/channels/server_api/webhooks/",
    fields: [secretField("App secret", "App keys, of the key that x-pusher-key names.")],
    scheme: inHex("x-pusher-signature"),
    eventType: ["body:events.0.name"],
    identity: [],
    sample: ["channel_occupied", { time_ms: 1_767_225_600_000, events: [{ name: "channel_occupied", channel: "hello" }] }],
  }),
  sentry: row({
    label: "Sentry",
    docsUrl: "https://docs.sentry.io/integrations/integration-platform/webhooks/",
    notSecrets: [[/^sntry[su]_/, "It is an auth token: webhooks are signed with the integration's client secret"]],
    hint: "Settings, Developer settings, your integration.",
    fields: [secretField("Client secret", "Of the internal or public integration.")],
    scheme: inHex("sentry-hook-signature", "sentry-app-signature"),
    eventType: ["header:sentry-hook-resource", "body:action"],
    identity: [by("header:request-id")],
    headers: { "sentry-hook-timestamp": "{s}" },
    sample: ["issue", { action: "created", installation: { uuid: "i_1" }, data: { issue: { id: "1", title: "Grüße" } } }, { ascii: true }],
  }),
  tally: row({
    label: "Tally",
    docsUrl: "https://tally.so/help/webhooks",
    fields: [chosenField("Signing secret", "As entered in the form's integration, or signingSecret of the API.")],
    scheme: inBase64("tally-signature"),
    eventType: ["body:eventType"],
    identity: [by("body:eventId")],
    sample: [
      "FORM_RESPONSE",
      { eventId: "e_1", eventType: "FORM_RESPONSE", createdAt: "2026-01-01T00:00:00.000Z", data: { responseId: "r_1", formId: "f_1" } },
    ],
  }),
  telegram: row({
    label: "Telegram",
    docsUrl: "https://core.telegram.org/bots/api#setwebhook",
    hint: "Call setWebhook with this source's URL and the secret as secret_token. Telegram shows it in each request. A source takes the updates of one bot: those of several are numbered alike.",
    notSecrets: [[/^\d{6,}:[\w-]{30,}$/, "It is the bot's token: the secret is a text of your own, given to setWebhook as secret_token"]],
    fields: [chosenField("Secret token", "secret_token of setWebhook: letters, digits, _ and -.")],
    scheme: timeless(shown(inHeader(["x-telegram-bot-api-secret-token"]))),
    eventType: ["beside:update_id"],
    identity: [by("body:update_id")],
    sample: ["message", { update_id: 1, message: { message_id: 1, chat: { id: 1, type: "private" }, text: "Hello" } }],
  }),
  trello: row({
    label: "Trello",
    docsUrl: "https://developer.atlassian.com/cloud/trello/guides/rest-api/webhooks/",
    hint: "Trello signs the URL: make the webhook with callbackURL exactly as it is shown here.",
    fields: [secretField("Secret", "Of the Power-Up: API key, OAuth 1.0 secret.")],
    scheme: timeless(
      signed({ carrier: inHeader(["x-trello-webhook"]), algorithm: hmac("sha1", "base64"), content: template("{body}{url}") }),
    ),
    eventType: ["body:action.type"],
    // An action is told to each webhook: that of the board, that of the card.
    identity: [by("body:action.id", "body:model.id")],
    sample: ["updateCard", { action: { id: "a_1", type: "updateCard", data: { card: { id: "c_1" } } }, model: { id: "b_1" } }],
  }),
  typeform: row({
    label: "Typeform",
    docsUrl: "https://www.typeform.com/developers/webhooks/secure-your-webhooks/",
    fields: [chosenField("Secret", "As entered in the webhook's settings.")],
    scheme: timeless(signed({ carrier: inHeader(["typeform-signature"], { prefix: "sha256=" }), algorithm: sha256Base64 })),
    eventType: ["body:event_type"],
    identity: [by("body:event_id")],
    headers: { "user-agent": "Typeform Webhooks" },
    sample: ["form_response", { event_id: "e_1", event_type: "form_response", form_response: { form_id: "f_1", token: "t_1" } }],
  }),
} satisfies Record<string, Provider>;
