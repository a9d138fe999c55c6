/** Large libraries of the providers that were added last. */
import type { IncomingRequest } from "../../webhooks/verification.ts";
import { configOf } from "../../webhooks/verification/testSupport.ts";
import type { OracleBody } from "./bodies.ts";
import { jsonBodies } from "./bodies.ts";
import type { Oracle } from "./oracle.ts";
import { headerIn, hmacOf, secondsOf, textOf } from "./oracle.ts";

type Load = (name: string) => unknown;

type Webhooks = { unwrap: (body: string, headers: object, secret: string) => unknown };
type Orb = { Orb: new (options: { apiKey: string }) => { webhooks: Webhooks } };
type Finch = { Finch: new (options: object) => { webhooks: Webhooks } };
type Dodo = { DodoPayments: new (options: { bearerToken: string }) => { webhooks: { unwrap: (body: string, given: object) => unknown } } };
type ModernTreasury = {
  ModernTreasury: new (options: object) => {
    webhooks: { validateSignature: (body: string, headers: object, more: { key: string }) => boolean };
  };
};
type Gocardless = { parse: (body: Buffer, secret: string, signature: string) => unknown };
type Onfido = { WebhookEventVerifier: new (token: string) => { readPayload: (body: Buffer, signature: string) => unknown } };
type Coinbase = { Webhook: { verifySigHeader: (body: string, signature: string, secret: string) => boolean } };
type Webflow = {
  WebflowClient: new (options: { accessToken: string }) => { webhooks: { verifySignature: (request: object) => Promise<boolean> } };
};
type Retell = { verify: (body: string, key: string, signature: string) => Promise<boolean> };
type Retells = { symmetric: { sign: (body: string, key: string, ms: number) => Promise<string> } };
type Cloudinary = {
  v2: {
    config: (options: object) => void;
    utils: { verifyNotificationSignature: (body: string, seconds: number, signature: string) => boolean };
  };
};
type Contentful = {
  verifyRequest: (secret: string, request: object) => boolean;
  signRequest: (secret: string, request: object, ms: number) => Record<string, string>;
};
type Hookdeck = { verifyWebhookSignature: (request: object) => Promise<{ isValidSignature: boolean }> };
type MercadoPago = { WebhookSignatureValidator: { validate: (request: object) => void } };
type Braintree = {
  BraintreeGateway: new (options: object) => {
    webhookNotification: { parse: (signature: string, payload: string) => Promise<unknown> };
    webhookTesting: { sampleNotification: (kind: string, id: string) => Record<string, string> };
  };
  Environment: { Sandbox: unknown };
};
type DropboxSign = {
  EventCallbackHelper: { isValid: (key: string, event: unknown) => boolean };
  EventCallbackRequest: { init: (data: unknown) => unknown };
};

const objects = (name: string, more: string): OracleBody[] =>
  jsonBodies.map((body) => ({ ...body, text: body.text.replace("{", `{"${name}":${more},`) }));

export const latestHeavyOracles = (load: Load): Oracle[] => [...signedBodies(load), ...timed(load), ...fields(load)];

function signedBodies(load: Load): Oracle[] {
  return [
    {
      kind: "coinbase-commerce",
      library: "coinbase-commerce-node",
      takes: (request, secret) =>
        (load("coinbase-commerce-node") as Coinbase).Webhook.verifySigHeader(
          textOf(request),
          headerIn(request, "x-cc-webhook-signature"),
          secret,
        ),
    },
    {
      kind: "gocardless",
      library: "gocardless-nodejs",
      takes: (request, secret) =>
        (load("gocardless-nodejs/webhooks") as Gocardless).parse(request.body, secret, headerIn(request, "webhook-signature")),
    },
    {
      kind: "hookdeck",
      library: "@hookdeck/sdk",
      takes: async (request, signingSecret) => {
        const { verifyWebhookSignature } = load("@hookdeck/sdk/webhooks/helpers") as Hookdeck;
        const config = { checkSourceVerification: true };
        return (await verifyWebhookSignature({ headers: request.headers, rawBody: textOf(request), signingSecret, config }))
          .isValidSignature;
      },
      signs: ({ body }, secret) => ({
        headers: {
          "x-hookdeck-verified": "true",
          "x-hookdeck-signature": hmacOf("sha256", "base64", "the new one", body),
          "x-hookdeck-signature-2": hmacOf("sha256", "base64", secret, body),
        },
      }),
    },
    {
      kind: "modern-treasury",
      library: "modern-treasury",
      takes: (request, key) =>
        new (load("modern-treasury") as ModernTreasury).ModernTreasury({ apiKey: "key", organizationID: "id" }).webhooks.validateSignature(
          textOf(request),
          request.headers,
          { key },
        ),
    },
    {
      kind: "onfido",
      library: "@onfido/api",
      takes: (request, token) =>
        new (load("@onfido/api") as Onfido).WebhookEventVerifier(token).readPayload(request.body, headerIn(request, "x-sha2-signature")),
    },
  ];
}

function timed(load: Load): Oracle[] {
  return [
    {
      kind: "cloudinary",
      library: "cloudinary",
      takes: (request, api_secret) => {
        const { v2 } = load("cloudinary") as Cloudinary;
        v2.config({ api_secret });
        const [time, signature] = ["x-cld-timestamp", "x-cld-signature"].map((name) => headerIn(request, name));
        return v2.utils.verifyNotificationSignature(textOf(request), Number(time), signature ?? "");
      },
    },
    {
      kind: "contentful",
      library: "@contentful/node-apps-toolkit",
      takes: (request, secret) => {
        const { verifyRequest } = load("@contentful/node-apps-toolkit") as Contentful;
        return verifyRequest(secret, {
          method: "POST",
          path: new URL(request.url).pathname,
          headers: request.headers,
          body: textOf(request),
        });
      },
      signs: (draft, secret) => {
        const { signRequest } = load("@contentful/node-apps-toolkit") as Contentful;
        const headers = { "content-type": draft.contentType, "x-contentful-topic": "ContentManagement.Entry.publish" };
        const canonical = { method: "POST", path: new URL(draft.url).pathname, headers, body: textOf(draft) };
        return { headers: { ...headers, ...signRequest(secret, canonical, draft.nowMs) } };
      },
    },
    {
      kind: "dodo-payments",
      library: "dodopayments",
      takes: (request, key) =>
        new (load("dodopayments") as Dodo).DodoPayments({ bearerToken: "token" }).webhooks.unwrap(textOf(request), {
          headers: request.headers,
          key,
        }),
    },
    {
      kind: "finch",
      library: "@tryfinch/finch-api",
      takes: (request, secret) =>
        new (load("@tryfinch/finch-api") as Finch).Finch({ accessToken: "token" }).webhooks.unwrap(
          textOf(request),
          request.headers,
          secret,
        ),
    },
    {
      kind: "orb",
      library: "orb-billing",
      takes: (request, secret) =>
        new (load("orb-billing") as Orb).Orb({ apiKey: "key" }).webhooks.unwrap(textOf(request), request.headers, secret),
      signs: (draft, secret) => {
        const time = new Date(draft.nowMs).toISOString().replace("Z", "123");
        const signature = `v1=${"0".repeat(64)} v1=${hmacOf("sha256", "hex", secret, `v1:${time}:`, draft.body)}`;
        return { headers: { "x-orb-timestamp": time, "x-orb-signature": signature } };
      },
    },
    {
      kind: "retell",
      library: "retell-sdk",
      takes: (request, key) => (load("retell-sdk") as Retell).verify(textOf(request), key, headerIn(request, "x-retell-signature")),
      signs: async (draft, key) => ({
        headers: {
          "x-retell-signature": await (load("retell-sdk/lib/webhook_auth") as Retells).symmetric.sign(textOf(draft), key, draft.nowMs),
        },
      }),
    },
    {
      kind: "webflow",
      library: "webflow-api",
      takes: (request, secret) =>
        new (load("webflow-api") as Webflow).WebflowClient({ accessToken: "token" }).webhooks.verifySignature({
          headers: request.headers,
          body: textOf(request),
          secret,
        }),
    },
  ];
}

const fieldsOf = (request: IncomingRequest): URLSearchParams => new URLSearchParams(textOf(request));

function fields(load: Load): Oracle[] {
  const braintree = (privateKey: string) => {
    const { BraintreeGateway, Environment } = load("braintree") as Braintree;
    return new BraintreeGateway({ environment: Environment.Sandbox, merchantId: "m", ...configOf("braintree").settings, privateKey });
  };
  return [
    {
      kind: "braintree",
      library: "braintree",
      coversBody: false,
      bodies: [
        {
          name: "a notification",
          contentType: "application/xml",
          text: "<notification><kind>check</kind><subject><check>true</check></subject></notification>",
        },
      ],
      takes: (request, privateKey) => {
        const form = fieldsOf(request);
        return braintree(privateKey).webhookNotification.parse(form.get("bt_signature") ?? "", form.get("bt_payload") ?? "");
      },
      signs: (_, privateKey) => ({
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: Buffer.from(
          new URLSearchParams(braintree(privateKey).webhookTesting.sampleNotification("subscription_canceled", "s_1")).toString(),
        ),
      }),
    },
    {
      kind: "dropbox-sign",
      library: "@dropbox/sign",
      coversBody: false,
      bodies: [
        {
          name: "a callback",
          contentType: "application/x-www-form-urlencoded",
          text: `json=${encodeURIComponent('{"event":{"event_time":"1","event_type":"signature_request_sent","event_hash":""},"signature_request":{"title":"Größe $& 東京"}}')}`,
        },
      ],
      takes: (request, key) => {
        const { EventCallbackHelper, EventCallbackRequest } = load("@dropbox/sign") as DropboxSign;
        return EventCallbackHelper.isValid(key, EventCallbackRequest.init(JSON.parse(fieldsOf(request).get("json") ?? "")));
      },
    },
    {
      kind: "mercado-pago",
      library: "mercadopago",
      coversBody: false,
      bodies: objects("data", '{"id":"999999999"}'),
      takes: (request, secret) => {
        (load("mercadopago") as MercadoPago).WebhookSignatureValidator.validate({
          xSignature: headerIn(request, "x-signature"),
          xRequestId: headerIn(request, "x-request-id"),
          dataId: new URL(request.url).searchParams.get("data.id"),
          secret,
          toleranceSeconds: 300,
        });
      },
      signs: (draft, secret) => {
        const ts = secondsOf(draft);
        const v1 = hmacOf("sha256", "hex", secret, `id:999999999;request-id:${draft.id};ts:${ts};`);
        return {
          url: `${draft.url}?data.id=999999999&type=payment`,
          headers: { "x-request-id": draft.id, "x-signature": `ts=${ts},v1=${v1}` },
        };
      },
    },
  ];
}
