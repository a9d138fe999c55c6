/** Providers of payments and others whose schemes or events are unlike the rest: vectors of their documents, and what they send. */
import { createHash, createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { describeRequest, handshake, type ProviderKind, providers, verifyRequest } from "../verification.ts";
import { makeToken } from "./jwt.ts";
import { nowMs, post, received, sourceUrl } from "./testSupport.ts";

const secret = "a secret, é";
const seconds = String(Math.floor(nowMs / 1000));
const sha256Hex = (content: string): string => createHmac("sha256", secret).update(content).digest("hex");
const json = (body: unknown, more: { url?: string } = {}) =>
  received({ headers: { "content-type": "application/json" }, body: Buffer.from(JSON.stringify(body)), ...more });
const typeOf = (kind: ProviderKind, body: unknown, url?: string): string | null =>
  describeRequest(kind, json(body, url === undefined ? {} : { url })).eventType;

test("Revolut's own example", () => {
  const body =
    '{"data":{"id":"645a7696-22f3-aa47-9c74-cbae0449cc46","new_state":"completed","old_state":"pending","request_id":"app_charges-9f5d5eb3-1e06-46c5-b1c0-3914763e0bcb"},"event":"TransactionStateChanged","timestamp":"2023-05-09T16:36:38.028960Z"}';
  const headers = {
    "revolut-request-timestamp": "1683650202360",
    "revolut-signature": "v1=bca326fb378d0da7f7c490ad584a8106bab9723d8d9cdd0d50b4c5b3be3837c0",
  };
  const config = { secrets: ["wsk_r59a4HfWVAKycbCaNO1RvgCJec02gRd8"], settings: {} };
  expect(verifyRequest("revolut", config, received({ headers, body: Buffer.from(body) }), 1_683_650_202_360)).toEqual({ ok: true });
});

describe("RevenueCat", () => {
  const body = '{"event":{"id":"e_1","type":"RENEWAL"}}';
  const ask = (settings: Record<string, string>, headers: Record<string, string>) =>
    verifyRequest("revenuecat", { secrets: [secret], settings }, received({ headers, body: Buffer.from(body) }), nowMs);
  const signature = { "x-revenuecat-webhook-signature": `t=${seconds},v1=${sha256Hex(`${seconds}.${body}`)}` };

  test("signs where that is switched on, with two secrets during a rotation", () => {
    expect(ask({ proof: "signature" }, signature)).toEqual({ ok: true });
    const rotating = signature["x-revenuecat-webhook-signature"].replace(",", `,v1=${"0".repeat(64)},`);
    expect(ask({ proof: "signature" }, { "x-revenuecat-webhook-signature": rotating })).toEqual({ ok: true });
    expect(ask({ proof: "signature" }, { "x-revenuecat-webhook-signature": `t=${seconds},v1=${sha256Hex(body)}` })).toMatchObject({
      reason: "bad_signature",
    });
  });

  test("what one kind of source takes, the other does not", () => {
    expect(ask({ proof: "signature" }, { authorization: secret })).toMatchObject({ reason: "missing_header" });
    expect(ask({}, signature)).toMatchObject({ reason: "missing_header" });
    for (const settings of [{}, { proof: "authorization" }]) expect(ask(settings, { authorization: secret })).toEqual({ ok: true });
  });
});

test("Recurly's header begins with a time, and has a signature behind it", () => {
  const ask = (header: string) =>
    verifyRequest("recurly", { secrets: [secret], settings: {} }, received({ headers: { "recurly-signature": header } }), nowMs);
  for (const header of ["x,AAAA", String(nowMs), `${seconds},${"0".repeat(64)}`])
    expect(ask(header)).toMatchObject({ reason: "malformed" });
});

test("Mandrill signs the URL and its form", () => {
  const events = '[{"event":"open","_id":"m","msg":{"email":"grüße@example.com"}}]';
  const key = "a key";
  const ask = (body: string, contentType = "application/x-www-form-urlencoded") => {
    const signature = createHmac("sha1", key).update(`${sourceUrl}mandrill_events${events}`).digest("base64");
    const headers = { "content-type": contentType, "x-mandrill-signature": signature };
    return received({ headers, body: Buffer.from(body) });
  };
  const config = { secrets: [key], settings: {} };
  const form = ask(new URLSearchParams({ mandrill_events: events }).toString());
  expect(verifyRequest("mandrill", config, form, nowMs)).toEqual({ ok: true });
  expect(describeRequest("mandrill", form).eventType).toBe("open");
  expect(verifyRequest("mandrill", config, ask("mandrill_events=%5B%5D"), nowMs)).toMatchObject({ reason: "bad_signature" });
  expect(verifyRequest("mandrill", config, ask(events, "application/json"), nowMs)).toMatchObject({ reason: "malformed" });
});

test("Vonage's token covers the body", () => {
  const body = '{"message_uuid":"m","status":"delivered"}';
  const claims = {
    iat: Number(seconds),
    jti: "c5ba8f24-1a14-4c10-bfdf-3fbe8ce511b5",
    iss: "Vonage",
    payload_hash: createHash("sha256").update(body).digest("hex"),
    api_key: "a1b2c3d",
  };
  const ask = (more: object, sent = body) => {
    const headers = { authorization: `Bearer ${makeToken({ ...claims, ...more }, Buffer.from(secret), "HS256") ?? ""}` };
    return verifyRequest("vonage", { secrets: [secret], settings: {} }, received({ headers, body: Buffer.from(sent) }), nowMs);
  };
  expect(ask({})).toEqual({ ok: true });
  expect(ask({}, `${body} `)).toMatchObject({ reason: "bad_signature" });
  expect(ask({ iss: "Nobody" })).toMatchObject({ reason: "bad_signature" });
  expect(ask({ iat: Number(seconds) - 400 })).toMatchObject({ reason: "stale" });
});

describe("the type of an event", () => {
  test("of several members, with dots between", () => {
    expect(typeOf("pipedrive", { meta: { action: "create", entity: "person" } })).toBe("create.person");
    expect(typeOf("pipedrive", { v: 1, event: "updated.deal", meta: { action: "updated", object: "deal" } })).toBe("updated.deal");
    expect(typeOf("recurly", { object_type: "account", event_type: "created" })).toBe("account.created");
    expect(typeOf("recurly", { event_type: "created" })).toBeNull();
  });

  test("of Recharge is the topic that the URL tells, else the resource", () => {
    expect(typeOf("recharge", { charge: { id: 1 } }, `${sourceUrl}?topic=charge%2Fpaid`)).toBe("charge.paid");
    expect(typeOf("recharge", { charge: { id: 1 } })).toBe("charge");
    expect(typeOf("recharge", { charge: {}, customer: {} })).toBeNull();
  });

  test("of Wix and its id stand in the token that is the body", () => {
    const event = { eventType: "wix.ecom.v1.order_approved", instanceId: "i_1", data: JSON.stringify({ id: "e_1", slug: "approved" }) };
    const request = post("wix", Buffer.from(JSON.stringify(event)), "text/plain");
    expect(request.body.toString()).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(describeRequest("wix", request)).toMatchObject({ eventType: "wix.ecom.v1.order_approved", identity: { text: "e_1 i_1" } });
    expect(describeRequest("wix", received({ body: Buffer.from("{}") }))).toMatchObject({ eventType: null, identity: null });
  });
});

test("whoever sends several events in a request is told where to choose among them", () => {
  expect(providers.sendgrid.hint).toMatch(/first one's type: .* filter on payload\.\*\.event, not/);
  expect(providers.meta.hint).toMatch(/payload\.entry\.\*\.changes\.\*\.field/);
  expect(providers.mandrill.hint).toMatch(/shown here\. A request .* payload\.mandrill_events\.\*\.event/);
  for (const kind of ["stripe", "github", "orum-io"] as const) expect(providers[kind].hint).not.toMatch(/first one/);
});

test("Nylas asks before it tells its secret", () => {
  const question = received({ method: "GET", url: `${sourceUrl}?challenge=bc609b38-c81f-47fb-a275-1d9bd61be968` });
  expect(handshake("nylas", { secrets: [], settings: {} }, question, nowMs)).toMatchObject({
    status: 200,
    body: "bc609b38-c81f-47fb-a275-1d9bd61be968",
  });
});
