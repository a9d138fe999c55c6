/** What helps with sources: replaying a request elsewhere, a test as the provider, and all of it through the SDK. */
import { createHmac } from "node:crypto";
import { deflateSync, gzipSync } from "node:zlib";
import { Stripe } from "stripe";
import { Svix, Webhook } from "svix";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ReplayElsewhereOut, SourceTestOut } from "../contract/sourceTools.ts";
import { type Engine, startEngine } from "../delivery/engine.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { fewAtATime } from "../testing/fewAtATime.ts";
import { type Receiver, startReceiver } from "../testing/receiver.ts";
import { addEndpoint, clientOf, type Door, githubHeaders, newSource, openDoor, receivedBy, sendTo } from "../testing/sources.ts";
import { until } from "../testing/until.ts";
import { type ProviderKind, providers } from "../webhooks/verification.ts";
import { configOf, kinds } from "../webhooks/verification/testSupport.ts";
import { parseUrl } from "../words/url.ts";

let database: TestDatabase;
let engine: Engine;
let door: Door;
let one: Receiver;
let other: Receiver;

beforeAll(async () => {
  database = await testDatabase();
  engine = startEngine();
  door = await openDoor();
  [one, other] = await Promise.all([startReceiver(), startReceiver()]);
});

afterAll(async () => {
  await door.close();
  await engine.drain(1000);
  await engine.stop();
  await Promise.all([one.close(), other.close()]);
  await database.close();
});

const configured = (provider: ProviderKind) => {
  const { secrets, settings } = configOf(provider);
  return { provider, secrets: [...secrets], settings: { ...settings } };
};

test("a request is sent to another target as it came, and the answers are compared", async () => {
  const me = await clientOf(door);
  const source = await newSource(me, { provider: "bearer", secrets: ["bearer-of-the-provider"] });
  const headers = { authorization: "Bearer bearer-of-the-provider", "content-type": "text/odd", "x-shown": "1" };
  const body = Buffer.from([0, 255, 10, 13, 128]);
  await sendTo(door, source.path, { headers, body });
  const [received] = await receivedBy(me, source);
  const replay = (input: object) => me.call<ReplayElsewhereOut>("POST", `/api/v1/received-request/${received?.id}/replay`, input);

  one.respond({ status: 200, headers: { "x-version": "1", "x-same": "s" }, body: "old" });
  other.respond({ status: 503, headers: { "x-same": "s", "x-only": "here" }, body: "new" });
  const told = await replay({ url: `${other.url}/b?q=1`, against: `${one.url}/a` });
  expect(told).toMatchObject({ status: 200, response: { status: 503, body: "new" }, comparedWith: { status: 200, body: "old" } });
  const differences = Object.fromEntries(told.differences.map(({ what, value, otherValue }) => [what, [value, otherValue]]));
  expect(differences).toMatchObject({
    status: ["503", "200"],
    body: ["new", "old"],
    "header x-version": [null, "1"],
    "header x-only": ["here", null],
  });
  expect(Object.keys(differences)).not.toContain("header x-same");
  for (const hit of [one.hits.at(-1), other.hits.at(-1)]) {
    expect(hit?.body.equals(body)).toBe(true);
    expect(hit?.headers).toMatchObject({ "content-type": "text/odd", "x-shown": "1" });
    expect(JSON.stringify(hit?.headers)).not.toContain("bearer-of-the-provider");
  }
  expect(other.hits.at(-1)?.url).toBe("/b?q=1");

  // Without another URL there is nothing to compare with, until the source's own endpoint has answered.
  expect(await replay({ url: other.url })).toMatchObject({ comparedWith: null, differences: [] });
  one.respond({ status: 201, body: "delivered" });
  await addEndpoint(me, source, `${one.url}/own`);
  await sendTo(door, source.path, { headers, body: "delivered" });
  const [latest] = await receivedBy(me, source);
  const compared = await until("the attempt to be on record", async () => {
    const answer = await me.call<ReplayElsewhereOut>("POST", `/api/v1/received-request/${latest?.id}/replay`, { url: other.url });
    return answer.comparedWith === null ? null : answer;
  });
  expect(compared.comparedWith).toMatchObject({ url: `${one.url}/own`, status: 201, body: "delivered" });
  const dead = await replay({ url: "http://127.0.0.1:9/", against: other.url });
  expect(dead.response).toMatchObject({ status: null, error: expect.stringMatching(/refused|reached/) });
  expect((await replay({ url: "http://169.254.169.254/latest" })).status).toBe(422);
});

test("a test is signed as its provider signs: accepted by the source, rejected with another secret", async () => {
  const me = await clientOf(door);
  // One of each scheme that signs with what the source has too.
  const byScheme = new Map(kinds.map((kind) => [providers[kind].scheme, kind]));
  const signing = [...byScheme.values()].filter((kind) => !providers[kind].scheme.asymmetric);
  const verdicts = await fewAtATime(signing, async (provider) => [provider, await testedAs(provider)]);
  async function testedAs(provider: ProviderKind): Promise<string | null> {
    const source = await newSource(me, configured(provider));
    return (await me.call<SourceTestOut>("POST", `/api/v1/source/${source.id}/send-test`)).verdict;
  }
  expect(verdicts).toEqual(signing.map((provider) => [provider, "accepted"]));

  const source = await newSource(me, { provider: "stripe", secrets: ["whsec_one"] });
  const send = (body?: string) =>
    me.call<SourceTestOut>("POST", `/api/v1/source/${source.id}/send-test`, body === undefined ? {} : { body });
  const first = await send('{"id":"evt_own","type":"charge.failed"}');
  expect(first).toMatchObject({ status: 200, verdict: "accepted", messageId: expect.stringMatching(/^msg_/) });
  const detail = await me.call<{ headers: Record<string, string>; body: { text: string } }>(
    "GET",
    `/api/v1/received-request/${first.receivedRequestId}`,
  );
  const { headers, body } = detail;
  expect(Stripe.webhooks.constructEvent(body.text, headers["stripe-signature"] ?? "", "whsec_one")).toMatchObject({ id: "evt_own" });
  expect((await send()).verdict).toBe("accepted");
  expect((await send('{"id":"evt_own","type":"charge.failed"}')).verdict).toBe("duplicate");
  const asymmetric = await newSource(me, configured("discord"));
  expect((await me.call("POST", `/api/v1/source/${asymmetric.id}/send-test`)).status).toBe(400);
});

test("the doctor knows a secret that was rotated out, and a body that was packed or unpacked on its way", async () => {
  const me = await clientOf(door);
  const source = await newSource(me, { provider: "github", secrets: ["the-old-secret-of-it"] });
  await me.call("POST", `/api/v1/source/${source.id}/secret/rotate`, { secret: "the-new-secret-of-it", gracePeriodSeconds: 0 });
  let delivery = 0;
  const findingOn = async (signer: string, signedBytes: Buffer, sentBytes: Buffer<ArrayBuffer>, more: Record<string, string> = {}) => {
    const signature = `sha256=${createHmac("sha256", signer).update(signedBytes).digest("hex")}`;
    const headers = { ...githubHeaders("", "", `doctor-${delivery++}`), "x-hub-signature-256": signature, ...more };
    expect((await sendTo(door, source.path, { headers, body: sentBytes })).status).toBe(401);
    const [received] = await receivedBy(me, source);
    const path = `/api/v1/received-request/${received?.id}/diagnose`;
    const { findings } = await me.call<{ findings: { cause: string; explanation: string }[] }>("POST", path);
    expect(JSON.stringify(findings)).not.toMatch(/the-(old|new)-secret/);
    return `${findings[0]?.cause}: ${findings[0]?.explanation}`;
  };
  const plain = Buffer.from('{"zen":"Keep it logically awesome.","n":1}');
  const now = "the-new-secret-of-it";
  expect(await findingOn("the-old-secret-of-it", plain, plain)).toMatch(/^expired_secret: .*rotated out/);
  // As Go writes it: it says nothing of the system.
  const packed = gzipSync(plain, { level: 9 });
  packed[9] = 255;
  expect(await findingOn(now, packed, plain)).toMatch(/^body_changed: .*compressed with gzip, where it came inflated/);
  expect(await findingOn(now, deflateSync(plain), plain)).toMatch(/^body_changed: .*compressed with deflate/);
  expect(await findingOn(now, plain, gzipSync(plain))).toMatch(/^body_changed: .*inflated: it came compressed with gzip/);
  expect(await findingOn(now, plain, deflateSync(plain))).toMatch(/^body_changed: .*inflated: it came compressed with deflate/);
  expect(await findingOn("somebody else's", packed, plain)).toMatch(/^unknown_secret/);
  // Declared as packed, it may be signed either way: with the secret put right, nothing is wrong with it.
  const declared = { "content-encoding": "gzip" };
  expect(await findingOn("a third secret", plain, gzipSync(plain), declared)).toMatch(/^unknown_secret/);
  await me.call("PATCH", `/api/v1/source/${source.id}`, { secrets: ["a third secret"] });
  const [latest] = await receivedBy(me, source);
  const again = await me.call<{ findings: { cause: string }[] }>("POST", `/api/v1/received-request/${latest?.id}/diagnose`);
  expect(again.findings.map(({ cause }) => cause)).toEqual(["verifies_now"]);
});

test("the SDK makes a source with an endpoint, turns its keys, and takes it away", async () => {
  const me = await clientOf(door);
  const { ingest } = new Svix(me.tenant.apiKey, { serverUrl: door.url });
  const made = await ingest.source.create({
    type: "github",
    name: "GitHub",
    uid: "hub",
    config: { secret: "s1" },
    metadata: { team: "a" },
  });
  expect(made).toMatchObject({ type: "github", uid: "hub", metadata: { team: "a" } });
  expect((await ingest.source.list()).data.map(({ id }) => id)).toEqual([made.id]);
  expect((await ingest.source.get("hub")).id).toBe(made.id);
  const receiver = await startReceiver();
  const endpoint = await ingest.endpoint.create("hub", { url: receiver.url, uid: "mine", description: "D" });
  expect(endpoint).toMatchObject({ url: `${receiver.url}/`, uid: "mine", description: "D" });
  expect((await ingest.endpoint.list("hub")).data.map(({ id }) => id)).toEqual([endpoint.id]);
  await ingest.endpoint.setHeaders("hub", "mine", { headers: { "X-Own": "1" } });
  expect((await ingest.endpoint.getHeaders("hub", "mine")).headers).toEqual({ "X-Own": "1" });
  await ingest.endpoint.transformation.patch("hub", "mine", {
    code: "function handler(webhook) { webhook.payload.by = 'code'; return webhook }",
    enabled: true,
  });
  expect((await ingest.endpoint.transformation.get("hub", "mine")).enabled).toBe(true);

  let sent = 0;
  const push = async (url: string, secret: string) => {
    const body = JSON.stringify({ n: ++sent });
    return (await sendTo(door, new URL(url).pathname, { headers: githubHeaders(secret, body, `d${sent}`), body })).status;
  };
  const { key } = await ingest.endpoint.getSecret("hub", "mine");
  expect(await push(made.ingestUrl ?? "", "s1")).toBe(200);
  const [hit] = await receiver.waitForHits(1);
  new Webhook(key).verify(hit?.body.toString() ?? "", hit?.headers ?? {});
  expect(hit?.body.toString()).toBe('{"n":1,"by":"code"}');
  expect(hit?.headers["x-own"]).toBe("1");
  await ingest.endpoint.rotateSecret("hub", "mine", {});
  expect((await ingest.endpoint.getSecret("hub", "mine")).key).not.toBe(key);

  const rotated = await ingest.source.rotateToken("hub");
  expect(rotated.ingestUrl).not.toBe(made.ingestUrl);
  await ingest.source.upsert("hub", { type: "github", name: "Other", uid: "hub", config: { secret: "s2" } });
  expect((await ingest.source.get("hub")).name).toBe("Other");
  expect([await push(rotated.ingestUrl, "s2"), await push(made.ingestUrl ?? "", "s2"), await push(rotated.ingestUrl, "s1")]).toEqual([
    200, 200, 401,
  ]);
  const access = await ingest.authentication.consumerPortalAccess("hub", {});
  expect(parseUrl(access.url)).not.toBeNull();
  expect(await ingest.endpoint.upsert("hub", "mine", { url: receiver.url, disabled: true })).toMatchObject({ disabled: true });
  expect((await ingest.endpoint.get("hub", endpoint.id)).disabled).toBe(true);
  await ingest.endpoint.delete("hub", endpoint.id);
  await expect(ingest.endpoint.get("hub", endpoint.id)).rejects.toMatchObject({ code: 404 });
  await ingest.source.delete("hub");
  await expect(ingest.source.get("hub")).rejects.toMatchObject({ code: 404 });
  expect(await push(rotated.ingestUrl, "s2")).toBe(404);
  const stranger = await clientOf(door);
  await expect(new Svix(stranger.tenant.apiKey, { serverUrl: door.url }).ingest.source.get(made.id)).rejects.toMatchObject({ code: 404 });
  await receiver.close();
});
