/** Secrets as providers show them and as people paste them: each verifies what its provider signs, or is refused with a reason. */
import { createHmac, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { Webhook as SvixWebhook } from "svix";
import { describe, expect, test } from "vitest";
import { type ProviderKind, cleanedSecret, providers, secretFault, verifyRequest } from "../verification.ts";
import { configOf, kinds, nowMs, received, samplePost } from "./testSupport.ts";

const hex = (bytes: number): string => randomBytes(bytes).toString("hex");
const base64 = (bytes: number): string => randomBytes(bytes).toString("base64");

const keys = {
  ed25519: generateKeyPairSync("ed25519"),
  ec: generateKeyPairSync("ec", { namedCurve: "P-256" }),
  rsa: generateKeyPairSync("rsa", { modulusLength: 2048 }),
};

/** A secret as people have it: copied with its line break, out of a file, out of a chat. */
const pasted = (secret: string): string[] => [
  secret,
  `${secret}\n`,
  `  ${secret}\r\n`,
  `"${secret}"`,
  `'${secret}'\n`,
  `\ufeff${secret}\u200b`,
];

/** A request whose HMAC is made by nothing of ours. */
function signedHmac(kind: ProviderKind, secret: string): ReturnType<typeof received> {
  const body = Buffer.from('{"created_at":"2026-01-01T00:00:00Z"}');
  const seconds = String(nowMs / 1000);
  const of = (content: string, encoding: "hex" | "base64" = "hex", key: string | Buffer = secret) =>
    createHmac("sha256", key).update(content).digest(encoding);
  const headers: Record<string, Record<string, string>> = {
    github: { "x-hub-signature-256": `sha256=${of(body.toString())}` },
    stripe: { "stripe-signature": `t=${seconds},v1=${of(`${seconds}.${body.toString()}`)}` },
    slack: { "x-slack-signature": `v0=${of(`v0:${seconds}:${body.toString()}`)}`, "x-slack-request-timestamp": seconds },
    zoom: { "x-zm-signature": `v0=${of(`v0:${seconds}:${body.toString()}`)}`, "x-zm-request-timestamp": seconds },
    shopify: { "x-shopify-hmac-sha256": of(body.toString(), "base64") },
    square: { "x-square-hmacsha256-signature": of(`https://hooks.example.com/in/src_1${body.toString()}`, "base64") },
    adyen: { hmacsignature: of(body.toString(), "base64", Buffer.from(secret, "hex")) },
    "gitlab-token": { "x-gitlab-token": secret },
    bearer: { authorization: `Bearer ${secret}` },
  };
  return received({ body, headers: { "content-type": "application/json", ...headers[kind] } });
}

const symmetric: [ProviderKind, string, string][] = [
  ["github", "what somebody typed", "it's a secret to everybody"],
  ["stripe", "whsec_ and letters", `whsec_${randomBytes(24).toString("hex").slice(0, 32)}`],
  ["slack", "32 hexadecimal digits", hex(16)],
  ["zoom", "22 letters", base64(16).slice(0, 22)],
  ["shopify", "shpss_ and hexadecimal", `shpss_${hex(16)}`],
  ["square", "22 letters", randomBytes(16).toString("base64url")],
  ["adyen", "upper case", hex(32).toUpperCase()],
  ["adyen", "lower case", hex(32)],
  ["gitlab-token", "what somebody typed", "token of the hook"],
  ["bearer", "what somebody typed", hex(20)],
];

test.each(symmetric)("%s: %s", (kind, _, secret) => {
  for (const text of pasted(secret)) {
    expect(secretFault(kind, text, {})).toBeNull();
    // Saved before secrets were cleaned.
    expect(verifyRequest(kind, { secrets: [text], settings: {} }, signedHmac(kind, secret), nowMs)).toEqual({ ok: true });
  }
});

describe("Standard Webhooks", () => {
  const body = '{"type":"user.created"}';
  const signedBy = (key: Buffer, family: "svix" | "webhook") => {
    const signature = new Webhook(key.toString("base64")).sign("msg_1", new Date(nowMs), body);
    const headers = { [`${family}-id`]: "msg_1", [`${family}-timestamp`]: String(nowMs / 1000), [`${family}-signature`]: signature };
    return received({ body: Buffer.from(body), headers });
  };

  test.each([1, 16, 20, 24, 32, 64, 88, 200])("keys of %i bytes, as its libraries take them", (length) => {
    const key = randomBytes(length);
    expect(new Webhook(`whsec_${key.toString("base64")}`).sign("m", new Date(nowMs), body)).toBe(
      new SvixWebhook(key.toString("base64")).sign("m", new Date(nowMs), body),
    );
    const forms = [`whsec_${key.toString("base64")}`, key.toString("base64"), `v1,whsec_${key.toString("base64")}`];
    for (const kind of ["standard-webhooks", "svix", "clerk", "resend", "gitlab", "open-ai"] as const)
      for (const text of forms.flatMap(pasted)) {
        expect(secretFault(kind, text, {})).toBeNull();
        expect(verifyRequest(kind, { secrets: [text], settings: {} }, signedBy(key, "webhook"), nowMs)).toEqual({ ok: true });
      }
  });

  test("Supabase shows several during a rotation", () => {
    const [one, other] = [randomBytes(32), randomBytes(32)];
    const text = `v1,whsec_${one.toString("base64")}|v1,whsec_${other.toString("base64")}\n`;
    for (const key of [one, other])
      expect(verifyRequest("standard-webhooks", { secrets: [text], settings: {} }, signedBy(key, "webhook"), nowMs)).toEqual({ ok: true });
  });

  test("Polar's text is the key; so is what follows from its base64", () => {
    const bare = randomBytes(24);
    const text = `polar_whs_${bare.toString("base64")}`;
    for (const key of [Buffer.from(text), bare])
      expect(verifyRequest("standard-webhooks", { secrets: [`${text}\n`], settings: {} }, signedBy(key, "webhook"), nowMs)).toEqual({
        ok: true,
      });
    expect(secretFault("standard-webhooks", text, {})).toBeNull();
    expect(secretFault("standard-webhooks", `polar_whs_${hex(20)}`, {})).toBeNull();
  });

  test("a key pair: whpk_, and whsk_ for its public half", () => {
    const der = keys.ed25519.publicKey.export({ format: "der", type: "spki" }).subarray(-32);
    const seed = keys.ed25519.privateKey.export({ format: "der", type: "pkcs8" }).subarray(-32);
    const signature = sign(null, Buffer.from(`msg_1.${nowMs / 1000}.${body}`), keys.ed25519.privateKey).toString("base64");
    const headers = { "webhook-id": "msg_1", "webhook-timestamp": String(nowMs / 1000), "webhook-signature": `v1a,${signature}` };
    const request = received({ body: Buffer.from(body), headers });
    for (const text of [`whpk_${der.toString("base64")}`, `whsk_${Buffer.concat([seed, der]).toString("base64")}`].flatMap(pasted)) {
      expect(secretFault("standard-webhooks", text, {})).toBeNull();
      expect(verifyRequest("standard-webhooks", { secrets: [text], settings: {} }, request, nowMs)).toEqual({ ok: true });
    }
  });
});

describe("public keys", () => {
  const body = Buffer.from('{"created_at":"2026-01-01T00:00:00Z"}');
  const seconds = String(nowMs / 1000);
  const requests = {
    discord: received({
      body,
      headers: {
        "x-signature-timestamp": seconds,
        "x-signature-ed25519": sign(null, Buffer.from(seconds + body.toString()), keys.ed25519.privateKey).toString("hex"),
      },
    }),
    telnyx: received({
      body,
      headers: {
        "telnyx-timestamp": seconds,
        "telnyx-signature-ed25519": sign(null, Buffer.from(`${seconds}|${body.toString()}`), keys.ed25519.privateKey).toString("base64"),
      },
    }),
    sendgrid: received({
      body,
      headers: {
        "x-twilio-email-event-webhook-timestamp": seconds,
        "x-twilio-email-event-webhook-signature": sign("sha256", Buffer.from(seconds + body.toString()), keys.ec.privateKey).toString(
          "base64",
        ),
      },
    }),
    "orum-io": received({
      body,
      headers: { signature: sign("sha256", Buffer.from(`${body.toString()}2026-01-01T00:00:00Z`), keys.rsa.privateKey).toString("base64") },
    }),
  };
  const pairOf = { discord: keys.ed25519, telnyx: keys.ed25519, sendgrid: keys.ec, "orum-io": keys.rsa };

  test.each(Object.keys(requests) as (keyof typeof requests)[])("%s: PEM, JWK, hexadecimal, base64, base64url", (kind) => {
    const { publicKey, privateKey } = pairOf[kind];
    const der = publicKey.export({ format: "der", type: "spki" });
    const pem = publicKey.export({ format: "pem", type: "spki" }).toString();
    const bare = pairOf[kind] === keys.ed25519 ? der.subarray(-32) : pairOf[kind] === keys.ec ? der.subarray(-65) : der;
    const forms = [
      pem,
      pem.trim(),
      // A form's field and a file of settings take the line breaks away.
      pem.replaceAll("\n", ""),
      pem.replaceAll("\n", " "),
      pem.replaceAll("\n", "\r\n"),
      pem.replaceAll("\n", String.raw`\n`),
      Buffer.from(pem).toString("base64"),
      JSON.stringify(publicKey.export({ format: "jwk" })),
      ...[der, bare].flatMap((bytes) => [
        bytes.toString("hex"),
        bytes.toString("hex").toUpperCase(),
        bytes.toString("base64"),
        bytes.toString("base64url"),
      ]),
    ];
    for (const text of forms.flatMap(pasted)) {
      expect(secretFault(kind, text, {})).toBeNull();
      expect(verifyRequest(kind, { secrets: [text], settings: {} }, requests[kind], nowMs)).toEqual({ ok: true });
    }
    const others = Object.values(keys).filter((pair) => pair !== pairOf[kind]);
    const wrong = [
      "not a key",
      bare.toString("hex").slice(2),
      bare.toString("base64").slice(4),
      privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
      ...others.map((pair) => pair.publicKey.export({ format: "pem", type: "spki" }).toString()),
    ];
    for (const text of wrong) {
      const fault = secretFault(kind, text, {});
      expect(fault).toMatch(/^It is (no|a private) /);
      expect(fault).not.toContain(cleanedSecret(text));
    }
  });
});

test("for every provider its own secret is good, and with a line break behind it too", () => {
  for (const kind of kinds) {
    const { secrets, settings } = configOf(kind);
    for (const secret of secrets) expect([kind, secretFault(kind, `${secret}\n`, settings)]).toEqual([kind, null]);
  }
});

test("what is missing beside a secret is no fault of the secret", () => {
  expect(providers.hmac.fields.find(({ name }) => name === "header")).toMatchObject({ required: true });
  expect(secretFault("hmac", "a secret", {})).toBeNull();
  expect(secretFault("hmac", "a secret", { header: "" })).toBeNull();
  expect(secretFault("hmac", "", {})).toBe("It is empty");
  expect(secretFault("hmac", "no hex", { header: "x-signature", secretEncoding: "hex" })).not.toBeNull();
});

test.each<[ProviderKind, string, RegExp, Record<string, string>?]>([
  ["stripe", `sk_live_${"x".repeat(24)}`, /^It is an API key/],
  ["stripe", `whsec_${hex(16)}\nwhsec_${hex(16)}`, /^It has several lines/],
  ["stripe", `STRIPE_WEBHOOK_SECRET=whsec_${hex(16)}`, /^It is a line of a file/],
  ["github", "export WEBHOOK_SECRET='abc'", /^It is a line of a file/],
  ["slack", `xoxb-${"1".repeat(12)}`, /^It is a token/],
  ["shopify", `shpat_${hex(16)}`, /^It is an access token/],
  ["svix", "not base64!", /whsec_ and base64/],
  ["svix", "whsec_!", /whsec_ and base64/],
  ["svix", `sk_${hex(16)}`, /whsec_ and base64/],
  ["standard-webhooks", `whpk_${base64(31)}`, /32 bytes/],
  ["adyen", base64(32), /hexadecimal/],
  ["bearer", "caf\u0000", /nobody can type/],
  ["bearer", "\u{1f511}", /no header can carry/],
  ["hmac", "not base64!", /^It must be base64/, { header: "x-signature", secretEncoding: "base64" }],
  ["hmac", "xyz", /^It must be hexadecimal/, { header: "x-signature", secretEncoding: "hex" }],
  ["github", " \n ", /^It is empty/],
  ["github", '""', /^It is empty/],
])("%s: %j can verify nothing", (kind, secret, fault, settings = {}) => {
  expect(secretFault(kind, secret, settings)).toMatch(fault);
  expect(secretFault(kind, secret, settings)).not.toContain(secret);
});

test("a key pair's provider takes no text for a key", () => {
  for (const kind of kinds.filter(
    (one) => providers[one].scheme.asymmetric && providers[one].fields.some(({ name }) => name === "secret"),
  )) {
    expect([kind, secretFault(kind, "some text", configOf(kind).settings)]).toEqual([kind, expect.any(String)]);
    expect(verifyRequest(kind, { ...configOf(kind), secrets: ["some text"] }, samplePost(kind), nowMs).ok).toBe(false);
  }
});
