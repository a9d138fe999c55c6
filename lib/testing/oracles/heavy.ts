/** Libraries that are too big to be installed with the project: `npm run oracles` puts them in a folder of their own. */
import type { RequestListener } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { IncomingRequest } from "../../webhooks/verification.ts";
import type { OracleBody } from "./bodies.ts";
import { adyenBodies, canonicalBodies, formBodies, jsonBodies, mailgunBodies } from "./bodies.ts";
import { latestHeavyOracles } from "./heavyLatest.ts";
import { moreHeavyOracles } from "./heavyMore.ts";
import { openHeavyOracles } from "./heavyOpen.ts";
import { otherHeavyOracles } from "./heavyOthers.ts";
import { answerOf } from "./nodeHttp.ts";
import type { Oracle } from "./oracle.ts";
import { headerIn, hmacOf, secondsOf, textOf } from "./oracle.ts";

/** A module as it is loaded: only what is asked of it here is described below. */
type Load = (name: string) => unknown;

export function heavyOracles(folder: string): readonly Oracle[] {
  const require = createRequire(join(folder, "package.json"));
  return [
    ...signedInHeaders(require),
    ...adyen(require),
    ...hubspot(require),
    ...listeners(require),
    ...inBodies(require),
    ...moreHeavyOracles(require),
    ...latestHeavyOracles(require),
    ...otherHeavyOracles(require),
    ...openHeavyOracles(require),
  ];
}

type Unwraps = { webhooks: { unwrap: (body: string, more: object, secret?: string) => Promise<unknown> } };
type Openai = { OpenAI: new (options: { apiKey: string }) => Unwraps };
type Telnyx = { Telnyx: new (options: { apiKey: string; publicKey: string }) => Unwraps };
type Slack = { verifySlackRequest: (request: { signingSecret: string; body: string; headers: object }) => void };
type Square = {
  WebhooksHelper: {
    verifySignature: (request: {
      requestBody: string;
      signatureHeader: string;
      signatureKey: string;
      notificationUrl: string;
    }) => Promise<boolean>;
  };
};
type Autohook = { validateSignature: (headers: object, app: { consumer_secret: string }, body: Buffer) => boolean };
type BasicAuth = (request: IncomingRequest) => { name: string; pass: string } | undefined;

function signedInHeaders(load: Load): Oracle[] {
  return [
    {
      kind: "basic",
      library: "basic-auth",
      coversBody: false,
      takes: (request, password) => {
        const credentials = (load("basic-auth") as BasicAuth)(request);
        return credentials?.name === "alice" && credentials.pass === password;
      },
    },
    {
      kind: "open-ai",
      library: "openai",
      takes: (request, secret) =>
        new (load("openai") as Openai).OpenAI({ apiKey: "key" }).webhooks.unwrap(textOf(request), request.headers, secret),
    },
    {
      kind: "slack",
      library: "@slack/bolt",
      bodies: [...jsonBodies, ...formBodies],
      takes: (request, signingSecret) => {
        (load("@slack/bolt") as Slack).verifySlackRequest({ signingSecret, body: textOf(request), headers: request.headers });
      },
      signs: (draft, secret) => {
        const time = secondsOf(draft);
        const signature = `v0=${hmacOf("sha256", "hex", secret, `v0:${time}:`, draft.body)}`;
        return { headers: { "x-slack-request-timestamp": time, "x-slack-signature": signature } };
      },
    },
    {
      kind: "square",
      library: "square",
      takes: (request, signatureKey) =>
        (load("square") as Square).WebhooksHelper.verifySignature({
          requestBody: textOf(request),
          signatureHeader: headerIn(request, "x-square-hmacsha256-signature"),
          signatureKey,
          notificationUrl: request.url,
        }),
      signs: ({ url, body }, secret) => ({ headers: { "x-square-hmacsha256-signature": hmacOf("sha256", "base64", secret, url, body) } }),
    },
    {
      kind: "telnyx",
      library: "telnyx",
      takes: (request, publicKey) =>
        new (load("telnyx") as Telnyx).Telnyx({ apiKey: "key", publicKey }).webhooks.unwrap(textOf(request), { headers: request.headers }),
    },
    {
      kind: "x",
      library: "twitter-autohook",
      takes: ({ headers, body }, secret) =>
        (load("twitter-autohook") as Autohook).validateSignature(headers, { consumer_secret: secret }, body),
      signs: ({ body }, secret) => ({ headers: { "x-twitter-webhooks-signature": `sha256=${hmacOf("sha256", "base64", secret, body)}` } }),
    },
  ];
}

type AdyenValidator = {
  validateHMAC: (item: unknown, key: string) => boolean;
  validateHMACSignature: (key: string, signature: string, body: string) => boolean;
  calculateHmac: (item: unknown, key: string) => string;
};
type AdyenItem = { additionalData?: Record<string, unknown> };

function adyen(load: Load): Oracle[] {
  const validator = (): AdyenValidator => new (load("@adyen/api-library") as { hmacValidator: new () => AdyenValidator }).hmacValidator();
  const itemsIn = (body: Buffer) =>
    (JSON.parse(textOf({ body })) as { notificationItems: { NotificationRequestItem: AdyenItem }[] }).notificationItems;
  return [
    {
      kind: "adyen",
      library: "@adyen/api-library, payments",
      coversBody: false,
      bodies: adyenBodies,
      takes: ({ body }, key) => itemsIn(body).every((item) => validator().validateHMAC(item.NotificationRequestItem, key)),
      signs: ({ body }, key) => {
        const notificationItems = itemsIn(body).map(({ NotificationRequestItem: item }) => ({
          NotificationRequestItem: {
            ...item,
            additionalData: { ...item.additionalData, hmacSignature: validator().calculateHmac(item, key) },
          },
        }));
        return { body: Buffer.from(JSON.stringify({ live: "false", notificationItems })) };
      },
    },
    {
      kind: "adyen",
      library: "@adyen/api-library, platforms",
      takes: (request, key) => validator().validateHMACSignature(key, headerIn(request, "hmacsignature"), textOf(request)),
      signs: ({ body }, key) => ({ headers: { hmacsignature: validator().calculateHmac(textOf({ body }), key) } }),
    },
  ];
}

type HubspotRequest = { clientSecret: string; requestBody: string; url: string; timestamp: number };
type HubspotSignature = {
  isValid: (request: HubspotRequest & { signature: string; signatureVersion: string; method: string }) => boolean;
  getSignature: (method: string, version: string, request: HubspotRequest) => string;
};

function hubspot(load: Load): Oracle[] {
  const signature = (): HubspotSignature => (load("@hubspot/api-client") as { Signature: HubspotSignature }).Signature;
  return (["v1", "v2", "v3"] as const).map((version): Oracle => {
    const header = version === "v3" ? "x-hubspot-signature-v3" : "x-hubspot-signature";
    return {
      kind: "hubspot",
      library: `@hubspot/api-client, ${version}`,
      settings: { version },
      takes: (request, clientSecret) =>
        signature().isValid({
          clientSecret,
          method: request.method,
          signatureVersion: version,
          requestBody: textOf(request),
          url: request.url,
          timestamp: Number(headerIn(request, "x-hubspot-request-timestamp")),
          signature: headerIn(request, header),
        }),
      signs: ({ method, url, body, nowMs }, clientSecret) => ({
        headers: {
          "x-hubspot-request-timestamp": String(nowMs),
          [header]: signature().getSignature(method, version, { clientSecret, requestBody: textOf({ body }), url, timestamp: nowMs }),
        },
      }),
    };
  });
}

type Octokit = {
  Webhooks: new (options: { secret: string }) => object;
  createNodeMiddleware: (webhooks: object, options: { path: string }) => (...exchange: Parameters<RequestListener>) => Promise<unknown>;
};
type Shopify = {
  shopifyApi: (config: object) => { webhooks: { validate: (request: object) => Promise<{ valid: boolean; reason?: string }> } };
};
type Hub = { createServer: (options: object) => { listener: () => RequestListener } };

/** Libraries that look at the whole request, and so at more headers than the signature's. */
function listeners(load: Load): Oracle[] {
  return [
    {
      kind: "github",
      library: "@octokit/webhooks",
      takes: async (request, secret) => {
        const { Webhooks, createNodeMiddleware } = load("@octokit/webhooks") as Octokit;
        const middleware = createNodeMiddleware(new Webhooks({ secret }), { path: new URL(request.url).pathname });
        return (await answerOf((...exchange) => void middleware(...exchange), request)) === 200;
      },
    },
    {
      kind: "shopify",
      library: "@shopify/shopify-api",
      takes: async (request, apiSecretKey) => {
        load("@shopify/shopify-api/adapters/node");
        const { shopifyApi } = load("@shopify/shopify-api") as Shopify;
        const { webhooks } = shopifyApi({
          apiKey: "key",
          apiSecretKey,
          hostName: "app.example.com",
          isEmbeddedApp: false,
          apiVersion: "2025-10",
          logger: { level: 0 },
        });
        const rawRequest = { method: "POST", url: new URL(request.url).pathname, headers: request.headers };
        const { valid, reason = "" } = await webhooks.validate({ rawBody: textOf(request), rawRequest, rawResponse: {} });
        if (!valid) throw new Error(reason);
      },
    },
    {
      kind: "websub",
      library: "pubsubhubbub",
      takes: async (request, secret) =>
        (await answerOf((load("pubsubhubbub") as Hub).createServer({ callbackUrl: request.url, secret }).listener(), request)) === 204,
    },
  ];
}

type Zoom = {
  AwsLambdaReceiver: new (options: { webhooksSecretToken: string }) => {
    start: () => (event: { body: string; headers: object; isBase64Encoded: boolean }, context: object) => Promise<{ statusCode: number }>;
  };
};
type Mailgun = (options: { apiKey: string; domain: string }) => { validateWebhook: (...signature: string[]) => boolean };

function signatureIn(body: Buffer, isForm: boolean): string[] {
  const form = new URLSearchParams(textOf({ body }));
  const { signature } = isForm
    ? { signature: Object.fromEntries(form) }
    : (JSON.parse(textOf({ body })) as { signature: Record<string, string> });
  return ["timestamp", "token", "signature"].map((name) => signature[name] ?? "");
}

/** Libraries that read the body before they verify it. */
function inBodies(load: Load): Oracle[] {
  const canonical = canonicalBodies.map((body): OracleBody => ({ ...body, text: body.text.replace("{", '{"event":"a.b",') }));
  return [
    {
      kind: "mailgun",
      library: "mailgun-js",
      coversBody: false,
      bodies: mailgunBodies,
      takes: ({ body, headers }, apiKey) =>
        (load("mailgun-js") as Mailgun)({ apiKey, domain: "example.com" }).validateWebhook(
          ...signatureIn(body, (headers["content-type"] ?? "").includes("urlencoded")),
        ),
    },
    {
      kind: "zoom",
      library: "@zoom/rivet",
      // Zoom's library signs what JSON.stringify makes of what it has parsed: see findings/zoom-rivet-reserialises.sh.
      bodies: canonical,
      takes: async ({ body, headers }, webhooksSecretToken) => {
        const receiver = new (load("@zoom/rivet/meetings") as Zoom).AwsLambdaReceiver({ webhooksSecretToken });
        const answer = await receiver.start()({ body: textOf({ body }), headers, isBase64Encoded: false }, {});
        return answer.statusCode === 200;
      },
    },
  ];
}
