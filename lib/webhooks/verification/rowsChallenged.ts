/** Providers that ask a question first, or tell their secret. */
import { hmac } from "./algorithms.ts";
import { inHeader, inQuery } from "./carriers.ts";
import { echo, emptyProbe, jsonReply } from "./echo.ts";
import { by, ofEach } from "./identity.ts";
import { asanaTells, learning, newSecretsField, notionTells } from "./learned.ts";
import { placedBy } from "./plain.ts";
import { bodyOf, headerOf, textAt } from "./request.ts";
import type { Provider } from "./row.ts";
import { chosenField, row, secretField, setting } from "./row.ts";
import { shown, signed, timeless } from "./schemes.ts";
import { tokenInHeader, tokens } from "./tokens.ts";
import type { Handshake } from "./types.ts";

const sha256Hex = hmac("sha256", "hex");
const asanaTold = learning(asanaTells);
const asanaHeartbeat = emptyProbe("events");

/** https://learn.microsoft.com/azure/event-grid/end-point-validation-event-grid-events-schema, and the CloudEvents schema's OPTIONS. */
const eventGridValidation: Handshake = (request, _, holds) => {
  if (request.method === "OPTIONS") {
    const origin = headerOf(request, "webhook-request-origin");
    if (origin !== "eventgrid.azure.net" || !holds()) return null;
    return { status: 200, body: "", headers: { allow: "POST", "webhook-allowed-origin": origin, "webhook-allowed-rate": "*" } };
  }
  const { value } = bodyOf(request);
  if (textAt(value, "0.eventType") !== "Microsoft.EventGrid.SubscriptionValidationEvent") return null;
  const code = textAt(value, "0.data.validationCode") ?? "";
  return /^[\w-]{1,128}$/.test(code) && holds() ? jsonReply(200, { validationResponse: code }) : null;
};

export const challengedRows = {
  asana: row({
    label: "Asana",
    docsUrl: "https://developers.asana.com/docs/webhooks-guide",
    hint: "Make the webhook with Asana's API and this source's URL as its target. Asana tells its secret to the URL; Webster takes the first one and keeps it.",
    fields: [{ ...secretField("Hook secret", "Leave it empty: it comes by itself."), required: false }, newSecretsField],
    scheme: timeless(signed({ carrier: inHeader(["x-hook-signature"]), algorithm: sha256Hex })),
    eventType: ["body:events.0.resource.resource_type"],
    // An event says what happened to what, and when to the millisecond; it has no name.
    identity: [],
    learnsSecret: "it comes with Asana's first request, when a webhook for this URL is made",
    handshake: (...asked) => asanaTold(...asked) ?? asanaHeartbeat(...asked),
    sample: [
      "task",
      { events: [{ action: "changed", created_at: "2026-01-01T00:00:00.000Z", resource: { gid: "1", resource_type: "task" } }] },
    ],
  }),
  "azure-event-grid": row({
    label: "Azure Event Grid",
    docsUrl: "https://learn.microsoft.com/en-us/azure/event-grid/receive-events",
    hint: "Give Event Grid the source's URL with ?code=… behind it, or let it send a header of the delivery properties. For tokens of Microsoft Entra choose “JSON Web Token with a set of keys”.",
    fields: [
      chosenField("Code", "A long random text."),
      setting("parameter", "Parameter", "Of the URL.", { default: "code", namesCredential: true }),
      setting("header", "Header", "If the code comes in a header instead.", { namesCredential: true }),
    ],
    scheme: timeless(
      shown(placedBy(({ header, parameter }) => (header ? inHeader([header.toLowerCase()]) : inQuery(parameter || "code")))),
    ),
    eventType: ["body:0.eventType", "body:0.type", "body:type"],
    identity: [ofEach("", "body:id", "body:topic", "body:eventType"), ofEach("", "body:id", "body:source"), by("body:id", "body:source")],
    handshake: eventGridValidation,
    sample: [
      "Microsoft.Storage.BlobCreated",
      [
        {
          id: "e_1",
          topic: "/subscriptions/1/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/a",
          subject: "/blobServices/default/containers/c/blobs/b",
          eventType: "Microsoft.Storage.BlobCreated",
          eventTime: "2026-01-01T00:00:00Z",
          data: {},
        },
      ],
    ],
  }),
  monday: row({
    label: "monday.com",
    docsUrl: "https://developer.monday.com/apps/docs/integration-authorization",
    hint: "Webhooks made with an app's token are signed. Those made on a board by hand are not: for them choose “Token in the URL” and its challenge in the body.",
    fields: [secretField("Signing secret", "From the app's basic information; of an OAuth webhook, its client secret.")],
    scheme: tokens({
      place: tokenInHeader(() => "authorization"),
      asymmetric: false,
      rules: () => ({ algorithms: ["HS256"], issuers: [], audiences: [], body: null, maximumAgeSeconds: 300 }),
      keys: (_, secret) => [Buffer.from(secret)],
    }),
    eventType: ["body:event.type"],
    identity: [by("body:event.triggerUuid", "body:event.subscriptionId"), by("body:event.triggerUuid")],
    handshake: echo({ from: "body", name: "challenge", method: "POST", to: "json", replyName: "challenge", signed: false }),
    sample: ["create_pulse", { event: { type: "create_pulse", triggerUuid: "t_1", subscriptionId: 1, boardId: 1, pulseId: 1 } }],
  }),
  notion: row({
    label: "Notion",
    docsUrl: "https://developers.notion.com/reference/webhooks",
    hint: "Make the subscription at Notion with this source's URL. Notion sends a verification token to it, which Webster keeps as the secret: reveal it here, and enter it at Notion.",
    fields: [{ ...secretField("Verification token", "Leave it empty: it comes by itself."), required: false }, newSecretsField],
    scheme: timeless(signed({ carrier: inHeader(["x-notion-signature"], { prefix: "sha256=" }), algorithm: sha256Hex })),
    eventType: ["body:type"],
    identity: [by("body:id")],
    learnsSecret: "it comes with Notion's first request, when a subscription for this URL is made or its token sent again",
    handshake: learning(notionTells),
    sample: ["page.created", { id: "e_1", type: "page.created", entity: { id: "p_1", type: "page" }, attempt_number: 1 }],
  }),
  nylas: row({
    label: "Nylas",
    docsUrl: "https://developer.nylas.com/docs/v3/notifications/",
    hint: "Make the webhook at Nylas with this source's URL, which answers its challenge; then enter the webhook_secret that Nylas answers with.",
    fields: [{ ...secretField("Webhook secret", "webhook_secret in the answer that made the webhook."), required: false }],
    scheme: timeless(signed({ carrier: inHeader(["x-nylas-signature"]), algorithm: sha256Hex })),
    eventType: ["body:type"],
    identity: [by("body:id", "body:source")],
    learnsSecret: "it is in Nylas's answer when a webhook for this URL is made",
    handshake: echo({ from: "query", name: "challenge", method: "GET", to: "text", replyName: "", signed: false }),
    sample: [
      "message.created",
      {
        specversion: "1.0",
        type: "message.created",
        source: "/google/emails/realtime",
        id: "e_1",
        time: 1_767_225_600,
        webhook_delivery_attempt: 1,
        data: { application_id: "a_1", object: { id: "m_1", grant_id: "g_1", object: "message" } },
      },
    ],
  }),
  okta: row({
    label: "Okta",
    docsUrl: "https://developer.okta.com/docs/concepts/event-hooks/",
    fields: [
      chosenField("Authentication secret", "As entered in the event hook; the header's whole value."),
      setting("header", "Authentication field", "The header that shows it.", { default: "authorization", namesCredential: true }),
    ],
    scheme: timeless(shown(placedBy(({ header }) => inHeader([(header || "authorization").toLowerCase()])))),
    eventType: ["body:data.events.0.eventType"],
    identity: [by("body:eventId"), ofEach("data.events", "body:uuid")],
    handshake: echo({
      from: "header",
      name: "x-okta-verification-challenge",
      method: "GET",
      to: "json",
      replyName: "verification",
      signed: false,
    }),
    sample: [
      "user.lifecycle.create",
      { eventType: "com.okta.event_hook", eventId: "e_1", data: { events: [{ uuid: "u_1", eventType: "user.lifecycle.create" }] } },
    ],
  }),
  smartsheet: row({
    label: "Smartsheet",
    docsUrl: "https://developers.smartsheet.com/api/smartsheet/guides/webhooks/webhook-verification",
    fields: [secretField("Shared secret", "sharedSecret in the answer that made the webhook.")],
    scheme: timeless(signed({ carrier: inHeader(["smartsheet-hmac-sha256"]), algorithm: sha256Hex })),
    eventType: ["body:events.0.eventType", "fixed:webhook.status"],
    identity: [by("body:nonce")],
    handshake: echo({
      from: "header",
      name: "smartsheet-hook-challenge",
      method: "POST",
      to: "header",
      replyName: "smartsheet-hook-response",
      signed: false,
    }),
    sample: [
      "updated",
      { nonce: "n_1", webhookId: 1, scope: "sheet", scopeObjectId: 1, events: [{ objectType: "row", eventType: "updated", id: 1 }] },
    ],
  }),
} satisfies Record<string, Provider>;
