/**
 * Of each provider two different events that look alike, as the provider's document has them: one id of a thing, one body
 * where that is what is sent. And whether the first, sent again, is known to be the same.
 */
import type { ProviderKind } from "../verification.ts";
import { type Alike, byBody, byHeader, byNothing, type TestEvent } from "./testAlike.ts";
import { alikeLatest } from "./testEventsLatest.ts";
import { alikeOpen } from "./testEventsOpen.ts";
import { alikeMore } from "./testEventsMore.ts";

const form = (text: string, headers: Record<string, string | null> = {}): TestEvent => ({
  body: text,
  contentType: "application/x-www-form-urlencoded",
  headers,
});

/** A resource's id, a subscription's, and a proxy's name of the request: none is the event's. */
const resource = { id: "order_1", status: "changed" };
const generic = (): Alike[] => {
  const bare = { "idempotency-key": null, "x-webhook-id": "subscription-1", "x-request-id": "proxy-1", "webhook-id": "subscription-1" };
  return [
    { first: { body: resource, headers: bare }, other: { body: resource, headers: bare }, again: "accepted" },
    {
      first: { body: resource, headers: { ...bare, "idempotency-key": "k1" } },
      other: { body: resource, headers: { ...bare, "idempotency-key": "k2" } },
      again: "duplicate",
    },
  ];
};

const adyenItem = (eventCode: string, more: object = {}) => ({
  NotificationRequestItem: {
    additionalData: {},
    amount: { currency: "EUR", value: 1130 },
    eventCode,
    merchantAccountCode: "Shop",
    pspReference: "7914073381342284",
    success: "true",
    ...more,
  },
});
const adyen = (...notificationItems: unknown[]) => ({ live: "false", notificationItems });

const cloudEvent = (source: string, more: object = {}) => ({ specversion: "1.0", id: "1", source, type: "com.example.paid", ...more });

const hubspotItem = (more: object = {}) => ({
  eventId: 100,
  subscriptionId: 20,
  portalId: 30,
  occurredAt: 1_767_225_600_000,
  subscriptionType: "contact.propertyChange",
  objectId: 7,
  propertyName: "email",
  ...more,
});

const twilioForm = (text: string): TestEvent => form(text, { "i-twilio-idempotency-token": null });

export const alike: Record<ProviderKind, Alike[]> = {
  none: generic(),
  "url-token": generic(),
  basic: generic(),
  bearer: generic(),
  "api-key": generic(),
  hmac: generic(),
  jwt: generic(),
  "jwt-keys": generic(),
  "standard-webhooks": byHeader(resource),
  websub: byNothing("<feed/>"),
  cloudevents: [
    byBody(cloudEvent("/invoices"), cloudEvent("/orders")),
    {
      first: { body: { id: "order_1" }, headers: { "ce-id": "1", "ce-source": "/invoices", "ce-type": "t", "ce-specversion": "1.0" } },
      other: { body: { id: "order_1" }, headers: { "ce-id": "1", "ce-source": "/orders", "ce-type": "t", "ce-specversion": "1.0" } },
      again: "duplicate",
    },
    { first: { body: {}, headers: { "ce-id": "1" } }, other: { body: {}, headers: { "ce-id": "1" } }, again: "accepted" },
  ],
  // All events of a dispute share its pspReference; a failed payment may succeed later.
  adyen: [
    byBody(adyen(adyenItem("CHARGEBACK")), adyen(adyenItem("CHARGEBACK_REVERSED"))),
    byBody(adyen(adyenItem("AUTHORISATION", { success: "false" })), adyen(adyenItem("AUTHORISATION"))),
    byBody(adyen(adyenItem("CAPTURE"), adyenItem("REFUND")), adyen(adyenItem("CAPTURE"), adyenItem("CANCELLATION"))),
    byBody(
      { eventId: "QBQQ9DLNRHHKGK38", type: "recurring.token.created", createdAt: "2026-01-01T00:00:00Z", data: {} },
      { eventId: "QBQQ9DLNRHHKGK38", type: "recurring.token.updated", createdAt: "2026-01-01T00:00:00Z", data: {} },
    ),
    ...byNothing({ type: "balancePlatform.transfer.updated", data: { id: "transfer_1", status: "booked" } }),
  ],
  discord: [
    ...byNothing({ version: 1, application_id: "1", type: 1, event: { type: "ENTITLEMENT_CREATE", timestamp: "2026-01-01T00:00:00Z" } }),
    byBody({ id: "11", application_id: "1", type: 2 }, { id: "12", application_id: "1", type: 2 }),
  ],
  dropbox: byNothing({ list_folder: { accounts: ["dbid:1"] } }),
  gitlab: byHeader({ object_kind: "push", project: { id: 1 } }),
  // The hook's id and that of the chain of hooks are the same for each.
  "gitlab-token": [
    ...byHeader({ object_kind: "push", project: { id: 1 } }),
    {
      first: { body: {}, headers: { "idempotency-key": null, "x-gitlab-webhook-uuid": "hook", "x-gitlab-event-uuid": "chain" } },
      other: { body: {}, headers: { "idempotency-key": null, "x-gitlab-webhook-uuid": "hook", "x-gitlab-event-uuid": "chain" } },
      again: "accepted",
    },
  ],
  intercom: [
    byBody(
      { id: "notif_1", topic: "conversation.user.replied", data: { item: { id: "42" } } },
      { id: "notif_2", topic: "conversation.user.replied", data: { item: { id: "42" } } },
    ),
  ],
  linear: byHeader({ action: "update", type: "Issue", data: { id: "issue_1" } }),
  // An event's id is promised to be unique within a day.
  mailgun: [
    byBody(
      { "event-data": { event: "opened", id: "e1", timestamp: 1_767_225_600.5 } },
      { "event-data": { event: "opened", id: "e1", timestamp: 1_767_400_000.5 } },
    ),
  ],
  "microsoft-graph": [
    ...byNothing({ value: [{ subscriptionId: "s_1", changeType: "updated", resource: "/me/drive/root" }] }),
    byBody(
      { value: [{ id: "n1", subscriptionId: "s_1", changeType: "updated", resource: "me/messages/1" }] },
      { value: [{ id: "n2", subscriptionId: "s_1", changeType: "updated", resource: "me/messages/1" }] },
    ),
  ],
  paddle: [
    byBody(
      { event_id: "evt_1", event_type: "subscription.updated", data: { id: "sub_1" } },
      { event_id: "evt_2", event_type: "subscription.updated", data: { id: "sub_1" } },
    ),
  ],
  paypal: [
    byBody(
      { id: "WH-1", event_type: "PAYMENT.CAPTURE.COMPLETED", resource: { id: "1" } },
      { id: "WH-2", event_type: "PAYMENT.CAPTURE.COMPLETED", resource: { id: "1" } },
    ),
  ],
  // A batch that begins with events that were there already brings something new all the same.
  sendgrid: [
    byBody(
      [{ event: "open", sg_event_id: "e1", sg_message_id: "m" }],
      [
        { event: "open", sg_event_id: "e1", sg_message_id: "m" },
        { event: "open", sg_event_id: "e2", sg_message_id: "m" },
      ],
    ),
  ],
  shopify: [
    ...byHeader({ id: 820_982_911, total_price: "42.00" }),
    {
      first: { id: "d1", body: { id: 1 }, headers: { "x-shopify-event-id": "action", "shopify-event-id": "action" } },
      other: { id: "d2", body: { id: 1 }, headers: { "x-shopify-event-id": "action", "shopify-event-id": "action" } },
      again: "duplicate",
    },
  ],
  slack: [
    byBody(
      { type: "event_callback", event_id: "Ev1", event: { type: "app_mention", ts: "1", channel: "C1" } },
      { type: "event_callback", event_id: "Ev2", event: { type: "app_mention", ts: "1", channel: "C1" } },
    ),
    { first: form("command=%2Fgo&trigger_id=1.2"), other: form("command=%2Fgo&trigger_id=1.3"), again: "duplicate" },
    {
      first: form(`payload=${encodeURIComponent('{"type":"block_actions","trigger_id":"2.1","container":{"message_ts":"1"}}')}`),
      other: form(`payload=${encodeURIComponent('{"type":"block_actions","trigger_id":"2.2","container":{"message_ts":"1"}}')}`),
      again: "duplicate",
    },
  ],
  square: [
    byBody(
      { event_id: "e1", type: "payment.updated", data: { id: "payment_1" } },
      { event_id: "e2", type: "payment.updated", data: { id: "payment_1" } },
    ),
  ],
  stripe: [
    byBody(
      { id: "evt_1", type: "customer.updated", data: { object: { id: "cus_1" } } },
      { id: "evt_2", type: "customer.updated", data: { object: { id: "cus_1" } } },
    ),
  ],
  twilio: [
    {
      first: twilioForm("MessageSid=SM1&MessageStatus=sent&SmsStatus=sent"),
      other: twilioForm("MessageSid=SM1&MessageStatus=delivered&SmsStatus=delivered"),
      again: "duplicate",
    },
    {
      first: twilioForm("CallSid=CA1&CallStatus=in-progress&SequenceNumber=2"),
      other: twilioForm("CallSid=CA1&CallStatus=in-progress&SequenceNumber=3"),
      again: "duplicate",
    },
    // Two keys pressed in one call.
    {
      first: twilioForm("CallSid=CA1&CallStatus=in-progress&Digits=1"),
      other: twilioForm("CallSid=CA1&CallStatus=in-progress&Digits=1"),
      again: "accepted",
    },
    {
      first: form("CallSid=CA1&CallStatus=in-progress&Digits=1", { "i-twilio-idempotency-token": "t1" }),
      other: form("CallSid=CA1&CallStatus=in-progress&Digits=1", { "i-twilio-idempotency-token": "t2" }),
      again: "duplicate",
    },
    {
      first: { body: [cloudEvent("/AC1/messaging")], headers: { "i-twilio-idempotency-token": null } },
      other: { body: [cloudEvent("/AC2/messaging")], headers: { "i-twilio-idempotency-token": null } },
      again: "duplicate",
    },
  ],
  x: byNothing({ for_user_id: "1", follow_events: [{ type: "follow" }] }),
  ...alikeMore,
  ...alikeLatest,
  ...alikeOpen,
  zoom: byNothing({ event: "meeting.participant_joined", event_ts: 1, payload: { object: { id: "1" } } }),
  "adobe-sign": [
    byBody(
      { webhookId: "w_1", webhookNotificationId: "n_1", event: "AGREEMENT_ACTION_COMPLETED", agreement: { id: "a_1" } },
      { webhookId: "w_1", webhookNotificationId: "n_2", event: "AGREEMENT_ACTION_COMPLETED", agreement: { id: "a_1" } },
    ),
  ],
  airwallex: [
    byBody(
      { id: "evt_1", name: "payment_intent.updated", data: { object: { id: "int_1" } } },
      { id: "evt_2", name: "payment_intent.updated", data: { object: { id: "int_1" } } },
    ),
  ],
  checkbook: byNothing({ id: "check_1", status: "IN_PROCESS", type: "CHECK" }),
  docusign: byNothing({ event: "recipient-sent", data: { envelopeId: "e_1" } }),
  easypost: [
    byBody(
      { id: "evt_1", description: "tracker.updated", result: { id: "trk_1" } },
      { id: "evt_2", description: "tracker.updated", result: { id: "trk_1" } },
    ),
  ],
  github: byHeader({ action: "labeled", issue: { id: 1 }, hook_id: 1 }),
  hubspot: [
    byBody([hubspotItem()], [hubspotItem({ objectId: 8 })]),
    byBody([hubspotItem()], [hubspotItem({ subscriptionId: 21 })]),
    byBody([hubspotItem()], [hubspotItem(), hubspotItem({ eventId: 101 })]),
    // What a workflow sends is the contact.
    ...byNothing({ vid: 7, "portal-id": 30 }),
  ],
  merge: byNothing({ hook: { id: "h_1", event: "Employee.changed" }, data: { id: "e_1" } }),
  meta: byNothing({ object: "page", entry: [{ id: "1", changes: [{ field: "feed", value: { item: "like" } }] }] }),
  nango: byNothing({ type: "sync", connectionId: "c_1", syncName: "issues", success: true }),
  openclaw: byNothing({ name: "agent", message: "Done" }),
  "orum-io": [
    byBody(
      { event_id: "e_1", event_type: "transfer_updated", created_at: "2026-01-01T00:00:00Z", event_data: { id: "t_1" } },
      { event_id: "e_2", event_type: "transfer_updated", created_at: "2026-01-01T00:00:00Z", event_data: { id: "t_1" } },
    ),
  ],
  "panda-doc": byHeader([{ event: "document_updated", data: { id: "d_1" } }]),
  "port-io": byNothing({ action: "create", context: { runId: "r_1" } }),
  rutter: [
    byBody(
      { event_id: "e_1", type: "ORDER", code: "ORDER_UPDATED", order: { id: "o_1" } },
      { event_id: "e_2", type: "ORDER", code: "ORDER_UPDATED", order: { id: "o_1" } },
    ),
  ],
  segment: [
    byBody(
      { type: "track", event: "Clicked", messageId: "m_1", userId: "u" },
      { type: "track", event: "Clicked", messageId: "m_2", userId: "u" },
    ),
  ],
  tailscale: byNothing([{ timestamp: "2026-01-01T00:00:00Z", version: 1, type: "policyUpdate", tailnet: "example.com" }]),
  telnyx: [
    byBody(
      { data: { record_type: "event", event_type: "message.finalized", id: "e_1", payload: { id: "message_1" } } },
      { data: { record_type: "event", event_type: "message.finalized", id: "e_2", payload: { id: "message_1" } } },
    ),
  ],
  vapi: byNothing({ message: { type: "status-update", status: "in-progress", call: { id: "call_1" } } }),
  veriff: byNothing({ id: "session_1", attemptId: "attempt_1", action: "started" }),
  svix: byHeader({ type: "invoice.paid", data: { id: "in_1" } }),
  beehiiv: byHeader({ event_type: "subscription.updated", data: { id: "sub_1" } }),
  brex: byHeader({ event_type: "TRANSFER_PROCESSED", transfer_id: "t_1" }),
  clerk: byHeader({ type: "user.updated", data: { id: "user_1" } }),
  "dodo-payments": byHeader({ type: "payment.succeeded", data: { payment_id: "pay_1" } }),
  guesty: byHeader({ event: "reservation.updated", reservation: { id: "r_1" } }),
  "incident-io": byHeader({ event_type: "public_incident.incident_updated_v2" }),
  lithic: byHeader({ event_type: "card.updated", card_token: "c_1" }),
  nash: byHeader({ type: "delivery.updated", data: { id: "d_1" } }),
  "open-ai": byHeader({ id: "evt_1", type: "response.completed", data: { id: "resp_1" } }),
  pleo: byHeader({ type: "v1.export.job.created" }),
  polar: byHeader({ type: "order.updated", data: { id: "o_1" } }),
  "psi-fi": byHeader({ type: "order.updated", data: { id: "o_1" } }),
  render: byHeader({ type: "deploy_ended", data: { id: "dep_1" } }),
  // The prediction itself, whenever it changes.
  replicate: byHeader({ id: "p_1", status: "processing", output: null }),
  resend: byHeader({ type: "email.opened", data: { email_id: "e_1" } }),
  safebase: byHeader({ type: "access.requested", data: { id: "a_1" } }),
  sardine: byHeader({ type: "case.status.updated", data: { id: "c_1" } }),
  stych: byHeader({ event_type: "direct.user.update", action: "UPDATE", id: "user_1" }),
};
