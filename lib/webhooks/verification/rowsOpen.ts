/** Providers of developers' tools, content and devices. */
import { createHmac } from "node:crypto";
import { decode, hexKey, hmac, type KeyReader } from "./algorithms.ts";
import { type Carrier, inHeader, inPairs } from "./carriers.ts";
import { echo, jsonReply } from "./echo.ts";
import { googleHealth, googleHealthNeeds, googleHealthVerification } from "./googleHealth.ts";
import { by, ofEach } from "./identity.ts";
import { basic, headerName } from "./plain.ts";
import { headerOf, queryOf } from "./request.ts";
import type { Provider } from "./row.ts";
import { chosenField, row, secretField, setting } from "./row.ts";
import { basicFields, notBasic } from "./rowsPlain.ts";
import { bodyThenTime } from "./rowsStamped.ts";
import { asSet, shown, signed, template, timeless } from "./schemes.ts";
import { tokenInHeader, tokens } from "./tokens.ts";
import type { Handshake } from "./types.ts";
import { refuse } from "./types.ts";

const sha256Hex = hmac("sha256", "hex");
const base64Key: KeyReader = (secret) => decode(secret, "base64") ?? { bad: "It must be base64" };
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * https://learn.microsoft.com/en-us/linkedin/shared/api-guide/webhook-validation: at once and every two hours. The answer is made
 * with the key that signs deliveries, so only what LinkedIn asks with, a UUID, is answered.
 */
const linkedinChallenge: Handshake = (request, { secrets }) => {
  const challengeCode = queryOf(request).get("challengeCode");
  if (request.method !== "GET" || challengeCode === null) return null;
  const [secret = ""] = secrets;
  if (secret === "" || !uuid.test(challengeCode)) return refuse("malformed", "This challengeCode is not answered: it is no UUID");
  return jsonReply(200, { challengeCode, challengeResponse: createHmac("sha256", secret).update(challengeCode).digest("hex") });
};

const linkedinHeader = inHeader(["x-li-signature"]);

/** The signature is over `hmacsha256=` and the body; some of LinkedIn's products write these letters before it too. */
const linkedin: Carrier = {
  ...linkedinHeader,
  read: (request, settings) => {
    const value = headerOf(request, "x-li-signature");
    if (typeof value !== "string") return value;
    const signature = value.replace(/^hmacsha256=/, "");
    return linkedinHeader.read({ ...request, headers: { ...request.headers, "x-li-signature": signature } }, settings);
  },
};

/** As grafana/alerting has it in http/hmac.go: with a header for the time, that and a colon are signed before the body. */
const grafana = asSet(({ timestampHeader = "" }) => {
  const names = ["x-grafana-alerting-signature"];
  if (timestampHeader === "") return timeless(signed({ carrier: inHeader(names), algorithm: sha256Hex }));
  const carrier = inHeader(names, { timestamp: { name: timestampHeader.toLowerCase(), unit: "s" } });
  return signed({ carrier, algorithm: sha256Hex, content: template("{timestamp}:{body}") });
});

export const openRows = {
  airtable: row({
    label: "Airtable",
    docsUrl: "https://airtable.com/developers/web/api/webhooks-overview",
    hint: "A notification says that something has changed, not what: whoever takes it in asks Airtable for the payloads. A webhook ends after seven days unless it is refreshed.",
    fields: [secretField("MAC secret", "macSecretBase64 in the answer that made the webhook; it is shown once.")],
    scheme: timeless(
      signed({
        carrier: inHeader(["x-airtable-content-mac"], { prefix: "hmac-sha256=" }),
        algorithm: hmac("sha256", "hex", base64Key),
      }),
    ),
    verifiedBy: "HMAC SHA-256, hex, of `{body}`: `x-airtable-content-mac: hmac-sha256=…`",
    eventType: ["fixed:base.changed"],
    identity: [],
    sample: ["base.changed", { base: { id: "app_1" }, webhook: { id: "ach_1" }, timestamp: "2026-01-01T00:00:00.000Z" }],
  }),
  "azure-devops": row({
    label: "Azure DevOps",
    docsUrl: "https://learn.microsoft.com/en-us/azure/devops/service-hooks/services/webhooks",
    hint: "Azure DevOps signs nothing: let it send a user name and a password (Project settings, Service hooks, Web Hooks).",
    fields: basicFields,
    verifiedBy: "user name and password (RFC 7617)",
    notSecrets: notBasic,
    scheme: basic,
    eventType: ["body:eventType"],
    // Its id alone is the same in all requests of the button that tests a subscription.
    identity: [by("body:id", "body:subscriptionId", "body:notificationId")],
    sample: [
      "git.push",
      {
        id: "e_1",
        subscriptionId: "s_1",
        notificationId: 1,
        eventType: "git.push",
        publisherId: "tfs",
        resource: { repository: { name: "hello" } },
      },
    ],
  }),
  cloudflare: row({
    label: "Cloudflare (notifications)",
    docsUrl: "https://developers.cloudflare.com/notifications/get-started/configure-webhooks/",
    fields: [chosenField("Secret", "As entered at the webhook, under Notifications, Destinations.")],
    scheme: timeless(shown(inHeader(["cf-webhook-auth"]))),
    eventType: ["body:alert_type", "body:data.event_type", "fixed:notification"],
    identity: [],
    sample: [
      "health_check_status_notification",
      { name: "Hello", text: "Hello", alert_type: "health_check_status_notification", data: {} },
    ],
  }),
  "cloudflare-stream": row({
    label: "Cloudflare Stream",
    docsUrl: "https://developers.cloudflare.com/stream/manage-video-library/using-webhooks/",
    fields: [secretField("Secret", "In the answer that set the webhook's URL.")],
    scheme: signed({
      carrier: inPairs("webhook-signature", { separator: ",", time: "time", signature: "sig1", timed: true }),
      algorithm: sha256Hex,
      content: template("{timestamp}.{body}"),
    }),
    eventType: ["body:status.state"],
    identity: [],
    sample: ["ready", { uid: "v_1", readyToStream: true, status: { state: "ready" }, created: "2026-01-01T00:00:00Z" }],
  }),
  fusionauth: row({
    label: "FusionAuth",
    docsUrl: "https://fusionauth.io/docs/extend/events-and-webhooks/signing",
    hint: "Settings, Webhooks, Security: sign with an HMAC key.",
    fields: [secretField("HMAC key", "The secret of the key that signs, under Settings, Key Master.")],
    scheme: tokens({
      place: tokenInHeader(() => "x-fusionauth-signature-jwt"),
      asymmetric: false,
      rules: () => ({
        algorithms: ["HS256", "HS384", "HS512"],
        issuers: [],
        audiences: [],
        body: { name: "request_body_sha256", hash: "sha256", encoding: "base64" },
        maximumAgeSeconds: null,
      }),
      keys: (_, secret) => [Buffer.from(secret)],
    }),
    verifiedBy: "a JWT in `x-fusionauth-signature-jwt`, with the body’s hash",
    eventType: ["body:event.type"],
    identity: [by("body:event.id")],
    sample: ["user.create", { event: { id: "e_1", type: "user.create", createInstant: 1_767_225_600_000, user: { id: "u_1" } } }],
  }),
  ghost: row({
    label: "Ghost",
    docsUrl: "https://docs.ghost.org/webhooks",
    hint: "A request does not say its event: make a webhook for each, with ?event=post.published behind this source's URL, and it becomes the event type.",
    fields: [chosenField("Secret", "As entered at the webhook.")],
    scheme: signed({
      carrier: inPairs("x-ghost-signature", { separator: ",", time: "t", signature: "sha256", timed: true, unit: "ms" }),
      algorithm: sha256Hex,
      content: bodyThenTime,
    }),
    verifiedBy: "HMAC SHA-256, hex, of `{body}{timestamp}`: `x-ghost-signature: sha256=…, t=…`",
    eventType: ["query:event", "beside:"],
    identity: [],
    sample: ["post", { post: { current: { id: "p_1", title: "Hello", status: "published" }, previous: { status: "draft" } } }],
  }),
  "google-health": row({
    label: "Google Health",
    docsUrl: "https://developers.google.com/health/webhooks",
    hint: "Enter the value here before the subscriber is made: Google asks then whether it is wanted. An event says what has changed; the data is to be asked for.",
    fields: [
      setting("authorization", "Authorization", "The value of endpointAuthorization.secret, with its Bearer or Basic.", {
        required: true,
        secret: true,
      }),
    ],
    scheme: googleHealth,
    needs: googleHealthNeeds,
    handshake: googleHealthVerification,
    // What is not answered so is sent again for seven days.
    acceptedReply: { status: 204, contentType: "text/plain", body: "" },
    verifiedBy:
      "ECDSA P-256 of `{body}`, by the key of Google's that `google-health-api-signature` names; and `authorization` shows the value as set",
    eventType: ["body:data.dataType", "body:0.data.dataType"],
    identity: [],
    sample: [
      "steps",
      {
        data: {
          version: "1",
          clientProvidedSubscriptionName: "s_1",
          healthUserId: "u_1",
          operation: "UPSERT",
          dataType: "steps",
          intervals: [],
        },
      },
    ],
  }),
  grafana: row({
    label: "Grafana (alerting)",
    docsUrl:
      "https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/",
    hint: "The contact point's HMAC signature: leave the signature's header as it is. With a timestamp header no request can be sent a second time by somebody else: name one there, and the same here.",
    fields: [
      chosenField("Secret", "As entered at the contact point, HMAC signature."),
      setting("timestampHeader", "Timestamp header", "As entered at the contact point; empty if it is empty there."),
    ],
    scheme: grafana,
    verifiedBy: "HMAC SHA-256, hex, of `{body}`: `x-grafana-alerting-signature`; with a timestamp header of `{timestamp}:{body}`",
    faultOf: ({ timestampHeader = "" }) =>
      timestampHeader === "" || headerName.test(timestampHeader.toLowerCase())
        ? null
        : { name: "timestampHeader", fault: "It is no valid name of a header" },
    eventType: ["body:status"],
    identity: [],
    sample: ["firing", { receiver: "hello", status: "firing", alerts: [{ status: "firing", fingerprint: "f_1" }], groupKey: "{}" }],
  }),
  linkedin: row({
    label: "LinkedIn",
    docsUrl: "https://learn.microsoft.com/en-us/linkedin/shared/api-guide/webhook-validation",
    fields: [secretField("Client secret", "Of the application.")],
    scheme: timeless(signed({ carrier: linkedin, algorithm: sha256Hex, content: template("hmacsha256={body}") })),
    eventType: ["body:type"],
    // Its document asks for what comes twice to be known by the notification's id; of leads it says none.
    identity: [ofEach("notifications", "body:notificationId")],
    handshake: linkedinChallenge,
    sample: [
      "ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS",
      { type: "ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS", notifications: [{ notificationId: 1, action: "LIKE" }] },
    ],
  }),
  netlify: row({
    label: "Netlify",
    docsUrl: "https://docs.netlify.com/deploy/deploy-notifications/",
    fields: [chosenField("JWS secret token", "As entered at the notification.")],
    scheme: tokens({
      place: tokenInHeader(() => "x-webhook-signature"),
      asymmetric: false,
      rules: () => ({
        algorithms: ["HS256"],
        issuers: ["netlify"],
        audiences: [],
        body: { name: "sha256", hash: "sha256", encoding: "hex" },
        // Netlify's token says no time.
        maximumAgeSeconds: null,
      }),
      keys: (_, secret) => [Buffer.from(secret)],
    }),
    verifiedBy: "a JWT in `x-webhook-signature`, with the body’s hash",
    eventType: ["header:x-netlify-event"],
    identity: [],
    sample: ["deploy_created", { id: "d_1", site_id: "s_1", state: "ready", branch: "main" }],
  }),
  onfleet: row({
    label: "Onfleet",
    docsUrl: "https://docs.onfleet.com/reference/webhooks",
    fields: [secretField("Webhook secret", "Hexadecimal, from the dashboard, API & webhooks.")],
    scheme: timeless(signed({ carrier: inHeader(["x-onfleet-signature"]), algorithm: hmac("sha512", "hex", hexKey) })),
    verifiedBy: "HMAC SHA-512, hex, of `{body}`: `x-onfleet-signature`",
    eventType: ["body:triggerName", "body:triggerId"],
    identity: [],
    handshake: echo({ from: "query", name: "check", method: "GET", to: "text", replyName: "", signed: false }),
    sample: ["taskCompleted", { taskId: "t_1", time: 1_767_225_600_000, triggerId: 3, triggerName: "taskCompleted", data: {} }],
  }),
  samsara: row({
    label: "Samsara",
    docsUrl: "https://developers.samsara.com/docs/webhooks",
    fields: [secretField("Secret key", "Of the webhook, in base64.")],
    scheme: signed({
      carrier: inHeader(["x-samsara-signature"], { prefix: "v1=", timestamp: { name: "x-samsara-timestamp", unit: "s" } }),
      algorithm: hmac("sha256", "hex", base64Key),
      content: template("v1:{timestamp}:{body}"),
    }),
    verifiedBy: "HMAC SHA-256, hex, of `v1:{timestamp}:{body}`: `x-samsara-signature: v1=…`, time in `x-samsara-timestamp`",
    eventType: ["body:eventType"],
    identity: [by("body:eventId", "body:webhookId")],
    sample: ["AddressCreated", { eventId: "e_1", eventType: "AddressCreated", orgId: 1, webhookId: "1", data: { address: { id: "a_1" } } }],
  }),
  shortcut: row({
    label: "Shortcut",
    docsUrl: "https://developer.shortcut.com/api/webhook/v1",
    fields: [chosenField("Secret", "As entered at the webhook.")],
    scheme: timeless(signed({ carrier: inHeader(["payload-signature"]), algorithm: sha256Hex })),
    eventType: ["joined:actions.0.entity_type,actions.0.action"],
    identity: [by("body:id")],
    sample: [
      "story.update",
      { id: "e_1", version: "v1", primary_id: 1, actions: [{ id: 1, entity_type: "story", action: "update", name: "Hello" }] },
    ],
  }),
  terraform: row({
    label: "HCP Terraform, Terraform Enterprise",
    docsUrl: "https://developer.hashicorp.com/terraform/cloud-docs/workspaces/settings/notifications",
    fields: [chosenField("Token", "As entered at the notification.")],
    scheme: timeless(signed({ carrier: inHeader(["x-tfe-notification-signature"]), algorithm: hmac("sha512", "hex") })),
    eventType: ["body:notifications.0.trigger"],
    identity: [],
    sample: [
      "run:completed",
      { payload_version: 1, run_id: "run-1", notifications: [{ trigger: "run:completed", run_status: "applied" }] },
    ],
  }),
  webex: row({
    label: "Webex",
    docsUrl: "https://developer.webex.com/docs/webhooks",
    fields: [chosenField("Secret", "As given when the webhook was made.")],
    scheme: timeless(signed({ carrier: inHeader(["x-spark-signature"]), algorithm: hmac("sha1", "hex") })),
    eventType: ["joined:resource,event"],
    // id names the webhook, and data.id the message or the meeting.
    identity: [],
    sample: ["messages.created", { id: "w_1", name: "hello", resource: "messages", event: "created", data: { id: "m_1", roomId: "r_1" } }],
  }),
  whoop: row({
    label: "WHOOP",
    docsUrl: "https://developer.whoop.com/docs/developing/webhooks/",
    fields: [secretField("Client secret", "Of the app.")],
    scheme: signed({
      carrier: inHeader(["x-whoop-signature"], { timestamp: { name: "x-whoop-signature-timestamp", unit: "ms" } }),
      algorithm: hmac("sha256", "base64"),
      content: template("{timestamp}{body}"),
    }),
    eventType: ["body:type"],
    identity: [by("body:trace_id")],
    sample: ["workout.updated", { user_id: 1, id: "w_1", type: "workout.updated", trace_id: "t_1" }],
  }),
} satisfies Record<string, Provider>;
