/** Providers whose keys are fetched, or come along: certificates and tokens. */
import { appleRoot, appStore } from "./appStore.ts";
import { by } from "./identity.ts";
import { readToken } from "./jwt.ts";
import { keySetAt, keysFor } from "./keySets.ts";
import { plaidKeys, plaidNeeds } from "./plaid.ts";
import { publicKeyOf } from "./publicKeys.ts";
import type { Provider } from "./row.ts";
import { row, secretField, setting } from "./row.ts";
import { sns, snsConfirmation, snsNeeds } from "./sns.ts";
import { tokenAsBody, tokenInHeader, tokens } from "./tokens.ts";
import { refuse } from "./types.ts";

const inAuthorization = tokenInHeader(() => "authorization");
const inPlaid = tokenInHeader(() => "plaid-verification");
const googleKeys = "https://www.googleapis.com/oauth2/v3/certs";

const wixTokens = tokens({
  place: tokenAsBody,
  asymmetric: true,
  // As long as Wix lets its tokens live.
  rules: () => ({ algorithms: ["RS256"], issuers: [], audiences: [], body: null, maximumAgeSeconds: 302_400 }),
  keys: (_, secret) => {
    const key = publicKeyOf(secret, "rsa");
    return "bad" in key ? [] : [key];
  },
  says: ({ body }) => ({ data: body.toString() }),
});

export const tokenRows = {
  "app-store": row({
    label: "Apple App Store (notifications, version 2)",
    docsUrl: "https://developer.apple.com/documentation/appstoreservernotifications",
    fields: [
      setting("bundleId", "Bundle id", "Of the app: Apple signs for every app alike.", { required: true }),
      setting("environment", "Environment", "Which notifications are taken.", {
        options: ["any", "Production", "Sandbox"],
        default: "any",
      }),
      setting("rootFingerprint", "Root's fingerprint", "SHA-256 of the certificate that all lead to: that of Apple Root CA - G3.", {
        default: appleRoot,
        group: "Certificates",
      }),
    ],
    scheme: appStore,
    eventType: ["jwt:signedPayload/notificationType"],
    identity: [by("jwt:signedPayload/notificationUUID")],
    sample: [
      "DID_RENEW",
      {
        notificationType: "DID_RENEW",
        notificationUUID: "n_1",
        version: "2.0",
        data: { bundleId: "com.example.app", environment: "Sandbox" },
      },
    ],
  }),
  "aws-sns": row({
    label: "AWS SNS (SES, CloudWatch, S3…)",
    docsUrl: "https://docs.aws.amazon.com/sns/latest/dg/sns-http-https-endpoint-as-subscriber.html",
    hint: "Subscribe the source's URL with HTTPS and without raw message delivery, which is not signed.",
    fields: [
      setting("topicArn", "Topic ARNs", "With commas between. AWS signs for everybody: messages of other topics are refused.", {
        required: true,
      }),
      setting("confirm", "Confirm subscriptions", "no: the request to confirm becomes a message, for whoever wants to do it.", {
        options: ["yes", "no"],
        default: "yes",
      }),
    ],
    scheme: sns,
    needs: snsNeeds,
    handshake: snsConfirmation,
    eventType: ["body:Message.notificationType", "body:Message.eventType", "body:Message.detail-type", "body:Type"],
    identity: [by("body:MessageId")],
    sample: {
      eventType: "Notification",
      contentType: "text/plain; charset=UTF-8",
      body: JSON.stringify({
        Type: "Notification",
        MessageId: "m_1",
        TopicArn: "arn:aws:sns:eu-west-1:123456789012:hello",
        Subject: "Hello",
        Message: "Hello, world",
      }),
    },
  }),
  "google-pubsub": row({
    label: "Google Cloud Pub/Sub (push)",
    docsUrl: "https://docs.cloud.google.com/pubsub/docs/authenticate-push-subscriptions",
    hint: "Switch authentication on for the push subscription, with a service account and an audience of its own.",
    fields: [
      setting("audience", "Audience", "As entered in the subscription; by default the endpoint's URL.", { required: true }),
      setting("email", "Service account", "Its email. Google makes tokens for everybody's accounts.", { required: true }),
    ],
    scheme: tokens({
      place: inAuthorization,
      asymmetric: true,
      rules: ({ audience, email }) => ({
        algorithms: ["RS256"],
        issuers: ["https://accounts.google.com", "accounts.google.com"],
        audiences: [audience ?? ""],
        claims: { email: email ?? "", email_verified: true },
        // The token says who sends; the body is covered by TLS alone.
        body: null,
        maximumAgeSeconds: 3600,
      }),
      keys: (token, _, { extras }) =>
        extras.document === undefined ? refuse("misconfigured", "Google's keys could not be had") : keysFor(token, extras.document),
    }),
    needs: (request, { settings }) => {
      const text = inAuthorization.read(request, settings);
      if (typeof text !== "string") return text;
      const token = readToken(text);
      return token === null
        ? refuse("malformed", "The Authorization is no token of Google's")
        : keySetAt(googleKeys, token, "Google's keys");
    },
    eventType: ["body:message.attributes.eventType", "body:message.attributes.event_type", "body:message.attributes.type", "fixed:message"],
    identity: [by("body:message.messageId", "body:subscription")],
    sample: [
      "invoice.paid",
      {
        message: { messageId: "m_1", attributes: { eventType: "invoice.paid" }, data: Buffer.from("Hello").toString("base64") },
        subscription: "projects/p/subscriptions/s",
      },
    ],
  }),
  livekit: row({
    label: "LiveKit",
    docsUrl: "https://docs.livekit.io/intro/basics/rooms-participants-tracks/webhooks-events/",
    fields: [
      secretField("API secret", "Of the key that the webhook is signed with."),
      setting("apiKey", "API key", "The key itself.", { required: true }),
    ],
    scheme: tokens({
      place: inAuthorization,
      asymmetric: false,
      rules: ({ apiKey }) => ({
        algorithms: ["HS256"],
        issuers: [apiKey ?? ""],
        audiences: [],
        body: { name: "sha256", hash: "sha256", encoding: "base64" },
        maximumAgeSeconds: 300,
      }),
      keys: (_, secret) => [Buffer.from(secret)],
    }),
    eventType: ["body:event"],
    identity: [by("body:id")],
    sample: {
      eventType: "room_started",
      contentType: "application/webhook+json",
      body: JSON.stringify({ event: "room_started", id: "EV_1", createdAt: "1767225600", room: { sid: "RM_1", name: "hello" } }),
    },
  }),
  plaid: row({
    label: "Plaid",
    docsUrl: "https://plaid.com/docs/api/webhooks/webhook-verification/",
    hint: "Webster asks Plaid for the key that signed, as your client.",
    fields: [
      setting("clientId", "Client id", "From the dashboard, Keys.", { required: true }),
      setting("apiSecret", "API secret", "Of the same environment.", { required: true, secret: true }),
      setting("environment", "Environment", "Where the webhooks come from.", { options: ["production", "sandbox"], default: "production" }),
    ],
    scheme: tokens({
      place: inPlaid,
      asymmetric: true,
      rules: () => ({
        algorithms: ["ES256"],
        issuers: [],
        audiences: [],
        body: { name: "request_body_sha256", hash: "sha256", encoding: "hex" },
        maximumAgeSeconds: 300,
      }),
      keys: plaidKeys,
      header: { kid: "6c5516e1-92dc-479e-a8ff-5a51992e0001" },
    }),
    needs: (request, { settings }) => {
      const text = inPlaid.read(request, settings);
      return typeof text === "string" ? plaidNeeds(text, settings) : text;
    },
    eventType: ["body:webhook_code"],
    identity: [],
    sample: ["SYNC_UPDATES_AVAILABLE", { webhook_type: "TRANSACTIONS", webhook_code: "SYNC_UPDATES_AVAILABLE", item_id: "i_1" }],
  }),
  "upstash-qstash": row({
    label: "Upstash QStash",
    docsUrl: "https://upstash.com/docs/qstash/howto/signature",
    hint: "Add the next signing key as a second secret, so that a rotation at Upstash leaves no gap.",
    fields: [
      secretField("Signing key", "The current one."),
      setting(
        "url",
        "Destination",
        "If given, only messages to exactly this URL are taken: the keys sign for all of an account's destinations.",
      ),
    ],
    scheme: tokens({
      place: tokenInHeader(() => "upstash-signature"),
      asymmetric: false,
      rules: ({ url }) => ({
        algorithms: ["HS256"],
        issuers: ["Upstash"],
        audiences: [],
        ...(url ? { claims: { sub: url } } : {}),
        body: { name: "body", hash: "sha256", encoding: "base64url" },
        maximumAgeSeconds: 300,
      }),
      keys: (_, secret) => [Buffer.from(secret)],
    }),
    eventType: ["body:type", "fixed:message"],
    identity: [by("header:upstash-message-id")],
    sample: ["invoice.paid", { type: "invoice.paid", data: { id: "in_1" } }],
  }),
  vonage: row({
    label: "Vonage",
    docsUrl: "https://developer.vonage.com/en/getting-started/concepts/webhooks",
    hint: "Messages, Voice and Verify sign their webhooks; for SMS choose “Token in the URL”. Set POST as the method.",
    fields: [secretField("Signature secret", "Dashboard, Settings; of the API key whose application sends.")],
    scheme: tokens({
      place: inAuthorization,
      asymmetric: false,
      rules: () => ({
        algorithms: ["HS256"],
        issuers: ["Vonage"],
        audiences: [],
        body: { name: "payload_hash", hash: "sha256", encoding: "hex" },
        maximumAgeSeconds: 300,
      }),
      keys: (_, secret) => [Buffer.from(secret)],
    }),
    verifiedBy: "a JWT in `authorization`, with the body’s hash",
    eventType: ["body:status", "body:message_type", "body:event"],
    identity: [],
    sample: ["delivered", { message_uuid: "m_1", channel: "sms", status: "delivered", timestamp: "2026-01-01T00:00:00Z" }],
  }),
  wix: row({
    label: "Wix",
    docsUrl: "https://dev.wix.com/docs/rest/articles/get-started/webhook-structure",
    hint: "The body is a token with the event in it.",
    fields: [secretField("Public key", "Of the app: Webhooks, Get public key.")],
    scheme: {
      ...wixTokens,
      check: (secret, claim, context) => {
        const key = publicKeyOf(secret, "rsa");
        return "bad" in key ? refuse("misconfigured", key.bad) : wixTokens.check(secret, claim, context);
      },
    },
    verifiedBy: "a JWT by the app’s public key, which is the body",
    eventType: ["jwt:/data.eventType"],
    identity: [by("jwt:/data.data.id", "jwt:/data.instanceId")],
    sample: [
      "wix.contacts.v4.contact_created",
      {
        eventType: "wix.contacts.v4.contact_created",
        instanceId: "i_1",
        data: JSON.stringify({ id: "e_1", entityFqdn: "wix.contacts.v4.contact", slug: "created", entityId: "c_1" }),
      },
      { contentType: "text/plain" },
    ],
  }),
} satisfies Record<string, Provider>;
