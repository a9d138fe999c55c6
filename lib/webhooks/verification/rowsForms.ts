/** Providers that sign a field or the query. */
import { by } from "./identity.ts";
import { braintree, dropboxSign, mercadoPago } from "./inForms.ts";
import type { Provider } from "./row.ts";
import { row, secretField, setting } from "./row.ts";

const boundary = "-----------------------------0123456789abcdef";

export const formRows = {
  braintree: row({
    label: "Braintree",
    docsUrl: "https://developer.paypal.com/braintree/docs/guides/webhooks/overview",
    hint: "Braintree sends XML in base64, in a form's field bt_payload.",
    fields: [
      secretField("Private key", "Of the API key; sandbox and production have their own."),
      setting("publicKey", "Public key", "Of the same API key.", { required: true }),
    ],
    scheme: braintree,
    verifiedBy: "HMAC SHA-1, hex, of the field `bt_payload`: in the field `bt_signature`",
    eventType: ["xml:bt_payload/notification.kind"],
    identity: [],
    sample: {
      eventType: "subscription_charged_successfully",
      contentType: "application/x-www-form-urlencoded",
      body: new URLSearchParams({
        bt_payload: Buffer.from(
          `<notification><timestamp type="datetime">2026-01-01T00:00:00Z</timestamp><kind>subscription_charged_successfully</kind><subject><subscription><id>s_1</id></subscription></subject></notification>`,
        ).toString("base64"),
      }).toString(),
    },
  }),
  "dropbox-sign": row({
    label: "Dropbox Sign",
    docsUrl: "https://developers.hellosign.com/docs/events/overview/",
    hint: "Dropbox Sign signs time and type, not the event itself.",
    fields: [secretField("API key", "Of the account that the callback belongs to.")],
    scheme: dropboxSign,
    verifiedBy: "HMAC SHA-256, hex, of time and type: in the form's field `json`",
    acceptedReply: { status: 200, contentType: "text/plain", body: "Hello API Event Received" },
    eventType: ["body:json.event.event_type"],
    identity: [],
    headers: { "user-agent": "HelloSign API" },
    sample: {
      eventType: "signature_request_signed",
      contentType: `multipart/form-data; boundary=${boundary}`,
      body: [
        `--${boundary}`,
        `Content-Disposition: form-data; name="json"`,
        "",
        JSON.stringify({
          event: {
            event_time: "1767225600",
            event_type: "signature_request_signed",
            event_hash: "",
            event_metadata: { related_signature_id: "s_1", reported_for_account_id: "a_1" },
          },
          signature_request: { signature_request_id: "r_1", title: "Contract" },
        }),
        `--${boundary}--`,
        "",
      ].join("\r\n"),
    },
  }),
  "mercado-pago": row({
    label: "Mercado Pago",
    docsUrl: "https://www.mercadopago.com.br/developers/en/docs/your-integrations/notifications/webhooks",
    hint: "Mercado Pago signs the id in the URL, not the body: ask its API for the state. Notifications of QR codes are not signed.",
    fields: [secretField("Secret signature", "Your integrations, Webhooks; test and production have their own.")],
    scheme: mercadoPago,
    verifiedBy: "HMAC SHA-256, hex, of `id:{data.id};request-id:{id};ts:{timestamp};`: `x-signature: ts=…,v1=…`",
    eventType: ["body:action", "body:type"],
    identity: [by("body:id")],
    sample: [
      "payment.updated",
      { id: 12345, live_mode: true, type: "payment", action: "payment.updated", api_version: "v1", data: { id: "999999999" } },
    ],
  }),
} satisfies Record<string, Provider>;
