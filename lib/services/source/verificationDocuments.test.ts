/** Certificates and sets of keys, fetched from fakes of their hosts, up to the verdict on what is signed with them. */
import { generateKeyPairSync } from "node:crypto";
import { SignJWT } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { setEnv } from "../../env.ts";
import { type Receiver, startReceiver } from "../../testing/receiver.ts";
import { testEnv } from "../../testing/settings.ts";
import { type ProviderConfig, verifyRequest } from "../../webhooks/verification.ts";
import { otherLeafPem, paypalIntermediatePem, paypalLeafPem, paypalRootPem } from "../../webhooks/verification/testPaypal.ts";
import { configOf, nowMs, post, received, samplePost } from "../../webhooks/verification/testSupport.ts";
import type * as outbound from "../shared/outbound.ts";
import { extrasFor } from "./verificationDocuments.ts";

const fake = vi.hoisted(() => ({ url: "", asked: [] as string[] }));

// The name leads to the fake, and its root is one that this machine trusts. All else is as it is.
vi.mock("../shared/outbound.ts", async (original) => {
  const { fetchOutside } = await original<typeof outbound>();
  return {
    fetchOutside: (outgoing: outbound.Outgoing) => {
      fake.asked.push(outgoing.url);
      return fetchOutside({
        ...outgoing,
        url: outgoing.url.replace(/^https:\/\/(api(\.sandbox)?\.paypal\.com|keys\.example|api\.ebay\.com)/, fake.url),
      });
    },
  };
});
vi.mock("node:tls", async (original) => ({ ...(await original<object>()), rootCertificates: [paypalRootPem] }));

const sourceId = "src_1";
const chain = paypalLeafPem + paypalIntermediatePem;
let paypal: Receiver;

beforeAll(async () => {
  setEnv(testEnv("postgresql://nobody@127.0.0.1:9/none"));
  paypal = await startReceiver();
  fake.url = paypal.url;
});

afterAll(() => paypal.close());

/** A request whose certificate has an address that nobody has asked for yet. */
function signed(address = `https://api.paypal.com/v1/notifications/certs/CERT-${crypto.randomUUID()}`, body?: Buffer) {
  const request = body === undefined ? samplePost("paypal") : post("paypal", body, "application/json");
  return { ...request, headers: { ...request.headers, "paypal-cert-url": address } };
}

const serve = (body: string, status = 200, headers: Record<string, string> = {}): void => paypal.respond({ status, headers, body });

async function verdictOn(request: ReturnType<typeof signed>) {
  const extras = await extrasFor(sourceId, "paypal", configOf("paypal"), request);
  return "reason" in extras ? extras : verifyRequest("paypal", configOf("paypal"), request, nowMs, extras);
}

test("what PayPal signed verifies, and its certificate is fetched once for all that name it", async () => {
  serve(chain);
  const request = signed();
  const before = paypal.hits.length;
  const verdicts = await Promise.all(Array.from({ length: 20 }, () => verdictOn(request)));
  expect(verdicts.every(({ ok }) => ok)).toBe(true);
  expect(await verdictOn({ ...request, body: Buffer.from("{}") })).toMatchObject({ ok: false, reason: "bad_signature" });
  expect(paypal.hits.length - before).toBe(1);
  expect(paypal.hits.at(-1)).toMatchObject({ method: "GET", url: new URL(request.headers["paypal-cert-url"]).pathname });
  expect((await verdictOn(signed("https://api.sandbox.paypal.com/v1/notifications/certs/CERT-sandbox"))).ok).toBe(true);
});

test("a thousand forged requests at another source, each of which names a certificate of its own, make nobody's be fetched again", async () => {
  serve(chain);
  const request = signed();
  expect((await verdictOn(request)).ok).toBe(true);
  serve("gone", 404);
  const forged = Array.from({ length: 1_000 }, () => extrasFor("src_other", "paypal", configOf("paypal"), signed()));
  expect((await Promise.all(forged)).every((extras) => "reason" in extras)).toBe(true);
  const before = fake.asked.length;
  expect((await verdictOn(request)).ok).toBe(true);
  expect(fake.asked.length).toBe(before);
});

test.each([
  "https://evil.example/v1/notifications/certs/CERT-1",
  "https://api.paypal.com.evil.example/v1/notifications/certs/CERT-1",
  "https://api.paypal.com@127.0.0.1/v1/notifications/certs/CERT-1",
  "https://api.paypal.com:8443/v1/notifications/certs/CERT-1",
  "http://api.paypal.com/v1/notifications/certs/CERT-1",
  "https://api.paypal.com/v1/notifications/certs/../../oauth2/token",
  "file:///etc/passwd",
])("nothing is fetched from %s", async (address) => {
  const before = fake.asked.length;
  expect(await verdictOn(signed(address))).toMatchObject({ ok: false, reason: "malformed" });
  expect(fake.asked.length).toBe(before);
});

test.each([
  ["that is made out to somebody else", otherLeafPem + paypalIntermediatePem, /not made out to PayPal/],
  ["whose chain has a gap", paypalLeafPem, /trusted root/],
  ["that is none", "<html>", /no certificate/],
])("a certificate %s proves nothing", async (_, pem, detail) => {
  serve(pem);
  expect(await verdictOn(signed())).toMatchObject({ ok: false, reason: "bad_signature", detail: expect.stringMatching(detail) });
});

test.each<[string, () => void]>([
  ["that is not there", () => serve("gone", 404)],
  ["that is elsewhere", () => serve("", 302, { location: `${fake.url}/v1/notifications/certs/CERT-elsewhere` })],
  ["that never ends", () => serve(chain + "x".repeat(300_000))],
  ["that breaks off", () => paypal.respond((_, response) => void response.destroy())],
])("a certificate %s is asked for once, and again later", async (_, arrange) => {
  arrange();
  const request = signed();
  const before = paypal.hits.length;
  const refused = { ok: false, reason: "bad_signature", detail: expect.stringContaining("verify again later") };
  for (let times = 0; times < 3; times++) expect(await verdictOn(request)).toMatchObject(refused);
  expect(paypal.hits.length - before).toBe(1);
  // It holds up no other.
  serve(chain);
  expect((await verdictOn(signed())).ok).toBe(true);
});

describe("a set of keys", () => {
  const keys = {
    old: generateKeyPairSync("ec", { namedCurve: "P-256" }),
    new: generateKeyPairSync("ec", { namedCurve: "P-256" }),
  };
  const setOf = (...kids: (keyof typeof keys)[]): string =>
    JSON.stringify({ keys: kids.map((kid) => ({ ...keys[kid].publicKey.export({ format: "jwk" }), kid })) });
  const seconds = Math.floor(nowMs / 1000);
  let clockMs = performance.now();
  let set = 0;

  /** A source whose set of keys nobody has asked for yet. */
  const sourceOf = (): ProviderConfig => ({
    secrets: [],
    settings: { keySetUrl: `https://keys.example/${(set += 1)}/jwks.json`, audience: "webster" },
  });

  async function verdictOf(config: ProviderConfig, kid: keyof typeof keys, id = `source of ${config.settings["keySetUrl"]}`) {
    const token = await new SignJWT({ aud: "webster", iat: seconds, exp: seconds + 60 })
      .setProtectedHeader({ alg: "ES256", kid })
      .sign(keys[kid].privateKey);
    const request = received({ headers: { authorization: `Bearer ${token}` } });
    const found = await extrasFor(id, "jwt-keys", config, request);
    return "reason" in found ? found : verifyRequest("jwt-keys", config, request, nowMs, found);
  }

  beforeEach(() => {
    vi.spyOn(performance, "now").mockImplementation(() => clockMs);
  });

  test("is fetched once, and again for a key that it lacks, but not for each request that names one", async () => {
    const config = sourceOf();
    const before = paypal.hits.length;
    serve(setOf("old"));
    const verdicts = await Promise.all(Array.from({ length: 10 }, () => verdictOf(config, "old")));
    expect(verdicts.every(({ ok }) => ok)).toBe(true);
    serve(setOf("old", "new"));
    for (let times = 0; times < 5; times++) expect(await verdictOf(config, "new")).toMatchObject({ ok: false, reason: "bad_signature" });
    expect(paypal.hits.length - before).toBe(1);
    clockMs += 11_000;
    for (const kid of ["new", "old", "new"] as const) expect(await verdictOf(config, kid)).toEqual({ ok: true });
    expect(paypal.hits.length - before).toBe(2);
  });

  test("serves on while no newer one is to be had, for a day", async () => {
    const config = sourceOf();
    serve(setOf("old"));
    expect(await verdictOf(config, "old")).toEqual({ ok: true });
    serve("down", 500);
    clockMs += 3_700_000;
    expect(await verdictOf(config, "old")).toEqual({ ok: true });
    clockMs += 86_400_000;
    expect(await verdictOf(config, "old")).toMatchObject({
      ok: false,
      reason: "misconfigured",
      detail: "The sender's keys could not be fetched; verify again later",
    });
    serve(setOf("old"));
    clockMs += 11_000;
    expect(await verdictOf(config, "old")).toEqual({ ok: true });
  });

  test("that can't be had takes nothing in, and a source that asks for too many holds up no other", async () => {
    serve("gone", 404);
    const before = paypal.hits.length;
    for (let times = 0; times < 40; times++)
      expect(await verdictOf(sourceOf(), "old", "flooded")).toMatchObject({ reason: "misconfigured" });
    expect(paypal.hits.length - before).toBe(20);
    serve(setOf("old"));
    expect(await verdictOf(sourceOf(), "old")).toEqual({ ok: true });
  });

  test("is fetched from nowhere but the public internet", async () => {
    const config = { secrets: [], settings: { keySetUrl: "https://169.254.169.254/jwks.json", audience: "webster" } };
    expect(await verdictOf(config, "old")).toMatchObject({ ok: false, reason: "misconfigured" });
  });
});

describe("a document that takes a token", () => {
  const config = configOf("ebay");
  const own = { ...config, settings: { ...config.settings, clientId: crypto.randomUUID() } };
  const verdict = async () => {
    const extras = await extrasFor(sourceId, "ebay", own, samplePost("ebay"));
    return "reason" in extras ? extras : verifyRequest("ebay", own, samplePost("ebay"), nowMs, extras);
  };

  test("is asked for with the token that was asked for first, and nothing without one", async () => {
    serve('{"access_token":"v^1.1#i^1","expires_in":7200}');
    const before = paypal.hits.length;
    expect(await verdict()).toMatchObject({ ok: false, reason: "misconfigured" });
    const [token, key, ...more] = paypal.hits.slice(before);
    expect(token).toMatchObject({ method: "POST", url: "/identity/v1/oauth2/token" });
    expect(token?.headers["authorization"]).toMatch(/^Basic /);
    expect(key?.headers["authorization"]).toBe("Bearer v^1.1#i^1");
    expect(more).toEqual([]);
  });
});
