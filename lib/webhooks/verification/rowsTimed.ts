/** Providers that sign a time as RFC 3339 has it, in a header of its own. */
import { hmac } from "./algorithms.ts";
import { type Carrier, inHeader, inHeaders } from "./carriers.ts";
import { echo } from "./echo.ts";
import { by } from "./identity.ts";
import { headerOf } from "./request.ts";
import type { Provider } from "./row.ts";
import { chosenField, row, secretField } from "./row.ts";
import { signed, template } from "./schemes.ts";
import { escaped } from "./jsonStyle.ts";
import { refuse } from "./types.ts";

const sha256Base64 = hmac("sha256", "base64");

const boxKeys = inHeaders(["box-signature-primary", "box-signature-secondary"], {
  timestamp: { name: "box-delivery-timestamp", unit: "iso" },
});
const boxMethod = { "box-signature-version": "1", "box-signature-algorithm": "HmacSHA256" };

/** https://developer.box.com/guides/webhooks/v2/signatures-v2/: each of the two keys in use signs in a header of its own. */
const box: Carrier = {
  ...boxKeys,
  read: (request, settings) => {
    for (const [name, expected] of Object.entries(boxMethod)) {
      const value = headerOf(request, name);
      if (typeof value !== "string") return value;
      if (value !== expected) return refuse("malformed", `The header ${name} is not ${expected}`);
    }
    return boxKeys.read(request, settings);
  },
  write: (...given) => ({ headers: { ...boxKeys.write(...given).headers, ...boxMethod } }),
};

export const timedRows = {
  box: row({
    label: "Box",
    docsUrl: "https://developer.box.com/guides/webhooks/v2/signatures-v2/",
    hint: "Developer Console, your app, Webhooks, Manage signature keys. Add the secondary key as a second secret.",
    fields: [secretField("Signature key", "The primary one, or the secondary.")],
    scheme: {
      ...signed({
        carrier: box,
        algorithm: sha256Base64,
        // Box's library takes the body with slashes and text beyond ASCII escaped as well.
        content: ({ body }, { timestamp }) =>
          [body, Buffer.from(escaped(body.toString("utf8")).replaceAll(/(?<!\\)\//g, "\\/"))].map((bytes) =>
            Buffer.concat([bytes, Buffer.from(timestamp?.text ?? "")]),
          ),
        toleranceSeconds: 600,
      }),
      recipe: null,
    },
    eventType: ["body:trigger"],
    identity: [by("body:id")],
    sample: ["FILE.UPLOADED", { type: "webhook_event", id: "e_1", trigger: "FILE.UPLOADED", source: { id: "1", type: "file" } }],
  }),
  twitch: row({
    label: "Twitch EventSub",
    docsUrl: "https://dev.twitch.tv/docs/eventsub/handling-webhook-events/",
    fields: [chosenField("Secret", "transport.secret of the subscription.")],
    scheme: signed({
      carrier: inHeader(["twitch-eventsub-message-signature"], {
        prefix: "sha256=",
        id: "twitch-eventsub-message-id",
        timestamp: { name: "twitch-eventsub-message-timestamp", unit: "iso" },
      }),
      algorithm: hmac("sha256", "hex"),
      content: template("{id}{timestamp}{body}"),
      toleranceSeconds: 600,
    }),
    rejectedStatus: 403,
    // A subscription that Twitch ends is told by a message without an event.
    eventType: ["header:twitch-eventsub-message-type=revocation", "body:subscription.type"],
    identity: [by("header:twitch-eventsub-message-id")],
    handshake: echo({ from: "body", name: "challenge", method: "POST", to: "text", replyName: "", signed: true }),
    sample: ["channel.follow", { subscription: { id: "s_1", type: "channel.follow", status: "enabled" }, event: { user_id: "1" } }],
  }),
  zendesk: row({
    label: "Zendesk",
    docsUrl: "https://developer.zendesk.com/documentation/webhooks/verifying/",
    hint: "Admin Center, Apps and integrations, Webhooks, Reveal secret.",
    fields: [secretField("Signing secret", "Of the webhook.")],
    scheme: signed({
      carrier: inHeader(["x-zendesk-webhook-signature"], { timestamp: { name: "x-zendesk-webhook-signature-timestamp", unit: "iso" } }),
      algorithm: sha256Base64,
      content: template("{timestamp}{body}"),
    }),
    eventType: ["body:type", "fixed:trigger"],
    identity: [by("header:x-zendesk-webhook-invocation-id")],
    sample: ["zen:event-type:user.created", { id: "e_1", type: "zen:event-type:user.created", subject: "zen:user:1", detail: { id: "1" } }],
  }),
} satisfies Record<string, Provider>;
