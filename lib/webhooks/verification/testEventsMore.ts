/** Events that look alike, of the providers that were added later. See testEvents.ts. */
import { type Alike, byBody, byHeader, byNothing } from "./testAlike.ts";

const snsMessage = (MessageId: string) => ({
  Type: "Notification",
  MessageId,
  TopicArn: "arn:aws:sns:eu-west-1:123456789012:hello",
  Message: "same",
});

const byOneHeader = (name: string, body: unknown, more: Record<string, string> = {}): Alike[] => [
  { first: { body, headers: { ...more, [name]: "1" } }, other: { body, headers: { ...more, [name]: "2" } }, again: "duplicate" },
];

export const alikeMore = {
  calendly: [
    byBody(
      { event: "invitee.created", created_at: "2026-01-01T00:00:00Z", payload: { uri: "https://api.calendly.com/i/1" } },
      { event: "invitee.canceled", created_at: "2026-01-02T00:00:00Z", payload: { uri: "https://api.calendly.com/i/1" } },
    ),
  ],
  elevenlabs: [
    byBody(
      { type: "post_call_transcription", event_timestamp: 1, data: { conversation_id: "c" } },
      { type: "post_call_audio", event_timestamp: 1, data: { conversation_id: "c" } },
    ),
    ...byNothing({ type: "voice_removal_notice", event_timestamp: 1, data: { voice_id: "v" } }),
  ],
  mux: [
    byBody({ id: "e1", type: "video.asset.updated", object: { id: "a" } }, { id: "e2", type: "video.asset.updated", object: { id: "a" } }),
  ],
  rootly: [
    byBody(
      { event: { id: "e1", type: "incident.updated" }, data: { id: "i" } },
      { event: { id: "e2", type: "incident.updated" }, data: { id: "i" } },
    ),
  ],
  sanity: [...byOneHeader("idempotency-key", { _id: "post-1" }), ...byNothing({ _id: "post-1" }).map(withoutHeader("idempotency-key"))],
  workos: [
    byBody(
      { id: "event_1", event: "user.updated", data: { id: "user_1" } },
      { id: "event_2", event: "user.updated", data: { id: "user_1" } },
    ),
  ],
  // Box's header names the attempt, the body the event.
  box: [
    byBody({ id: "e1", trigger: "FILE.UPLOADED", source: { id: "1" } }, { id: "e2", trigger: "FILE.UPLOADED", source: { id: "1" } }),
    { ...byOneHeader("box-delivery-id", { trigger: "FILE.UPLOADED" })[0], again: "accepted" } as Alike,
  ],
  twitch: byHeader({ subscription: { id: "s_1", type: "channel.follow" }, event: { user_id: "1" } }),
  zendesk: byOneHeader("x-zendesk-webhook-invocation-id", { ticket: "1" }, { "x-zendesk-webhook-id": "same" }),
  bitbucket: byOneHeader("x-request-uuid", { push: {} }, { "x-hook-uuid": "same" }),
  clickup: [
    byBody(
      { event: "taskUpdated", history_items: [{ id: "1" }], task_id: "t", webhook_id: "w" },
      { event: "taskUpdated", history_items: [{ id: "2" }], task_id: "t", webhook_id: "w" },
    ),
    byBody(
      { event: "taskUpdated", history_items: [{ id: "1" }], task_id: "t", webhook_id: "w" },
      { event: "taskStatusUpdated", history_items: [{ id: "1" }], task_id: "t", webhook_id: "w" },
    ),
    byBody(
      { event: "taskUpdated", history_items: [{ id: "1" }], task_id: "t", webhook_id: "w1" },
      { event: "taskUpdated", history_items: [{ id: "1" }], task_id: "t", webhook_id: "w2" },
    ),
    ...byNothing({ event: "taskDeleted", task_id: "t", webhook_id: "w" }),
  ],
  "google-drive": [
    {
      first: { body: "", headers: { "x-goog-channel-id": "c", "x-goog-message-number": "1", "x-goog-resource-id": "r" } },
      other: { body: "", headers: { "x-goog-channel-id": "c", "x-goog-message-number": "2", "x-goog-resource-id": "r" } },
      again: "duplicate",
    },
    {
      first: { body: "", headers: { "x-goog-channel-id": "c1", "x-goog-message-number": "1" } },
      other: { body: "", headers: { "x-goog-channel-id": "c2", "x-goog-message-number": "1" } },
      again: "duplicate",
    },
  ],
  jira: byOneHeader("x-atlassian-webhook-identifier", { webhookEvent: "jira:issue_updated", issue: { key: "A-1" } }),
  line: [
    byBody(
      { destination: "U", events: [{ type: "message", webhookEventId: "1" }] },
      {
        destination: "U",
        events: [
          { type: "message", webhookEventId: "1" },
          { type: "message", webhookEventId: "2" },
        ],
      },
    ),
  ],
  mollie: [
    {
      first: { body: "id=tr_7UhSN1zuXS", contentType: "application/x-www-form-urlencoded" },
      other: { body: "id=tr_7UhSN1zuXS", contentType: "application/x-www-form-urlencoded" },
      again: "accepted",
    },
  ],
  pagerduty: [
    byBody(
      { event: { id: "e1", event_type: "incident.acknowledged", data: { id: "i" } } },
      { event: { id: "e2", event_type: "incident.acknowledged", data: { id: "i" } } },
    ),
  ],
  quickbooks: [
    byBody([{ id: "1", source: "a", type: "qbo.bill.created.v1" }], [{ id: "1", source: "b", type: "qbo.bill.created.v1" }]),
    ...byNothing({
      eventNotifications: [{ realmId: "1", dataChangeEvent: { entities: [{ id: "1", name: "Bill", operation: "Update" }] } }],
    }),
  ],
  razorpay: byOneHeader("x-razorpay-event-id", { event: "payment.captured", payload: {} }),
  vercel: [
    byBody({ id: "1", type: "deployment.ready", payload: { id: "d" } }, { id: "2", type: "deployment.ready", payload: { id: "d" } }),
  ],
  woocommerce: [
    ...byOneHeader("x-wc-webhook-delivery-id", { id: 1, status: "processing" }, { "x-wc-webhook-id": "7" }),
    // Two orders within a second.
    {
      first: { body: { id: 1, status: "processing" }, headers: { "x-wc-webhook-delivery-id": "1", "x-wc-webhook-id": "7" } },
      other: { body: { id: 2, status: "processing" }, headers: { "x-wc-webhook-delivery-id": "1", "x-wc-webhook-id": "7" } },
      again: "duplicate",
    },
  ],
  xero: [
    byBody(
      {
        events: [
          { resourceId: "r", eventType: "UPDATE", eventCategory: "INVOICE", eventDateUtc: "2026-01-01T00:00:00.001", tenantId: "t" },
        ],
      },
      {
        events: [
          { resourceId: "r", eventType: "UPDATE", eventCategory: "INVOICE", eventDateUtc: "2026-01-01T00:00:00.002", tenantId: "t" },
        ],
      },
    ),
  ],
  asana: byNothing({
    events: [{ action: "changed", created_at: "2026-01-01T00:00:00.000Z", resource: { gid: "1", resource_type: "task" } }],
  }),
  "azure-event-grid": [
    byBody([{ id: "1", topic: "/a", eventType: "X" }], [{ id: "1", topic: "/b", eventType: "X" }]),
    byBody({ id: "1", source: "/a", type: "X" }, { id: "1", source: "/b", type: "X" }),
  ],
  monday: [
    byBody(
      { event: { type: "update_column_value", triggerUuid: "1", subscriptionId: 1, pulseId: 1 } },
      { event: { type: "update_column_value", triggerUuid: "2", subscriptionId: 1, pulseId: 1 } },
    ),
  ],
  notion: [
    byBody(
      { id: "e1", type: "page.content_updated", entity: { id: "p" } },
      { id: "e2", type: "page.content_updated", entity: { id: "p" } },
    ),
  ],
  okta: [
    byBody(
      { eventId: "1", data: { events: [{ uuid: "u1", eventType: "user.session.start" }] } },
      { eventId: "2", data: { events: [{ uuid: "u2", eventType: "user.session.start" }] } },
    ),
  ],
  smartsheet: [
    byBody(
      { nonce: "1", webhookId: 1, events: [{ objectType: "row", eventType: "updated", id: 1 }] },
      { nonce: "2", webhookId: 1, events: [{ objectType: "row", eventType: "updated", id: 1 }] },
    ),
  ],
  "app-store": [
    byBody(
      { notificationType: "DID_RENEW", notificationUUID: "1", data: { bundleId: "com.example.app" } },
      { notificationType: "DID_RENEW", notificationUUID: "2", data: { bundleId: "com.example.app" } },
    ),
  ],
  "aws-sns": [byBody(snsMessage("1"), snsMessage("2"))],
  "google-pubsub": [
    byBody({ message: { messageId: "1", data: "" }, subscription: "a" }, { message: { messageId: "1", data: "" }, subscription: "b" }),
    byBody({ message: { messageId: "1", data: "" }, subscription: "a" }, { message: { messageId: "2", data: "" }, subscription: "a" }),
  ],
  livekit: [
    byBody(
      { event: "participant_joined", id: "EV_1", room: { sid: "RM" } },
      { event: "participant_joined", id: "EV_2", room: { sid: "RM" } },
    ),
  ],
  plaid: byNothing({ webhook_type: "TRANSACTIONS", webhook_code: "SYNC_UPDATES_AVAILABLE", item_id: "i_1" }),
  "upstash-qstash": byOneHeader("upstash-message-id", { type: "invoice.paid", id: "in_1" }),
} satisfies Record<string, Alike[]>;

function withoutHeader(name: string) {
  return ({ first, other, again }: Alike): Alike => ({
    first: { ...first, headers: { ...first.headers, [name]: null } },
    other: { ...other, headers: { ...other.headers, [name]: null } },
    again,
  });
}
