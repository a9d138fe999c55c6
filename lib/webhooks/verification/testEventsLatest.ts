/** Events that look alike, of the providers that were added last. See testEvents.ts. */
import { type Alike, byBody, byHeader, byNothing } from "./testAlike.ts";

const form = (body: string) => ({ body, contentType: "application/x-www-form-urlencoded" });
const unnamed = (body: string): Alike[] => [{ first: form(body), other: form(body), again: "accepted" }];
const dropboxSigned = {
  event: { event_time: "1", event_type: "signature_request_signed", event_hash: "" },
  signature_request: { title: "Contract" },
};

export const alikeLatest = {
  chargebee: [
    byBody(
      { id: "ev_1", event_type: "subscription_changed", content: { subscription: { id: "s" } } },
      { id: "ev_2", event_type: "subscription_changed", content: { subscription: { id: "s" } } },
    ),
  ],
  postmark: byNothing({ RecordType: "Open", MessageID: "m", Recipient: "alice@example.com" }),
  aftership: [
    byBody(
      { event: "tracking_update", event_id: "1", msg: { id: "t", tag: "InTransit" } },
      { event: "tracking_update", event_id: "2", msg: { id: "t", tag: "InTransit" } },
    ),
  ],
  expo: [
    byBody(
      { id: "b", status: "errored", updatedAt: "2026-01-01T00:00:00.000Z" },
      { id: "b", status: "errored", updatedAt: "2026-01-01T00:00:01.000Z" },
    ),
    ...byNothing({ id: "s", status: "finished" }),
  ],
  heroku: [
    byBody(
      { resource: "release", data: { id: "r" }, webhook_metadata: { delivery: { id: "1" }, event: { id: "e", include: "api:release" } } },
      { resource: "release", data: { id: "r" }, webhook_metadata: { delivery: { id: "2" }, event: { id: "e", include: "api:release" } } },
    ),
  ],
  launchdarkly: [byBody({ _id: "1", kind: "flag", name: "f" }, { _id: "2", kind: "flag", name: "f" })],
  cashfree: byNothing({ type: "PAYMENT_FAILED_WEBHOOK", data: { order: { order_id: "o" } } }),
  contentful: byNothing({ sys: { type: "Entry", id: "e" } }),
  attio: byHeader({ webhook_id: "w", events: [{ event_type: "record.updated", id: { record_id: "r" } }] }),
  "cal-com": byNothing({ triggerEvent: "BOOKING_RESCHEDULED", payload: { uid: "b" } }),
  circleci: [
    byBody({ id: "e1", type: "job-completed", workflow: { id: "w" } }, { id: "e2", type: "job-completed", workflow: { id: "w" } }),
  ],
  "coinbase-commerce": [
    byBody(
      { id: "n", event: { id: "e1", type: "charge:pending", data: { id: "c" } } },
      { id: "n", event: { id: "e2", type: "charge:pending", data: { id: "c" } } },
    ),
  ],
  gitea: [
    {
      first: { body: { ref: "refs/heads/main" }, headers: { "x-gitea-delivery": "1" } },
      other: { body: { ref: "refs/heads/main" }, headers: { "x-gitea-delivery": "2" } },
      again: "duplicate",
    },
  ],
  gocardless: [
    byBody(
      { events: [{ id: "EV1", resource_type: "payments", action: "failed" }], meta: { webhook_id: "WB1" } },
      {
        events: [
          { id: "EV1", resource_type: "payments", action: "failed" },
          { id: "EV2", resource_type: "payments", action: "failed" },
        ],
        meta: { webhook_id: "WB1" },
      },
    ),
  ],
  hookdeck: [
    {
      first: { body: { id: "order_1" }, headers: { "x-hookdeck-eventid": "1", "x-hookdeck-requestid": "r" } },
      other: { body: { id: "order_1" }, headers: { "x-hookdeck-eventid": "2", "x-hookdeck-requestid": "r" } },
      again: "duplicate",
    },
  ],
  "lemon-squeezy": byNothing({ meta: { event_name: "subscription_updated", webhook_id: "w" }, data: { id: "1" } }),
  "modern-treasury": byNothing({ event: "updated", data: { id: "po", object: "payment_order" } }),
  onfido: byNothing({ payload: { resource_type: "check", action: "check.reopened", object: { id: "c" } } }),
  alchemy: [
    byBody(
      { webhookId: "wh", id: "whevt_1", type: "ADDRESS_ACTIVITY", event: {} },
      { webhookId: "wh", id: "whevt_2", type: "ADDRESS_ACTIVITY", event: {} },
    ),
  ],
  "checkout-com": [
    byBody({ id: "evt_1", type: "payment_captured", data: { id: "pay" } }, { id: "evt_2", type: "payment_captured", data: { id: "pay" } }),
  ],
  tiktok: byNothing({ event: "video.upload.failed", user_openid: "u", content: "{}" }),
  mandrill: unnamed(`mandrill_events=${encodeURIComponent('[{"event":"open","_id":"m","ts":1}]')}`),
  nylas: [
    byBody(
      { type: "message.updated", source: "/google/emails/realtime", id: "1", webhook_delivery_attempt: 1, data: { object: { id: "m" } } },
      { type: "message.updated", source: "/google/emails/realtime", id: "2", webhook_delivery_attempt: 1, data: { object: { id: "m" } } },
    ),
  ],
  paystack: byNothing({ event: "charge.success", data: { id: 302961, reference: "r" } }),
  pipedrive: [
    byBody(
      { meta: { action: "change", entity: "deal", entity_id: "7", id: "1", webhook_id: "w", timestamp: "2026-01-01T00:00:00.000Z" } },
      { meta: { action: "change", entity: "deal", entity_id: "7", id: "2", webhook_id: "w", timestamp: "2026-01-01T00:00:00.000Z" } },
    ),
    // Version 1, where the id is the deal's.
    ...byNothing({
      v: 1,
      event: "updated.deal",
      meta: { action: "updated", object: "deal", id: 7, webhook_id: "w", timestamp: 1_767_225_600 },
    }),
  ],
  pusher: byNothing({ time_ms: 1_767_225_600_000, events: [{ name: "member_added", channel: "presence-a", user_id: "u" }] }),
  recharge: byNothing({ subscription: { id: 7, status: "active" } }),
  recurly: byNothing({ id: "a", object_type: "account", event_type: "updated" }),
  revolut: byNothing({ event: "TransactionStateChanged", data: { id: "t" } }),
  vonage: byNothing({ message_uuid: "m", status: "delivered" }),
  wix: [
    byBody(
      { eventType: "wix.contacts.v4.contact_updated", instanceId: "i", data: JSON.stringify({ id: "1", entityId: "c" }) },
      { eventType: "wix.contacts.v4.contact_updated", instanceId: "i", data: JSON.stringify({ id: "2", entityId: "c" }) },
    ),
  ],
  revenuecat: [
    byBody({ event: { id: "1", type: "RENEWAL", app_user_id: "u" } }, { event: { id: "2", type: "RENEWAL", app_user_id: "u" } }),
  ],
  sentry: byHeader({ action: "created", data: { issue: { id: "1" } } }).map(({ first, other, again }) => ({
    first: { ...first, headers: { "request-id": "1" } },
    other: { ...other, headers: { "request-id": "2" } },
    again,
  })),
  tally: [
    byBody(
      { eventId: "1", eventType: "FORM_RESPONSE", data: { formId: "f" } },
      { eventId: "2", eventType: "FORM_RESPONSE", data: { formId: "f" } },
    ),
  ],
  telegram: [byBody({ update_id: 1, message: { message_id: 7 } }, { update_id: 2, edited_message: { message_id: 7 } })],
  trello: [
    byBody(
      { action: { id: "a1", type: "updateCard" }, model: { id: "b" } },
      { action: { id: "a2", type: "updateCard" }, model: { id: "b" } },
    ),
    byBody(
      { action: { id: "a", type: "updateCard" }, model: { id: "b" } },
      { action: { id: "a", type: "updateCard" }, model: { id: "c" } },
    ),
  ],
  typeform: [
    byBody(
      { event_id: "1", event_type: "form_response", form_response: { form_id: "f" } },
      { event_id: "2", event_type: "form_response", form_response: { form_id: "f" } },
    ),
  ],
  buildkite: byNothing({ event: "build.finished", build: { id: "b" } }),
  cloudinary: byNothing({ notification_type: "upload", request_id: "r", public_id: "hello" }),
  "customer-io": [
    byBody(
      { event_id: "1", metric: "opened", object_type: "email", data: { delivery_id: "d" } },
      { event_id: "2", metric: "opened", object_type: "email", data: { delivery_id: "d" } },
    ),
  ],
  finch: byHeader({ company_id: "c", event_type: "directory.updated", data: {} }),
  front: byNothing({ type: "inbound_received", authorization: { id: "cmp" }, payload: { id: "evt" } }),
  orb: [byBody({ id: "1", type: "invoice.issued", invoice: { id: "i" } }, { id: "2", type: "invoice.issued", invoice: { id: "i" } })],
  persona: [
    byBody(
      { data: { id: "evt_1", attributes: { name: "inquiry.started", payload: { data: { id: "inq" } } } } },
      { data: { id: "evt_2", attributes: { name: "inquiry.started", payload: { data: { id: "inq" } } } } },
    ),
  ],
  retell: byNothing({ event: "transcript_updated", call: { call_id: "c" } }),
  webflow: byNothing({ triggerType: "form_submission", payload: { siteId: "s", data: { Email: "a@example.com" } } }),
  braintree: unnamed(
    `bt_payload=${Buffer.from("<notification><kind>check</kind></notification>").toString("base64").replaceAll("=", "%3D")}`,
  ),
  "dropbox-sign": unnamed(`json=${encodeURIComponent(JSON.stringify(dropboxSigned))}`),
  "mercado-pago": [
    byBody(
      { id: 1, type: "payment", action: "payment.updated", data: { id: "9" } },
      { id: 2, type: "payment", action: "payment.updated", data: { id: "9" } },
    ),
  ],
} satisfies Record<string, Alike[]>;
