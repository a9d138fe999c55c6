/** Signing and verifying, held against the providers' own libraries, or their documents' formulas where a library is large or missing. */
import { createHash, createHmac, generateKeyPairSync, sign, X509Certificate } from "node:crypto";
import { createRequire } from "node:module";
import { decodeNotificationPayload } from "app-store-server-api";
import { exportJWK, SignJWT } from "jose";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { jsonBodies } from "../../testing/oracles/bodies.ts";
import { moreOracles } from "../../testing/oracles/more.ts";
import { bodiesOf, refusalBy, secretOf, signedBy, type Oracle } from "../../testing/oracles/oracle.ts";
import type { IncomingRequest, ProviderKind } from "../verification.ts";
import { needOf, providers, signAs, verifyRequest } from "../verification.ts";
import { appleIntermediatePem, appleLeafPem, appleRootPem, appleUnmarkedLeafPem, snsKeyPem, snsPem } from "./testCertificates.ts";
import { configOf, extrasOf, nowMs, plaidKey, post, received, samplePost, sourceUrl } from "./testSupport.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: nowMs, toFake: ["Date"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const configFor = (oracle: Oracle) => ({ secrets: [secretOf(oracle)], settings: configOf(oracle.kind).settings });

describe.each(moreOracles)("$kind by $library", (oracle) => {
  test.each(bodiesOf(oracle))("takes ours: $name", async ({ text, contentType }) => {
    const ours = post(oracle.kind, Buffer.from(text), contentType, nowMs, configFor(oracle));
    expect(await refusalBy(oracle, ours)).toBeNull();
    expect(await refusalBy(oracle, { ...ours, body: Buffer.from(`${text} `.replace('"', '"x')) })).not.toBeNull();
  });

  test.each(bodiesOf(oracle))("is taken: $name", async (body) => {
    const theirs = await signedBy(oracle, body);
    expect(verifyRequest(oracle.kind, configFor(oracle), theirs, nowMs)).toEqual({ ok: true });
    expect(verifyRequest(oracle.kind, configFor(oracle), { ...theirs, body: Buffer.from(`${body.text} `) }, nowMs).ok).toBe(false);
  });
});

const secret = "a secret, é";
const hmac = (hash: string, encoding: "hex" | "base64", content: string): string =>
  createHmac(hash, secret).update(content).digest(encoding);
const seconds = String(Math.floor(nowMs / 1000));
const iso = "2027-01-15T08:00:00Z";
const offset = "2027-01-15T00:00:00-08:00";

/** The headers that each document says are made of the body. */
const formulas: [ProviderKind, (body: string) => Record<string, string>][] = [
  ["calendly", (body) => ({ "calendly-webhook-signature": `t=${seconds},v1=${hmac("sha256", "hex", `${seconds}.${body}`)}` })],
  ["elevenlabs", (body) => ({ "elevenlabs-signature": `t=${seconds},v0=${hmac("sha256", "hex", `${seconds}.${body}`)}` })],
  ["mux", (body) => ({ "mux-signature": `t=${seconds},v1=${hmac("sha256", "hex", `${seconds}.${body}`)}` })],
  ["rootly", (body) => ({ "x-rootly-signature": `t=${seconds},v1=${hmac("sha256", "hex", `${seconds}${body}`)}` })],
  [
    "box",
    (body) => ({
      "box-delivery-timestamp": offset,
      "box-signature-version": "1",
      "box-signature-algorithm": "HmacSHA256",
      "box-signature-primary": hmac("sha256", "base64", "signed with another key"),
      "box-signature-secondary": hmac("sha256", "base64", `${body}${offset}`),
    }),
  ],
  [
    "twitch",
    (body) => ({
      "twitch-eventsub-message-id": "e76c6bd4",
      "twitch-eventsub-message-timestamp": "2027-01-15T08:00:00.634234626Z",
      "twitch-eventsub-message-signature": `sha256=${hmac("sha256", "hex", `e76c6bd42027-01-15T08:00:00.634234626Z${body}`)}`,
    }),
  ],
  [
    "zendesk",
    (body) => ({ "x-zendesk-webhook-signature-timestamp": iso, "x-zendesk-webhook-signature": hmac("sha256", "base64", `${iso}${body}`) }),
  ],
  ["bitbucket", (body) => ({ "x-hub-signature": `sha256=${hmac("sha256", "hex", body)}` })],
  ["jira", (body) => ({ "x-hub-signature": `sha256=${hmac("sha256", "hex", body)}` })],
  ["line", (body) => ({ "x-line-signature": hmac("sha256", "base64", body) })],
  ["clickup", (body) => ({ "x-signature": hmac("sha256", "hex", body) })],
  ["razorpay", (body) => ({ "x-razorpay-signature": hmac("sha256", "hex", body) })],
  ["vercel", (body) => ({ "x-vercel-signature": hmac("sha1", "hex", body) })],
  ["xero", (body) => ({ "x-xero-signature": hmac("sha256", "base64", body) })],
  ["quickbooks", (body) => ({ "intuit-signature": hmac("sha256", "base64", body) })],
  ["woocommerce", (body) => ({ "x-wc-webhook-signature": hmac("sha256", "base64", body) })],
  ["pagerduty", (body) => ({ "x-pagerduty-signature": `v1=${"0".repeat(64)},v1=${hmac("sha256", "hex", body)}` })],
  ["asana", (body) => ({ "x-hook-signature": hmac("sha256", "hex", body) })],
  ["smartsheet", (body) => ({ "smartsheet-hmac-sha256": hmac("sha256", "hex", body) })],
];

describe.each(formulas)("%s as its document says", (kind, headersOf) => {
  test.each(jsonBodies)("$name", ({ text }) => {
    const body = Buffer.from(text);
    const config = { secrets: ["the one before", secret], settings: configOf(kind).settings };
    const headers = headersOf(text);
    expect(verifyRequest(kind, config, received({ headers, body }), nowMs)).toEqual({ ok: true });
    expect(verifyRequest(kind, config, received({ headers, body: Buffer.from(`${text} `) }), nowMs)).toMatchObject({
      reason: "bad_signature",
    });
  });
});

test("Box signs the body with slashes and text beyond ASCII escaped, says its library", () => {
  const body = '{"name":"Grüße","url":"https://example.com/","done":"a\\/b"}';
  const signature = hmac("sha256", "base64", `{"name":"Gr\\u00fc\\u00dfe","url":"https:\\/\\/example.com\\/","done":"a\\/b"}${iso}`);
  const headers = { "box-delivery-timestamp": iso, "box-signature-version": "1", "box-signature-algorithm": "HmacSHA256" };
  const request = received({ headers: { ...headers, "box-signature-primary": signature }, body: Buffer.from(body) });
  expect(verifyRequest("box", { secrets: [secret], settings: {} }, request, nowMs)).toEqual({ ok: true });
  const other = { ...request, headers: { ...request.headers, "box-signature-algorithm": "None" } };
  expect(verifyRequest("box", { secrets: [secret], settings: {} }, other, nowMs)).toMatchObject({ reason: "malformed" });
});

type Message = Record<string, string>;
type SnsValidator = new (host: RegExp, encoding?: string) => { validate: (message: Message, done: (error: Error | null) => void) => void };

describe("AWS SNS by sns-validator", () => {
  // `sns-validator` fetches certificates itself, and keeps them: here from nowhere.
  const require = createRequire(import.meta.url);
  const https = require("node:https") as { get: (url: string, answered: (response: unknown) => void) => unknown };
  const Validator = require("sns-validator") as SnsValidator;
  const refusal = (message: Message): Promise<string | null> =>
    new Promise((resolve) => {
      vi.spyOn(https, "get").mockImplementation((_, answered) => {
        const response = { statusCode: 200, on };
        function on(name: string, listen: (chunk?: string) => void) {
          listen(name === "data" ? snsPem : undefined);
          return response;
        }
        answered(response);
        return { on: () => undefined };
      });
      new Validator(/^sns\.[a-z0-9-]{3,}\.amazonaws\.com$/, "utf8").validate(message, (error) => resolve(error?.message ?? null));
    });

  const base = { MessageId: "m_1", TopicArn: "arn:aws:sns:eu-west-1:123456789012:hello", Message: 'Grüße 🎉\n"\\u00fc"\nx' };
  const messages: [string, Message][] = [
    ["a notification", { ...base, Type: "Notification" }],
    ["a notification with a subject", { ...base, Type: "Notification", Subject: "Grüße" }],
    [
      "the beginning of a subscription",
      {
        ...base,
        Type: "SubscriptionConfirmation",
        Token: "t",
        SubscribeURL: "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription",
      },
    ],
  ];

  test.each(messages)("takes ours: %s", async (_, message) => {
    const ours = post("aws-sns", Buffer.from(JSON.stringify(message)), "text/plain; charset=UTF-8");
    expect(await refusal(JSON.parse(ours.body.toString()) as Message)).toBeNull();
    expect(verifyRequest("aws-sns", configOf("aws-sns"), ours, nowMs, extrasOf("aws-sns"))).toEqual({ ok: true });
  });

  /** A message of SNS with its signature as AWS makes it, by version. */
  function signedAs(version: "1" | "2", names: string[], message: Message): IncomingRequest {
    const content = names.map((name) => `${name}\n${message[name]}\n`).join("");
    const Signature = sign(version === "1" ? "sha1" : "sha256", Buffer.from(content), snsKeyPem).toString("base64");
    const SigningCertURL = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem";
    const whole = { ...message, SignatureVersion: version, SigningCertURL, Signature };
    return received({ body: Buffer.from(JSON.stringify(whole, null, 2)), headers: { "content-type": "text/plain; charset=UTF-8" } });
  }
  const notification = { ...base, Type: "Notification", Subject: "Grüße", Timestamp: "2027-01-15T08:00:00.000Z" };
  const ofNotification = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"];
  const verify = (request: IncomingRequest, at = nowMs, config = configOf("aws-sns")) =>
    verifyRequest("aws-sns", config, request, at, extrasOf("aws-sns"));

  test("both versions, the end of a subscription with its token and without", async () => {
    for (const version of ["1", "2"] as const) expect(verify(signedAs(version, ofNotification, notification))).toEqual({ ok: true });
    const end = { ...notification, Type: "UnsubscribeConfirmation", Token: "t", SubscribeURL: "https://sns.eu-west-1.amazonaws.com/" };
    const names = ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"];
    for (const signed of [names, names.filter((name) => name !== "Token")])
      expect(verify(signedAs("2", signed, end))).toEqual({ ok: true });
    const theirs = signedAs("2", ofNotification, notification);
    expect(await refusal(JSON.parse(theirs.body.toString()) as Message)).toBeNull();
  });

  test("a field of two lines, another topic, a version that is none", () => {
    const broken = { ...notification, MessageId: "m_1\nm_2" };
    expect(verify(signedAs("2", ofNotification, broken))).toMatchObject({ ok: false, reason: "malformed" });
    const elsewhere = { ...notification, TopicArn: "arn:aws:sns:eu-west-1:999999999999:hello" };
    expect(verify(signedAs("2", ofNotification, elsewhere))).toMatchObject({ ok: false, detail: expect.stringContaining("another topic") });
    expect(verify(signedAs("3" as "2", ofNotification, notification))).toMatchObject({ ok: false, reason: "malformed" });
  });

  test("raw delivery is told apart", () => {
    const request = received({ body: Buffer.from("{}"), headers: { "x-amz-sns-rawdelivery": "true" } });
    expect(verify(request)).toMatchObject({ reason: "missing_header", detail: expect.stringContaining("raw message delivery") });
  });

  test.each([
    "http://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem",
    "https://sns.eu-west-1.amazonaws.com.evil.example/SimpleNotificationService-1.pem",
    "https://evil.example/sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem",
    "https://sns.eu-west-1.amazonaws.com@evil.example/SimpleNotificationService-1.pem",
    "https://sns.eu-west-1.amazonaws.com:8443/SimpleNotificationService-1.pem",
    "https://bucket.s3.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem",
    "https://sns.evil.amazonaws.com.cn.evil.example/SimpleNotificationService-1.pem",
    "https://sns.eu-west-1.amazonaws.com/other.pem",
    "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem?x=.pem",
    "https://sns.eu-west-1.amazonaws.com/x/../../SimpleNotificationService-1.pem/..",
  ])("no certificate from %s", (SigningCertURL) => {
    const body = { ...notification, SignatureVersion: "2", Signature: "AAAA", SigningCertURL };
    const request = received({ body: Buffer.from(JSON.stringify(body)) });
    expect(needOf("aws-sns", configOf("aws-sns"), request)).toMatchObject({ ok: false, reason: "malformed" });
  });

  test("its certificate is AWS's, in China too", () => {
    for (const url of [
      "https://sns.us-gov-west-1.amazonaws.com/SimpleNotificationService-a1.pem",
      "https://sns.cn-north-1.amazonaws.com.cn/SimpleNotificationService-a1.pem",
    ]) {
      const request = received({
        body: Buffer.from(JSON.stringify({ ...notification, SignatureVersion: "2", Signature: "AAAA", SigningCertURL: url })),
      });
      expect(needOf("aws-sns", configOf("aws-sns"), request)).toMatchObject({ url, method: "GET" });
    }
  });
});

describe("Apple by app-store-server-api", () => {
  const fingerprint = new X509Certificate(appleRootPem).fingerprint256;
  const payloadOf = (request: IncomingRequest): string => (JSON.parse(request.body.toString()) as { signedPayload: string }).signedPayload;
  const verify = (request: IncomingRequest, settings = configOf("app-store").settings) =>
    verifyRequest("app-store", { secrets: [], settings }, request, nowMs);
  const derOf = (pem: string): string => pem.replaceAll(/-----[A-Z ]+-----|\s/g, "");

  test("takes ours", async () => {
    const payload = await decodeNotificationPayload(payloadOf(samplePost("app-store")), fingerprint);
    expect(payload).toMatchObject({ notificationType: "DID_RENEW", notificationUUID: "n_1" });
    await expect(decodeNotificationPayload(payloadOf(samplePost("app-store")))).rejects.toThrow("Certificate validation failed");
    expect(verify(samplePost("app-store"))).toEqual({ ok: true });
  });

  test("a chain that leads elsewhere, has a gap, is too short, or is made for something else", async () => {
    const key = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const request = samplePost("app-store");
    const [header = "", claims = "", signature = ""] = payloadOf(request).split(".");
    const withChain = (...pems: string[]): IncomingRequest => {
      const changed = Buffer.from(JSON.stringify({ alg: "ES256", x5c: pems.map(derOf) })).toString("base64url");
      return { ...request, body: Buffer.from(JSON.stringify({ signedPayload: `${changed}.${claims}.${signature}` })) };
    };
    expect(JSON.parse(Buffer.from(header, "base64url").toString())).toMatchObject({
      x5c: [derOf(appleLeafPem), expect.anything(), expect.anything()],
    });
    for (const [chain, detail] of [
      [[appleLeafPem, appleIntermediatePem, snsPem], "Apple's root"],
      [[appleLeafPem, snsPem, appleRootPem], "do not belong together"],
      [[appleLeafPem, appleRootPem], "three certificates"],
      [[appleUnmarkedLeafPem, appleIntermediatePem, appleRootPem], "not made for"],
      [[appleRootPem, appleRootPem, appleRootPem], "not made for"],
    ] as const)
      expect(verify(withChain(...chain))).toMatchObject({ ok: false, detail: expect.stringContaining(detail) });
    expect(verify(request, { bundleId: "com.example.app" })).toMatchObject({ detail: "The certificates do not lead to Apple's root" });
    const own = await new SignJWT({ data: { bundleId: "com.example.app" } })
      .setProtectedHeader({ alg: "ES256", x5c: [appleLeafPem, appleIntermediatePem, appleRootPem].map(derOf) })
      .sign(key.privateKey);
    expect(verify({ ...request, body: Buffer.from(JSON.stringify({ signedPayload: own })) })).toMatchObject({ reason: "bad_signature" });
  });

  test("another app's notification, another environment's", () => {
    const settings = configOf("app-store").settings;
    expect(verify(samplePost("app-store"), { ...settings, bundleId: "com.example.other" })).toMatchObject({
      detail: expect.stringContaining("another app"),
    });
    expect(verify(samplePost("app-store"), { ...settings, environment: "Production" })).toMatchObject({
      detail: expect.stringContaining("another environment"),
    });
    const summary = post(
      "app-store",
      Buffer.from(JSON.stringify({ notificationType: "RENEWAL_EXTENSION", summary: { bundleId: "com.example.app" } })),
      "application/json",
    );
    expect(verify(summary)).toEqual({ ok: true });
  });
});

describe("tokens by jose", () => {
  const body = Buffer.from('{ "webhook_code": "é", "n": 12345678901234567890 }\n');
  const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const plaidToken = async (claims: object, kid = "k1") =>
    new SignJWT({ iat: Math.floor(nowMs / 1000), ...claims }).setProtectedHeader({ alg: "ES256", kid, typ: "JWT" }).sign(pair.privateKey);
  const plaidDocument = async (more: object = {}) =>
    JSON.stringify({ key: { ...(await exportJWK(pair.publicKey)), alg: "ES256", kid: "k1", use: "sig", expired_at: null, ...more } });
  const hash = "request_body_sha256";
  const sha256 = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

  test("Plaid: the key of the token's id, as long as it is not withdrawn", async () => {
    const token = await plaidToken({ [hash]: sha256(body) });
    const request = received({ body, headers: { "plaid-verification": token } });
    const verify = async (more: object = {}, at = nowMs) =>
      verifyRequest("plaid", configOf("plaid"), request, at, { document: await plaidDocument(more) });
    expect(await verify()).toEqual({ ok: true });
    expect(await verify({}, nowMs + 301_000)).toMatchObject({ reason: "stale" });
    expect(await verify({ kid: "k2" })).toMatchObject({ reason: "bad_signature" });
    expect(await verify({ expired_at: nowMs / 1000 - 1 })).toMatchObject({
      reason: "bad_signature",
      detail: expect.stringContaining("withdrawn"),
    });
    expect(verifyRequest("plaid", configOf("plaid"), request, nowMs)).toMatchObject({ reason: "misconfigured" });
    expect(
      verifyRequest("plaid", configOf("plaid"), { ...request, body: Buffer.from("{}") }, nowMs, { document: await plaidDocument() }),
    ).toMatchObject({
      reason: "bad_signature",
    });
    expect(verifyRequest("plaid", configOf("plaid"), samplePost("plaid"), nowMs, { document: plaidKey() })).toEqual({ ok: true });
  });

  test("Plaid is asked with the client's credentials, and only for what may be an id", async () => {
    const ask = async (kid: string, settings = {}) =>
      needOf(
        "plaid",
        { secrets: [], settings: { clientId: "c", apiSecret: "s", ...settings } },
        received({ headers: { "plaid-verification": await plaidToken({}, kid) } }),
      );
    expect(await ask("k1")).toMatchObject({
      url: "https://production.plaid.com/webhook_verification_key/get",
      method: "POST",
      body: '{"client_id":"c","secret":"s","key_id":"k1"}',
      absent: "misconfigured",
    });
    expect(await ask("k1", { environment: "sandbox" })).toMatchObject({ url: "https://sandbox.plaid.com/webhook_verification_key/get" });
    for (const kid of ["", "a b", '","x":"', "k".repeat(65)]) expect(await ask(kid)).toMatchObject({ ok: false, reason: "malformed" });
  });

  test("Google Pub/Sub: Google's keys, the audience, the service account", async () => {
    const google = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const seconds = Math.floor(nowMs / 1000);
    const claims = {
      aud: "https://hooks.example.com/in/src_1",
      email: "push@p.iam.gserviceaccount.com",
      email_verified: true,
      iss: "https://accounts.google.com",
      iat: seconds,
      exp: seconds + 3600,
    };
    const document = JSON.stringify({ keys: [{ ...(await exportJWK(google.publicKey)), kid: "g1", use: "sig", alg: "RS256" }] });
    const verify = async (more: object) => {
      const token = await new SignJWT({ ...claims, ...more }).setProtectedHeader({ alg: "RS256", kid: "g1" }).sign(google.privateKey);
      const request = received({ body, headers: { authorization: `Bearer ${token}` } });
      return verifyRequest("google-pubsub", configOf("google-pubsub"), request, nowMs, { document });
    };
    expect(await verify({})).toEqual({ ok: true });
    expect(await verify({ iss: "accounts.google.com" })).toEqual({ ok: true });
    for (const other of [
      { aud: "x" },
      { email: "evil@p.iam.gserviceaccount.com" },
      { email_verified: false },
      { iss: "https://evil.example" },
    ])
      expect(await verify(other)).toMatchObject({ ok: false, reason: "bad_signature" });
    const need = needOf("google-pubsub", configOf("google-pubsub"), samplePost("google-pubsub"));
    expect(need).toMatchObject({ url: "https://www.googleapis.com/oauth2/v3/certs" });
  });

  test("QStash: only messages to the destination, if the source has one", () => {
    const request = post("upstash-qstash", body, "application/json", nowMs, { secrets: [secret], settings: { url: sourceUrl } });
    const verify = (settings: Record<string, string>) => verifyRequest("upstash-qstash", { secrets: [secret], settings }, request, nowMs);
    expect([verify({ url: sourceUrl }).ok, verify({}).ok, verify({ url: "https://other.example/" }).ok]).toEqual([true, true, false]);
  });
});

test("what only the provider can sign, is not signed without its key", () => {
  for (const kind of ["aws-sns", "app-store", "plaid", "google-pubsub", "jwt-keys"] as const) {
    const draft = { method: "POST", url: sourceUrl, contentType: "application/json", body: Buffer.from("{}"), nowMs, id: "1" };
    expect(signAs(kind, configOf(kind), draft)).toMatchObject({ ok: false, detail: expect.stringContaining(providers[kind].label) });
    expect(signAs(kind, configOf(kind), { ...draft, privateKeyPem: "nonsense" })).toMatchObject({ ok: false, reason: "misconfigured" });
  }
});
