/** Providers that sign with Svix or as Standard Webhooks has it. */
import { by } from "./identity.ts";
import type { Provider } from "./row.ts";
import { row, secretField } from "./row.ts";
import { standard } from "./schemes.ts";

const fields = [secretField("Signing secret", "whsec_…, from the provider's webhook settings.")];
type Family = "svix" | "webhook";
const other: Record<Family, Family> = { svix: "webhook", webhook: "svix" };

type SvixRow = [label: string, docsUrl: string, eventType: string, body: Record<string, unknown>];

/** Svix takes its own name off the headers where its customer pays for that: `family` is what the provider sends. */
function svixRow([label, docsUrl, eventType, body]: SvixRow, family: Family = "svix"): Provider {
  return row({
    label,
    docsUrl,
    fields,
    scheme: standard(family, other[family]),
    eventType: ["body:type", "body:event_type", "body:eventType", "body:event"],
    identity: [by(`header:${family}-id`), by(`header:${other[family]}-id`)],
    headers: { "user-agent": "Svix-Webhooks/1.84.0 (sender-9YMgn; +https://www.svix.com/http-sender/)" },
    sample: [eventType, body],
  });
}

export const svixRows = {
  svix: svixRow([
    "Svix",
    "https://docs.svix.com/receiving/verifying-payloads/how",
    "invoice.paid",
    { type: "invoice.paid", data: { id: "in_1" } },
  ]),
  beehiiv: svixRow([
    "beehiiv",
    "https://developers.beehiiv.com/webhooks",
    "subscription.created",
    { event_type: "subscription.created", data: { id: "sub_1" } },
  ]),
  brex: svixRow(
    ["Brex", "https://developer.brex.com/docs/webhooks", "TRANSFER_PROCESSED", { event_type: "TRANSFER_PROCESSED", transfer_id: "t_1" }],
    "webhook",
  ),
  clerk: svixRow([
    "Clerk",
    "https://clerk.com/docs/webhooks/overview",
    "user.created",
    { type: "user.created", object: "event", data: { id: "user_1" } },
  ]),
  "dodo-payments": svixRow(
    [
      "Dodo Payments",
      "https://docs.dodopayments.com/developer-resources/webhooks",
      "payment.succeeded",
      { business_id: "bus_1", type: "payment.succeeded", timestamp: "2026-01-01T00:00:00Z", data: { payment_id: "pay_1" } },
    ],
    "webhook",
  ),
  guesty: svixRow([
    "Guesty",
    "https://open-api-docs.guesty.com/docs/webhooks",
    "reservation.new",
    { event: "reservation.new", reservation: { id: "r_1" } },
  ]),
  "incident-io": svixRow(
    [
      "incident.io",
      "https://api-docs.incident.io/tag/Webhooks",
      "public_incident.incident_created_v2",
      { event_type: "public_incident.incident_created_v2" },
    ],
    "webhook",
  ),
  lithic: svixRow(
    ["Lithic", "https://docs.lithic.com/docs/events-api", "card.created", { event_type: "card.created", card_token: "c_1" }],
    "webhook",
  ),
  nash: svixRow(["Nash", "", "delivery.updated", { type: "delivery.updated", data: { id: "d_1" } }]),
  "open-ai": row({
    label: "OpenAI",
    docsUrl: "https://platform.openai.com/docs/guides/webhooks",
    fields,
    scheme: standard("webhook"),
    eventType: ["body:type"],
    identity: [by("header:webhook-id")],
    sample: ["response.completed", { object: "event", id: "evt_1", type: "response.completed", data: { id: "resp_1" } }],
  }),
  pleo: svixRow(["Pleo", "https://developers.pleo.io/docs/webhooks", "v1.export.job.created", { type: "v1.export.job.created" }]),
  polar: svixRow(
    [
      "Polar",
      "https://polar.sh/docs/integrate/webhooks/delivery",
      "order.paid",
      { type: "order.paid", data: { id: "o_1", status: "paid" } },
    ],
    "webhook",
  ),
  "psi-fi": svixRow(["PsiFi", "", "order.completed", { type: "order.completed", data: { id: "o_1" } }]),
  render: svixRow(
    ["Render", "https://render.com/docs/webhooks", "deploy_ended", { type: "deploy_ended", data: { id: "evt_1" } }],
    "webhook",
  ),
  replicate: svixRow(
    [
      "Replicate",
      "https://replicate.com/docs/topics/webhooks/verify-webhook",
      "prediction.completed",
      { type: "prediction.completed", id: "p_1" },
    ],
    "webhook",
  ),
  resend: svixRow([
    "Resend",
    "https://resend.com/docs/dashboard/webhooks/verify-webhooks-requests",
    "email.delivered",
    { type: "email.delivered", data: { email_id: "e_1" } },
  ]),
  safebase: svixRow(["SafeBase", "", "access.requested", { type: "access.requested", data: { id: "a_1" } }]),
  sardine: svixRow(["Sardine", "", "case.status.updated", { type: "case.status.updated", data: { id: "c_1" } }]),
  stych: svixRow([
    "Stytch",
    "https://stytch.com/docs/guides/webhooks",
    "direct.user.create",
    { event_type: "direct.user.create", action: "CREATE" },
  ]),
};
