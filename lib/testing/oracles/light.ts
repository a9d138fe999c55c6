/** Libraries that are small enough to be installed with the project. */
import { createRequire } from "node:module";
import { verifyWebhook as verifyClerk } from "@clerk/backend/webhooks";
import EasyPost from "@easypost/api";
import { LinearWebhookClient } from "@linear/sdk/webhooks";
import { Nango } from "@nangohq/node";
import { sign as signGithub, verify as verifyGithub } from "@octokit/webhooks-methods";
import { Paddle } from "@paddle/paddle-node-sdk";
import { EventWebhook } from "@sendgrid/eventwebhook";
import { HTTP } from "cloudevents";
import { verifyKey } from "discord-interactions";
import { Lithic } from "lithic";
import { validateWebhook as validateReplicate } from "replicate";
import { Resend } from "resend";
import { Webhook as StandardWebhook } from "standardwebhooks";
import { Stripe } from "stripe";
import { Webhook as SvixWebhook } from "svix";
import type * as TwilioWebhooks from "twilio/lib/webhooks/webhooks.js";
import { WhatsAppAPI } from "whatsapp-api-js";
import type { Draft, IncomingRequest, ProviderKind } from "../../webhooks/verification.ts";
import { formBodies, jsonBodies } from "./bodies.ts";
import type { Oracle } from "./oracle.ts";
import { headerIn, hmacOf, secondsOf, textOf } from "./oracle.ts";

// The index of `twilio` loads every client of Twilio's; the functions need none.
const twilio = createRequire(import.meta.url)("twilio/lib/webhooks/webhooks") as typeof TwilioWebhooks;

/** Providers whose documents name the library of Svix, and its headers. */
const withSvix = ["svix", "beehiiv", "guesty", "nash", "pleo", "psi-fi", "safebase", "sardine", "stych"] as const satisfies ProviderKind[];
/** Providers whose documents name the library of Standard Webhooks or its headers. */
const withStandard = ["standard-webhooks", "polar", "gitlab", "brex", "render", "incident-io"] as const satisfies ProviderKind[];

const standardHeaders = (draft: Draft, secret: string, family: "webhook" | "svix") => ({
  [`${family}-id`]: draft.id,
  [`${family}-timestamp`]: secondsOf(draft),
  [`${family}-signature`]: new StandardWebhook(secret).sign(draft.id, new Date(draft.nowMs), textOf(draft)),
});
const signsStandard =
  (family: "webhook" | "svix"): NonNullable<Oracle["signs"]> =>
  (draft, secret) => ({ headers: standardHeaders(draft, secret, family) });

const svixOracle = (kind: ProviderKind): Oracle => ({
  kind,
  library: "svix",
  takes: (request, secret) => {
    // The library takes either family of headers; these providers send Svix's own.
    if (!("svix-signature" in request.headers)) return false;
    new SvixWebhook(secret).verify(request.body, request.headers);
  },
  signs: (draft, secret) => ({
    headers: {
      "svix-id": draft.id,
      "svix-timestamp": secondsOf(draft),
      "svix-signature": new SvixWebhook(secret).sign(draft.id, new Date(draft.nowMs), draft.body),
    },
  }),
});

const standardOracle = (kind: ProviderKind): Oracle => ({
  kind,
  library: "standardwebhooks",
  takes: (request, secret) => {
    new StandardWebhook(secret).verify(request.body, request.headers);
  },
  signs: signsStandard("webhook"),
});

/** The fields of a form; a name that repeats has a list, as body parsers make it. */
function parametersOf(request: { body: Buffer }): Record<string, string | string[]> {
  const form = new URLSearchParams(textOf(request));
  return Object.fromEntries(
    [...new Set(form.keys())].map((name) => {
      const values = form.getAll(name);
      return [name, values.length === 1 ? (values[0] ?? "") : values];
    }),
  );
}

const isForm = (contentType: string): boolean => contentType.includes("urlencoded");

function takesTwilio(request: IncomingRequest, secret: string): boolean {
  const signature = headerIn(request, "x-twilio-signature");
  return isForm(headerIn(request, "content-type"))
    ? twilio.validateRequest(secret, signature, request.url, parametersOf(request))
    : twilio.validateRequestWithBody(secret, signature, request.url, textOf(request));
}

function signsTwilio(draft: Draft, secret: string) {
  const url = isForm(draft.contentType) ? draft.url : `${draft.url}?bodySHA256=${twilio.getExpectedBodyHash(textOf(draft))}`;
  const parameters = isForm(draft.contentType) ? parametersOf(draft) : {};
  return { url, headers: { "x-twilio-signature": twilio.getExpectedTwilioSignature(secret, url, parameters) } };
}

const headerHmac =
  (header: string, prefix = ""): NonNullable<Oracle["signs"]> =>
  ({ body }, secret) => ({ headers: { [header]: prefix + hmacOf("sha256", "hex", secret, body) } });

export const lightOracles: readonly Oracle[] = [
  ...withSvix.map(svixOracle),
  ...withStandard.map(standardOracle),
  {
    kind: "clerk",
    library: "@clerk/backend",
    takes: ({ url, method, headers, body }, secret) =>
      verifyClerk(new Request(url, { method, headers, body: textOf({ body }) }), { signingSecret: secret }),
    signs: signsStandard("svix"),
  },
  {
    kind: "cloudevents",
    library: "cloudevents",
    coversBody: false,
    bodies: [
      {
        name: "structured",
        contentType: "application/cloudevents+json",
        text: '{"specversion":"1.0","id":"e_1","source":"/ä/東京","type":"a.b","subject":"\\u00e4","data":{"weight": 5.0}}',
      },
    ],
    takes: ({ headers, body }) => {
      const event = HTTP.toEvent({ headers, body: textOf({ body }) });
      return !Array.isArray(event) && event["specversion"] === "1.0" && headers["authorization"] !== undefined;
    },
  },
  {
    kind: "discord",
    library: "discord-interactions",
    takes: (request, key) =>
      verifyKey(request.body, headerIn(request, "x-signature-ed25519"), headerIn(request, "x-signature-timestamp"), key),
  },
  {
    kind: "easypost",
    library: "@easypost/api",
    takes: ({ headers, body }, secret) => {
      new EasyPost("EZTK").Utils.validateWebhook(body, headers, secret);
    },
  },
  {
    kind: "github",
    library: "@octokit/webhooks-methods",
    takes: (request, secret) => verifyGithub(secret, textOf(request), headerIn(request, "x-hub-signature-256")),
    signs: async (draft, secret) => ({ headers: { "x-hub-signature-256": await signGithub(secret, textOf(draft)) } }),
  },
  {
    kind: "linear",
    library: "@linear/sdk",
    bodies: jsonBodies.map(({ text, ...rest }) => ({ ...rest, text: text.replace("{", '{"webhookTimestamp":1800000000000,') })),
    takes: (request, secret) => new LinearWebhookClient(secret).verify(request.body, headerIn(request, "linear-signature")),
    signs: headerHmac("linear-signature"),
  },
  {
    kind: "lithic",
    library: "lithic",
    takes: (request, secret) => new Lithic({ apiKey: "key" }).webhooks.unwrap(textOf(request), request.headers, secret),
    signs: signsStandard("webhook"),
  },
  {
    kind: "meta",
    library: "whatsapp-api-js",
    takes: (request, appSecret) =>
      new WhatsAppAPI({ v: "v24.0", token: "token", appSecret, webhookVerifyToken: "verify-me" }).verifyRequestSignature(
        textOf(request),
        headerIn(request, "x-hub-signature-256"),
      ),
    signs: ({ body }, secret) => {
      const escaped = textOf({ body }).replaceAll(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
      return { headers: { "x-hub-signature-256": `sha256=${hmacOf("sha256", "hex", secret, escaped)}` } };
    },
  },
  {
    kind: "nango",
    library: "@nangohq/node",
    takes: (request, webhookSigningKey) =>
      new Nango({ secretKey: "key", webhookSigningKey }).verifyIncomingWebhookRequest(textOf(request), request.headers),
    signs: headerHmac("x-nango-hmac-sha256"),
  },
  {
    kind: "paddle",
    library: "@paddle/paddle-node-sdk",
    takes: (request, secret) => new Paddle("key").webhooks.isSignatureValid(textOf(request), secret, headerIn(request, "paddle-signature")),
    signs: (draft, secret) => {
      const ts = secondsOf(draft);
      return { headers: { "paddle-signature": `ts=${ts};h1=${hmacOf("sha256", "hex", secret, `${ts}:`, draft.body)}` } };
    },
  },
  {
    kind: "replicate",
    library: "replicate",
    takes: (request, secret) => {
      const [id, timestamp, signature] = ["id", "timestamp", "signature"].map((name) => headerIn(request, `webhook-${name}`));
      return validateReplicate({ id: id ?? "", timestamp: timestamp ?? "", signature: signature ?? "", body: textOf(request), secret });
    },
    signs: signsStandard("webhook"),
  },
  {
    kind: "resend",
    library: "resend",
    takes: (request, webhookSecret) => {
      const [id, timestamp, signature] = ["id", "timestamp", "signature"].map((name) => headerIn(request, `svix-${name}`));
      new Resend("re_key").webhooks.verify({
        payload: textOf(request),
        headers: { id: id ?? "", timestamp: timestamp ?? "", signature: signature ?? "" },
        webhookSecret,
      });
    },
    signs: signsStandard("svix"),
  },
  {
    kind: "sendgrid",
    library: "@sendgrid/eventwebhook",
    bodies: jsonBodies.map((body) => ({ ...body, text: `[${body.text}]\r\n` })),
    takes: (request, key) => {
      const webhook = new EventWebhook();
      const [signature, timestamp] = ["signature", "timestamp"].map((name) => headerIn(request, `x-twilio-email-event-webhook-${name}`));
      return webhook.verifySignature(webhook.convertPublicKeyToECDSA(key), request.body, signature ?? "", timestamp ?? "");
    },
  },
  {
    kind: "stripe",
    library: "stripe",
    takes: (request, secret) => {
      Stripe.webhooks.constructEvent(request.body, headerIn(request, "stripe-signature"), secret);
    },
    signs: (draft, secret) => ({
      headers: {
        "stripe-signature": Stripe.webhooks.generateTestHeaderString({
          payload: textOf(draft),
          secret,
          timestamp: Number(secondsOf(draft)),
        }),
      },
    }),
  },
  { kind: "twilio", library: "twilio", bodies: [...formBodies, ...jsonBodies], takes: takesTwilio, signs: signsTwilio },
];
