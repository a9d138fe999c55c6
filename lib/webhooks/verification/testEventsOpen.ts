/** Events that look alike, of developers' tools, content, devices and other business. See testEvents.ts. */
import { type Alike, byBody, byHeader, byNothing } from "./testAlike.ts";

const form = (body: string) => ({ body, contentType: "application/x-www-form-urlencoded" });
const paid = (id: string) => ({ data: { id, attributes: { type: "payment.paid", data: { id: "pay" } } } });

const deletion = (notificationId: string, publishAttemptCount: number) => ({
  metadata: { topic: "MARKETPLACE_ACCOUNT_DELETION" },
  notification: { notificationId, publishAttemptCount, data: { userId: "u" } },
});

export const alikeOpen = {
  airtable: byNothing({ base: { id: "app" }, webhook: { id: "ach" }, timestamp: "2026-01-01T00:00:00.000Z" }),
  "azure-devops": [
    byBody(
      { id: "1", subscriptionId: "s", notificationId: 1, eventType: "git.push", resource: { pushId: 7 } },
      { id: "2", subscriptionId: "s", notificationId: 1, eventType: "git.push", resource: { pushId: 7 } },
    ),
    byBody(
      { id: "1", subscriptionId: "s", notificationId: 1, eventType: "git.push" },
      { id: "1", subscriptionId: "t", notificationId: 1, eventType: "git.push" },
    ),
    byBody(
      { id: "1", subscriptionId: "s", notificationId: 1, eventType: "git.push" },
      { id: "1", subscriptionId: "s", notificationId: 2, eventType: "git.push" },
    ),
  ],
  cloudflare: byNothing({ name: "n", alert_type: "health_check_status_notification", data: {} }),
  "cloudflare-stream": byNothing({ uid: "v", status: { state: "ready" } }),
  fusionauth: [byBody({ event: { id: "1", type: "user.update" } }, { event: { id: "2", type: "user.update" } })],
  ghost: byNothing({ post: { current: { id: "p" }, previous: {} } }),
  "google-health": byNothing({ data: { healthUserId: "u", operation: "UPSERT", dataType: "steps", intervals: [] } }),
  grafana: byNothing({ status: "firing", groupKey: "g", alerts: [] }),
  linkedin: [
    byBody(
      { type: "ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS", notifications: [{ notificationId: 1, action: "LIKE" }] },
      { type: "ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS", notifications: [{ notificationId: 2, action: "LIKE" }] },
    ),
    ...byNothing({ type: "LEAD_ACTION", leadGenFormResponse: "r" }),
  ],
  mailchimp: [{ first: form("type=profile&data%5Bid%5D=m"), other: form("type=profile&data%5Bid%5D=m"), again: "accepted" }],
  netlify: byNothing({ id: "d", state: "ready" }),
  onfleet: byNothing({ taskId: "t", triggerId: 3, triggerName: "taskCompleted" }),
  samsara: [
    byBody({ eventId: "1", eventType: "Alert", webhookId: "w" }, { eventId: "2", eventType: "Alert", webhookId: "w" }),
    byBody({ eventId: "1", eventType: "Alert", webhookId: "w" }, { eventId: "1", eventType: "Alert", webhookId: "v" }),
  ],
  shortcut: [
    byBody(
      { id: "1", primary_id: 7, actions: [{ entity_type: "story", action: "update" }] },
      { id: "2", primary_id: 7, actions: [{ entity_type: "story", action: "update" }] },
    ),
  ],
  terraform: byNothing({ run_id: "run", notifications: [{ trigger: "run:needs_attention" }] }),
  webex: byNothing({ id: "w", resource: "meetings", event: "updated", data: { id: "m" } }),
  whoop: [
    byBody(
      { id: "w", user_id: 1, type: "workout.updated", trace_id: "1" },
      { id: "w", user_id: 1, type: "workout.updated", trace_id: "2" },
    ),
  ],
  crisp: byNothing({ event: "message:send", website_id: "w", data: { session_id: "s" } }),
  dwolla: [byBody({ id: "1", resourceId: "c", topic: "customer_verified" }, { id: "2", resourceId: "c", topic: "customer_verified" })],
  ebay: [byBody(deletion("1", 1), deletion("2", 1)), byBody(deletion("1", 2), deletion("3", 2))],
  flutterwave: byNothing({ event: "charge.completed", data: { id: 7 } }),
  greenhouse: byHeader({ action: "candidate_stage_change", payload: {} }),
  "help-scout": byNothing({ id: 7, status: "active" }),
  paymongo: [byBody(paid("1"), paid("2"))],
  plivo: [{ first: form("MessageUUID=m&Status=sent"), other: form("MessageUUID=m&Status=sent"), again: "accepted" }],
  squarespace: [
    byBody(
      { id: "1", topic: "order.update", subscriptionId: "s", data: { orderId: "o" } },
      { id: "2", topic: "order.update", subscriptionId: "s", data: { orderId: "o" } },
    ),
  ],
  stream: byHeader({ type: "message.updated", message: { id: "m" } }),
  xendit: byHeader({ event: "payment.capture", data: { payment_id: "py" } }),
} satisfies Record<string, Alike[]>;
