/** Providers of payments and subscriptions that sign, most with a time. */
import { hmac } from "./algorithms.ts";
import { type Carrier, inHeader, inHeaders, inPairs } from "./carriers.ts";
import { by } from "./identity.ts";
import { headerOf } from "./request.ts";
import type { Provider } from "./row.ts";
import { chosenField, row, secretField, setting } from "./row.ts";
import { chosenBy, shown, signed, template, timeless } from "./schemes.ts";
import { parseTime, writeTime } from "./times.ts";
import { refuse } from "./types.ts";

const sha256Hex = hmac("sha256", "hex");

/** https://docs.recurly.com/recurly-subscriptions/docs/signature-verification: the time in milliseconds, and behind it a signature or several. */
const recurly: Carrier = {
  timestampOf: (nowMs) => writeTime(nowMs, "ms"),
  read: (request) => {
    const value = headerOf(request, "recurly-signature");
    if (typeof value !== "string") return value;
    const [time = "", ...signatures] = value.split(",").map((part) => part.trim());
    const timestamp = parseTime(time, "ms");
    if (timestamp === null) return refuse("malformed", "The header recurly-signature does not begin with a time in milliseconds");
    return signatures.length > 0 && signatures.length <= 8
      ? { signatures, timestamp, id: "" }
      : refuse("malformed", "The header recurly-signature has no signature behind its time");
  },
  write: (signature, time) => ({ headers: { "recurly-signature": `${time},${signature}` } }),
};

export const paymentRows = {
  "checkout-com": row({
    label: "Checkout.com",
    docsUrl: "https://www.checkout.com/docs/developer-resources/webhooks",
    fields: [chosenField("Signature key", "Of the webhook's workflow action.")],
    scheme: timeless(signed({ carrier: inHeader(["cko-signature"]), algorithm: sha256Hex })),
    eventType: ["body:type"],
    identity: [by("body:id")],
    sample: [
      "payment_approved",
      { id: "evt_1", type: "payment_approved", version: "1.0.1", created_on: "2026-01-01T00:00:00Z", data: { id: "pay_1", amount: 1000 } },
    ],
  }),
  paystack: row({
    label: "Paystack",
    docsUrl: "https://paystack.com/docs/payments/webhooks/",
    hint: "Paystack signs with the API's secret key: test and live have their own.",
    notSecrets: [[/^pk_/, "It is the public key: webhooks are signed with the secret one, sk_…"]],
    fields: [secretField("Secret key", "sk_…, from Settings, API keys & webhooks.")],
    scheme: timeless(signed({ carrier: inHeader(["x-paystack-signature"]), algorithm: hmac("sha512", "hex") })),
    eventType: ["body:event"],
    // data.id names the transaction, the transfer or the dispute.
    identity: [],
    sample: ["charge.success", { event: "charge.success", data: { id: 302961, reference: "r_1", status: "success", amount: 10000 } }],
  }),
  recharge: row({
    label: "Recharge",
    docsUrl: "https://docs.getrecharge.com/docs/webhooks-overview",
    hint: "A request does not say its topic: make a webhook for each, with ?topic=charge/paid behind this source's URL, and it becomes the event type.",
    fields: [secretField("API client secret", "Of the API token that made the webhook: Integrations, API tokens. Not the token itself.")],
    scheme: signed({
      carrier: inPairs("x-recharge-webhook-signature", { separator: ",", time: "t", signature: "v1", timed: true }),
      algorithm: sha256Hex,
      content: template("{timestamp}.{body}"),
      toleranceSeconds: 172_800,
    }),
    eventType: ["query:topic", "beside:"],
    identity: [],
    headers: { "x-recharge-webhook-timestamp": "{s}" },
    sample: ["charge", { charge: { id: 377749210, customer: { id: 87475383 }, status: "success", total_price: "42.00" } }],
  }),
  recurly: row({
    label: "Recurly",
    docsUrl: "https://docs.recurly.com/recurly-subscriptions/docs/signature-verification",
    hint: "Choose JSON as the webhook's format: Recurly does not sign XML.",
    fields: [secretField("Secret key", "Of the webhook endpoint.")],
    scheme: signed({ carrier: recurly, algorithm: sha256Hex, content: template("{timestamp}.{body}") }),
    verifiedBy: "HMAC SHA-256, hex, of `{timestamp}.{body}`: `recurly-signature: {timestamp},…`",
    eventType: ["joined:object_type,event_type"],
    identity: [],
    sample: [
      "subscription.created",
      { id: "s_1", object_type: "subscription", event_type: "created", event_time: "2026-01-01T00:00:00Z", account_code: "a_1" },
    ],
  }),
  revenuecat: row({
    label: "RevenueCat",
    docsUrl: "https://www.revenuecat.com/docs/integrations/webhooks",
    hint: "RevenueCat shows the authorization value in each request. Better switch signatures on there, and choose them here.",
    fields: [
      {
        ...chosenField("Authorization value or signing secret", "The value as entered at RevenueCat, with Bearer if it begins so there."),
        chosenFor: { setting: "proof", values: ["authorization"] },
      },
      setting("proof", "Verified by", "What the secret is, and so what each request must come with.", {
        options: ["authorization", "signature"],
        default: "authorization",
      }),
    ],
    scheme: chosenBy(
      "proof",
      {
        authorization: timeless(shown(inHeader(["authorization"]))),
        signature: signed({
          carrier: inPairs("x-revenuecat-webhook-signature", { separator: ",", time: "t", signature: "v1", timed: true }),
          algorithm: sha256Hex,
          content: template("{timestamp}.{body}"),
        }),
      },
      "authorization",
    ),
    verifiedBy:
      "as set: the secret itself, `authorization`; or HMAC SHA-256, hex, of `{timestamp}.{body}`: `x-revenuecat-webhook-signature: t=…,v1=…`",
    eventType: ["body:event.type"],
    identity: [by("body:event.id")],
    sample: ["RENEWAL", { api_version: "1.0", event: { id: "e_1", type: "RENEWAL", app_user_id: "u_1", product_id: "monthly" } }],
  }),
  revolut: row({
    label: "Revolut",
    docsUrl: "https://developer.revolut.com/docs/guides/manage-accounts/webhooks/verify-the-payload-signature",
    fields: [secretField("Signing secret", "wsk_…, in the answer that made the webhook.")],
    scheme: signed({
      carrier: inHeaders(["revolut-signature"], {
        prefix: "v1=",
        separator: ",",
        timestamp: { name: "revolut-request-timestamp", unit: "ms" },
      }),
      algorithm: sha256Hex,
      content: template("v1.{timestamp}.{body}"),
    }),
    eventType: ["body:event"],
    identity: [],
    sample: [
      "TransactionStateChanged",
      {
        event: "TransactionStateChanged",
        timestamp: "2026-01-01T00:00:00.000000Z",
        data: { id: "t_1", old_state: "pending", new_state: "completed" },
      },
    ],
  }),
} satisfies Record<string, Provider>;
