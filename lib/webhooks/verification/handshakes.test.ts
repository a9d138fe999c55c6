import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { ProviderKind, Reply } from "../verification.ts";
import { handshake as question, responseHeaders, verifyRequest } from "../verification.ts";
import { configOf, nowMs, post, received, samplePost, sourceUrl } from "./testSupport.ts";

/** The answer to a question; throws if that is refused, which none of these providers' questions is. */
function handshake(...asked: Parameters<typeof question>): Reply | null {
  const reply = question(...asked);
  if (reply !== null && "reason" in reply) throw new Error(reply.detail);
  return reply;
}

const get = (query: string, headers: Record<string, string> = {}) => received({ method: "GET", url: `${sourceUrl}?${query}`, headers });
const ask = (kind: ProviderKind, query: string): Reply | null => handshake(kind, configOf(kind), get(query), nowMs);
const json = (kind: ProviderKind, body: unknown) => post(kind, Buffer.from(JSON.stringify(body)), "application/json");
const secretOf = (kind: ProviderKind): string => configOf(kind).secrets[0] ?? "";

describe("challenges are echoed as text that no browser runs", () => {
  test.each<[ProviderKind, string, string]>([
    ["meta", "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=verify-me", "1158201444"],
    ["dropbox", "challenge=%3Cscript%3E", "<script>"],
    ["websub", `hub.mode=subscribe&hub.topic=${encodeURIComponent("https://blog.example/feed")}&hub.challenge=abc`, "abc"],
  ])("%s", (kind, query, body) => {
    expect(ask(kind, query)).toEqual({
      status: 200,
      body,
      headers: { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" },
    });
  });

  test("Microsoft Graph posts its token, percent-encoded", () => {
    const request = received({ url: `${sourceUrl}?validationToken=Validation%3A+Testing%20client` });
    expect(handshake("microsoft-graph", configOf("microsoft-graph"), request, nowMs)).toMatchObject({
      status: 200,
      body: "Validation: Testing client",
    });
  });

  test.each<[ProviderKind, string, number | undefined]>([
    ["meta", "hub.mode=subscribe&hub.challenge=1&hub.verify_token=other", 403],
    ["meta", "hub.mode=subscribe&hub.challenge=1", 403],
    ["meta", "hub.mode=subscribe&hub.verify_token=verify-me&hub.challenge=", 403],
    ["websub", "hub.mode=subscribe&hub.topic=https://other.example&hub.challenge=abc", 404],
    ["websub", "hub.mode=denied&hub.topic=https://other.example", 404],
    ["dropbox", `challenge=${"a".repeat(3000)}`, undefined],
    ["dropbox", "challenge=a%0d%0ab", undefined],
    ["dropbox", "", undefined],
    ["github", "hub.mode=subscribe&hub.challenge=1", undefined],
  ])("%s?%s is not", (kind, query, status) => {
    expect(ask(kind, query)?.status).toBe(status);
  });

  test("without a verify token none matches", () => {
    const config = { secrets: ["s"], settings: { verifyToken: "" } };
    expect(handshake("meta", config, get("hub.mode=subscribe&hub.challenge=1&hub.verify_token="), nowMs)?.status).toBe(403);
  });
});

describe("signed questions", () => {
  test("Slack's url_verification, only if its signature holds", () => {
    const body = { type: "url_verification", challenge: "3eZbrw1aB1" };
    const request = json("slack", body);
    expect(handshake("slack", configOf("slack"), request, nowMs)).toMatchObject({ status: 200, body: "3eZbrw1aB1" });
    expect(
      handshake("slack", configOf("slack"), { ...request, body: Buffer.from(JSON.stringify({ ...body, challenge: "x" })) }, nowMs),
    ).toBeNull();
    expect(handshake("slack", configOf("slack"), request, nowMs + 301_000)).toBeNull();
    expect(handshake("slack", configOf("slack"), samplePost("slack"), nowMs)).toBeNull();
  });

  test("Discord: the PING of interactions, the PING of events, and an event that is none", () => {
    const config = configOf("discord");
    expect(handshake("discord", config, json("discord", { type: 1, id: "1", application_id: "2", token: "t" }), nowMs)).toMatchObject({
      status: 200,
      body: '{"type":1}',
    });
    expect(handshake("discord", config, json("discord", { version: 1, application_id: "2", type: 0 }), nowMs)).toEqual({
      status: 204,
      headers: {},
      body: "",
    });
    expect(handshake("discord", config, samplePost("discord"), nowMs)).toBeNull();
    const forged = { ...json("discord", { type: 1 }), body: Buffer.from('{"type":1,"id":"2"}') };
    expect(handshake("discord", config, forged, nowMs)).toBeNull();
    expect(verifyRequest("discord", config, forged, nowMs)).toMatchObject({ reason: "bad_signature" });
  });

  test("Adobe Sign: its own client id comes back, at once and with each delivery", () => {
    const clientId = secretOf("adobe-sign");
    expect(handshake("adobe-sign", configOf("adobe-sign"), get("", { "x-adobesign-clientid": clientId }), nowMs)).toMatchObject({
      status: 200,
      headers: { "x-adobesign-clientid": clientId },
    });
    expect(handshake("adobe-sign", configOf("adobe-sign"), get("", { "x-adobesign-clientid": "other" }), nowMs)).toBeNull();
    expect(responseHeaders("adobe-sign", samplePost("adobe-sign"))).toEqual({ "x-adobesign-clientid": clientId });
    expect(responseHeaders("github", samplePost("adobe-sign"))).toEqual({});
  });
});

describe("questions that would sign for the asker", () => {
  test("X: a CRC is answered with the HMAC of its token", () => {
    const token = "OTMxNTY5NjgtMTkxNy00M2Vm";
    const expected = createHmac("sha256", secretOf("x")).update(token).digest("base64");
    expect(ask("x", `crc_token=${token}`)).toMatchObject({ status: 200, body: JSON.stringify({ response_token: `sha256=${expected}` }) });
  });

  test.each(['{"for_user_id":"1"}', "[]", '"a"', " 1", "a b", "", "a".repeat(300)])("X: no CRC over %j", (token) => {
    expect(ask("x", `crc_token=${encodeURIComponent(token)}`)).toMatchObject({ status: 400 });
  });

  test("X: an answer to a CRC is no delivery's signature", () => {
    const token = "12345";
    const reply = ask("x", `crc_token=${token}`);
    const signature = (JSON.parse(reply?.body ?? "{}") as { response_token: string }).response_token;
    const request = received({ body: Buffer.from(token), headers: { "x-twitter-webhooks-signature": signature } });
    expect(verifyRequest("x", configOf("x"), request, nowMs)).toMatchObject({ ok: false, reason: "malformed" });
  });

  test("Zoom: the token is hashed only if the request's own signature holds", () => {
    const ask = (plainToken: string) => json("zoom", { event: "endpoint.url_validation", payload: { plainToken } });
    const encryptedToken = createHmac("sha256", secretOf("zoom")).update("qgg8vlvZRS6UYooatFL8Aw").digest("hex");
    const request = ask("qgg8vlvZRS6UYooatFL8Aw");
    expect(handshake("zoom", configOf("zoom"), request, nowMs)?.body).toBe(
      JSON.stringify({ plainToken: "qgg8vlvZRS6UYooatFL8Aw", encryptedToken }),
    );
    expect(
      handshake("zoom", configOf("zoom"), { ...request, headers: { ...request.headers, "x-zm-signature": "v0=00" } }, nowMs),
    ).toBeNull();
    expect(handshake("zoom", configOf("zoom"), { ...request, headers: {} }, nowMs)).toBeNull();
    expect(handshake("zoom", configOf("zoom"), ask(`v0:${Math.floor(nowMs / 1000)}:{}`), nowMs)).toBeNull();
  });
});

describe("CloudEvents: permission to send", () => {
  const options = (headers: Record<string, string>) => received({ method: "OPTIONS", headers });
  const config = { secrets: ["s"], settings: { allowedOrigin: "events.example.com", allowedRate: "120" } };

  test("is given to the allowed origin, with the rate", () => {
    const request = options({
      "webhook-request-origin": "Events.example.com",
      "webhook-request-rate": "200",
      "webhook-request-callback": "https://internal.example/",
    });
    expect(handshake("cloudevents", config, request, nowMs)).toEqual({
      status: 200,
      body: "",
      headers: { allow: "POST", "webhook-allowed-origin": "events.example.com", "webhook-allowed-rate": "120" },
    });
  });

  test("and to nobody else", () => {
    expect(handshake("cloudevents", config, options({ "webhook-request-origin": "evil.example" }), nowMs)?.status).toBe(403);
    expect(handshake("cloudevents", config, options({}), nowMs)).toBeNull();
  });
});

test("Intercom's HEAD is answered", () => {
  expect(handshake("intercom", configOf("intercom"), received({ method: "HEAD" }), nowMs)?.status).toBe(200);
});

test("Slack tries the certificate: answered, signed or not, and no event", () => {
  const form = (body: string) => received({ headers: { "content-type": "application/x-www-form-urlencoded" }, body: Buffer.from(body) });
  const ask = (body: string) => handshake("slack", configOf("slack"), form(body), nowMs);
  expect(ask("ssl_check=1&token=t")).toEqual({ status: 200, headers: {}, body: "" });
  for (const body of ["ssl_check=0", "ssl_check=1&command=%2Fgo", "ssl_check=1&payload=%7B%7D", "token=t"]) expect(ask(body)).toBeNull();
});
