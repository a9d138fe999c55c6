import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { Webhook } from "svix";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { SourceIn } from "../contract/source.ts";
import { type Engine, startEngine } from "../delivery/engine.ts";
import { metrics } from "../metrics.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { type Receiver, startReceiver } from "../testing/receiver.ts";
import {
  type Client,
  type Door,
  addEndpoint,
  clientOf,
  githubHeaders,
  newSource,
  openDoor,
  receivedBy,
  sendTo,
} from "../testing/sources.ts";
import { takePlace } from "./limits.ts";

let database: TestDatabase;
let engine: Engine;
let door: Door;
let receiver: Receiver;

beforeAll(async () => {
  database = await testDatabase();
  engine = startEngine();
  door = await openDoor();
  receiver = await startReceiver();
});

afterAll(async () => {
  await door.close();
  await engine.drain(1000);
  await engine.stop();
  await receiver.close();
  await database.close();
});

const client = (): Promise<Client> => clientOf(door);

test("what a source is sent arrives at its endpoints: bytes, content type, headers, path and query, signed by Webster", async () => {
  const own = await startReceiver();
  const me = await client();
  const forward: SourceIn["forward"] = { headers: "all", names: [], path: true, query: true };
  const source = await newSource(me, { forward, dedupe: { by: "none", value: null, windowSeconds: 60 } });
  const endpointId = await addEndpoint(me, source, `${own.url}/base/?own=1`);
  const { key } = await me.call<{ key: string }>("GET", `/api/v1/app/${source.application.id}/endpoint/${endpointId}/secret`);
  const everyByte = Buffer.from(Uint8Array.from({ length: 256 }, (_, i) => i));
  const sent: [contentType: string | null, body: Buffer<ArrayBuffer>][] = [
    ["application/json", Buffer.from('{"a":1.0,"a":2,"n":12345678901234567890,"s":"\\u0000\\ud800"}')],
    ["application/x-www-form-urlencoded", Buffer.from("a=1&a=2&%zz=%")],
    ["multipart/form-data; boundary=x", Buffer.from('--x\r\ncontent-disposition: form-data; name="f"\r\n\r\n\xff\r\n--x--', "latin1")],
    ["application/xml; charset=utf-8", Buffer.from("<?xml version='1.0'?><a>\u00e9</a>")],
    ["text/plain", Buffer.from("plain\n")],
    ["application/octet-stream", everyByte],
    ["image/png", Buffer.alloc(0)],
    [null, Buffer.from("nobody says what this is")],
    ...fc
      .sample(fc.uint8Array({ maxLength: 2_000 }), 25)
      .map((bytes): [string, Buffer<ArrayBuffer>] => ["application/x-any", Buffer.from(bytes)]),
  ];
  const send = async ([contentType, body]: (typeof sent)[number], i: number): Promise<void> => {
    const headers: Record<string, string> = { "x-number": String(i), authorization: "Bearer private", "x-odd": "caf\u00e9" };
    if (contentType !== null) headers["content-type"] = contentType;
    const answer = await sendTo(door, `${source.path}/deep/er?n=${i}`, {
      headers,
      body,
    });
    expect(answer.status).toBe(200);
  };
  await Promise.all(sent.map(send));
  const hits = await own.waitForHits(sent.length);
  const byNumber = new Map(hits.map((hit) => [hit.headers["x-number"], hit]));
  for (const [i, [contentType, body]] of sent.entries()) {
    const hit = byNumber.get(String(i));
    expect(hit?.body.equals(body)).toBe(true);
    expect(hit?.headers["content-type"]).toBe(contentType ?? "application/octet-stream");
    expect(hit?.url).toBe(`/base/deep/er?own=1&n=${i}`);
    expect(hit?.headers["authorization"]).toBeUndefined();
    expect(hit?.headers["x-odd"]).toBe("caf\u00e9");
    if (body.every((byte) => byte < 128)) new Webhook(key).verify(body.toString(), hit?.headers ?? {});
  }
  expect((await receivedBy(me, source)).map(({ verdict }) => verdict)).toEqual(sent.map(() => "accepted"));
  await own.close();
});

test("the same event 50 times at once is one message, and 2xx for all", async () => {
  const own = await startReceiver();
  const me = await client();
  const source = await newSource(me, { provider: "github", secrets: ["s3cret"] });
  await addEndpoint(me, source, own.url);
  const body = '{"zen":"once"}';
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => sendTo(door, source.path, { headers: githubHeaders("s3cret", body, "delivery-1"), body })),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 50 }, () => 200));
  const received = await receivedBy(me, source);
  expect(received.filter(({ verdict }) => verdict === "accepted")).toHaveLength(1);
  expect(received.filter(({ verdict }) => verdict === "duplicate")).toHaveLength(49);
  expect(new Set(received.map(({ messageId }) => messageId)).size).toBe(1);
  expect(received[0]).toMatchObject({ eventType: "push", providerEventId: "delivery-1", responseStatus: 200 });
  // The next event is another message; when it has come, the first has not come twice.
  await sendTo(door, source.path, { headers: githubHeaders("s3cret", body, "delivery-2"), body });
  await own.waitForHits(2);
  const messages = await database.pool.query(`select count(*)::int as n from message where "applicationId" = $1`, [source.application.id]);
  expect(messages.rows).toEqual([{ n: 2 }]);
  await own.close();
});

test("after its window an event is new again", async () => {
  const me = await client();
  const source = await newSource(me, { dedupe: { by: "header", value: "X-Event", windowSeconds: 60 } });
  const send = () => sendTo(door, source.path, { headers: { "x-event": "e1" }, body: "{}" });
  await send();
  await send();
  await database.pool.query(`update source_dedupe set "expiresAt" = now() - interval '1 s' where "sourceId" = $1`, [source.id]);
  await send();
  await send();
  expect((await receivedBy(me, source)).map(({ verdict }) => verdict)).toEqual(["duplicate", "accepted", "duplicate", "accepted"]);
});

test("rejected requests wait; once the secret is right they are released in the order in which they came", async () => {
  const own = await startReceiver();
  const me = await client();
  const source = await newSource(me, { provider: "github", secrets: ["wrong"] });
  await addEndpoint(me, source, own.url);
  const bodies = Array.from({ length: 5 }, (_, i) => JSON.stringify({ number: i }));
  for (const [i, body] of bodies.entries())
    expect((await sendTo(door, source.path, { headers: githubHeaders("right", body, `d${i}`), body })).status).toBe(401);
  await sendTo(door, source.path, { headers: githubHeaders("somebody else's", "{}", "x"), body: "{}" });
  const waiting = (await receivedBy(me, source, "&verdict=rejected")).toReversed();
  expect(waiting.map(({ reason }) => reason)).toEqual(Array.from({ length: 6 }, () => "bad_signature"));
  const [first] = waiting;
  const verify = () => me.call<{ ok: boolean }>("POST", `/api/v1/received-request/${first?.id}/verify`);
  expect((await verify()).ok).toBe(false);
  expect((await me.call("POST", `/api/v1/received-request/${first?.id}/release`)).status).toBe(409);

  await me.call("PATCH", `/api/v1/source/${source.id}`, { secrets: ["right"] });
  expect((await verify()).ok).toBe(true);
  const released = await me.call<{ verdict: string; messageId: string }>("POST", `/api/v1/received-request/${first?.id}/release`);
  expect(released).toMatchObject({ status: 200, verdict: "released", messageId: expect.stringMatching(/^msg_/) });
  const again = await me.call<{ messageId: string }>("POST", `/api/v1/received-request/${first?.id}/release`);
  expect(again).toMatchObject({ status: 200, messageId: released.messageId });

  const { id: taskId } = await me.call<{ id: string }>("POST", "/api/v1/received-request/bulk-release", {
    filter: { sourceId: source.id },
  });
  const { workOnOne } = await import("../background/taskRunner.ts");
  while (await workOnOne(() => false));
  expect(await me.call("GET", `/api/v1/background-task/${taskId}`)).toMatchObject({
    status: 200,
    progress: { done: 5, queued: 4, total: 5 },
  });
  await own.waitForHits(5);
  const messages = await database.pool.query<{ payload: Buffer }>(`select payload from message where "applicationId" = $1 order by id`, [
    source.application.id,
  ]);
  expect(messages.rows.map(({ payload }) => payload.toString())).toEqual(bodies);
  expect((await receivedBy(me, source)).map(({ verdict }) => verdict)).toEqual([
    "rejected",
    "released",
    "released",
    "released",
    "released",
    "released",
  ]);
  await own.close();
});

test("a secret that another process has changed counts at once, in both directions", async () => {
  const me = await client();
  const source = await newSource(me, { provider: "github", secrets: ["old"] });
  const send = (secret: string, delivery: string) =>
    sendTo(door, source.path, { headers: githubHeaders(secret, "{}", delivery), body: "{}" });
  expect((await send("old", "1")).status).toBe(200);
  // As another process would, whose notification does not arrive.
  const { sealer } = await import("../seal.ts");
  const sealed = sealer().seal(source.id, JSON.stringify({ secrets: [{ value: "new", expiresAtMs: null }], settings: {} }));
  await database.pool.query(`update source set "sealedConfig" = $2, "version" = "version" + 1 where "id" = $1`, [source.id, sealed]);
  expect((await send("new", "2")).status).toBe(200);
  expect((await send("old", "3")).status).toBe(401);
});

test("after rotation the old URL works until its end, and both secrets count for a while", async () => {
  const me = await client();
  const source = await newSource(me, { provider: "github", secrets: ["one"] });
  const rotated = await me.call<{ url: string; oldUrlsExpireAt: string[] }>("POST", `/api/v1/source/${source.id}/token/rotate`, {});
  expect(rotated.oldUrlsExpireAt).toHaveLength(1);
  const newPath = new URL(rotated.url).pathname;
  await me.call("POST", `/api/v1/source/${source.id}/secret/rotate`, { secret: "two" });
  let delivery = 0;
  const send = async (path: string, secret: string) =>
    (await sendTo(door, path, { headers: githubHeaders(secret, "{}", `r${delivery++}`), body: "{}" })).status;
  for (const path of [source.path, newPath]) for (const secret of ["one", "two"]) expect(await send(path, secret)).toBe(200);
  await me.call("POST", `/api/v1/source/${source.id}/token/expire`);
  await me.call("PATCH", `/api/v1/source/${source.id}`, { secrets: ["two"] });
  expect([await send(source.path, "two"), await send(newPath, "two"), await send(newPath, "one")]).toEqual([404, 200, 401]);
});

test("a flood at one source is answered 429 and leaves the others alone", async () => {
  const me = await client();
  const flooded = await newSource(me, { rateLimit: 1 });
  const calm = await newSource(me);
  const answers = await Promise.all(
    Array.from({ length: 60 }, (_, i) => sendTo(door, i % 2 === 0 ? flooded.path : calm.path, { body: String(i) })),
  );
  const [floodedAnswers, calmAnswers] = [answers.filter((_, i) => i % 2 === 0), answers.filter((_, i) => i % 2 === 1)];
  expect(calmAnswers.every(({ status }) => status === 200)).toBe(true);
  const refused = floodedAnswers.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThan(15);
  expect(refused.every(({ headers }) => Number(headers.get("retry-after")) >= 1)).toBe(true);
  const told = await receivedBy(me, flooded, "&reason=rate_limited");
  expect(told.length).toBeGreaterThan(0);
  expect(told.length).toBeLessThan(refused.length);
});

test("while too much is under way in all, a request is answered 503 and counted", async () => {
  const me = await client();
  const source = await newSource(me);
  const counted = async (): Promise<number> =>
    (await metrics().received.get()).values.find(({ labels }) => labels.verdict === "overloaded")?.value ?? 0;
  const before = await counted();
  // All the room that there is for sources: one that has nothing under way may take it.
  const other = { id: `${source.id}-other`, environmentId: "another", rateLimit: null };
  const places = [takePlace(other, 256 * 1024 * 1024 - 16_384, performance.now())];
  const { status, headers } = await sendTo(door, source.path, { body: "x" });
  for (const place of places) if (place.kind === "taken") place.leave();
  expect({ status, wait: headers.get("retry-after"), counted: (await counted()) - before }).toEqual({ status: 503, wait: "1", counted: 1 });
  expect((await sendTo(door, source.path, { body: "x" })).status).toBe(200);
});

test("an environment whose sources are all flooded leaves room to the others", async () => {
  const calm = await newSource(await client());
  const environmentId = "flooded";
  const take = (i: number) => takePlace({ id: `flooded-${i % 40}`, environmentId, rateLimit: null }, 1_000_000, performance.now());
  const places = Array.from({ length: 400 }, (_, i) => take(i));
  const { status } = await sendTo(door, calm.path, { body: "x" });
  for (const place of places) if (place.kind === "taken") place.leave();
  expect(places.filter(({ kind }) => kind !== "taken").every(({ kind }) => kind === "flooded")).toBe(true);
  expect([status, places.some(({ kind }) => kind === "taken")]).toEqual([200, true]);
});

test("what is too large is 413, compressed or not; a compressed body is verified as sent and looked into inflated", async () => {
  const me = await client();
  const source = await newSource(me, { maximumBodyBytes: 1_000, eventType: { from: "body", value: "kind" } });
  expect((await sendTo(door, source.path, { body: "x".repeat(1_001) })).status).toBe(413);
  const gzip = { "content-encoding": "gzip", "content-type": "application/json" };
  expect((await sendTo(door, source.path, { headers: gzip, body: gzipSync("x".repeat(100_000)) })).status).toBe(413);
  const packed = gzipSync('{"kind":"orders/create"}');
  expect((await sendTo(door, source.path, { headers: gzip, body: packed })).status).toBe(200);
  const [accepted, ...rejected] = await receivedBy(me, source);
  expect(accepted).toMatchObject({ verdict: "accepted", eventType: "orders.create", bodyBytes: packed.length });
  expect(rejected.map(({ reason }) => reason)).toEqual(["too_large", "too_large"]);
  const detail = await me.call<{ body: { text: string; base64: string } }>("GET", `/api/v1/received-request/${accepted?.id}`);
  expect(detail.body).toEqual({ text: '{"kind":"orders/create"}', base64: packed.toString("base64") });
});

test("whoever follows the environment sees requests as they come", async () => {
  const me = await client();
  const source = await newSource(me, { provider: "bearer", secrets: ["token"] });
  const headers = { authorization: `Bearer ${me.tenant.apiKey}` };
  const stream = await fetch(`${door.url}/api/v1/event-stream`, { headers });
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const readUntil = async (wanted: string): Promise<void> => {
    while (!text.includes(wanted)) text += (await reader?.read())?.value ?? "";
  };
  await readUntil("event: ready");
  await sendTo(door, source.path, { headers: { authorization: "Bearer token" }, body: "{}" });
  await sendTo(door, source.path, { headers: { authorization: "Bearer other" }, body: "{}" });
  await readUntil('"verdict":"accepted"');
  await readUntil('"reason":"bad_signature"');
  expect(text).toContain("event: received-request.changed");
  await reader?.cancel();
});
