import { afterEach, describe, expect, test, vi } from "vitest";
import { Webhook } from "standardwebhooks";
import { providerKinds } from "../words/providerKind.ts";
import { describeRequest, needOf, providers, signAs, verifyRequest } from "./verification.ts";
import { otherLeafPem, paypalIntermediatePem, paypalLeafPem } from "./verification/testPaypal.ts";
import type { ProviderKind } from "./verification.ts";
import { configOf, extras, extrasOf, kinds, nowMs, received, samplePost } from "./verification/testSupport.ts";

afterEach(() => {
  vi.useRealTimers();
});

test("the contract names the providers of the table, in its order", () => {
  expect(providerKinds).toEqual(Object.keys(providers));
});

describe("what a provider sends is taken", () => {
  test.each(kinds)("%s", (kind) => {
    expect(verifyRequest(kind, configOf(kind), samplePost(kind), nowMs, extrasOf(kind))).toEqual({ ok: true });
  });
});

describe("golden vectors", () => {
  const vector = {
    id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
    timestamp: "1614265330",
    body: Buffer.from('{"test": 2432232314}'),
    secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  };

  test.each([
    [vector.secret, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="],
    [
      `whpk_${Buffer.from("6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==", "base64").subarray(32).toString("base64")}`,
      "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==",
    ],
  ])("Standard Webhooks and Svix", (secret, signature) => {
    for (const [kind, family] of [
      ["standard-webhooks", "webhook"],
      ["svix", "svix"],
      ["svix", "webhook"],
    ] as const) {
      const request = received({
        body: vector.body,
        headers: { [`${family}-id`]: vector.id, [`${family}-timestamp`]: vector.timestamp, [`${family}-signature`]: signature },
      });
      expect(verifyRequest(kind, { secrets: [secret], settings: {} }, request, 1_614_265_330_000)).toEqual({ ok: true });
    }
  });

  test("the library verifies what is signed as Standard Webhooks", () => {
    vi.useFakeTimers({ now: nowMs });
    const draft = {
      method: "POST",
      url: "https://x.example/in/1",
      contentType: "application/json",
      body: vector.body,
      nowMs,
      id: "msg_1",
    };
    const signed = signAs("standard-webhooks", { secrets: [vector.secret], settings: {} }, draft);
    if ("reason" in signed) throw new Error(signed.detail);
    expect(() => new Webhook(vector.secret).verify(vector.body, signed.headers)).not.toThrow("");
  });
});

describe("a test looks like the provider's own request", () => {
  test.each<[ProviderKind, Record<string, string>, RegExp]>([
    ["github", { "x-github-event": "push", "x-github-delivery": "evt_42", "x-github-hook-id": "292430182" }, /^\{"ref":"/],
    ["shopify", { "x-shopify-topic": "orders/create", "x-shopify-triggered-at": "2027-01-15T08:00:00.000Z" }, /^\{"id":/],
    ["stripe", { "user-agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)" }, /^\{\n {2}"id": "/],
    ["linear", { "linear-event": "Issue", "linear-timestamp": String(nowMs) }, new RegExp(`"webhookTimestamp":${nowMs}`)],
    ["websub", { link: '<https://blog.example/feed>; rel="self", <https://hub.example.com/>; rel="hub"' }, /^<feed/],
    ["easypost", {}, /"weight": 5\.0\}/],
    ["sendgrid", {}, /\]\r\n$/],
  ])("%s", (kind, headers, body) => {
    const request = samplePost(kind);
    expect(request.headers).toMatchObject(headers);
    expect(request.body.toString()).toMatch(body);
  });

  test("no header's value is left to be filled in", () => {
    for (const kind of kinds) for (const value of Object.values(samplePost(kind).headers)) expect(value).not.toMatch(/\{\w+\}/);
  });
});

describe("what a request is about", () => {
  test.each(kinds)("%s: the sample's event type is found", (kind) => {
    expect(describeRequest(kind, samplePost(kind)).eventType).toBe(providers[kind].sample.eventType.replaceAll(/[/:]/g, "."));
  });

  test.each([
    ["orders/create", "orders.create"],
    ["../etc", "etc"],
    ["a\u0000b", "a.b"],
    ["é", null],
    ["x".repeat(999), "x".repeat(256)],
  ])("%j becomes %j", (topic, eventType) => {
    expect(describeRequest("shopify", received({ headers: { "x-shopify-topic": topic } })).eventType).toBe(eventType);
  });

  test("nothing inherited is read, and no body is too strange", () => {
    for (const body of ["", "null", "[]", "{", '{"__proto__":{"type":"x"}}', '{"type":{"a":1}}', "\ud800", "[".repeat(5000)])
      expect(describeRequest("stripe", received({ body: Buffer.from(body) }))).toEqual({ eventType: null, identity: null });
  });
});

describe("PayPal's certificate", () => {
  const request = (url: string) => received({ headers: { "paypal-cert-url": url } });

  test("is fetched from PayPal", () => {
    const url = "https://api.sandbox.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-1d93a270";
    expect(needOf("paypal", configOf("paypal"), request(url))).toMatchObject({ url, method: "GET", absent: "bad_signature" });
    expect(needOf("github", configOf("github"), request(url))).toBeNull();
  });

  test.each([
    "http://api.paypal.com/v1/notifications/certs/CERT-1",
    "https://api.paypal.com.evil.example/v1/notifications/certs/CERT-1",
    "https://evil.example/?https://api.paypal.com/v1/notifications/certs/CERT-1",
    "https://api.paypal.com@evil.example/v1/notifications/certs/CERT-1",
    "https://api.paypal.com:8443/v1/notifications/certs/CERT-1",
    "https://api.paypal.com/v1/notifications/certs/../../redirect",
    "https://api.paypal.com/v1/notifications/certs/CERT-1?x=1",
    "file:///etc/passwd",
    "nonsense",
  ])("but not from %s", (url) => {
    expect(needOf("paypal", configOf("paypal"), request(url))).toMatchObject({ ok: false, reason: "malformed" });
  });

  const leaf = paypalLeafPem;
  test.each<[string, object]>([
    ["none", {}],
    ["no roots", { document: extras.document }],
    ["made out to another", { ...extras, document: otherLeafPem + paypalIntermediatePem }],
    ["without its intermediate", { ...extras, document: leaf }],
    ["in the wrong order", { ...extras, document: paypalIntermediatePem + leaf }],
    ["nonsense", { ...extras, document: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----" }],
  ])("%s: refused", (_, given) => {
    expect(verifyRequest("paypal", configOf("paypal"), samplePost("paypal"), nowMs, given).ok).toBe(false);
  });

  test("expired: refused", () => {
    expect(verifyRequest("paypal", configOf("paypal"), samplePost("paypal"), Date.UTC(2200, 1), extras)).toMatchObject({
      reason: "bad_signature",
      detail: "The certificate has expired or is not valid yet",
    });
  });
});
