/** A request that is taken for a duplicate names the one that came first, and can be released all the same. */
import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ReceivedRequestDetail, ReceivedRequestOut } from "../contract/receivedRequest.ts";
import { type Engine, startEngine } from "../delivery/engine.ts";
import { workOnOne } from "../background/taskRunner.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { type Receiver, startReceiver } from "../testing/receiver.ts";
import {
  addEndpoint,
  type Client,
  clientOf,
  type Door,
  githubHeaders,
  type MadeSource,
  newSource,
  openDoor,
  receivedBy,
  sendTo,
} from "../testing/sources.ts";
import { until } from "../testing/until.ts";

let database: TestDatabase;
let engine: Engine;
let door: Door;
let receiver: Receiver;
let me: Client;

beforeAll(async () => {
  database = await testDatabase();
  engine = startEngine();
  door = await openDoor();
  receiver = await startReceiver();
  me = await clientOf(door);
});

afterAll(async () => {
  await door.close();
  await engine.drain(1000);
  await engine.stop();
  await receiver.close();
  await database.close();
});

const detailOf = (id: string) => me.call<ReceivedRequestDetail>("GET", `/api/v1/received-request/${id}`);
const release = (id: string, body?: object) => me.call<ReceivedRequestOut>("POST", `/api/v1/received-request/${id}/release`, body);

const github = () => newSource(me, { provider: "github", secrets: ["s3cret"] });
const push = (source: MadeSource, delivery: string, body = '{"zen":"once"}') =>
  sendTo(door, source.path, { headers: githubHeaders("s3cret", body, delivery), body });

/** The oldest first. */
const all = async (source: MadeSource): Promise<ReceivedRequestOut[]> => (await receivedBy(me, source)).toReversed();

const payloadOf = async (messageId: string | null | undefined): Promise<string | undefined> => {
  const { rows } = await database.pool.query<{ payload: Buffer | null }>(`select payload from message where id = $1`, [messageId]);
  return rows[0]?.payload?.toString();
};

test("a duplicate says of which request and message, since when, and what told it", async () => {
  const source = await github();
  await push(source, "delivery-1");
  await push(source, "delivery-1");
  const [first, duplicate] = await all(source);
  expect(first).toMatchObject({ verdict: "accepted", duplicateOf: null });
  const duplicateOf = {
    messageId: first?.messageId,
    receivedRequestId: first?.id,
    receivedAt: expect.any(String),
    by: "header x-github-delivery",
  };
  expect(duplicate).toMatchObject({ verdict: "duplicate", providerEventId: "delivery-1", messageId: first?.messageId, duplicateOf });
  // An id dates its row in steps of 4 ms.
  const elapsedMs = new Date(first?.createdAt ?? 0).getTime() - new Date(duplicate?.duplicateOf?.receivedAt ?? 0).getTime();
  expect(Math.abs(elapsedMs)).toBeLessThan(5);
  expect(await detailOf(duplicate?.id ?? "")).toMatchObject({ duplicateOf, body: { text: '{"zen":"once"}' } });
  // The message's id finds both.
  expect((await receivedBy(me, source, `&search=${first?.messageId}`)).map(({ id }) => id)).toEqual([duplicate?.id, first?.id]);

  const rules = [
    [{ by: "header", value: "X-Own", windowSeconds: 60 }, { "x-own": "1" }, "header X-Own"],
    [{ by: "body", value: "a.b", windowSeconds: 60 }, {}, "a.b in the body"],
    [{ by: "bodyHash", value: null, windowSeconds: 60 }, {}, "the body"],
  ] as const;
  for (const [dedupe, headers, by] of rules) {
    const own = await newSource(me, { dedupe });
    for (let n = 0; n < 2; n++) await sendTo(door, own.path, { headers, body: '{"a":{"b":7}}' });
    expect((await all(own)).map((request) => request.duplicateOf?.by ?? null)).toEqual([null, by]);
  }
});

test("released, it is a message of its own, and once", async () => {
  const source = await github();
  const body = '{"zen":"released"}';
  await addEndpoint(me, source, `${receiver.url}/released`);
  await push(source, "d", body);
  await push(source, "d", body);
  const [first, duplicate] = await all(source);
  const id = duplicate?.id ?? "";
  const answers = await Promise.all(Array.from({ length: 5 }, () => release(id)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  expect(new Set(answers.map(({ messageId }) => messageId)).size).toBe(1);
  const released = await release(id);
  expect(released).toMatchObject({ status: 200, verdict: "released", messageId: answers[0]?.messageId, releasedAt: expect.any(String) });
  // What it was is still told.
  expect(released.duplicateOf).toMatchObject({ messageId: first?.messageId, receivedRequestId: first?.id, by: "header x-github-delivery" });
  expect(released.messageId).not.toBe(first?.messageId);
  expect(await payloadOf(released.messageId)).toBe(body);
  expect((await detailOf(id)).body?.text).toBe(body);
  await until("both to be delivered", () =>
    Promise.resolve(receiver.hits.filter(({ url }) => url === "/released").length === 2 ? true : null),
  );
  // The event itself is known as before.
  await push(source, "d", body);
  expect((await all(source)).at(-1)).toMatchObject({ verdict: "duplicate", duplicateOf: { messageId: first?.messageId } });
  expect((await release(first?.id ?? "")).status).toBe(409);
});

test("in bulk, all that a filter finds, in the order in which they came", async () => {
  const source = await github();
  await push(source, "d");
  const bodies = Array.from({ length: 4 }, (_, n) => `{"n":${n}}`);
  for (const body of bodies) await push(source, "d", body);
  const filter = { sourceId: source.id, verdict: "duplicate" };
  const bulk = (input: object) => me.call<{ id: string; count: number }>("POST", "/api/v1/received-request/bulk-release", input);
  expect(await bulk({ filter, dryRun: true })).toMatchObject({ status: 200, count: 4 });
  expect(await bulk({ filter: { sourceId: source.id }, dryRun: true })).toMatchObject({ count: 0 });
  const { id } = await bulk({ filter });
  while (await workOnOne(() => false));
  expect(await me.call("GET", `/api/v1/background-task/${id}`)).toMatchObject({ progress: { done: 4, queued: 4, total: 4 } });
  const released = (await all(source)).slice(1);
  expect(released.map(({ verdict }) => verdict)).toEqual(bodies.map(() => "released"));
  expect(await Promise.all(released.map(({ messageId }) => payloadOf(messageId)))).toEqual(bodies);
  const ids = released.map(({ messageId }) => messageId ?? "");
  expect(ids.every((id, at) => at === 0 || (ids[at - 1] ?? "") < id)).toBe(true);
});

test("of what code has made something else, the bytes that came are released", async () => {
  const source = await github();
  const setCode = (code: string, enabled: boolean) => me.call("PATCH", `/api/v1/source/${source.id}/transformation`, { code, enabled });
  const made = "function handler(webhook) { webhook.payload = { made: true }; return webhook }";
  expect((await setCode(made, true)).status).toBe(204);
  await push(source, "d");
  await until("the first to be a message", async () => ((await all(source))[0]?.verdict === "accepted" ? true : null));
  expect((await setCode(made, false)).status).toBe(204);
  await push(source, "d");
  const [first, duplicate] = await all(source);
  expect(await payloadOf(first?.messageId)).toBe('{"made":true}');
  expect((await detailOf(duplicate?.id ?? "")).body?.text).toBe('{"zen":"once"}');
  const { messageId } = await release(duplicate?.id ?? "");
  expect(await payloadOf(messageId)).toBe('{"zen":"once"}');

  // And the other way round: the code runs on what came, which is kept.
  const other = await github();
  await push(other, "d");
  await push(other, "d");
  const path = `/api/v1/source/${other.id}/transformation`;
  expect((await me.call("PATCH", path, { code: made, enabled: true })).status).toBe(204);
  const { id = "" } = (await all(other))[1] ?? {};
  expect(await payloadOf((await release(id)).messageId)).toBe('{"made":true}');
  expect((await detailOf(id)).body?.text).toBe('{"zen":"once"}');
});

test("its body must still be there, and the source's filter still counts", async () => {
  const source = await github();
  await push(source, "d");
  await push(source, "d");
  const [first, duplicate] = await all(source);
  const id = duplicate?.id ?? "";
  await me.call("PATCH", `/api/v1/source/${source.id}`, { filter: { path: "payload.zen", equals: "never" } });
  expect(await release(id)).toMatchObject({ status: 409, detail: expect.stringContaining("held back") });
  await me.call("PATCH", `/api/v1/source/${source.id}`, { filter: null, secrets: ["another"] });
  await me.call("DELETE", `/api/v1/app/${source.application.id}/msg/${first?.messageId}/content`);
  expect(await release(id)).toMatchObject({ status: 400, detail: "Its body was not kept, or has been deleted since" });
  expect((await detailOf(id)).body).toBeNull();
});

test("an event of several names, and each event of a batch, is found by every id", async () => {
  const source = await newSource(me, { provider: "cloudevents", secrets: ["token"] });
  const headers = { authorization: "Bearer token", "content-type": "application/cloudevents+json" };
  const send = (id: string) =>
    sendTo(door, source.path, { headers, body: JSON.stringify({ specversion: "1.0", id, source: "/shop,1", type: "t" }) });
  await send("evt,1");
  await send("evt,2");
  const found = async (text: string) =>
    (await receivedBy(me, source, `&search=${encodeURIComponent(text)}`)).map(({ providerEventId }) => providerEventId);
  expect(await found("evt,1")).toEqual(["evt,1 /shop,1"]);
  expect(await found("evt,1 /shop,1")).toEqual(["evt,1 /shop,1"]);
  expect(await found("/shop,1")).toHaveLength(2);
  expect(await found("evt")).toEqual([]);
});

test("what an earlier version remembered loses no event, and what somebody has chosen stays", async () => {
  const sha256 = (text: string) => createHash("sha256").update(text).digest();
  const remember = (source: MadeSource, key: string) =>
    database.pool.query(
      `insert into source_dedupe ("sourceId", "keyHash", "messageId", "bodyHash", "expiresAt") values ($1, $2, 'msg_old', $3, now() + interval '1 h')`,
      [source.id, sha256(key), sha256("body")],
    );
  const body = '{"list_folder":{"accounts":["dbid:1"]}}';
  // As stored where nobody had chosen: by its provider, and by the body where that said nothing.
  const byDefault = await newSource(me);
  await remember(byDefault, `hash:${sha256(body).toString("hex")}`);
  for (let n = 0; n < 2; n++) await sendTo(door, byDefault.path, { body });
  expect((await all(byDefault)).map(({ verdict }) => verdict)).toEqual(["accepted", "accepted"]);
  const chosen = await newSource(me, { dedupe: { by: "bodyHash", value: null, windowSeconds: 60 } });
  await remember(chosen, `hash:${sha256(body).toString("hex")}`);
  await sendTo(door, chosen.path, { body });
  expect(await all(chosen)).toMatchObject([{ verdict: "duplicate", messageId: "msg_old", duplicateOf: { receivedRequestId: null } }]);
  expect(await release((await all(chosen))[0]?.id ?? "")).toMatchObject({ status: 200, verdict: "released" });
});
