/** Questions of providers that were added later. */
import { describe, expect, test } from "vitest";
import type { IncomingRequest, ProviderKind } from "../verification.ts";
import { describeRequest, handshake, verifyRequest } from "../verification.ts";
import { configOf, extrasOf, nowMs, othersSettingsOf, post, received, samplePost, sourceUrl } from "./testSupport.ts";

const ask = (kind: ProviderKind, request: IncomingRequest, config = configOf(kind)) =>
  handshake(kind, config, request, nowMs, extrasOf(kind));
const json = (kind: ProviderKind, body: unknown) => post(kind, Buffer.from(JSON.stringify(body)), "application/json");
const unsigned = (body: unknown, headers: Record<string, string> = {}) =>
  received({
    body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
    headers: { "content-type": "application/json", ...headers },
  });
const isJson = { "content-type": "application/json", "x-content-type-options": "nosniff" };

describe("a challenge comes back where its provider looks for it", () => {
  test("Okta: GET, header to JSON", () => {
    const headers = { "x-okta-verification-challenge": "my verification challenge" };
    expect(ask("okta", received({ method: "GET", headers }))).toEqual({
      status: 200,
      body: '{"verification":"my verification challenge"}',
      headers: isJson,
    });
    expect(ask("okta", received({ method: "POST", headers }))).toBeNull();
  });

  test("monday.com: the same JSON, unsigned", () => {
    expect(ask("monday", unsigned({ challenge: "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P" }))).toMatchObject({
      status: 200,
      body: '{"challenge":"3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"}',
    });
    expect(ask("monday", samplePost("monday"))).toBeNull();
  });

  test("Smartsheet: header to header, and no line break into it", () => {
    const challenge = (text: string) => unsigned({ challenge: text, webhookId: 1 }, { "smartsheet-hook-challenge": text });
    expect(ask("smartsheet", challenge("ccbcde5f-3af5"))).toEqual({
      status: 200,
      body: "",
      headers: { "smartsheet-hook-response": "ccbcde5f-3af5" },
    });
    for (const text of ["a\r\nset-cookie: b", "é", "a b".repeat(1000)]) expect(ask("smartsheet", challenge(text))).toBeNull();
  });

  test("Twitch: text, only if the signature holds", () => {
    const body = { challenge: "pogchamp-kappa-360noscope-vohiyo", subscription: { type: "channel.follow" } };
    const request = json("twitch", body);
    expect(ask("twitch", request)).toMatchObject({
      status: 200,
      body: "pogchamp-kappa-360noscope-vohiyo",
      headers: { "content-type": "text/plain; charset=utf-8" },
    });
    expect(ask("twitch", { ...request, body: Buffer.from(JSON.stringify({ ...body, challenge: "x" })) })).toBeNull();
    expect(ask("twitch", samplePost("twitch"))).toBeNull();
  });

  test("Azure Event Grid: its code, only with the source's own", () => {
    const event = (validationCode: unknown) => [
      {
        id: "1",
        eventType: "Microsoft.EventGrid.SubscriptionValidationEvent",
        data: { validationCode, validationUrl: "https://evil.example/" },
      },
    ];
    const request = json("azure-event-grid", event("512d38b6-c7b8-40c8-89fe-f46f9e9622b6"));
    expect(ask("azure-event-grid", request)).toEqual({
      status: 200,
      body: '{"validationResponse":"512d38b6-c7b8-40c8-89fe-f46f9e9622b6"}',
      headers: isJson,
    });
    expect(ask("azure-event-grid", { ...request, query: "code=another" })).toBeNull();
    expect(ask("azure-event-grid", json("azure-event-grid", event("<script>")))).toBeNull();
    const options = { ...request, method: "OPTIONS", headers: { "webhook-request-origin": "eventgrid.azure.net" } };
    expect(ask("azure-event-grid", options)).toMatchObject({ headers: { "webhook-allowed-origin": "eventgrid.azure.net" } });
    expect(ask("azure-event-grid", { ...options, headers: { "webhook-request-origin": "evil.example" } })).toBeNull();
  });
});

describe("a request without events asks only whether there is anybody, if it is signed", () => {
  test.each<[ProviderKind, object]>([
    ["line", { destination: "U1", events: [] }],
    ["xero", { events: [], firstEventSequence: 0, lastEventSequence: 0, entropy: "S0m3r4nd0mt3xt" }],
    ["asana", { events: [] }],
  ])("%s", (kind, body) => {
    const request = json(kind, body);
    expect(ask(kind, request)).toEqual({ status: 200, headers: {}, body: "" });
    const wrong = { ...request, body: Buffer.from(JSON.stringify({ ...body, x: 1 })) };
    expect(ask(kind, wrong)).toBeNull();
    // Xero's intent to receive wants a 401 for it.
    expect(verifyRequest(kind, configOf(kind), wrong, nowMs)).toMatchObject({ ok: false, reason: "bad_signature" });
    expect(ask(kind, samplePost(kind))).toBeNull();
  });

  test("WooCommerce's ping, and nothing that only begins like one", () => {
    const ping = (body: string, headers = {}) =>
      received({ body: Buffer.from(body), headers: { "content-type": "application/x-www-form-urlencoded", ...headers } });
    expect(ask("woocommerce", ping("webhook_id=17"))).toMatchObject({ status: 200 });
    for (const body of ["webhook_id=17&id=1", "webhook_id=", `webhook_id=17${" ".repeat(100)}`, '{"webhook_id":17}'])
      expect(ask("woocommerce", ping(body))).toBeNull();
    expect(ask("woocommerce", ping("webhook_id=17", { "x-wc-webhook-signature": "AAAA" }))).toBeNull();
  });
});

test("Twitch's end of a subscription is an event of its own kind", () => {
  const request = samplePost("twitch");
  const revoked = { ...request, headers: { ...request.headers, "twitch-eventsub-message-type": "revocation" } };
  const notified = { ...request, headers: { ...request.headers, "twitch-eventsub-message-type": "notification" } };
  expect([describeRequest("twitch", revoked).eventType, describeRequest("twitch", notified).eventType]).toEqual([
    "revocation",
    "channel.follow",
  ]);
});

describe("a secret that the provider tells", () => {
  const told = "b537207f20cbfa02357cf448134da559e8bd39d61597dcd5631b8012eae53e81";
  const none = { secrets: [], settings: {} };
  const asana = (secret: string, headers: Record<string, string> = {}) => unsigned("", { "x-hook-secret": secret, ...headers });
  const notion = (token: unknown, headers: Record<string, string> = {}) => unsigned({ verification_token: token }, headers);

  test("is to be kept while the source has none", () => {
    expect(ask("asana", asana(told), none)).toEqual({
      status: 200,
      headers: { "x-hook-secret": told },
      body: "",
      effect: { kind: "keepSecret", secret: told },
    });
    expect(ask("notion", notion(told), none)).toEqual({ status: 200, headers: {}, body: "", effect: { kind: "keepSecret", secret: told } });
  });

  test.each<[ProviderKind, IncomingRequest]>([
    ["asana", asana(told)],
    ["notion", notion(told)],
  ])("%s: replaces none that is there, unless the source takes more", (kind, request) => {
    const has = { secrets: ["the one that is there"], settings: {} };
    expect(ask(kind, request, has)).toMatchObject({ ok: false, reason: "misconfigured", detail: expect.stringContaining("new secret") });
    expect(ask(kind, request, { ...has, settings: { newSecrets: "added" } })).toMatchObject({
      effect: { kind: "keepSecret", secret: told },
    });
    const again = ask(kind, request, { secrets: ["the one that is there", told], settings: {} });
    expect([again, again === null ? null : Object.hasOwn(again, "effect")]).toMatchObject([{ status: 200 }, false]);
  });

  test("is none that is too short, too long, or comes with a signature", () => {
    for (const secret of ["short", "x".repeat(513), "with a space in it", "é".repeat(20)]) {
      expect(ask("asana", asana(secret), none)).toBeNull();
      expect(ask("notion", notion(secret), none)).toBeNull();
    }
    expect(ask("asana", asana(told, { "x-hook-signature": "00" }), none)).toBeNull();
    expect(ask("notion", notion(told, { "x-notion-signature": "sha256=00" }), none)).toBeNull();
    expect(ask("notion", notion({ toString: told }), none)).toBeNull();
  });
});

describe("AWS SNS: the beginning of a subscription", () => {
  const SubscribeURL =
    "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=arn:aws:sns:eu-west-1:123456789012:hello&Token=t";
  const message = (more: object = {}) => ({
    Type: "SubscriptionConfirmation",
    MessageId: "m_1",
    Token: "t",
    TopicArn: "arn:aws:sns:eu-west-1:123456789012:hello",
    Message: "You have chosen to subscribe",
    SubscribeURL,
    ...more,
  });
  const signed = (more: object = {}) => json("aws-sns", message(more));

  test("is confirmed at AWS's own URL, once it is signed and of the source's topic", () => {
    expect(ask("aws-sns", signed())).toEqual({
      status: 200,
      headers: {},
      body: "",
      effect: { kind: "visit", url: new URL(SubscribeURL).href },
    });
    expect(handshake("aws-sns", configOf("aws-sns"), signed(), nowMs)).toBeNull();
    expect(ask("aws-sns", signed(), { secrets: [], settings: othersSettingsOf("aws-sns") })).toBeNull();
    expect(ask("aws-sns", { ...signed(), body: Buffer.from(signed().body.toString().replace("You have", "You had")) })).toBeNull();
    expect(ask("aws-sns", samplePost("aws-sns"))).toBeNull();
  });

  test.each([
    "https://evil.example/?Action=ConfirmSubscription",
    "https://sns.eu-west-1.amazonaws.com.evil.example/?Action=ConfirmSubscription",
    "http://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription",
    "https://sns.eu-west-1.amazonaws.com/?Action=Unsubscribe",
    "https://sns.eu-west-1.amazonaws.com/other?Action=ConfirmSubscription",
    "http://169.254.169.254/?Action=ConfirmSubscription",
  ])("and nowhere else: %s", (url) => {
    expect(ask("aws-sns", signed({ SubscribeURL: url }))).toMatchObject({ ok: false, reason: "malformed" });
  });

  test("becomes a message where somebody else is to confirm it", () => {
    const config = { secrets: [], settings: { ...configOf("aws-sns").settings, confirm: "no" } };
    expect(ask("aws-sns", signed(), config)).toBeNull();
    expect(verifyRequest("aws-sns", config, signed(), nowMs, extrasOf("aws-sns"))).toEqual({ ok: true });
    expect(describeRequest("aws-sns", signed()).eventType).toBe("SubscriptionConfirmation");
  });
});

test("what SES and EventBridge say stands in SNS's text", () => {
  const typeOf = (Message: object) =>
    describeRequest("aws-sns", unsigned({ Type: "Notification", MessageId: "m", TopicArn: "a", Message: JSON.stringify(Message) }))
      .eventType;
  expect([typeOf({ notificationType: "Bounce" }), typeOf({ eventType: "Delivery" }), typeOf({ AlarmName: "a" })]).toEqual([
    "Bounce",
    "Delivery",
    "Notification",
  ]);
});

test("Mollie's id, and nothing beside it", () => {
  const verify = (body: string, contentType = "application/x-www-form-urlencoded") =>
    verifyRequest(
      "mollie",
      configOf("mollie"),
      received({ url: sourceUrl, body: Buffer.from(body), headers: { "content-type": contentType } }),
      nowMs,
    );
  expect(verify("id=tr_7UhSN1zuXS")).toEqual({ ok: true });
  for (const body of ["id=tr_7UhSN1zuXS&status=paid", "id=1", "id=tr_<script>", "", "id=tr_7UhSN1zuXS&id=tr_7UhSN1zuXT"])
    expect(verify(body)).toMatchObject({ ok: false, reason: "malformed" });
  expect(verify('{"id":"tr_7UhSN1zuXS"}', "application/json")).toMatchObject({ ok: false, reason: "malformed" });
});
