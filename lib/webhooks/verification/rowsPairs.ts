/** Providers that write time and signature as pairs in one header. */
import { hmac } from "./algorithms.ts";
import { inPairs } from "./carriers.ts";
import { by } from "./identity.ts";
import type { Provider } from "./row.ts";
import { chosenField, row, secretField } from "./row.ts";
import { signed, template } from "./schemes.ts";

const sha256Hex = hmac("sha256", "hex");

export const pairRows = {
  calendly: row({
    label: "Calendly",
    docsUrl: "https://developer.calendly.com/api-docs/4c305798a61d3-webhook-signatures",
    fields: [chosenField("Signing key", "signing_key of the webhook subscription.")],
    scheme: signed({
      carrier: inPairs("calendly-webhook-signature", { separator: ",", time: "t", signature: "v1", timed: true }),
      algorithm: sha256Hex,
      content: template("{timestamp}.{body}"),
      toleranceSeconds: 180,
    }),
    eventType: ["body:event"],
    identity: [by("body:payload.uri", "body:event", "body:created_at")],
    sample: [
      "invitee.created",
      { event: "invitee.created", created_at: "2026-01-01T00:00:00.000000Z", payload: { uri: "https://api.calendly.com/invitees/1" } },
    ],
  }),
  elevenlabs: row({
    label: "ElevenLabs",
    docsUrl: "https://elevenlabs.io/docs/product-guides/administration/webhooks",
    fields: [secretField("Secret", "Shown once, when the webhook is made.")],
    scheme: signed({
      carrier: inPairs("elevenlabs-signature", { separator: ",", time: "t", signature: "v0", timed: true }),
      algorithm: sha256Hex,
      content: template("{timestamp}.{body}"),
      toleranceSeconds: 1800,
    }),
    eventType: ["body:type"],
    identity: [by("body:data.conversation_id", "body:type", "body:event_timestamp")],
    sample: [
      "post_call_transcription",
      { type: "post_call_transcription", event_timestamp: 1_767_225_600, data: { conversation_id: "conv_1", status: "done" } },
    ],
  }),
  mux: row({
    label: "Mux",
    docsUrl: "https://www.mux.com/docs/core/verify-webhook-signatures",
    fields: [secretField("Signing secret", "From the webhook's settings.")],
    scheme: signed({
      carrier: inPairs("mux-signature", { separator: ",", time: "t", signature: "v1", timed: true }),
      algorithm: sha256Hex,
      content: template("{timestamp}.{body}"),
    }),
    eventType: ["body:type"],
    identity: [by("body:id")],
    sample: [
      "video.asset.ready",
      { id: "e_1", type: "video.asset.ready", object: { type: "asset", id: "a_1" }, data: { status: "ready" } },
    ],
  }),
  rootly: row({
    label: "Rootly",
    docsUrl: "https://docs.rootly.com/configuration/webhooks",
    fields: [secretField("Secret", "From the webhook's configuration.")],
    scheme: signed({
      carrier: inPairs("x-rootly-signature", { separator: ",", time: "t", signature: "v1", timed: true }),
      algorithm: sha256Hex,
      content: template("{timestamp}{body}"),
    }),
    eventType: ["body:event.type"],
    identity: [by("body:event.id")],
    sample: [
      "incident.created",
      { event: { id: "e_1", type: "incident.created", issued_at: "2026-01-01T00:00:00Z" }, data: { id: "i_1" } },
    ],
  }),
  sanity: row({
    label: "Sanity",
    docsUrl: "https://www.sanity.io/docs/content-lake/webhook-best-practices",
    hint: "Of a webhook of your own: its payload is what its projection says.",
    fields: [chosenField("Secret", "As entered in the webhook's settings.")],
    scheme: signed({
      carrier: inPairs("sanity-webhook-signature", { separator: ",", time: "t", signature: "v1", timed: true, unit: "ms" }),
      algorithm: hmac("sha256", "base64url"),
      content: template("{timestamp}.{body}"),
      // The provider's library looks at no age; what is tried again comes within half an hour.
      toleranceSeconds: 1800,
    }),
    eventType: ["header:sanity-operation", "fixed:document.changed"],
    identity: [by("header:idempotency-key")],
    sample: ["update", { _id: "post-1", _type: "post", title: "Hello" }],
  }),
  tiktok: row({
    label: "TikTok for Developers",
    docsUrl: "https://developers.tiktok.com/doc/webhooks-verification/",
    fields: [secretField("Client secret", "Of the app.")],
    scheme: signed({
      carrier: inPairs("tiktok-signature", { separator: ",", time: "t", signature: "s", timed: true }),
      algorithm: sha256Hex,
      content: template("{timestamp}.{body}"),
    }),
    eventType: ["body:event"],
    identity: [],
    sample: [
      "post.publish.complete",
      {
        client_key: "c_1",
        event: "post.publish.complete",
        create_time: 1_767_225_600,
        user_openid: "u_1",
        content: '{"publish_id":"p_1"}',
      },
    ],
  }),
  workos: row({
    label: "WorkOS",
    docsUrl: "https://workos.com/docs/events/data-syncing/webhooks",
    fields: [secretField("Signing secret", "From the webhook endpoint's page.")],
    scheme: signed({
      carrier: inPairs("workos-signature", { separator: ",", time: "t", signature: "v1", timed: true, unit: "ms" }),
      algorithm: sha256Hex,
      content: template("{timestamp}.{body}"),
      toleranceSeconds: 180,
    }),
    eventType: ["body:event"],
    identity: [by("body:id")],
    sample: ["user.created", { id: "event_1", event: "user.created", data: { object: "user", id: "user_1" } }],
  }),
} satisfies Record<string, Provider>;
