/** Large libraries of the providers that were added later. */
import { createHmac } from "node:crypto";
import type { Oracle } from "./oracle.ts";
import { headerIn, textOf } from "./oracle.ts";

type Load = (name: string) => unknown;

type Box = { WebhooksManager: { validateMessage: (body: string, headers: object, primary: string) => Promise<boolean> } };
type Elevenlabs = {
  ElevenLabsClient: new (options: { apiKey: string }) => {
    webhooks: { constructEvent: (body: string, header: string, secret: string) => Promise<unknown> };
  };
};
type Line = { validateSignature: (body: Buffer, secret: string, signature: string) => boolean };
type Mux = {
  Mux: new (options: { tokenId: string; tokenSecret: string }) => {
    webhooks: { verifySignature: (body: string, headers: object, secret: string) => Promise<void> };
  };
};
type Razorpay = { validateWebhookSignature: (body: string, signature: string, secret: string) => boolean };

export const moreHeavyOracles = (load: Load): Oracle[] => [
  {
    kind: "box",
    library: "box-node-sdk",
    takes: (request, secret) =>
      (load("box-node-sdk/lib/managers/webhooks") as Box).WebhooksManager.validateMessage(textOf(request), request.headers, secret),
    // Box's library takes the body escaped as well: what Box is said to sign.
    signs: ({ nowMs, body }, secret) => {
      const time = new Date(nowMs).toISOString();
      const escaped = textOf({ body })
        .replaceAll(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
        .replaceAll(/(?<!\\)\//g, "\\/");
      return {
        headers: {
          "box-delivery-timestamp": time,
          "box-signature-version": "1",
          "box-signature-algorithm": "HmacSHA256",
          "box-signature-primary": createHmac("sha256", secret).update(escaped).update(time).digest("base64"),
        },
      };
    },
  },
  {
    kind: "elevenlabs",
    library: "@elevenlabs/elevenlabs-js",
    takes: (request, secret) =>
      new (load("@elevenlabs/elevenlabs-js") as Elevenlabs).ElevenLabsClient({ apiKey: "key" }).webhooks.constructEvent(
        textOf(request),
        headerIn(request, "elevenlabs-signature"),
        secret,
      ),
  },
  {
    kind: "line",
    library: "@line/bot-sdk",
    takes: (request, secret) =>
      (load("@line/bot-sdk") as Line).validateSignature(request.body, secret, headerIn(request, "x-line-signature")),
  },
  {
    kind: "mux",
    library: "@mux/mux-node",
    takes: (request, secret) =>
      new (load("@mux/mux-node") as Mux).Mux({ tokenId: "id", tokenSecret: "secret" }).webhooks.verifySignature(
        textOf(request),
        request.headers,
        secret,
      ),
  },
  {
    kind: "razorpay",
    library: "razorpay",
    takes: (request, secret) =>
      (load("razorpay/dist/utils/razorpay-utils") as Razorpay).validateWebhookSignature(
        textOf(request),
        headerIn(request, "x-razorpay-signature"),
        secret,
      ),
  },
];
