import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { OtherSource } from "./doctor.ts";
import { causes } from "../words/diagnosisCause.ts";
import { diagnose } from "./doctor.ts";
import type { IncomingRequest, ProviderConfig, ProviderKind } from "./verification.ts";
import { configOf, extrasOf, kinds, nowMs, post, received, samplePost, sourceUrl } from "./verification/testSupport.ts";

const secret = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const withSecret = (text: string, settings: Record<string, string> = {}): ProviderConfig => ({ secrets: [text], settings });
const body = '{"id":"evt_1","b":{"z":1.5,"a":"é/"},"list":[1,2]}';

function first(kind: ProviderKind, config: ProviderConfig, request: IncomingRequest, others: OtherSource[] = [], at = nowMs) {
  const findings = diagnose(kind, config, request, at, { others });
  const told = JSON.stringify(findings);
  for (const known of [...config.secrets, ...others.flatMap((other) => other.config.secrets)]) expect(told).not.toContain(known.trim());
  return findings[0];
}

const signed = (kind: ProviderKind, text: string, config = withSecret(secret)) =>
  post(kind, Buffer.from(text), "application/json", nowMs, config);
/** What was signed is one body, what arrives another. */
const rewritten = (from: string, to: string) => ({ ...signed("github", from), body: Buffer.from(to) });

describe("the body was rewritten", () => {
  const json: unknown = JSON.parse(body);
  test.each([
    ["written compactly", body, JSON.stringify(json, null, 2)],
    ["indented by two", JSON.stringify(json, null, 2), body],
    ["indented by four", JSON.stringify(json, null, 4), body],
    ["with spaces behind commas and colons", '{"id": "evt_1", "b": {"z": 1.5, "a": "é/"}, "list": [1, 2]}', body],
    [
      "with spaces behind commas and colons, its letters beyond ASCII escaped",
      '{"id": "evt_1", "b": {"z": 1.5, "a": "\\u00e9/"}, "list": [1, 2]}',
      body,
    ],
    ["written compactly, its slashes escaped", body.replaceAll("/", "\\/"), body],
    ["written compactly, its keys sorted", '{"b":{"a":"é/","z":1.5},"id":"evt_1","list":[1,2]}', body],
    ["written compactly", '{"id":8202522731445525542,"weight":5.0,"n":1E3}', '{ "id": 8202522731445525542, "weight": 5.0, "n": 1E3 }'],
    ["with spaces behind commas and colons", '{"id": 8202522731445525542, "a": [0.10]}', '{"id":8202522731445525542,"a":[0.10]}'],
    ["with a line break at its end", `${body}\n`, body],
    ["without the line break at its end", body, `${body}\n`],
    ["with CR LF line breaks, where LF arrived", "a\r\nb", "a\nb"],
    ["with LF line breaks, where CR LF arrived", "a\nb", "a\r\nb"],
    ["before something encoded it as base64", body, Buffer.from(body).toString("base64")],
    ["empty", "", body],
  ])("%s", (what, from, to) => {
    expect(first("github", withSecret(secret), rewritten(from, to))).toMatchObject({
      cause: "body_changed",
      reproduced: true,
      explanation: expect.stringContaining(what),
    });
  });
});

test("a body nested too deep to be written anew is tried as it is", () => {
  const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
  expect(first("github", withSecret(secret), rewritten(`${deep}\n`, deep))).toMatchObject({ cause: "body_changed", reproduced: true });
});

describe("the secret is in another form", () => {
  test.each<[string, ProviderKind, string, string]>([
    ["with Stripe's prefix lost", "stripe", `whsec_${secret}`, secret],
    ["with a prefix too much", "github", secret, `whsec_${secret}`],
  ])("%s", (_, kind, true_, entered) => {
    expect(first(kind, withSecret(entered), signed(kind, body, withSecret(true_)))).toMatchObject({
      cause: "secret_form",
      reproduced: true,
    });
  });

  test.each([` ${secret}\n`, `"${secret}"`])("what was copied along with it is no other form: %j", (entered) => {
    expect(first("github", withSecret(entered), signed("github", body, withSecret(secret)))).toMatchObject({ cause: "verifies_now" });
  });

  test.each(["base64", "hex"] as const)("taken as text, where it is %s", (encoding) => {
    const entered = Buffer.from(secret).toString(encoding);
    expect(first("github", withSecret(entered), signed("github", body))).toMatchObject({
      cause: "secret_form",
      explanation: expect.stringContaining("decoded from"),
    });
  });

  test("Standard Webhooks signed with the secret's letters instead of its bytes", () => {
    const entered = `whsec_${secret}`;
    const request = signed("svix", body, withSecret(`whsec_${Buffer.from(entered).toString("base64")}`));
    expect(first("svix", withSecret(entered), request)).toMatchObject({
      cause: "secret_form",
      explanation: expect.stringContaining("taken as text"),
    });
  });
});

describe("another source's", () => {
  const others: OtherSource[] = [
    { label: "GitHub, staging", provider: "github", config: withSecret("other-secret-of-staging") },
    { label: "Stripe", provider: "stripe", config: withSecret("whsec_of-stripe-test-mode") },
  ];

  test("secret", () => {
    const request = signed("github", body, withSecret("other-secret-of-staging"));
    expect(first("github", withSecret(secret), request, others)).toMatchObject({
      cause: "other_secret",
      explanation: expect.stringContaining("GitHub, staging"),
    });
  });

  test("open door says nothing of who signed", () => {
    const open: OtherSource = { label: "Anybody", provider: "none", config: { secrets: [], settings: {} } };
    const forged = signed("github", body, withSecret("nobody's"));
    expect(first("github", withSecret(secret), forged, [open])?.cause).not.toBe("other_provider");
    const request = signed("stripe", body, withSecret("whsec_of-stripe-test-mode"));
    expect(first("github", withSecret(secret), request, [open, ...others])).toMatchObject({
      cause: "other_provider",
      explanation: expect.stringContaining("“Stripe”"),
    });
  });

  test("request", () => {
    const request = signed("stripe", body, withSecret("whsec_of-stripe-test-mode"));
    expect(first("github", withSecret(secret), request, others)).toMatchObject({
      cause: "other_provider",
      explanation: expect.stringContaining("“Stripe”"),
    });
  });
});

describe("the clock", () => {
  test.each([
    [3600, "3600 s old"],
    [-7200, "7200 s in the future"],
  ])("off by %i s", (seconds, text) => {
    expect(first("stripe", withSecret(secret), signed("stripe", body), [], nowMs + seconds * 1000)).toMatchObject({
      cause: "clock",
      explanation: expect.stringContaining(text),
    });
  });

  test("does not hide what else is wrong", () => {
    const request = { ...signed("stripe", body), body: Buffer.from(`${body}\n`) };
    expect(first("stripe", withSecret(secret), request, [], nowMs + 3_600_000)).toMatchObject({ cause: "body_changed" });
  });
});

describe("the URL", () => {
  test.each([
    ["http://", "https://hooks.example.com/in/1?a=b", "http://hooks.example.com/in/1?a=b", {}],
    [":443", "https://hooks.example.com/in/1", "https://hooks.example.com:443/in/1", {}],
    ["slash", "https://hooks.example.com/in/1", "https://hooks.example.com/in/1/", {}],
    ["query", "https://hooks.example.com/in/1?a=b", "https://hooks.example.com/in/1", {}],
    ["at hooks.example.com", "http://10.0.0.5:3000/in/1", "https://hooks.example.com/in/1", { "x-forwarded-host": "hooks.example.com" }],
  ])("%s", (text, seen, called, headers) => {
    const signature = createHmac("sha256", secret)
      .update(called + body)
      .digest("base64");
    const request = received({ url: seen, headers: { ...headers, "x-square-hmacsha256-signature": signature }, body: Buffer.from(body) });
    expect(first("square", withSecret(secret), request)).toMatchObject({
      cause: "url_changed",
      explanation: expect.stringContaining(text),
    });
  });
});

describe("the header", () => {
  const signature = createHmac("sha256", secret).update(body).digest("hex");

  test.each<[string, Record<string, string>]>([
    ["x-forwarded-signature instead of x-hub-signature-256", { "x-forwarded-signature": `sha256=${signature}` }],
    ["came without its sha256=", { "x-hub-signature-256": signature }],
  ])("%s", (text, headers) => {
    expect(first("github", withSecret(secret), received({ headers, body: Buffer.from(body) }))).toMatchObject({
      cause: "header_renamed",
      explanation: expect.stringContaining(text),
    });
  });

  test("is not there", () => {
    expect(first("github", withSecret(secret), received({ body: Buffer.from(body) }))).toMatchObject({
      cause: "not_signed",
      reproduced: false,
    });
  });
});

describe("the provider", () => {
  test.each<[ProviderKind, ProviderKind]>([
    ["stripe", "github"],
    ["shopify", "slack"],
    ["github", "zoom"],
  ])("the source's is %s, the request %s's", (source, sender) => {
    expect(first(source, withSecret(secret), signed(sender, body))).toMatchObject({ cause: "other_provider", reproduced: true });
  });

  test("generic HMAC with the wrong settings", () => {
    const signature = createHmac("sha512", secret).update(body).digest("base64");
    const request = received({ headers: { "x-sig": `sha512=${signature}` }, body: Buffer.from(body) });
    expect(first("hmac", withSecret(secret, { header: "x-sig" }), request)).toMatchObject({
      cause: "settings",
      explanation: expect.stringContaining("hash sha512, encoding base64"),
    });
  });
});

test("what verifies by now says so, what lacks its secret too", () => {
  expect(first("github", withSecret(secret), signed("github", body))).toMatchObject({ cause: "verifies_now", reproduced: true });
  expect(first("github", { secrets: [], settings: {} }, signed("github", body))).toMatchObject({
    cause: "source_incomplete",
    reproduced: false,
  });
});

test("a secret of the source that has run out, and the body packed or unpacked, are tried too", () => {
  const old = signed("github", body, withSecret("rotated out"));
  const [finding] = diagnose("github", withSecret(secret), old, nowMs, { expired: ["older still", "rotated out"] });
  expect(finding).toMatchObject({ cause: "expired_secret", reproduced: true });
  expect(JSON.stringify(finding)).not.toContain('rotated out"');
  const packings = [{ value: Buffer.from("as it was signed"), what: "as somebody packed it" }];
  const packed = rewritten("as it was signed", body);
  expect(diagnose("github", withSecret(secret), packed, nowMs, { packings })[0]).toMatchObject({
    cause: "body_changed",
    explanation: expect.stringContaining("as somebody packed it"),
  });
  expect(diagnose("github", withSecret(secret), packed, nowMs)[0]?.cause).toBe("unknown_secret");
});

describe("tokens and keys that are fetched", () => {
  const diagnosed = (
    kind: ProviderKind,
    request: IncomingRequest,
    settings = configOf(kind).settings,
    extras = extrasOf(kind),
    at = nowMs,
  ) => diagnose(kind, { ...configOf(kind), settings }, request, at, {}, extras)[0];

  test.each<[ProviderKind, Record<string, string>, string]>([
    ["google-pubsub", { audience: "https://another.example" }, "another audience"],
    ["google-pubsub", { email: "another@example.com" }, "email is another one"],
    ["jwt", { issuer: "another" }, "another issuer"],
    ["aws-sns", { topicArn: "arn:aws:sns:eu-west-1:123456789012:another" }, "another topic"],
    ["app-store", { bundleId: "com.example.another" }, "another app"],
  ])("%s, signed, but for somebody else: %j", (kind, other, words) => {
    expect(diagnosed(kind, samplePost(kind), { ...configOf(kind).settings, ...other })).toMatchObject({
      cause: "settings",
      reproduced: true,
      explanation: expect.stringContaining(words),
    });
  });

  test("another set of keys, none at all, a token that is too old, a body that was rewritten", () => {
    const request = samplePost("jwt-keys");
    const { settings } = configOf("jwt-keys");
    expect(diagnosed("jwt-keys", request, settings, { document: '{"keys":[]}' })).toMatchObject({
      cause: "certificate",
      explanation: expect.stringContaining("no key for this token"),
      fix: expect.stringContaining("key set's url, audience"),
    });
    expect(diagnosed("jwt-keys", request, settings, {})).toMatchObject({
      cause: "source_incomplete",
      explanation: expect.stringContaining("could not be had"),
    });
    expect(diagnosed("jwt-keys", request, settings, extrasOf("jwt-keys"), nowMs + 3_700_000)).toMatchObject({
      cause: "clock",
      explanation: expect.stringContaining("3700 s old"),
    });
    const indented = {
      ...samplePost("livekit"),
      body: Buffer.from(JSON.stringify(JSON.parse(samplePost("livekit").body.toString()), null, 2)),
    };
    expect(diagnosed("livekit", indented)).toMatchObject({ cause: "body_changed", explanation: expect.stringContaining("compactly") });
  });

  test("pairs without the one that the settings name", () => {
    const settings = { header: "x-sig", prefix: "v1=", timestampName: "t", template: "{timestamp}.{body}" };
    const request = received({ headers: { "x-sig": `ts=${Math.floor(nowMs / 1000)},v0=00` }, body: Buffer.from(body) });
    expect(first("hmac", withSecret(secret, settings), request)).toMatchObject({
      cause: "settings",
      explanation: expect.stringContaining("needs exactly one t=: there is ts, v0"),
    });
  });
});

test("a forged request is no puzzle", () => {
  const forged = { ...signed("github", body), headers: { "x-hub-signature-256": `sha256=${"0".repeat(64)}` } };
  expect(first("github", withSecret(secret), forged)).toMatchObject({ cause: "unknown_secret", reproduced: false });
});

test("each provider's patients get an answer, whatever they bring", () => {
  for (const kind of kinds.filter((one) => one !== "none"))
    for (const request of [
      received({}),
      { ...samplePost(kind), headers: {} },
      received({ url: `${sourceUrl}?a=%zz`, body: Buffer.from([0xff, 0xfe, 0]), headers: { "x-a": "\u0000" } }),
    ]) {
      const findings = diagnose(kind, configOf(kind), request, nowMs);
      expect(findings.length).toBeGreaterThan(0);
      for (const { cause } of findings) expect(causes).toContain(cause);
    }
});
