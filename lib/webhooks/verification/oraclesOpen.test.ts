/** Providers of developers' tools, devices and business, held against the formulas of their documents. */
import { createHash, createHmac } from "node:crypto";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { jsonBodies } from "../../testing/oracles/bodies.ts";
import { describeRequest, handshake, needOf, type ProviderKind, providers, verifyRequest } from "../verification.ts";
import { configOf, nowMs, received, sourceUrl } from "./testSupport.ts";

const secret = "a secret, é";
const key = Buffer.alloc(24, 5);
const hmac = (hash: string, encoding: "hex" | "base64", content: string, by: string | Buffer = secret): string =>
  createHmac(hash, by).update(content).digest(encoding);
const seconds = String(Math.floor(nowMs / 1000));
const ms = String(nowMs);
const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A token as RFC 7515 has it. */
function token(claims: object): string {
  const content = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}`;
  return `${content}.${createHmac("sha256", secret).update(content).digest("base64url")}`;
}

type Formula = [kind: ProviderKind, headersOf: (body: string) => Record<string, string>, secret?: string];

/** The headers that each document says are made of the body. */
const formulas: Formula[] = [
  ["airtable", (body) => ({ "x-airtable-content-mac": `hmac-sha256=${hmac("sha256", "hex", body, key)}` }), key.toString("base64")],
  ["cloudflare-stream", (body) => ({ "webhook-signature": `time=${seconds},sig1=${hmac("sha256", "hex", `${seconds}.${body}`)}` })],
  [
    "fusionauth",
    (body) => ({ "x-fusionauth-signature-jwt": token({ request_body_sha256: createHash("sha256").update(body).digest("base64") }) }),
  ],
  ["ghost", (body) => ({ "x-ghost-signature": `sha256=${hmac("sha256", "hex", `${body}${ms}`)}, t=${ms}` })],
  ["grafana", (body) => ({ "x-grafana-alerting-signature": hmac("sha256", "hex", body) })],
  ["linkedin", (body) => ({ "x-li-signature": hmac("sha256", "hex", `hmacsha256=${body}`) })],
  ["linkedin", (body) => ({ "x-li-signature": `hmacsha256=${hmac("sha256", "hex", `hmacsha256=${body}`)}` })],
  ["netlify", (body) => ({ "x-webhook-signature": token({ iss: "netlify", sha256: createHash("sha256").update(body).digest("hex") }) })],
  ["onfleet", (body) => ({ "x-onfleet-signature": hmac("sha512", "hex", body, key) }), key.toString("hex")],
  [
    "samsara",
    (body) => ({ "x-samsara-timestamp": seconds, "x-samsara-signature": `v1=${hmac("sha256", "hex", `v1:${seconds}:${body}`, key)}` }),
    key.toString("base64"),
  ],
  ["shortcut", (body) => ({ "payload-signature": hmac("sha256", "hex", body) })],
  ["terraform", (body) => ({ "x-tfe-notification-signature": hmac("sha512", "hex", body) })],
  ["webex", (body) => ({ "x-spark-signature": hmac("sha1", "hex", body) })],
  ["whoop", (body) => ({ "x-whoop-signature-timestamp": ms, "x-whoop-signature": hmac("sha256", "base64", `${ms}${body}`) })],
  ["crisp", (body) => ({ "x-crisp-request-timestamp": ms, "x-crisp-signature": hmac("sha256", "hex", `[${ms};${body}]`) })],
  ["dwolla", (body) => ({ "x-request-signature-sha-256": hmac("sha256", "hex", body) })],
  ["greenhouse", (body) => ({ signature: `sha256 ${hmac("sha256", "hex", body)}` })],
  ["help-scout", (body) => ({ "x-helpscout-signature": hmac("sha1", "base64", body) })],
  ["mailchimp", (body) => ({ "x-mailchimp-signature": `t=${seconds},v1=${hmac("sha256", "hex", `${seconds}.${body}`)}` })],
  ["paymongo", (body) => ({ "paymongo-signature": `t=${seconds},te=${hmac("sha256", "hex", `${seconds}.${body}`)},li=` })],
  ["paymongo", (body) => ({ "paymongo-signature": `t=${seconds},te=,li=${hmac("sha256", "hex", `${seconds}.${body}`)}` })],
  ["squarespace", (body) => ({ "squarespace-signature": hmac("sha256", "hex", body, key) }), key.toString("hex")],
  ["stream", (body) => ({ "x-signature": hmac("sha256", "hex", body) })],
];

describe.each(formulas)("%s as its document says", (kind, headersOf, own = secret) => {
  test.each(jsonBodies)("$name", ({ text }) => {
    const before = { airtable: "AAAA", samsara: "AAAA", onfleet: "00".repeat(32), squarespace: "00".repeat(32) }[kind as "airtable"];
    const config = { secrets: [before ?? "the one before", own], settings: configOf(kind).settings };
    const headers = headersOf(text);
    expect(verifyRequest(kind, config, received({ headers, body: Buffer.from(text) }), nowMs)).toEqual({ ok: true });
    expect(verifyRequest(kind, config, received({ headers, body: Buffer.from(`${text} `) }), nowMs)).toMatchObject({
      reason: "bad_signature",
    });
  });
});

test.each([
  ["flutterwave", "verif-hash"],
  ["xendit", "x-callback-token"],
  ["cloudflare", "cf-webhook-auth"],
] as const)("%s shows its secret in %s", (kind, name) => {
  const ask = (value: string) => verifyRequest(kind, { secrets: ["shown"], settings: {} }, received({ headers: { [name]: value } }), nowMs);
  expect(ask("shown")).toEqual({ ok: true });
  expect(ask("other")).toMatchObject({ reason: "bad_signature" });
});

describe("questions", () => {
  const ask = (kind: ProviderKind, query: string, settings = {}) =>
    handshake(kind, { secrets: [secret], settings }, received({ method: "GET", url: `${sourceUrl}?${query}` }), nowMs);
  const uuid = "890e4665-4dfe-4ab1-b689-ed553bceeed0";

  test("LinkedIn's UUID is answered with its signature, and nothing that could be a delivery", () => {
    const answer = ask("linkedin", `challengeCode=${uuid}`);
    expect(JSON.parse(answer !== null && "body" in answer ? answer.body : "")).toEqual({
      challengeCode: uuid,
      challengeResponse: hmac("sha256", "hex", uuid),
    });
    const sly = ask("linkedin", `challengeCode=${encodeURIComponent('hmacsha256={"type":"LEAD_ACTION"}')}`);
    expect(sly).toMatchObject({ ok: false, reason: "malformed" });
    expect(ask("linkedin", "a=b")).toBeNull();
  });

  test("Mailchimp's GET, which comes before there is a secret, is answered and is no event", () => {
    expect(handshake("mailchimp", { secrets: [], settings: {} }, received({ method: "GET" }), nowMs)).toMatchObject({
      status: 200,
      body: "",
    });
    expect(handshake("mailchimp", { secrets: [secret], settings: {} }, received({}), nowMs)).toBeNull();
  });

  test("Onfleet's check is echoed", () => {
    expect(ask("onfleet", "check=sesame")).toMatchObject({ status: 200, body: "sesame" });
  });
});

test("Stream signs what it packs before it packs it", () => {
  const body = '{"type":"message.new","message":{"text":"Grüße"}}';
  const headers = { "x-signature": hmac("sha256", "hex", body), "content-encoding": "gzip", "content-type": "application/json" };
  const config = { secrets: [secret], settings: {} };
  const request = received({ headers, body: gzipSync(body) });
  expect(verifyRequest("stream", config, request, nowMs)).toEqual({ ok: true });
  expect(describeRequest("stream", request).eventType).toBe("message.new");
  const other = received({ headers, body: gzipSync(body.replace("new", "old")) });
  expect(verifyRequest("stream", config, other, nowMs)).toMatchObject({ reason: "bad_signature" });
});

describe("Plivo", () => {
  const config = { secrets: [secret], settings: {} };
  const ask = (url: string, body: string, signed: string, contentType = "application/x-www-form-urlencoded") =>
    verifyRequest(
      "plivo",
      config,
      received({
        url,
        headers: {
          "content-type": contentType,
          "x-plivo-signature-v3-nonce": "12345",
          "x-plivo-signature-v3": hmac("sha256", "base64", `${signed}.12345`),
        },
        body: Buffer.from(body),
      }),
      nowMs,
    );

  test("signs the URL with its query sorted, and the form sorted behind it", () => {
    expect(ask(sourceUrl, "To=1&From=2", `${sourceUrl}?From2To1`)).toEqual({ ok: true });
    expect(ask(`${sourceUrl}?b=2&a=1`, "To=1&From=2", `${sourceUrl}?a=1&b=2.From2To1`)).toEqual({ ok: true });
    expect(ask(sourceUrl, "To=1&From=3", `${sourceUrl}?From2To1`)).toMatchObject({ reason: "bad_signature" });
  });

  test("a body that is no form is signed by nothing, and refused", () => {
    expect(ask(sourceUrl, '{"To":"1"}', sourceUrl, "application/json")).toMatchObject({ reason: "malformed" });
  });
});

test("Grafana signs the time before the body where its header has a name", () => {
  const body = '{"status":"firing","alerts":[]}';
  const ask = (timestampHeader: string, time: string, signed: string) =>
    verifyRequest(
      "grafana",
      { secrets: [secret], settings: { timestampHeader } },
      received({
        headers: { "x-grafana-alerting-signature": hmac("sha256", "hex", signed), "x-grafana-time": time },
        body: Buffer.from(body),
      }),
      nowMs,
    );
  expect(ask("X-Grafana-Time", seconds, `${seconds}:${body}`)).toEqual({ ok: true });
  expect(ask("X-Grafana-Time", seconds, body)).toMatchObject({ reason: "bad_signature" });
  expect(ask("X-Other", seconds, `${seconds}:${body}`)).toMatchObject({ reason: "missing_header" });
  const old = String(Number(seconds) - 301);
  expect(ask("X-Grafana-Time", old, `${old}:${body}`)).toMatchObject({ reason: "stale" });
  expect(ask("", seconds, `${seconds}:${body}`)).toMatchObject({ reason: "bad_signature" });
  expect(providers.grafana.faultOf?.({ timestampHeader: "X Time" })).toMatchObject({ name: "timestampHeader" });
});

describe("Google Health", () => {
  // Two keys, and a signature by the second, made with Tink: tink-go 2.9.0.
  const document =
    '{"primaryKeyId":2836183184,"key":[{"keyData":{"typeUrl":"type.googleapis.com/google.crypto.tink.EcdsaPublicKey","value":"EgYIAxACGAIaIQBdeGB3KhL65XntHIXlI0fPIrA6Mfl/6U1OvRfiTPY2qSIhAKQjGgRK+6TCEYLysXWbuyU5sKBpOJCqA5fob2jhi8T1","keyMaterialType":"ASYMMETRIC_PUBLIC"},"status":"ENABLED","keyId":1681004738,"outputPrefixType":"TINK"},{"keyData":{"typeUrl":"type.googleapis.com/google.crypto.tink.EcdsaPublicKey","value":"EgYIAxACGAIaIQBkSdynwItxy36PAkH120snVgvDWXbv7M1qXPVXlUZwsCIhAIXciVMBPOHNjShKtOW/s35p7Q85KwKqcKfHvfb7oWF5","keyMaterialType":"ASYMMETRIC_PUBLIC"},"status":"ENABLED","keyId":2836183184,"outputPrefixType":"TINK"}]}';
  const signature = "AakMuJAwRQIhAKBBFz2CZYMOufAEy6i0Z4oCypL7/yI38VsfefBlf16pAiAYqzqiMxalXqH7y2HEDTQSfckYQtciBtfm8BpDHAqKeA==";
  const body =
    '{"data":{"version":"1","clientProvidedSubscriptionName":"sub","healthUserId":"123456","operation":"UPSERT","dataType":"steps","intervals":[]}}';
  const config = { secrets: [], settings: { authorization: "Bearer mine" } };
  const sent = (headers: Record<string, string>, text = body) =>
    received({ headers: { "content-type": "application/json", authorization: "Bearer mine", ...headers }, body: Buffer.from(text) });
  const ask = (request: ReturnType<typeof sent>, keys = document) =>
    verifyRequest("google-health", config, request, nowMs, { document: keys });

  test.each(["google-health-api-signature", "x-healthapi-signature"])("what Tink signs holds, in %s", (name) => {
    expect(ask(sent({ [name]: signature }))).toEqual({ ok: true });
    expect(ask(sent({ [name]: signature }, body.replace("steps", "sleep")))).toMatchObject({ reason: "bad_signature" });
    expect(ask(sent({ [name]: signature, authorization: "Bearer theirs" }))).toMatchObject({ reason: "bad_signature" });
    expect(ask(sent({ [name]: `Ag${signature.slice(2)}` }))).toMatchObject({ reason: "malformed" });
  });

  test("a key that is not in use any more, and one that is not there yet", () => {
    const request = sent({ "google-health-api-signature": signature });
    expect(ask(request, document.replaceAll("ENABLED", "DISABLED"))).toMatchObject({ reason: "bad_signature" });
    const need = needOf("google-health", config, request);
    const covers = need !== null && "covers" in need ? need.covers : () => false;
    expect([covers(document), covers(document.replace('"keyId":2836183184', '"keyId":1')), covers("no JSON")]).toEqual([
      true,
      false,
      false,
    ]);
  });

  test("Google is asked for keys only for who shows the value", () => {
    const theirs = sent({ "google-health-api-signature": signature, authorization: "Bearer theirs" });
    expect(needOf("google-health", config, theirs)).toMatchObject({ reason: "bad_signature" });
  });

  test("its two questions: the one that shows the value is let in", () => {
    const question = (authorization?: string) =>
      handshake(
        "google-health",
        config,
        received({ headers: authorization === undefined ? {} : { authorization }, body: Buffer.from('{"type":"verification"}') }),
        nowMs,
      );
    expect(question("Bearer mine")).toMatchObject({ status: 201 });
    expect(question()).toMatchObject({ status: 401 });
    expect(question()).not.toHaveProperty("refused");
    expect(question("Bearer theirs")).toMatchObject({ status: 401, refused: { reason: "misconfigured" } });
    expect(handshake("google-health", config, sent({}), nowMs)).toBeNull();
  });

  test("one event, or a list of them", () => {
    const typeOf = (text: string) => describeRequest("google-health", sent({}, text)).eventType;
    expect([typeOf(body), typeOf(`[${body},${body}]`)]).toEqual(["steps", "steps"]);
  });
});

describe("eBay", () => {
  // The notification, the signature and the key of the tests of eBay's own library, event-notification-nodejs-sdk 1.0.3.
  const kid = "9936261a-7d7b-4621-a0f1-96ccb428af49";
  const signature = "MEYCIQCfxfIWuxmWcIBQJ9c5/X7iGDJqs2RCGsBEaAjinyrrfAIhAIV6wGcTiBuV5KJUif2hokyrL+Q9ssHkad+mx2nEE25w";
  const document =
    '{"key":"-----BEGIN PUBLIC KEY-----MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEZhhxXKtR+TOvtDbgTPCkSof02qgBB7IsYOyf76ilExJ/upAa/vKIKheOoCyOpcLmi4t0b4uepb7LLjmMr90FUg==-----END PUBLIC KEY-----","algorithm":"ECDSA","digest":"SHA1"}';
  const body =
    '{"metadata":{"topic":"MARKETPLACE_ACCOUNT_DELETION","schemaVersion":"1.0","deprecated":false},"notification":{"notificationId":"49feeaeb-4982-42d9-a377-9645b8479411_33f7e043-fed8-442b-9d44-791923bd9a6d","eventDate":"2021-03-19T20:43:59.462Z","publishDate":"2021-03-19T20:43:59.679Z","publishAttemptCount":1,"data":{"username":"test_user","userId":"ma8vp1jySJC","eiasToken":"nY+sHZ2PrBmdj6wVnY+sEZ2PrA2dj6wJnY+gAZGEpwmdj6x9nY+seQ=="}}}';
  const config = configOf("ebay");
  const signedWith = (said: object, text = body) =>
    received({ headers: { "x-ebay-signature": Buffer.from(JSON.stringify(said)).toString("base64") }, body: Buffer.from(text) });
  const own = { alg: "ecdsa", kid, signature, digest: "SHA1" };

  test("its own example holds, and no other body", () => {
    expect(verifyRequest("ebay", config, signedWith(own), nowMs, { document })).toEqual({ ok: true });
    const changed = signedWith(own, body.replace("test_user", "another"));
    expect(verifyRequest("ebay", config, changed, nowMs, { document })).toMatchObject({ reason: "bad_signature" });
    expect(verifyRequest("ebay", config, signedWith(own), nowMs)).toMatchObject({ reason: "misconfigured" });
    const longer = Buffer.concat([Buffer.from(signature, "base64"), Buffer.from([0])]).toString("base64");
    const padded = signedWith({ ...own, signature: longer });
    expect(verifyRequest("ebay", config, padded, nowMs, { document })).toMatchObject({ reason: "malformed" });
  });

  test("the key is asked for by its id, as the application", () => {
    expect(needOf("ebay", config, signedWith(own))).toMatchObject({
      url: `https://api.ebay.com/commerce/notification/v1/public_key/${kid}`,
      bearer: {
        url: "https://api.ebay.com/identity/v1/oauth2/token",
        headers: { authorization: `Basic ${Buffer.from("client:secret").toString("base64")}` },
      },
    });
    expect(needOf("ebay", config, signedWith({ ...own, kid: "../user" }))).toMatchObject({ reason: "malformed" });
  });

  test("its question is answered with the hash of code, token and URL", () => {
    const asked = received({ method: "GET", url: `${sourceUrl}?challenge_code=a8628072-3d33-45ee-9004-bee86830a22d` });
    const answer = handshake("ebay", config, asked, nowMs);
    const challengeResponse = createHash("sha256")
      .update(`a8628072-3d33-45ee-9004-bee86830a22d${"t".repeat(32)}${sourceUrl}`)
      .digest("hex");
    expect(answer).toMatchObject({ status: 200, body: JSON.stringify({ challengeResponse }) });
  });
});

describe("event types", () => {
  const typeOf = (kind: ProviderKind, body: unknown, url = sourceUrl) =>
    describeRequest(kind, received({ url, headers: { "content-type": "application/json" }, body: Buffer.from(JSON.stringify(body)) }))
      .eventType;

  test("are found where each provider says them", () => {
    // As https://docs.x.com/x-api/activity/quickstart delivers, and as an account's activity always was.
    expect(typeOf("x", { data: { filter: { user_id: "1" }, event_type: "profile.update.bio", payload: {} } })).toBe("profile.update.bio");
    expect(typeOf("x", { for_user_id: "1", follow_events: [] })).toBe("account.activity");
    expect(typeOf("webex", { resource: "messages", event: "created" })).toBe("messages.created");
    expect(typeOf("shortcut", { actions: [{ entity_type: "story", action: "create" }] })).toBe("story.create");
    expect(typeOf("terraform", { notifications: [{ trigger: "run:errored" }] })).toBe("run.errored");
    expect(typeOf("ghost", { page: { current: {} } })).toBe("page");
    expect(typeOf("ghost", { page: { current: {} } }, `${sourceUrl}?event=page.published`)).toBe("page.published");
    expect(typeOf("onfleet", { triggerId: 0 })).toBe("0");
  });
});
