/** Signing and verifying, held against the providers' own libraries and the examples in their documents. */
import { createHash, createHmac } from "node:crypto";
import { createRequire } from "node:module";
import { sign as octokitSign, verify as octokitVerify } from "@octokit/webhooks-methods";
import { EventWebhook } from "@sendgrid/eventwebhook";
import { verifyKey } from "discord-interactions";
import { Stripe } from "stripe";
import { Webhook as SvixWebhook } from "svix";
import type * as TwilioWebhooks from "twilio/lib/webhooks/webhooks.js";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { IncomingRequest, ProviderConfig, ProviderKind } from "../verification.ts";
import { verifyRequest } from "../verification.ts";
import { configOf, nowMs, post, received, samplePost, sourceUrl } from "./testSupport.ts";

// The index of `twilio` loads every client of Twilio's; the one function needs none.
const twilioWebhooks = createRequire(import.meta.url)("twilio/lib/webhooks/webhooks") as typeof TwilioWebhooks;

const withSecret = (secret: string, settings = {}): ProviderConfig => ({ secrets: [secret], settings });
const verify = (kind: ProviderKind, config: ProviderConfig, request: IncomingRequest, at = nowMs) =>
  verifyRequest(kind, config, request, at);
const secret = configOf("github").secrets[0] ?? "";
const body = '{"id":"evt_1","type":"invoice.paid", "amount":1.0}';
const seconds = Math.floor(nowMs / 1000);

afterEach(() => {
  vi.useRealTimers();
});

describe("Stripe", () => {
  test("its library's header is taken", () => {
    const header = Stripe.webhooks.generateTestHeaderString({ payload: body, secret, timestamp: seconds });
    expect(verify("stripe", withSecret(secret), received({ body: Buffer.from(body), headers: { "stripe-signature": header } }))).toEqual({
      ok: true,
    });
  });

  test("its library takes ours", () => {
    vi.useFakeTimers({ now: nowMs });
    const { headers } = post("stripe", Buffer.from(body), "application/json");
    expect(Stripe.webhooks.constructEvent(body, headers["stripe-signature"] ?? "", secret)).toMatchObject({ id: "evt_1" });
  });

  test("any of several v1 may match, v0 does not count", () => {
    const [, v1 = ""] = Stripe.webhooks.generateTestHeaderString({ payload: body, secret, timestamp: seconds }).split("v1=");
    const headed = (header: string) =>
      verify("stripe", withSecret(secret), received({ body: Buffer.from(body), headers: { "stripe-signature": header } })).ok;
    expect(headed(`t=${seconds},v1=${"0".repeat(64)},v1=${v1},v0=${"1".repeat(64)}`)).toBe(true);
    expect(headed(`t=${seconds},v0=${v1}`)).toBe(false);
    expect(headed(`t=${seconds},t=1,v1=${v1}`)).toBe(false);
  });
});

describe("GitHub", () => {
  test("its library's signature is taken, and ours by it", async () => {
    const signature = await octokitSign(secret, body);
    expect(
      verify("github", withSecret(secret), received({ body: Buffer.from(body), headers: { "x-hub-signature-256": signature } })),
    ).toEqual({ ok: true });
    await expect(
      octokitVerify(secret, body, post("github", Buffer.from(body), "application/json").headers["x-hub-signature-256"] ?? ""),
    ).resolves.toBe(true);
  });

  test("the example of its document", () => {
    const headers = { "x-hub-signature-256": "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17" };
    expect(verify("github", withSecret("It's a Secret to Everybody"), received({ body: Buffer.from("Hello, World!"), headers }))).toEqual({
      ok: true,
    });
  });
});

describe("Twilio", () => {
  const form = (parameters: [string, string][]) => Buffer.from(new URLSearchParams(parameters).toString());
  const headers = (signature: string, contentType = "application/x-www-form-urlencoded; charset=utf-8") => ({
    "x-twilio-signature": signature,
    "content-type": contentType,
  });

  test("the example of its document", () => {
    const request = received({
      url: "https://mycompany.com/myapp.php?foo=1&bar=2",
      headers: headers("RSOYDt4T1cUTdK1PDd93/VVr8B8="),
      body: form([
        ["Digits", "1234"],
        ["To", "+18005551212"],
        ["From", "+14158675309"],
        ["Caller", "+14158675309"],
        ["CallSid", "CA1234567890ABCDE"],
      ]),
    });
    expect(verify("twilio", withSecret("12345"), request)).toEqual({ ok: true });
  });

  test("names that repeat, empty values, and the port that comes and goes", () => {
    const parameters: [string, string][] = [
      ["b", "2"],
      ["a", "x"],
      ["b", "1"],
      ["b", "2"],
      ["empty", ""],
      ["ü", "é +"],
    ];
    const url = "https://hooks.example.com/in/abc?q=%27a%27";
    const values = { a: "x", b: ["2", "1", "2"], empty: "", ü: "é +" };
    for (const signedUrl of [url, url.replace(".com/", ".com:443/")]) {
      const signature = twilioWebhooks.getExpectedTwilioSignature(secret, signedUrl, values);
      for (const calledUrl of [url, url.replace(".com/", ".com:443/")])
        expect(
          verify("twilio", withSecret(secret), received({ url: calledUrl, headers: headers(signature), body: form(parameters) })),
        ).toEqual({ ok: true });
      expect(
        verify(
          "twilio",
          withSecret(secret),
          received({ url: url.replace("https", "http"), headers: headers(signature), body: form(parameters) }),
        ).ok,
      ).toBe(false);
    }
  });

  test("its library takes our form and our JSON", () => {
    const sample = samplePost("twilio");
    const parameters = Object.fromEntries(new URLSearchParams(sample.body.toString()));
    expect(twilioWebhooks.validateRequest(secret, sample.headers["x-twilio-signature"] ?? "", sample.url, parameters)).toBe(true);
    const json = post("twilio", Buffer.from(body), "application/json");
    expect(twilioWebhooks.validateRequestWithBody(secret, json.headers["x-twilio-signature"] ?? "", json.url, body)).toBe(true);
    expect(verify("twilio", withSecret(secret), { ...json, body: Buffer.from("{}") })).toMatchObject({ reason: "bad_signature" });
  });

  test("a JSON body that nothing covers is refused", () => {
    const signature = twilioWebhooks.getExpectedTwilioSignature(secret, sourceUrl, {});
    expect(
      verify("twilio", withSecret(secret), received({ headers: headers(signature, "application/json"), body: Buffer.from(body) })),
    ).toMatchObject({ reason: "malformed" });
    expect(verify("twilio", withSecret(secret), received({ method: "GET", headers: { "x-twilio-signature": signature } }))).toEqual({
      ok: true,
    });
  });
});

test.each(["svix", "clerk", "resend"] as const)("Svix: its library's headers are taken as %s", (kind) => {
  vi.useFakeTimers({ now: nowMs });
  const webhook = new SvixWebhook(secret);
  const headers = {
    "svix-id": "msg_1",
    "svix-timestamp": String(seconds),
    "svix-signature": `v1,AAAA ${webhook.sign("msg_1", new Date(nowMs), body)}`,
  };
  expect(verify(kind, withSecret(secret), received({ body: Buffer.from(body), headers }))).toEqual({ ok: true });
  expect(() => webhook.verify(body, post(kind, Buffer.from(body), "application/json").headers)).not.toThrow("");
});

describe("SendGrid", () => {
  const payload = `${JSON.stringify([
    {
      email: "hello@world.com",
      event: "dropped",
      reason: "Bounced Address",
      sg_event_id: "ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA",
      sg_message_id: "LRzXl_NHStOGhQ4kofSm_A.filterdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0",
      "smtp-id": "<LRzXl_NHStOGhQ4kofSm_A@ismtpd0039p1iad1.sendgrid.net>",
      timestamp: 1_600_112_492,
    },
  ])}\r\n`;
  const key =
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g==";
  const signature = "MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM+uOe5W0JuG+luQAbPIqHh89M15TluLtEZtM=";
  const headers = { "x-twilio-email-event-webhook-signature": signature, "x-twilio-email-event-webhook-timestamp": "1600112502" };
  const request = received({ body: Buffer.from(payload), headers });

  test("the example of its library", () => {
    expect(verify("sendgrid", withSecret(key), request, 1_600_112_502_000)).toEqual({ ok: true });
  });

  test("not a byte behind the signature, and no digit moved from time to body", () => {
    const longer = Buffer.concat([Buffer.from(signature, "base64"), Buffer.from([0])]).toString("base64");
    const moved = { ...headers, "x-twilio-email-event-webhook-timestamp": "160011250" };
    for (const changed of [
      { ...request, headers: { ...headers, "x-twilio-email-event-webhook-signature": longer } },
      { ...request, headers: moved, body: Buffer.from(`2${payload}`) },
    ])
      expect(verify("sendgrid", withSecret(key), changed, 1_600_112_502_000).ok).toBe(false);
  });

  test("its library takes ours", () => {
    const ours = samplePost("sendgrid");
    const webhook = new EventWebhook();
    const publicKey = webhook.convertPublicKeyToECDSA(configOf("sendgrid").secrets[0] ?? "");
    const given = ours.headers["x-twilio-email-event-webhook-signature"] ?? "";
    expect(webhook.verifySignature(publicKey, ours.body, given, String(seconds))).toBe(true);
  });
});

test("Discord's library takes ours", async () => {
  const { body, headers } = samplePost("discord");
  await expect(
    verifyKey(body, headers["x-signature-ed25519"] ?? "", headers["x-signature-timestamp"] ?? "", configOf("discord").secrets[0] ?? ""),
  ).resolves.toBe(true);
});

describe("examples of the providers' documents", () => {
  test("Slack", () => {
    const text =
      "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
    const headers = {
      "x-slack-signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
      "x-slack-request-timestamp": "1531420618",
    };
    expect(
      verify("slack", withSecret("8f742231b10e8888abcd99yyyzzz85a5"), received({ body: Buffer.from(text), headers }), 1_531_420_618_000),
    ).toEqual({ ok: true });
  });

  test("Checkbook", () => {
    const headers = { signature: "nonce=1243549809,signature=4ee9758fc0bceb3ca1a2fe397fbd125364cfffdb04296fa118dab9778a4b3ce3" };
    const paid = '{"status": "PAID", "id": "ed0af5fb335c47dd8eb53199ba50f5c4", "type": "CHECK"}';
    expect(verify("checkbook", withSecret("335b5728e25b47e88995fce207bff380"), received({ body: Buffer.from(paid), headers }))).toEqual({
      ok: true,
    });
  });

  test("Adyen, each item for itself", () => {
    const key = "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056";
    const item = {
      additionalData: { hmacSignature: "coqCmt/IZ4E3CzPvMY8zTjQVL5hYJUiBRg8UU+iCWo0=" },
      amount: { currency: "EUR", value: 1130 },
      eventCode: "AUTHORISATION",
      merchantAccountCode: "TestMerchant",
      merchantReference: "TestPayment-1407325143704",
      pspReference: "7914073381342284",
      success: "true",
    };
    const notify = (...items: unknown[]) =>
      verify(
        "adyen",
        withSecret(key),
        received({ body: Buffer.from(JSON.stringify({ notificationItems: items.map((one) => ({ NotificationRequestItem: one })) })) }),
      );
    expect(notify(item)).toEqual({ ok: true });
    expect(notify(item, item)).toEqual({ ok: true });
    expect(notify(item, { ...item, success: "false" })).toMatchObject({ reason: "bad_signature" });
    expect(notify(item, { ...item, additionalData: {} })).toMatchObject({ reason: "missing_header" });
    expect(notify({ ...item, amount: { currency: "EUR", value: 1 } })).toMatchObject({ reason: "bad_signature" });
  });
});

/** The formula of each document, written down once more. */
const hmac = (hash: string, encoding: "hex" | "base64" | "base64url", content: string, key = secret): string =>
  createHmac(hash, key).update(content).digest(encoding);
const ms = String(nowMs);
const formulas: [ProviderKind, Record<string, string>, string?][] = [
  ["shopify", { "x-shopify-hmac-sha256": hmac("sha256", "base64", body) }],
  ["shopify", { "shopify-hmac-sha256": hmac("sha256", "base64", body), "x-shopify-hmac-sha256": "old" }],
  ["square", { "x-square-hmacsha256-signature": hmac("sha256", "base64", `${sourceUrl}${body}`) }],
  ["paddle", { "paddle-signature": `ts=${seconds};h1=${hmac("sha256", "hex", `${seconds}:${body}`)}` }],
  ["paddle", { "paddle-signature": `ts=${seconds};h1=${hmac("sha256", "hex", `${seconds}:${body}`)};h1=${"0".repeat(64)}` }],
  ["zoom", { "x-zm-signature": `v0=${hmac("sha256", "hex", `v0:${seconds}:${body}`)}`, "x-zm-request-timestamp": String(seconds) }],
  ["x", { "x-twitter-webhooks-signature": `sha256=${hmac("sha256", "base64", body)}` }],
  ["meta", { "x-hub-signature-256": `sha256=${hmac("sha256", "hex", body)}` }],
  ["dropbox", { "x-dropbox-signature": hmac("sha256", "hex", body) }],
  ["intercom", { "x-hub-signature": `sha1=${hmac("sha1", "hex", body)}` }],
  [
    "docusign",
    { "x-docusign-signature-1": hmac("sha256", "base64", body, "old key"), "x-docusign-signature-2": hmac("sha256", "base64", body) },
  ],
  ["segment", { "x-signature": hmac("sha1", "hex", body) }],
  ["veriff", { "x-hmac-signature": hmac("sha256", "hex", body).toUpperCase() }],
  ["nango", { "x-nango-hmac-sha256": hmac("sha256", "hex", body) }],
  ["merge", { "x-merge-webhook-signature": hmac("sha256", "base64", body).replaceAll("+", "-").replaceAll("/", "_") }],
  ["rutter", { "x-rutter-signature": `sha256=${hmac("sha256", "base64", body)}` }],
  ["airwallex", { "x-timestamp": ms, "x-signature": hmac("sha256", "hex", `${ms}${body}`) }],
  ["port-io", { "x-port-timestamp": ms, "x-port-signature": `v1,${hmac("sha256", "base64", `${ms}.${body}`)}` }],
  ["tailscale", { "tailscale-webhook-signature": `t=${seconds},v1=${hmac("sha256", "hex", `${seconds}.${body}`)}` }],
  ["easypost", { "x-hmac-signature": `hmac-sha256-hex=${hmac("sha256", "hex", body)}` }],
  ["websub", { "x-hub-signature": `sha1=${hmac("sha1", "hex", body)}` }],
  ["websub", { "x-hub-signature": `sha512=${hmac("sha512", "hex", body)}` }],
  ["cloudevents", { authorization: `bearer ${secret}` }],
  ["openclaw", { authorization: `Bearer ${secret}` }],
  ["vapi", { "x-vapi-signature": secret }],
  ["vapi", { authorization: `Bearer ${secret}` }],
  [
    "adyen",
    {
      hmacsignature: createHmac("sha256", Buffer.from(configOf("adyen").secrets[0] ?? "", "hex"))
        .update(body)
        .digest("base64"),
    },
  ],
  ["panda-doc", {}, `${sourceUrl}?signature=${hmac("sha256", "hex", body)}`],
  ["cloudevents", {}, `${sourceUrl}?access_token=${secret}`],
  [
    "hubspot",
    { "x-hubspot-request-timestamp": ms, "x-hubspot-signature-v3": hmac("sha256", "base64", `POST${sourceUrl}?a=b:c/d%20e${body}${ms}`) },
    `${sourceUrl}?a=b%3Ac%2Fd%20e`,
  ],
];

test.each(formulas)("%s %j", (kind, headers, url = sourceUrl) => {
  const config = configOf(kind);
  expect(verify(kind, config, received({ url, headers, body: Buffer.from(body) }))).toEqual({ ok: true });
});

describe("HubSpot's older versions", () => {
  const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
  const request = (signature: string) => received({ headers: { "x-hubspot-signature": signature }, body: Buffer.from(body) });

  test("are taken where the source says so, and only there", () => {
    const v1 = request(sha256(`${secret}${body}`));
    const v2 = request(sha256(`${secret}POST${sourceUrl}${body}`));
    expect(verify("hubspot", withSecret(secret, { version: "v1" }), v1)).toEqual({ ok: true });
    expect(verify("hubspot", withSecret(secret, { version: "v2" }), v2)).toEqual({ ok: true });
    expect(verify("hubspot", withSecret(secret, { version: "v2" }), v1).ok).toBe(false);
    for (const old of [v1, v2]) expect(verify("hubspot", withSecret(secret), old)).toMatchObject({ reason: "missing_header" });
  });
});

test("EasyPost signs 5.0 and sends 5; its key is normalised", () => {
  const key = "sécret\u0301";
  const signed = createHmac("sha256", key.normalize("NFKD")).update('{"weight": 5.0}').digest("hex");
  const headers = { "x-hmac-signature": `hmac-sha256-hex=${signed}` };
  expect(verify("easypost", withSecret(key), received({ headers, body: Buffer.from('{"weight": 5}') }))).toEqual({ ok: true });
  expect(verify("easypost", withSecret(key), received({ headers, body: Buffer.from('{"weight": 6}') })).ok).toBe(false);
});

test("Mailgun signs time and token, of JSON and of forms", () => {
  const token = "a".repeat(50);
  const signature = { timestamp: String(seconds), token, signature: hmac("sha256", "hex", `${seconds}${token}`) };
  const json = received({
    body: Buffer.from(JSON.stringify({ signature, "event-data": {} })),
    headers: { "content-type": "application/json" },
  });
  const form = received({
    body: Buffer.from(new URLSearchParams(signature).toString()),
    headers: { "content-type": "application/x-www-form-urlencoded" },
  });
  for (const request of [json, form]) expect(verify("mailgun", configOf("mailgun"), request)).toEqual({ ok: true });
  const moved = { timestamp: String(seconds).slice(0, -1), token: `${seconds % 10}${token.slice(1)}`, signature: signature.signature };
  expect(verify("mailgun", configOf("mailgun"), received({ body: Buffer.from(JSON.stringify({ signature: moved })) })).ok).toBe(false);
});

test("Mailgun's multipart, as its routes send: signed anew, the rest of it byte for byte", async () => {
  const form = new FormData();
  for (const [name, value] of Object.entries({ recipient: "alice@example.com", subject: "Grüße 🎉", token: "old", timestamp: "1" }))
    form.append(name, value);
  const attachment = Buffer.from([0, 255, 13, 10, 45, 45, 128]);
  form.append("attachment-1", new Blob([attachment]), "größe.bin");
  const made = new Response(form);
  const contentType = made.headers.get("content-type") ?? "";
  const request = post("mailgun", Buffer.from(await made.arrayBuffer()), contentType);
  expect(verify("mailgun", configOf("mailgun"), request)).toEqual({ ok: true });
  const read = await new Response(new Uint8Array(request.body), { headers: { "content-type": contentType } }).formData();
  expect([...read.keys()].toSorted()).toEqual(["attachment-1", "recipient", "signature", "subject", "timestamp", "token"]);
  expect(read.get("subject")).toBe("Grüße 🎉");
  expect(Buffer.from(await (read.get("attachment-1") as File).arrayBuffer()).equals(attachment)).toBe(true);
  const [timestamp, token, signature] = ["timestamp", "token", "signature"].map((name) => read.get(name) as string);
  expect(signature).toBe(hmac("sha256", "hex", `${timestamp}${token}`));
});

test("Microsoft Graph: every notification shows the client state", () => {
  const notify = (...states: (string | undefined)[]) =>
    verify(
      "microsoft-graph",
      configOf("microsoft-graph"),
      received({ body: Buffer.from(JSON.stringify({ value: states.map((clientState) => ({ clientState })) })) }),
    );
  expect(notify(secret, secret)).toEqual({ ok: true });
  expect(notify(secret, "other")).toMatchObject({ reason: "bad_signature" });
  expect(notify(secret, undefined)).toMatchObject({ reason: "missing_header" });
  expect(notify()).toMatchObject({ reason: "malformed" });
});

test("Linear's header of the time does not count, its body's does", () => {
  const stale = Buffer.from(JSON.stringify({ webhookTimestamp: nowMs - 61_000 }));
  const headers = { "linear-signature": hmac("sha256", "hex", stale.toString()), "linear-timestamp": ms };
  expect(verify("linear", withSecret(secret), received({ headers, body: stale }))).toMatchObject({ reason: "stale" });
});

test.each([
  ["hash", { hash: "md5" }],
  ["encoding", { encoding: "rot13" }],
  ["header", { header: "x y" }],
  ["content without the body", { template: "{timestamp}" }],
  ["time without its header", { template: "{timestamp}.{body}" }],
  ["header of a time that is not signed", { timestampHeader: "x-time" }],
  ["id without its header", { template: "{id}.{body}" }],
  ["tolerance", { template: "{timestamp}.{body}", timestampHeader: "x-time", toleranceSeconds: "999999" }],
])("generic HMAC: an impossible %s is refused", (_, settings) => {
  const headers = { "x-sig": hmac("sha256", "hex", body) };
  expect(verify("hmac", withSecret(secret, { header: "X-Sig" }), received({ headers, body: Buffer.from(body) }))).toEqual({ ok: true });
  expect(
    verify("hmac", withSecret(secret, { header: "X-Sig", ...settings }), received({ headers, body: Buffer.from(body) })),
  ).toMatchObject({ reason: "misconfigured" });
});
