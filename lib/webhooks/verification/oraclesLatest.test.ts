/** The providers that were added last, held against the formulas of their documents and what their libraries have signed. */
import { createHash, createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { jsonBodies } from "../../testing/oracles/bodies.ts";
import { type ProviderKind, describeRequest, handshake, verifyRequest } from "../verification.ts";
import { configOf, nowMs, received, sourceUrl } from "./testSupport.ts";

const secret = "a secret, é";
const hmac = (hash: string, encoding: "hex" | "base64", content: string): string =>
  createHmac(hash, secret).update(content).digest(encoding);
const seconds = String(Math.floor(nowMs / 1000));
const ms = String(nowMs);

/** The headers that each document says are made of the body. */
const formulas: [ProviderKind, (body: string) => Record<string, string>][] = [
  ["aftership", (body) => ({ "aftership-hmac-sha256": hmac("sha256", "base64", body) })],
  ["expo", (body) => ({ "expo-signature": `sha1=${hmac("sha1", "hex", body)}` })],
  ["heroku", (body) => ({ "heroku-webhook-hmac-sha256": hmac("sha256", "base64", body) })],
  ["launchdarkly", (body) => ({ "x-ld-signature": hmac("sha256", "hex", body) })],
  ["cashfree", (body) => ({ "x-webhook-timestamp": ms, "x-webhook-signature": hmac("sha256", "base64", `${ms}${body}`) })],
  [
    "contentful",
    (body) => {
      const list = "content-type,x-contentful-signed-headers,x-contentful-timestamp,x-contentful-topic";
      const headers = `content-type:application/json;x-contentful-signed-headers:${list};x-contentful-timestamp:${ms};x-contentful-topic:a`;
      const signature = hmac("sha256", "hex", `POST\n/in/src_1\n${headers}\n${body}`);
      return {
        "content-type": "application/json",
        "x-contentful-topic": "a",
        "x-contentful-timestamp": ms,
        "x-contentful-signed-headers": list,
        "x-contentful-signature": signature,
      };
    },
  ],
  ["attio", (body) => ({ "attio-signature": hmac("sha256", "hex", body) })],
  ["cal-com", (body) => ({ "x-cal-signature-256": hmac("sha256", "hex", body) })],
  ["circleci", (body) => ({ "circleci-signature": `v1=${hmac("sha256", "hex", body)},v2=${"0".repeat(64)}` })],
  ["coinbase-commerce", (body) => ({ "x-cc-webhook-signature": hmac("sha256", "hex", body) })],
  ["gitea", (body) => ({ "x-gitea-signature": hmac("sha256", "hex", body) })],
  ["gitea", (body) => ({ "x-forgejo-signature": hmac("sha256", "hex", body), "x-gitea-signature": "0".repeat(64) })],
  ["gocardless", (body) => ({ "webhook-signature": hmac("sha256", "hex", body) })],
  ["lemon-squeezy", (body) => ({ "x-signature": hmac("sha256", "hex", body) })],
  ["onfido", (body) => ({ "x-sha2-signature": hmac("sha256", "hex", body) })],
  ["sentry", (body) => ({ "sentry-hook-signature": hmac("sha256", "hex", body) })],
  ["sentry", (body) => ({ "sentry-app-signature": hmac("sha256", "hex", body) })],
  ["trello", (body) => ({ "x-trello-webhook": hmac("sha1", "base64", `${body}${sourceUrl}`) })],
  ["alchemy", (body) => ({ "x-alchemy-signature": hmac("sha256", "hex", body) })],
  ["checkout-com", (body) => ({ "cko-signature": hmac("sha256", "hex", body) })],
  ["tiktok", (body) => ({ "tiktok-signature": `t=${seconds},s=${hmac("sha256", "hex", `${seconds}.${body}`)}` })],
  ["nylas", (body) => ({ "x-nylas-signature": hmac("sha256", "hex", body) })],
  ["tally", (body) => ({ "tally-signature": hmac("sha256", "base64", body) })],
  ["paystack", (body) => ({ "x-paystack-signature": hmac("sha512", "hex", body) })],
  ["pusher", (body) => ({ "x-pusher-signature": hmac("sha256", "hex", body) })],
  ["recharge", (body) => ({ "x-recharge-webhook-signature": `t=${seconds},v1=${hmac("sha256", "hex", `${seconds}.${body}`)}` })],
  ["recurly", (body) => ({ "recurly-signature": `${ms},${"0".repeat(64)},${hmac("sha256", "hex", `${ms}.${body}`)}` })],
  [
    "revolut",
    (body) => ({
      "revolut-request-timestamp": ms,
      "revolut-signature": `v1=${"0".repeat(64)},v1=${hmac("sha256", "hex", `v1.${ms}.${body}`)}`,
    }),
  ],
  ["typeform", (body) => ({ "typeform-signature": `sha256=${hmac("sha256", "base64", body)}` })],
  ["buildkite", (body) => ({ "x-buildkite-signature": `timestamp=${seconds},signature=${hmac("sha256", "hex", `${seconds}.${body}`)}` })],
  ["customer-io", (body) => ({ "x-cio-timestamp": seconds, "x-cio-signature": hmac("sha256", "hex", `v0:${seconds}:${body}`) })],
  ["front", (body) => ({ "x-front-request-timestamp": ms, "x-front-signature": hmac("sha256", "base64", `${ms}:${body}`) })],
  ["persona", (body) => ({ "persona-signature": `t=${seconds},v1=${hmac("sha256", "hex", `${seconds}.${body}`)}` })],
  [
    "persona",
    (body) => ({
      "persona-signature": `t=${seconds},v1=${"0".repeat(64)} t=${seconds},v1=${hmac("sha256", "hex", `${seconds}.${body}`)}`,
    }),
  ],
  [
    "cloudinary",
    (body) => ({
      "x-cld-timestamp": seconds,
      "x-cld-signature": createHash("sha256").update(`${body}${seconds}${secret}`).digest("hex"),
    }),
  ],
];

describe.each(formulas)("%s as its document says", (kind, headersOf) => {
  // Time and body of Cloudinary's have nothing between, as these bodies have no digit at their ends.
  test.each(jsonBodies)("$name", ({ text }) => {
    const config = { secrets: ["the one before", secret], settings: configOf(kind).settings };
    const headers = headersOf(text);
    expect(verifyRequest(kind, config, received({ headers, body: Buffer.from(text) }), nowMs)).toEqual({ ok: true });
    expect(verifyRequest(kind, config, received({ headers, body: Buffer.from(`${text} `) }), nowMs)).toMatchObject({
      reason: "bad_signature",
    });
  });
});

test.each(["retell", "cloudinary"] as const)("%s: a digit at the body's end could be the time's", (kind) => {
  const headers = { "x-retell-signature": `v=${ms},d=${"0".repeat(64)}`, "x-cld-timestamp": seconds, "x-cld-signature": "0".repeat(40) };
  expect(verifyRequest(kind, configOf(kind), received({ headers, body: Buffer.from("{}1") }), nowMs)).toMatchObject({
    reason: "malformed",
  });
});

test("Persona's times may not differ", () => {
  const header = `t=${seconds},v1=${hmac("sha256", "hex", `${seconds}.{}`)} t=1,v1=${"0".repeat(64)}`;
  const request = received({ headers: { "persona-signature": header }, body: Buffer.from("{}") });
  expect(verifyRequest("persona", { secrets: [secret], settings: {} }, request, nowMs)).toMatchObject({ reason: "malformed" });
});

describe("Telegram", () => {
  const typeOf = (update: object) =>
    describeRequest("telegram", received({ body: Buffer.from(JSON.stringify(update)), headers: { "content-type": "application/json" } }));

  test("the kind of an update is the name of its other member", () => {
    expect(typeOf({ update_id: 7, callback_query: { id: "1" } })).toMatchObject({ eventType: "callback_query", identity: { text: "7" } });
    expect(typeOf({ message: { text: "x" }, update_id: 7 }).eventType).toBe("message");
    for (const strange of [{ update_id: 7 }, { update_id: 7, a: 1, b: 2 }, { message: {} }, [7], []])
      expect(typeOf(strange).eventType).toBeNull();
  });
});

test("Front's question, signed, is answered with its challenge; unsigned it is none", () => {
  const body = Buffer.from('{"type":"sync","authorization":{"id":"cmp_1"}}');
  const headers = {
    "x-front-request-timestamp": ms,
    "x-front-signature": hmac("sha256", "base64", `${ms}:${body.toString()}`),
    "x-front-challenge": "sesame",
  };
  const ask = (more: object) =>
    handshake("front", { secrets: [secret], settings: {} }, received({ body, headers: { ...headers, ...more } }), nowMs);
  expect(ask({})).toMatchObject({ status: 200, body: "sesame" });
  expect(ask({ "x-front-signature": "AAAA" })).toBeNull();
});

describe("Braintree", () => {
  const config = { secrets: ["integration_private_key"], settings: { publicKey: "integration_public_key" } };
  const form = (fields: Record<string, string>) =>
    received({
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: Buffer.from(new URLSearchParams(fields).toString()),
    });
  // What the library's own test gateway makes of a payload with a line break behind it.
  const payload = `${Buffer.from("<notification><kind>check</kind><subject><check>true</check></subject></notification>").toString("base64")}\n`;
  const signature = createHmac("sha1", createHash("sha1").update("integration_private_key").digest()).update(payload).digest("hex");

  test("its signature by the source's public key counts, with the line break and without", () => {
    for (const sent of [payload, payload.trim()]) {
      const request = form({ bt_signature: `other|${"0".repeat(40)}&integration_public_key|${signature}`, bt_payload: sent });
      expect(verifyRequest("braintree", config, request, nowMs)).toEqual({ ok: true });
      expect(describeRequest("braintree", request)).toMatchObject({ eventType: "check", identity: null });
    }
  });

  test("nobody else's, no other payload, nothing that is none", () => {
    const refused = (fields: Record<string, string>) => verifyRequest("braintree", config, form(fields), nowMs);
    expect(refused({ bt_signature: `other|${signature}`, bt_payload: payload })).toMatchObject({ reason: "bad_signature" });
    expect(refused({ bt_signature: `integration_public_key|${signature}`, bt_payload: "AAAA" })).toMatchObject({ reason: "bad_signature" });
    expect(refused({ bt_signature: `integration_public_key|${signature}`, bt_payload: "<xml/>" })).toMatchObject({ reason: "malformed" });
    expect(refused({ bt_payload: payload })).toMatchObject({ reason: "missing_header" });
  });
});

describe("Dropbox Sign", () => {
  const event = (type: string, time = seconds) => ({
    event: { event_time: time, event_type: type, event_hash: hmac("sha256", "hex", `${time}${type}`) },
    signature_request: { title: "Größe" },
  });
  const config = { secrets: [secret], settings: {} };
  const multipart = async (json: unknown) => {
    const fields = new FormData();
    fields.append("json", JSON.stringify(json));
    const made = new Response(fields);
    const headers = { "content-type": made.headers.get("content-type") ?? "" };
    return received({ headers, body: Buffer.from(await made.arrayBuffer()) });
  };

  test("time and type of its multipart form are signed, and tried again for three days", async () => {
    const request = await multipart(event("signature_request_signed"));
    expect(verifyRequest("dropbox-sign", config, request, nowMs)).toEqual({ ok: true });
    expect(describeRequest("dropbox-sign", request)).toMatchObject({ eventType: "signature_request_signed", identity: null });
    expect(verifyRequest("dropbox-sign", config, request, nowMs + 3 * 86_400_000)).toEqual({ ok: true });
    expect(verifyRequest("dropbox-sign", config, request, nowMs + 5 * 86_400_000)).toMatchObject({ reason: "stale" });
  });

  test("a type is no part of the time", async () => {
    const moved = event("1signature_request_signed", seconds);
    const request = await multipart({ ...moved, event: { ...moved.event, event_type: "1signature_request_signed" } });
    expect(verifyRequest("dropbox-sign", config, request, nowMs)).toMatchObject({ reason: "malformed" });
  });
});

describe("Mercado Pago", () => {
  const config = { secrets: [secret], settings: {} };
  const ask = (query: string, signed: string, body = '{"id":1,"data":{"id":"PAY-1"}}', more = {}) => {
    const headers = { "x-request-id": "r-1", "x-signature": `ts=${ms},v1=${hmac("sha256", "hex", signed)}`, ...more };
    return verifyRequest("mercado-pago", config, received({ url: `${sourceUrl}?${query}`, headers, body: Buffer.from(body) }), nowMs);
  };

  test("the id in the URL is signed, in lower case or as it stands", () => {
    for (const id of ["PAY-1", "pay-1"])
      expect(ask("data.id=PAY-1&type=payment", `id:${id};request-id:r-1;ts:${ms};`)).toEqual({ ok: true });
    expect(ask("data.id=PAY-2", `id:PAY-1;request-id:r-1;ts:${ms};`)).toMatchObject({ reason: "bad_signature" });
  });

  test("the body names what the URL names, and nothing stands in an id but an id", () => {
    const signed = `id:PAY-1;request-id:r-1;ts:${ms};`;
    expect(ask("data.id=PAY-1", signed, '{"data":{"id":"PAY-9"}}')).toMatchObject({ reason: "bad_signature" });
    expect(ask("data.id=PAY-1&data.id=PAY-2", signed)).toMatchObject({ reason: "malformed" });
    expect(ask(`data.id=${encodeURIComponent("PAY-1;request-id:r-1")}`, signed, "{}")).toMatchObject({ reason: "malformed" });
  });
});
