/** The kinds that belong to nobody, set up as the providers that they stand in for. */
import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { IncomingRequest, ProviderConfig, ProviderKind } from "../verification.ts";
import { handshake, providers, verifyRequest } from "../verification.ts";
import { nowMs, post, received, sourceUrl } from "./testSupport.ts";

const secret = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const body = Buffer.from('{"a": "é\\u00e9", "n": 12345678901234567890, "f": 1.0}\r\n');
const seconds = Math.floor(nowMs / 1000);
const iso = new Date(nowMs).toISOString();
const hmac = (content: string, encoding: "hex" | "base64" | "base64url" = "hex", key = secret): string =>
  createHmac("sha256", key).update(content).digest(encoding);
const text = body.toString();
const config = (settings: Record<string, string>, secrets = [secret]): ProviderConfig => ({ secrets, settings });
const verify = (settings: Record<string, string>, headers: Record<string, string>, at = nowMs, content: Buffer = body) =>
  verifyRequest("hmac", config(settings), received({ headers, body: content }), at);

type Setup = [name: string, settings: Record<string, string>, headers: Record<string, string>];

const workos = { header: "WorkOS-Signature", prefix: "v1=", timestampName: "t", timestampUnit: "ms", template: "{timestamp}.{body}" };
const sanity = { ...workos, header: "sanity-webhook-signature", encoding: "base64url" };
const paddle = { header: "paddle-signature", prefix: "h1=", timestampName: "ts", separator: "semicolon", template: "{timestamp}:{body}" };
const box = {
  header: "box-signature-primary, box-signature-secondary",
  encoding: "base64",
  timestampHeader: "box-delivery-timestamp",
  timestampUnit: "iso",
  template: "{body}{timestamp}",
  toleranceSeconds: "600",
};
const pagerduty = { header: "x-pagerduty-signature", prefix: "v1=", separator: "comma" };
const twitch = {
  header: "twitch-eventsub-message-signature",
  prefix: "sha256=",
  idHeader: "twitch-eventsub-message-id",
  timestampHeader: "twitch-eventsub-message-timestamp",
  template: "{id}{timestamp}{body}",
};
const spaced = { header: "x-sig", prefix: "v1,", separator: "space", encoding: "base64" };

const setups: Setup[] = [
  ["pairs with milliseconds", workos, { "workos-signature": `t=${nowMs}, v1=${hmac(`${nowMs}.${text}`)}` }],
  ["pairs in base64url", sanity, { "sanity-webhook-signature": `t=${nowMs},v1=${hmac(`${nowMs}.${text}`, "base64url")}` }],
  ["pairs with a semicolon, the signature first", paddle, { "paddle-signature": `h1=${hmac(`${seconds}:${text}`)};ts=${seconds}` }],
  ["a pair whose signature repeats", workos, { "workos-signature": `t=${nowMs},v1=${"0".repeat(64)},v1=${hmac(`${nowMs}.${text}`)},v0=x` }],
  ["the first of two headers", box, { "box-signature-primary": hmac(text + iso, "base64"), "box-delivery-timestamp": iso }],
  [
    "the second of two headers, and a time with an offset",
    box,
    {
      "box-signature-primary": hmac("other", "base64"),
      "box-signature-secondary": hmac(`${text}2027-01-15T09:00:00+01:00`, "base64"),
      "box-delivery-timestamp": "2027-01-15T09:00:00+01:00",
    },
  ],
  ["a list", pagerduty, { "x-pagerduty-signature": `v1=${"0".repeat(64)},v1=${hmac(text)}` }],
  ["a list with other versions", pagerduty, { "x-pagerduty-signature": `v2=zz, v1=${hmac(text)}` }],
  ["a list with spaces", spaced, { "x-sig": `v1,${hmac("x", "base64")} v1,${hmac(text, "base64")}` }],
  [
    "id and time in nanoseconds",
    twitch,
    {
      "twitch-eventsub-message-id": "e76c6bd4",
      "twitch-eventsub-message-timestamp": "2027-01-15T08:00:00.634234626Z",
      "twitch-eventsub-message-signature": `sha256=${hmac(`e76c6bd42027-01-15T08:00:00.634234626Z${text}`)}`,
    },
  ],
];

describe.each(setups)("%s", (_, settings, headers) => {
  test("holds, and with nothing changed", () => {
    expect(verify(settings, headers)).toEqual({ ok: true });
    expect(verify(settings, headers, nowMs, Buffer.from(`${text} `))).toMatchObject({ ok: false, reason: "bad_signature" });
    expect(verifyRequest("hmac", config(settings, ["other"]), received({ headers, body }), nowMs).ok).toBe(false);
  });

  test("what we sign as it says holds too, with an old secret beside the new", () => {
    const signed = post("hmac", body, "application/json", nowMs, config(settings));
    expect(verifyRequest("hmac", config(settings, ["old", secret]), signed, nowMs)).toEqual({ ok: true });
  });

  test("its time counts", () => {
    if (!settings["template"]?.includes("{timestamp}")) return;
    const tolerance = Number((settings as { toleranceSeconds?: string }).toleranceSeconds ?? 300) * 1000;
    expect(verify(settings, headers, nowMs + tolerance - 1000)).toEqual({ ok: true });
    for (const at of [nowMs + tolerance + 2000, nowMs - tolerance - 2000])
      expect(verify(settings, headers, at)).toMatchObject({ ok: false, reason: "stale" });
  });
});

test.each([
  "2027-01-15T08:00:00",
  "2027-01-15 08:00:00Z",
  "2027-01-15",
  "2027-02-30T08:00:00Z",
  "2027-01-15T25:00:00Z",
  "2027-1-15T08:00:00Z",
  "Fri, 15 Jan 2027 08:00:00 GMT",
  "+002027-01-15T08:00:00Z",
  "2027-01-15T08:00:00.Z",
  `2027-01-15T08:00:00.${"0".repeat(40)}Z`,
])("%s is no time", (time) => {
  const headers = { "box-signature-primary": hmac(text + time, "base64"), "box-delivery-timestamp": time };
  expect(verify(box, headers)).toMatchObject({ ok: false, reason: "malformed" });
});

test.each<[string, Record<string, string>, Record<string, string>]>([
  ["pairs without the time", workos, { "workos-signature": `v1=${hmac(text)}` }],
  ["pairs with two times", workos, { "workos-signature": `t=${nowMs},t=${nowMs},v1=${hmac(`${nowMs}.${text}`)}` }],
  ["pairs without the named signature", workos, { "workos-signature": `t=${nowMs},v0=${hmac(`${nowMs}.${text}`)}` }],
  ["seconds in the place of milliseconds", workos, { "workos-signature": `t=${seconds},v1=${hmac(`${seconds}.${text}`)}` }],
  ["a list of other versions only", pagerduty, { "x-pagerduty-signature": `v2=${hmac(text)}` }],
  ["a thousand signatures", pagerduty, { "x-pagerduty-signature": Array.from({ length: 100 }, () => "v1=00").join(",") }],
])("%s: malformed", (_, settings, headers) => {
  expect(verify(settings, headers)).toMatchObject({ ok: false, reason: "malformed" });
});

test.each<[string, Record<string, string>]>([
  ["unit", { ...box, timestampUnit: "fortnight" }],
  ["separator", { ...pagerduty, separator: "pipe" }],
  ["name for the signature", { ...workos, prefix: "" }],
  ["name for the time", { ...workos, timestampName: "v1" }],
  ["second header beside pairs", { ...workos, header: "a, b" }],
  ["two places for the time", { ...workos, timestampHeader: "x-time" }],
  ["time that nobody signs", { ...workos, template: "{body}" }],
])("an impossible %s is refused", (_, settings) => {
  expect(verify(settings, { "workos-signature": `t=${nowMs},v1=${hmac(`${nowMs}.${text}`)}` })).toMatchObject({ reason: "misconfigured" });
});

describe("challenges by settings", () => {
  const ask = (kind: ProviderKind, settings: Record<string, string>, request: Partial<IncomingRequest> & { url?: string }) =>
    handshake(kind, config(settings), received(request), nowMs);
  const jsonBody = (value: unknown) => ({ body: Buffer.from(JSON.stringify(value)), headers: { "content-type": "application/json" } });

  test("in the query, answered as text that no browser runs", () => {
    const settings = { challengeFrom: "query", challengeName: "challenge", challengeMethod: "GET" };
    const url = `${sourceUrl}?challenge=%3Cscript%3E`;
    expect(ask("bearer", settings, { method: "GET", url })).toEqual({
      status: 200,
      body: "<script>",
      headers: { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" },
    });
    expect(ask("bearer", settings, { method: "POST", url })).toBeNull();
  });

  test("in the body, answered as JSON; in a header, answered in another", () => {
    const fromBody = { challengeFrom: "body", challengeName: "data.challenge", challengeTo: "json", challengeReplyName: "response" };
    expect(ask("none", fromBody, jsonBody({ data: { challenge: "abc" } }))).toMatchObject({
      status: 200,
      body: '{"response":"abc"}',
      headers: { "x-content-type-options": "nosniff" },
    });
    const fromHeader = { challengeFrom: "header", challengeName: "X-Ask", challengeTo: "header", challengeReplyName: "X-Hook-Answer" };
    expect(ask("basic", fromHeader, { headers: { "x-ask": "abc" } })).toEqual({
      status: 200,
      body: "",
      headers: { "x-hook-answer": "abc" },
    });
    expect(ask("basic", fromHeader, { headers: { "x-ask": "a\r\nset-cookie: b" } })).toBeNull();
  });

  test("only if it verifies, where the settings say so", () => {
    const settings = { header: "x-sig", challengeFrom: "body", challengeName: "challenge", challengeSigned: "yes" };
    const request = post("hmac", Buffer.from('{"challenge":"abc"}'), "application/json", nowMs, config(settings));
    expect(handshake("hmac", config(settings), request, nowMs)).toMatchObject({ body: "abc" });
    expect(handshake("hmac", config(settings), { ...request, body: Buffer.from('{"challenge":"abd"}') }, nowMs)).toBeNull();
    expect(ask("hmac", settings, jsonBody({ challenge: "abc" }))).toBeNull();
  });

  test("none, none that is there, none that is too long", () => {
    const settings = { challengeFrom: "body", challengeName: "challenge" };
    for (const value of [{}, { challenge: "" }, { challenge: { a: 1 } }, { challenge: "a\nb" }, { challenge: "a".repeat(3000) }])
      expect(ask("bearer", settings, jsonBody(value))).toBeNull();
    expect(ask("bearer", { challengeFrom: "none" }, jsonBody({ challenge: "abc" }))).toBeNull();
    expect(ask("bearer", {}, jsonBody({ challenge: "abc" }))).toBeNull();
  });

  test.each<[string, Record<string, string>]>([
    ["challengeName", { challengeFrom: "query" }],
    ["challengeName", { challengeFrom: "header", challengeName: "a b" }],
    ["challengeReplyName", { challengeFrom: "query", challengeName: "c", challengeTo: "json" }],
    ["challengeReplyName", { challengeFrom: "query", challengeName: "c", challengeTo: "header", challengeReplyName: "Set-Cookie" }],
    ["challengeReplyName", { challengeFrom: "query", challengeName: "c", challengeTo: "header", challengeReplyName: "X-Accel-Redirect" }],
    ["challengeReplyName", { challengeFrom: "query", challengeName: "c", challengeTo: "header", challengeReplyName: "a\nb" }],
  ])("what can't be meant is refused, and answers nothing: %s %j", (name, settings) => {
    expect(providers.bearer.faultOf?.(settings)).toMatchObject({ name, fault: expect.stringMatching(/./) });
    expect(ask("bearer", settings, { method: "GET", url: `${sourceUrl}?c=1` })).toBeNull();
  });
});
