/** Providers that the `svix` SDK knows and that sign in ways of their own. */
import { ed25519, hmac } from "./algorithms.ts";
import { inHeader, inPairs, inQuery } from "./carriers.ts";
import { hubspot, hubspotVersions } from "./hubspot.ts";
import { by, ofEach } from "./identity.ts";
import { headerOf } from "./request.ts";
import type { Provider } from "./row.ts";
import { chosenField, row, secretField, setting } from "./row.ts";
import { anyOf, authorization, shown, signed, template } from "./schemes.ts";
import { checkbook, easypost, meta, orum } from "./special.ts";
import type { Scheme } from "./types.ts";
import { inNumberedHeaders } from "./carriers.ts";

/** A scheme that signs no time. */
const timeless = (scheme: Scheme): Scheme => ({ ...scheme, toleranceMs: () => null });

/** How far the time may be off is a setting. */
const graced = (scheme: Scheme): Scheme => ({
  ...scheme,
  toleranceMs: (settings) => {
    const ms = Number(settings["timestampGraceSeconds"] || "300") * 1000;
    return { past: ms, future: ms };
  },
});

const sha256Hex = hmac("sha256", "hex");

export const svixOwnRows = {
  "adobe-sign": row({
    label: "Adobe Acrobat Sign",
    docsUrl: "https://helpx.adobe.com/sign/developer/webhook/overview.html",
    hint: "Adobe signs nothing: it shows your application's client id, and wants it back in each answer.",
    fields: [{ ...secretField("Client id", "Of your application at Adobe."), secret: false }],
    scheme: timeless(shown(inHeader(["x-adobesign-clientid"]))),
    eventType: ["body:event"],
    identity: [by("body:webhookNotificationId")],
    handshake: "adobe-sign",
    replyHeaders: (request) => {
      const clientId = headerOf(request, "x-adobesign-clientid");
      return typeof clientId === "string" ? { "x-adobesign-clientid": clientId } : {};
    },
    sample: ["AGREEMENT_CREATED", { webhookId: "w_1", webhookNotificationId: "n_1", event: "AGREEMENT_CREATED", agreement: { id: "a_1" } }],
  }),
  airwallex: row({
    label: "Airwallex",
    docsUrl: "https://www.airwallex.com/docs/developer-tools/webhooks/listen-for-webhook-events",
    scheme: signed({
      carrier: inHeader(["x-signature"], { timestamp: { name: "x-timestamp", unit: "ms" } }),
      algorithm: sha256Hex,
      content: template("{timestamp}{body}"),
    }),
    eventType: ["body:name"],
    identity: [by("body:id")],
    sample: ["payment_intent.succeeded", { id: "evt_1", name: "payment_intent.succeeded", data: { object: { id: "int_1" } } }],
  }),
  checkbook: row({
    verifiedBy: "HMAC SHA-256, hex, of body and nonce: `signature: nonce=…,signature=…`",
    label: "Checkbook",
    docsUrl: "https://docs.checkbook.io/docs/webhooks",
    fields: [secretField("Webhooks key", "From the developer settings; sandbox and production have their own.")],
    scheme: checkbook,
    eventType: ["body:type"],
    identity: [],
    sample: ["CHECK", { status: "PAID", id: "ed0af5fb335c47dd8eb53199ba50f5c4", type: "CHECK" }, { layout: "spaced" }],
  }),
  docusign: row({
    label: "DocuSign",
    docsUrl: "https://developers.docusign.com/platform/webhooks/connect/hmac/",
    fields: [secretField("HMAC key", "From Connect, Keys.")],
    scheme: timeless(signed({ carrier: inNumberedHeaders("x-docusign-signature", 10), algorithm: hmac("sha256", "base64") })),
    // In the XML of older configurations an envelope's state.
    eventType: ["body:event", "body:DocuSignEnvelopeInformation.EnvelopeStatus.Status"],
    identity: [],
    headers: { "x-authorization-digest": "HMACSHA256" },
    sample: ["envelope-completed", { event: "envelope-completed", data: { envelopeId: "e_1" } }],
  }),
  easypost: row({
    verifiedBy: "HMAC SHA-256, hex, of the body with weights as `5.0`: `x-hmac-signature`",
    label: "EasyPost",
    docsUrl: "https://docs.easypost.com/guides/webhooks-guide",
    fields: [chosenField("Secret", "webhook_secret, as given when the webhook was made.")],
    scheme: easypost,
    eventType: ["body:description"],
    identity: [by("body:id")],
    sample: [
      "tracker.updated",
      { id: "evt_1", object: "Event", description: "tracker.updated", result: { weight: 5 } },
      { layout: "spaced" },
    ],
  }),
  github: row({
    label: "GitHub",
    docsUrl: "https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries",
    hint: "Repository or organization, Settings, Webhooks. Content type application/json.",
    notSecrets: [[/^(?:gh[opsur]|github_pat)_\w{20,}$/, "It is an access token: the secret is the text that you enter at the webhook"]],
    fields: [chosenField("Secret", "The text that you enter at GitHub.")],
    scheme: timeless(signed({ carrier: inHeader(["x-hub-signature-256"], { prefix: "sha256=" }), algorithm: sha256Hex })),
    eventType: ["header:x-github-event"],
    identity: [by("header:x-github-delivery")],
    headers: {
      "user-agent": "GitHub-Hookshot/044aadd",
      "x-github-hook-id": "292430182",
      "x-github-hook-installation-target-id": "79929171",
      "x-github-hook-installation-target-type": "repository",
    },
    sample: ["push", { ref: "refs/heads/main", repository: { full_name: "octo/hello" }, commits: [] }],
  }),
  hubspot: row({
    verifiedBy: "v3: HMAC SHA-256, base64, of method, URI, body and time; v2, v1: SHA-256 of secret and content",
    label: "HubSpot",
    notSecrets: [[/^pat-[a-z]{2}\d?-/, "It is an access token: requests are signed with the app's client secret"]],
    docsUrl: "https://developers.hubspot.com/docs/apps/legacy-apps/authentication/validating-requests",
    fields: [
      secretField("Client secret", "Of your app at HubSpot."),
      setting("version", "Signature version", "v3 signs the time as well. Workflows send v2, old apps v1.", {
        options: hubspotVersions,
        default: "v3",
      }),
    ],
    scheme: hubspot,
    eventType: ["body:0.subscriptionType", "body:subscriptionType"],
    // eventId alone is not promised to be unique.
    identity: [
      ofEach("", "body:eventId", "body:subscriptionId", "body:portalId", "body:occurredAt", "body:objectId"),
      ofEach("", "body:eventId", "body:subscriptionId", "body:portalId", "body:occurredAt"),
    ],
    sample: [
      "contact.creation",
      [
        {
          eventId: 1,
          subscriptionId: 234,
          portalId: 12,
          occurredAt: 1_767_225_600_000,
          subscriptionType: "contact.creation",
          attemptNumber: 0,
          objectId: 1,
        },
      ],
    ],
  }),
  merge: row({
    label: "Merge",
    docsUrl: "https://docs.merge.dev/basics/webhooks/merge-webhooks",
    fields: [secretField("Signature key", "From Configuration, Webhooks, Security.")],
    scheme: timeless(signed({ carrier: inHeader(["x-merge-webhook-signature"]), algorithm: hmac("sha256", "base64url") })),
    eventType: ["body:hook.event"],
    identity: [],
    sample: ["Employee.changed", { hook: { id: "h_1", event: "Employee.changed" }, data: { id: "e_1" } }],
  }),
  meta: row({
    label: "Meta (Facebook, Instagram, WhatsApp)",
    docsUrl: "https://developers.facebook.com/docs/graph-api/webhooks/getting-started",
    fields: [
      secretField("App secret", "From the app's basic settings."),
      setting("verifyToken", "Verify token", "The text that you enter at Meta next to the URL.", {
        secret: true,
        required: true,
        chosenAs: "hex",
      }),
    ],
    scheme: meta,
    eventType: ["body:entry.0.changes.0.field", "body:object"],
    identity: [],
    handshake: "meta",
    headers: { "user-agent": "facebookexternalua" },
    sample: [
      "messages",
      { object: "whatsapp_business_account", entry: [{ id: "1", changes: [{ field: "messages", value: {} }] }] },
      { slashes: true, ascii: true },
    ],
  }),
  nango: row({
    label: "Nango",
    docsUrl: "https://nango.dev/docs/guides/platform/webhooks-from-nango",
    fields: [secretField("Webhook signing key", "From the environment's settings.")],
    scheme: timeless(signed({ carrier: inHeader(["x-nango-hmac-sha256"]), algorithm: sha256Hex })),
    eventType: ["body:type"],
    identity: [],
    sample: ["sync", { type: "sync", connectionId: "c_1", success: true }],
  }),
  openclaw: row({
    label: "OpenClaw",
    docsUrl: "https://docs.openclaw.ai/automation/webhook",
    fields: [chosenField("Token", "The hook token of the gateway.")],
    scheme: timeless(shown(anyOf(inHeader(["x-openclaw-token"]), authorization("Bearer")))),
    eventType: ["body:name"],
    identity: [],
    sample: ["agent", { name: "agent", message: "Done" }],
  }),
  "orum-io": row({
    verifiedBy: "RSA SHA-256 of body and `created_at`: `signature`",
    label: "Orum",
    docsUrl: "https://docs.orum.io/reference/secure-webhooks",
    fields: [{ ...secretField("Public key", "From GET webhooks/secret."), name: "secret", secret: false }],
    scheme: orum,
    eventType: ["body:event_type"],
    identity: [by("body:event_id")],
    sample: ["transfer_updated", { event_id: "e_1", event_type: "transfer_updated", created_at: "2026-01-01T00:00:00Z" }],
  }),
  "panda-doc": row({
    label: "PandaDoc",
    docsUrl: "https://developers.pandadoc.com/docs/webhook-verification",
    fields: [secretField("Shared key", "From the developer dashboard.")],
    scheme: timeless(signed({ carrier: inQuery("signature"), algorithm: sha256Hex })),
    eventType: ["body:0.event", "body:event"],
    identity: [by("header:x-pandadoc-webhook-event-id")],
    sample: ["document_state_changed", [{ event: "document_state_changed", data: { id: "d_1" } }]],
  }),
  "port-io": row({
    label: "Port",
    docsUrl: "https://docs.port.io/actions-and-automations/setup-backend/webhook/signature-verification/",
    fields: [secretField("Client secret", "Of your organization at Port.")],
    scheme: signed({
      carrier: inHeader(["x-port-signature"], { prefix: "v1,", timestamp: { name: "x-port-timestamp", unit: "either" } }),
      algorithm: hmac("sha256", "base64"),
      content: template("{timestamp}.{body}"),
    }),
    eventType: ["body:action", "body:context.event"],
    identity: [],
    sample: ["create", { action: "create", context: { runId: "r_1" } }],
  }),
  rutter: row({
    label: "Rutter",
    docsUrl: "https://docs.rutterapi.com/docs/webhook-security",
    fields: [secretField("Client secret", "Of your organization at Rutter.")],
    scheme: timeless(signed({ carrier: inHeader(["x-rutter-signature"], { prefix: "sha256=" }), algorithm: hmac("sha256", "base64") })),
    eventType: ["body:code", "body:type"],
    identity: [by("body:event_id")],
    sample: ["ORDER_UPDATED", { type: "ORDER", code: "ORDER_UPDATED", event_id: "e_1" }],
  }),
  segment: row({
    label: "Segment",
    docsUrl: "https://segment.com/docs/connections/destinations/catalog/webhooks/",
    hint: "Switch batching off: Segment signs only the first event of a batch.",
    fields: [chosenField("Shared secret", "As entered in the destination's settings.")],
    scheme: timeless(signed({ carrier: inHeader(["x-signature"]), algorithm: hmac("sha1", "hex") })),
    eventType: ["body:type"],
    identity: [by("body:messageId"), ofEach("batch", "body:messageId"), ofEach("", "body:messageId")],
    sample: ["track", { type: "track", event: "Order Completed", messageId: "m_1" }],
  }),
  tailscale: row({
    label: "Tailscale",
    docsUrl: "https://tailscale.com/kb/1213/webhooks",
    fields: [
      secretField("Secret", "As Tailscale shows it."),
      setting("timestampGraceSeconds", "Tolerance in seconds", "How old or new the timestamp may be.", {
        default: "300",
        seconds: [1, 86_400],
      }),
    ],
    scheme: graced(
      signed({
        carrier: inPairs("tailscale-webhook-signature", { separator: ",", time: "t", signature: "v1", timed: true }),
        algorithm: sha256Hex,
        content: template("{timestamp}.{body}"),
      }),
    ),
    eventType: ["body:0.type"],
    identity: [],
    sample: ["nodeCreated", [{ timestamp: "2026-01-01T00:00:00Z", version: 1, type: "nodeCreated", tailnet: "example.com" }]],
  }),
  telnyx: row({
    verifiedBy: "Ed25519, base64, of `{timestamp}\\|{body}`: `telnyx-signature-ed25519`",
    label: "Telnyx",
    docsUrl: "https://developers.telnyx.com/docs/messaging/messages/receiving-webhooks",
    fields: [{ ...secretField("Public key", "From the portal, Keys & Credentials."), secret: false }],
    scheme: signed({
      carrier: inHeader(["telnyx-signature-ed25519"], { timestamp: { name: "telnyx-timestamp", unit: "s" } }),
      algorithm: ed25519("base64"),
      content: template("{timestamp}|{body}"),
    }),
    eventType: ["body:data.event_type"],
    identity: [by("body:data.id")],
    headers: { "user-agent": "telnyx-webhooks" },
    sample: ["message.received", { data: { record_type: "event", event_type: "message.received", id: "e_1" } }],
  }),
  vapi: row({
    label: "Vapi",
    docsUrl: "https://docs.vapi.ai/server-url/server-authentication",
    hint: "Vapi shows the token itself, in Authorization as Bearer unless the credential names another header: X-Vapi-Secret is taken too, without Bearer. Better choose an HMAC credential there, and the provider hmac here.",
    fields: [chosenField("Token", "Of the Bearer Token credential; in older configurations the server's secret.")],
    scheme: timeless(shown(anyOf(inHeader(["x-vapi-secret"]), inHeader(["x-vapi-signature"]), authorization("Bearer")))),
    verifiedBy: "the secret itself, `authorization: Bearer …`, `x-vapi-secret` or `x-vapi-signature`",
    eventType: ["body:message.type"],
    identity: [],
    sample: ["status-update", { message: { type: "status-update", status: "ended" } }],
  }),
  veriff: row({
    label: "Veriff",
    docsUrl: "https://devdocs.veriff.com/docs/hmac-authentication-and-endpoint-security",
    fields: [secretField("Shared secret key", "Of the integration.")],
    scheme: timeless(signed({ carrier: inHeader(["x-hmac-signature"]), algorithm: sha256Hex })),
    eventType: ["body:action", "body:verification.status"],
    identity: [],
    sample: ["submitted", { id: "s_1", feature: "selfid", action: "submitted", code: 7002 }],
  }),
} satisfies Record<string, Provider>;
