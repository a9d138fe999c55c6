/** What somebody in a hurry enters and sees: each mistake is told in words that lead to its fix. */
import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { diagnose } from "./doctor.ts";
import { type ProviderKind, secretFault, verifyRequest } from "./verification.ts";
import { nowMs, post, received, sourceUrl } from "./verification/testSupport.ts";

const hex = (bytes: number): string => "5e".repeat(bytes);
const base64 = Buffer.alloc(32, 7).toString("base64");
const body = '{"id":"evt_1"}';
const withSecret = (secret: string, settings: Record<string, string> = {}) => ({ secrets: [secret], settings });
const told = (kind: ProviderKind, config: ReturnType<typeof withSecret>, headers: Record<string, string>, query = "", at = nowMs) =>
  diagnose(kind, config, received({ url: sourceUrl + query, headers, body: Buffer.from(body) }), at);

describe("a secret that is none is refused when it is saved", () => {
  test.each<[ProviderKind, string, RegExp]>([
    ["stripe", sourceUrl, /^It is a URL/],
    ["github", "HTTPS://hooks.example.com/in/abc", /^It is a URL/],
    ["stripe", `Stripe-Signature: t=1,v1=${hex(32)}`, /^It is a header/],
    ["shopify", "X-Shopify-Hmac-Sha256: abc=", /^It is a header/],
    ["stripe", `t=1614265330,v1=${hex(32)}`, /^It is a signature/],
    ["github", `sha256=${hex(32)}`, /^It is a signature/],
    ["slack", `v0=${hex(32)}`, /^It is a signature/],
    ["svix", `v1,${base64}`, /^It is a signature/],
    ["stripe", "we_1NabcDEF", /^It is the webhook endpoint's id/],
    ["github", `ghp_${hex(18)}`, /^It is an access token/],
    ["github", `github_pat_${hex(30)}`, /^It is an access token/],
    ["gitlab-token", "glpat-abcdefghij", /^It is an access token/],
    ["telegram", `123456789:AA${hex(17).slice(0, 33)}`, /^It is the bot's token/],
    ["twilio", `AC${hex(16)}`, /^It is the account's SID/],
    ["paddle", `pdl_live_apikey_${hex(12)}`, /^It is an API key/],
    ["linear", `lin_api_${hex(20)}`, /^It is an API key/],
    ["hubspot", "pat-eu1-12345678", /^It is an access token/],
    ["razorpay", "rzp_test_abcdef", /^It is the API's key id/],
    ["bearer", "Bearer abc", /^It begins with the word Bearer/],
    ["bearer", "Authorization: Bearer abc", /^It begins with/],
    ["basic", "Basic YWxpY2U6cGFzcw==", /^It is the whole header/],
  ])("%s: %s", (kind, text, fault) => {
    expect(secretFault(kind, text, {})).toMatch(fault);
    expect(secretFault(kind, text, {})).not.toContain(text);
  });

  test.each<[ProviderKind, string]>([
    ["github", "it's our https://example.com secret"],
    ["github", hex(32)],
    ["stripe", `whsec_${hex(16)}`],
    ["svix", `v1,whsec_${base64}`],
    ["okta", "Bearer abc"],
    ["revenuecat", "Bearer abc"],
    ["twilio", hex(16)],
    ["paddle", `pdl_ntfset_${hex(12)}`],
  ])("%s: one that is like none of them is taken: %s", (kind, text) => {
    expect(secretFault(kind, text, {})).toBeNull();
  });
});

describe("the doctor", () => {
  test("says of what is only late nothing but that", () => {
    const request = post("stripe", Buffer.from(body), "application/json", nowMs - 3_600_000, withSecret("whsec_x"));
    const other = { label: "The same at staging", provider: "stripe" as const, config: withSecret("whsec_x") };
    expect(diagnose("stripe", withSecret("whsec_x"), request, nowMs, { others: [other] }).map(({ cause }) => cause)).toEqual(["clock"]);
  });

  test("names another provider only where nothing else is found", () => {
    const request = { "x-sent-key": "abc", authorization: "abc" };
    expect(told("api-key", withSecret("abc"), request).map(({ cause }) => cause)).toEqual(["header_renamed"]);
  });

  test("takes a header that shows a secret for no other provider's", () => {
    expect(told("basic", withSecret("Basic abc", { username: "a" }), { authorization: "Basic abc" })[0]?.cause).not.toBe("other_provider");
  });

  test("knows a secret with the header's words around it, and without them", () => {
    for (const [kind, secret, sent] of [
      ["bearer", "Bearer abc", "Bearer abc"],
      ["bearer", "Authorization: Bearer abc", "Bearer abc"],
      ["revenuecat", "abc", "Bearer abc"],
      ["revenuecat", "Bearer abc", "abc"],
    ] as const)
      expect([kind, secret, told(kind, withSecret(secret), { authorization: sent })[0]?.cause]).toEqual([kind, secret, "secret_form"]);
    const basic = { authorization: `Basic ${Buffer.from("alice:pass").toString("base64")}` };
    expect(told("basic", withSecret("alice:pass", { username: "alice" }), basic)[0]).toMatchObject({ cause: "secret_form" });
  });

  test("tells a token in the URL under another name", () => {
    expect(told("url-token", withSecret("abc"), {}, "?key=abc")[0]).toMatchObject({
      cause: "header_renamed",
      explanation: "The secret is right, but came as ?key= instead of ?token=.",
    });
  });

  test("speaks of no signature where the secret itself is shown", () => {
    const unsigned = { ok: false, reason: "bad_signature", detail: "The request shows another secret than the source's" };
    const headers = { "x-telegram-bot-api-secret-token": "wrong" };
    expect(verifyRequest("telegram", withSecret("right"), received({ headers, body: Buffer.from(body) }), nowMs)).toEqual(unsigned);
    expect(told("url-token", withSecret("abc"), {})[0]).toMatchObject({
      cause: "not_signed",
      explanation: "The URL has no token=: the request does not show the secret.",
      fix: expect.stringContaining("?token="),
    });
    const basic = { authorization: `Basic ${Buffer.from("bob:pass").toString("base64")}` };
    expect(told("basic", withSecret("pass", { username: "alice" }), basic)[0]?.explanation).toContain("another user name or password");
  });

  test("of a header that is written otherwise it suspects who wrote it, not the secret", () => {
    const header = `t=${nowMs},v1=${createHmac("sha256", "right").update(`${nowMs}.${body}`).digest("hex")}`;
    expect(told("stripe", withSecret("right"), { "stripe-signature": header })[0]).toMatchObject({
      cause: "not_signed",
      explanation: "t= in stripe-signature is no time in seconds: the request is not signed as Stripe does it.",
      fix: expect.stringContaining("Compare the header"),
    });
  });

  test.each(["square", "trello", "twilio"] as const)("of %s it suspects the URL too", (kind) => {
    const headers = { "x-square-hmacsha256-signature": "AAAA", "x-trello-webhook": "AAAA", "x-twilio-signature": "AAAA" };
    expect(told(kind, withSecret("right"), { ...headers, "content-type": "application/x-www-form-urlencoded" })[0]).toMatchObject({
      cause: "unknown_secret",
      fix: expect.stringContaining("signs the URL"),
    });
  });
});
