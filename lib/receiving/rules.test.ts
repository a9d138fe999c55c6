/** A source's own filter and transformation, between verifying and the message. */
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ReceivedRequestDetail, ReceivedRequestOut } from "../contract/receivedRequest.ts";
import { type Engine, startEngine } from "../delivery/engine.ts";
import { workOnOne } from "../background/taskRunner.ts";
import { holdNothing } from "../services/receivedRequest/heldRequests.ts";
import { startPendingRequests, stopPendingRequests } from "../services/receivedRequest/pendingRequests.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { type Receiver, startReceiver } from "../testing/receiver.ts";
import {
  type Client,
  type Door,
  type MadeSource,
  addEndpoint,
  clientOf,
  githubHeaders,
  newSource,
  openDoor,
  receivedBy,
  sendTo,
} from "../testing/sources.ts";
import { until } from "../testing/until.ts";

let database: TestDatabase;
let engine: Engine;
let door: Door;

beforeAll(async () => {
  database = await testDatabase();
  engine = startEngine();
  door = await openDoor();
});

afterAll(async () => {
  await door.close();
  await engine.drain(1000);
  await engine.stop();
  await database.close();
});

const undeduped = { dedupe: { by: "none" as const, value: null, windowSeconds: 60 } };
const json = { "content-type": "application/json" };
const returning = (body: string): string => `function handler(webhook) { ${body}; return webhook }`;

type Me = Client & { source: MadeSource; own: Receiver };

/** With a source and its endpoint, the receiver. */
async function prepared(input: Parameters<typeof newSource>[1] = {}): Promise<Me> {
  const own = await startReceiver();
  const me = await clientOf(door);
  const source = await newSource(me, { ...undeduped, ...input });
  await addEndpoint(me, source, own.url);
  return { ...me, source, own };
}

const transform = async ({ call, source }: Me, code: string): Promise<void> =>
  expect((await call("PATCH", `/api/v1/source/${source.id}/transformation`, { code, enabled: true })).status).toBe(204);

/** The oldest first, when none is pending any more. */
async function settled(me: Me, count: number): Promise<ReceivedRequestOut[]> {
  await until(`${count} requests with a verdict`, async () => {
    const { rows } = await database.pool.query<{ n: number }>(
      `select count(*)::int as n from received_request where "sourceId" = $1 and verdict <> 'pending'`,
      [me.source.id],
    );
    return rows[0]?.n === count;
  });
  return (await receivedBy(me, me.source)).toReversed();
}

async function releaseAll({ call, source }: Me, filter: object): Promise<{ done: number; queued: number }> {
  const task = await call<{ id: string }>("POST", "/api/v1/received-request/bulk-release", { filter: { sourceId: source.id, ...filter } });
  expect(task.status).toBe(202);
  while (await workOnOne(() => false));
  return (await call<{ progress: { done: number; queued: number } }>("GET", `/api/v1/background-task/${task.id}`)).progress;
}

test("a filter looks into JSON, forms, XML and headers; what it holds back is kept, answered as ever, and can be released", async () => {
  const filter = {
    or: [
      { path: "payload.amount", gte: 100 },
      { path: "payload.kind", equals: "paid" },
      { path: "payload.order.@state", equals: "paid" },
      { path: "headers.x-kind", prefix: "pa" },
      { path: "headers.authorization", exists: true },
    ],
  };
  const me = await prepared({ filter, acceptedResponse: { status: 202, headers: {}, body: "ok" } });
  const form = { "content-type": "application/x-www-form-urlencoded" };
  const xml = { "content-type": "text/xml" };
  const sent: [passes: boolean, body: string | Buffer<ArrayBuffer>, headers: Record<string, string>][] = [
    [true, '{"amount": 100.0}', json],
    [false, '{"amount": 99}', json],
    [true, "kind=paid&x=1", form],
    [false, "kind=open", form],
    [true, "<order state='paid'/>", xml],
    [false, "<order state='open'/>", xml],
    [true, "no parts", { "x-kind": "paid" }],
    [false, "no parts", { authorization: "Bearer secret" }],
    [true, gzipSync('{"amount": 500}'), { ...json, "content-encoding": "gzip" }],
  ];
  for (const [, body, headers] of sent) {
    const answer = await sendTo(door, me.source.path, { headers, body });
    expect([answer.status, answer.text]).toEqual([202, "ok"]);
  }
  const received = (await receivedBy(me, me.source)).toReversed();
  expect(received.map(({ verdict }) => verdict)).toEqual(sent.map(([passes]) => (passes ? "accepted" : "filtered")));
  expect(received[1]).toMatchObject({ reason: "filter", messageId: null, responseStatus: 202 });
  const path = `/api/v1/received-request/${received[1]?.id}`;
  expect(await me.call("GET", path)).toMatchObject({ body: { text: '{"amount": 99}' } });
  expect(await me.call("POST", `${path}/verify`)).toMatchObject({ ok: false, reason: "filter" });
  expect((await me.call("POST", `${path}/release`)).status).toBe(409);

  const dry = await me.call<{ looked: number; matched: number }>("POST", `/api/v1/source/${me.source.id}/filter/dry-run`, {
    filter: { path: "payload.amount", equals: 99 },
  });
  expect([dry.looked, dry.matched]).toEqual([9, 1]);
  const count = async (more: object) => {
    const filter = { sourceId: me.source.id, ...more };
    return (await me.call<{ count: number }>("POST", "/api/v1/received-request/bulk-release", { filter, dryRun: true })).count;
  };
  const filtered = { verdict: "filtered" };
  const counts = [
    {},
    filtered,
    { ...filtered, eventType: "none.event" },
    { ...filtered, eventType: "other" },
    { ...filtered, ids: [received[1]?.id] },
  ];
  expect(await Promise.all(counts.map(count))).toEqual([0, 4, 4, 0, 1]);
  await me.call("PATCH", `/api/v1/source/${me.source.id}`, { filter: { path: "payload.amount", equals: 99 } });
  expect(await me.call("POST", `${path}/verify`)).toMatchObject({ ok: true });
  expect(await releaseAll(me, { verdict: "filtered" })).toMatchObject({ done: 4, queued: 1 });
  expect(await me.call("GET", path)).toMatchObject({ verdict: "released", body: { text: '{"amount": 99}' } });
  expect(await me.call("POST", `/api/v1/received-request/${received[3]?.id}/release`, { force: true })).toMatchObject({
    verdict: "released",
  });
  const hits = await me.own.waitForHits(7);
  expect(hits.map(({ body }) => body.toString())).toEqual(expect.arrayContaining(['{"amount": 99}', "kind=open"]));
  const wrong = await me.call<{ detail: { loc: string[] }[] }>("PATCH", `/api/v1/source/${me.source.id}`, {
    filter: { path: "body.a", gt: 1 },
  });
  expect([wrong.status, wrong.detail[0]?.loc]).toEqual([422, ["body", "filter", "path"]]);
  await me.own.close();
});

test("a transformation makes the message: payload and event type; what it leaves alone stays the same bytes", async () => {
  const me = await prepared({ eventType: { from: "body", value: "type" } });
  await transform(
    me,
    returning(
      "if (webhook.payload.add) { webhook.payload.sum = webhook.payload.add + 1; webhook.eventType = 'sum.' + webhook.headers['x-kind'] + webhook.method }",
    ),
  );
  const untouched = Buffer.from('{"type":"same","n":12345678901234567890,"a":1.0,"a":2}');
  const sent: [body: Buffer<ArrayBuffer>, headers: Record<string, string>][] = [
    [gzipSync('{"type":"b","add":1}'), { ...json, "content-encoding": "gzip", "x-kind": "z" }],
    [untouched, json],
    [gzipSync(untouched), { ...json, "content-encoding": "gzip" }],
    [Buffer.from("add=1&add=2"), { "content-type": "application/x-www-form-urlencoded" }],
    [Buffer.from("b=1&b=%zz"), { "content-type": "application/x-www-form-urlencoded" }],
    [Buffer.from(Uint8Array.from({ length: 256 }, (_, i) => i)), { "content-type": "application/octet-stream" }],
  ];
  for (const [body, headers] of sent) expect((await sendTo(door, me.source.path, { headers, body })).status).toBe(200);
  const received = await settled(me, sent.length);
  expect(received.map(({ verdict }) => verdict)).toEqual(sent.map(() => "accepted"));
  expect(received[0]).toMatchObject({ eventType: "sum.zPOST", releasedAt: null, bodyBytes: sent[0]?.[0].length });
  const byMessage = new Map((await me.own.waitForHits(sent.length)).map((hit) => [hit.headers["webhook-id"], hit]));
  const hits = received.map(({ messageId }) => byMessage.get(messageId ?? ""));
  expect(hits[0]?.body.toString()).toBe('{"type":"b","add":1,"sum":2}');
  expect(hits[0]?.headers).toMatchObject({ "content-type": "application/json" });
  expect(hits[0]?.headers["content-encoding"]).toBeUndefined();
  expect(hits[3]?.body.toString()).toBe('{"add":["1","2"],"sum":"1,21"}');
  for (const at of [1, 2, 4, 5]) {
    expect(hits[at]?.body.equals(sent[at]?.[0] ?? Buffer.alloc(0))).toBe(true);
    expect(hits[at]?.headers["content-type"]).toBe(sent[at]?.[1]["content-type"]);
    expect(hits[at]?.headers["content-encoding"]).toBe(sent[at]?.[1]["content-encoding"]);
  }
  // The log shows what came, not what was made of it.
  const bodies = await Promise.all(
    received.map(({ id }) => me.call<{ body: { base64: string } }>("GET", `/api/v1/received-request/${id}`)),
  );
  expect(bodies.map(({ body }) => body.base64)).toEqual(sent.map(([body]) => body.toString("base64")));
  await me.own.close();
});

test("the code runs on several at a time, and the messages keep the order in which their requests came", async () => {
  const me = await prepared();
  // The earlier it came, the longer it takes.
  await transform(me, returning("for (let i = 0; i < (6 - webhook.payload.n) * 50_000; i++);"));
  const bodies = Array.from({ length: 7 }, (_, n) => `{"n":${n}}`);
  for (const body of bodies) expect((await sendTo(door, me.source.path, { headers: json, body })).status).toBe(200);
  expect((await settled(me, bodies.length)).map(({ verdict }) => verdict)).toEqual(bodies.map(() => "accepted"));
  const { rows } = await database.pool.query<{ payload: Buffer }>(`select payload from message where "applicationId" = $1 order by id`, [
    me.source.application.id,
  ]);
  expect(rows.map(({ payload }) => payload.toString())).toEqual(bodies);
  await me.own.close();
});

test("code that fails or takes too long delays no answer and loses nothing: mended, all are released in order", async () => {
  const me = await prepared({ provider: "github", secrets: ["s"], dedupe: { by: "provider", value: null, windowSeconds: 60 } });
  await transform(me, returning("if (webhook.payload.n === 0) for (;;); webhook.payload.missing.field"));
  const push = (n: number) => {
    const body = JSON.stringify({ n });
    return sendTo(door, me.source.path, { headers: githubHeaders("s", body, `d${n}`), body });
  };
  const verdicts = [];
  for (let n = 0; n < 4; n++) {
    expect((await push(n)).status).toBe(200);
    // The first takes half a second of a process's time; it still runs when all are answered.
    verdicts.push((await receivedBy(me, me.source)).length);
  }
  expect(verdicts).toEqual([1, 2, 3, 4]);
  const received = await settled(me, 4);
  expect(received.map(({ verdict, reason }) => [verdict, reason])).toEqual(received.map(() => ["rejected", "transformation"]));
  expect(received[0]?.detail).toMatch(/too long|longer than/);
  expect(received[1]?.detail).toMatch(/undefined.*line 1/s);
  // Its signature held when it came; that the secret has changed since is not its fault.
  await me.call("PATCH", `/api/v1/source/${me.source.id}`, { secrets: ["another"] });
  expect((await me.call("POST", `/api/v1/received-request/${received[1]?.id}/release`)).status).toBe(409);
  await transform(me, returning("if (webhook.payload.n === 3) webhook.cancel = true; webhook.payload.ok = true"));
  expect(await releaseAll(me, { reason: "transformation", eventType: "push" })).toMatchObject({ done: 4, queued: 3 });
  const { rows } = await database.pool.query<{ payload: Buffer }>(`select payload from message where "applicationId" = $1 order by id`, [
    me.source.application.id,
  ]);
  expect(rows.map(({ payload }) => payload.toString())).toEqual([0, 1, 2].map((n) => `{"n":${n},"ok":true}`));
  await me.own.close();
});

test("what it cancels is filtered; the same event many times is one message; messages keep the order of the requests", async () => {
  const me = await prepared({ dedupe: { by: "body", value: "event", windowSeconds: 60 } });
  await transform(me, returning("if (webhook.payload.skip) webhook.cancel = true; webhook.payload.seen = 1"));
  const post = (body: object) => sendTo(door, me.source.path, { headers: json, body: JSON.stringify(body) });
  for (let n = 0; n < 12; n++) expect((await post({ event: `e${n}`, skip: n === 5 })).status).toBe(200);
  await Promise.all(Array.from({ length: 10 }, () => post({ event: "twice" })));
  const received = await settled(me, 22);
  expect(received[5]).toMatchObject({ verdict: "filtered", reason: "cancelled" });
  const twice = received.slice(12);
  expect(twice.map(({ verdict }) => verdict).sort()).toEqual(["accepted", ...Array.from({ length: 9 }, () => "duplicate")]);
  expect(new Set(twice.map(({ messageId }) => messageId)).size).toBe(1);
  const { rows } = await database.pool.query<{ event: string }>(
    `select convert_from(payload, 'UTF8')::jsonb ->> 'event' as event from message where "applicationId" = $1 order by id`,
    [me.source.application.id],
  );
  expect(rows.map(({ event }) => event)).toEqual([...Array.from({ length: 12 }, (_, n) => `e${n}`).filter((_, n) => n !== 5), "twice"]);
  await me.own.close();
});

test("with a message's content goes that of the requests it was made of, duplicates included: one, some, or all", async () => {
  const me = await prepared({ dedupe: { by: "body", value: "event", windowSeconds: 60 } });
  await transform(me, returning("webhook.payload.seen = 1"));
  for (const event of ["one", "one", "some", "all"])
    expect((await sendTo(door, me.source.path, { headers: json, body: JSON.stringify({ event }) })).status).toBe(200);
  const received = await settled(me, 4);
  const kept = async () =>
    Promise.all(received.map(async ({ id }) => (await me.call<ReceivedRequestDetail>("GET", `/api/v1/received-request/${id}`)).body?.text));
  expect(await kept()).toEqual(["one", "one", "some", "all"].map((event) => `{"event":"${event}"}`));
  const messages = `/api/v1/app/${me.source.application.id}/msg`;
  expect((await me.call("DELETE", `${messages}/${received[0]?.messageId}/content`)).status).toBe(204);
  expect(await kept()).toEqual([undefined, undefined, `{"event":"some"}`, `{"event":"all"}`]);
  await me.call("POST", `${messages}/bulk-expunge`, { ids: [received[2]?.messageId] });
  expect(await kept()).toEqual([undefined, undefined, undefined, `{"event":"all"}`]);
  await me.call("POST", `${messages}/expunge-all-contents`);
  while (await workOnOne(() => false));
  expect(await kept()).toEqual([undefined, undefined, undefined, undefined]);
  await me.own.close();
});

test("what a process leaves behind when it ends, the next one finds, even where it held the source", async () => {
  const me = await prepared();
  await transform(me, returning("webhook.payload = 'made'"));
  await stopPendingRequests();
  expect((await sendTo(door, me.source.path, { body: "left" })).status).toBe(200);
  expect((await receivedBy(me, me.source))[0]).toMatchObject({ verdict: "pending", messageId: null });
  holdNothing();
  await database.pool.query(`update source set "processingId" = 'killed', "processingUntil" = now() - interval '1 s' where id = $1`, [
    me.source.id,
  ]);
  startPendingRequests();
  expect((await settled(me, 1))[0]).toMatchObject({ verdict: "accepted" });
  expect((await me.own.waitForHits(1))[0]?.body.toString()).toBe("made");
  await me.own.close();
});

test("what waits is judged and transformed by its source as it is when its turn comes", async () => {
  const me = await prepared({ eventType: { from: "body", value: "type" } });
  await transform(me, returning("webhook.payload = 'then'"));
  await stopPendingRequests();
  const body = JSON.stringify({ type: "a", kind: "b" });
  for (let n = 0; n < 2; n++) expect((await sendTo(door, me.source.path, { headers: json, body })).status).toBe(200);
  await transform(me, returning("webhook.payload = 'now ' + webhook.eventType"));
  expect((await me.call("PATCH", `/api/v1/source/${me.source.id}`, { eventType: { from: "body", value: "kind" } })).status).toBe(200);
  startPendingRequests();
  expect((await settled(me, 2)).map(({ verdict, eventType }) => [verdict, eventType])).toEqual([
    ["accepted", "b"],
    ["accepted", "b"],
  ]);
  expect((await me.own.waitForHits(2)).map((hit) => hit.body.toString())).toEqual(["now b", "now b"]);
  await me.own.close();
});

test.each(["is held", "must be read"])(
  "what waits and %s becomes messages together and in its order, though the code fails on some, cancels some, and some came twice",
  async (where) => {
    const me = await prepared({ dedupe: { by: "bodyHash", value: null, windowSeconds: 600 } });
    await transform(
      me,
      returning(
        "const { n } = webhook.payload; if (n % 10 === 3) webhook.cancel = true; if (n % 10 === 7) throw n; webhook.payload.seen = n",
      ),
    );
    await stopPendingRequests();
    const count = 60;
    // The last ten are those before once more, which nobody can know until the code has run.
    const numbers = Array.from({ length: count }, (_, i) => (i < count - 10 ? i : i - 10));
    for (const n of numbers) expect((await sendTo(door, me.source.path, { headers: json, body: JSON.stringify({ n }) })).status).toBe(200);
    if (where === "must be read") holdNothing();
    startPendingRequests();
    const made = await settled(me, count);
    const verdictOf = (n: number): string => (n % 10 === 3 ? "filtered" : n % 10 === 7 ? "rejected" : "accepted");
    expect(made.map(({ verdict }) => verdict)).toEqual(
      numbers.map((n, i) => (i >= count - 10 && verdictOf(n) === "accepted" ? "duplicate" : verdictOf(n))),
    );
    const first = new Map(numbers.slice(0, -10).map((n, i) => [n, made[i]?.messageId]));
    expect(made.slice(-10).map(({ messageId }) => messageId)).toEqual(numbers.slice(-10).map((n) => first.get(n)));
    const { rows } = await database.pool.query<{ id: string; xmin: string }>(
      `select "id", xmin::text from "message" where "applicationId" = $1 order by "id"`,
      [me.source.application.id],
    );
    expect(rows.map(({ id }) => id)).toEqual(made.filter(({ verdict }) => verdict === "accepted").map(({ messageId }) => messageId));
    expect(new Set(rows.map(({ xmin }) => xmin)).size).toBeLessThan(5);
    const bodies = (await me.own.waitForHits(rows.length)).map(({ body }) => JSON.parse(body.toString()) as { n: number; seen: number });
    expect(bodies.every(({ n, seen }) => n === seen)).toBe(true);
    await me.own.close();
  },
);

test("code is tried out on a received request, compared on the last ones, kept in versions and rolled back", async () => {
  const me = await prepared();
  const { call, source } = me;
  const path = `/api/v1/source/${source.id}/transformation`;
  await sendTo(door, source.path, { headers: { ...json, "x-seen": "1", authorization: "Bearer hidden" }, body: '{"a":1}' });
  const [received] = await receivedBy(me, source);
  const code = returning("console.log(webhook.headers); webhook.payload.b = variables.b");
  const tried = await call<{ request: unknown; logs: string[] }>("POST", `${path}/test`, {
    code,
    variables: { b: "two" },
    receivedRequestId: received?.id,
  });
  expect(tried).toMatchObject({ status: 200, request: { method: null, eventType: "none.event", payload: '{"a":1,"b":"two"}' } });
  expect(tried.logs.join()).toContain('"x-seen":"1"');
  expect(tried.logs.join()).not.toContain("hidden");
  const given = await call<{ request: unknown }>("POST", `${path}/test`, { code: returning(""), payload: { c: 1.5 }, eventType: "x.y" });
  expect(given.request).toMatchObject({ eventType: "x.y", payload: '{"c":1.5}', contentType: "application/json" });
  const compared = await call<{ data: { different: boolean }[] }>("POST", `${path}/compare`, { code });
  expect(compared.data).toEqual([expect.objectContaining({ receivedRequestId: received?.id, different: false })]);
  const differing = await call<{ data: { different: boolean }[] }>("POST", `${path}/compare`, {
    code: returning("webhook.eventType = 'n'"),
  });
  expect(differing.data[0]).toMatchObject({
    different: true,
    before: { request: { payload: '{"a":1}' } },
    after: { request: { eventType: "n" } },
  });
  const bad = await call<{ detail: { loc: string[]; msg: string }[] }>("PATCH", path, { code: "function handler(" });
  expect([bad.status, bad.detail[0]?.loc]).toEqual([422, ["body", "code"]]);
  await transform(me, code);
  await transform(me, returning("webhook.eventType = 'not a name'"));
  await sendTo(door, source.path, { headers: json, body: '{"a":2}' });
  expect((await settled(me, 2))[1]).toMatchObject({ verdict: "rejected", detail: expect.stringContaining("eventType") });
  const versions = await call<{ data: { version: number; current: boolean }[] }>("GET", `${path}/version`);
  expect(versions.data.map(({ version, current }) => [version, current])).toEqual([
    [2, true],
    [1, false],
  ]);
  expect(await call("POST", `${path}/roll-back`, { version: 1 })).toMatchObject({ status: 200, version: 1, enabled: true, code });
  expect((await call("POST", `${path}/roll-back`, { version: 9 })).status).toBe(404);
  await me.own.close();
});
