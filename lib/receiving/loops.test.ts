/** Endpoints that lead back to a source: what goes in a circle comes to an end. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ReceivedRequestDetail } from "../contract/receivedRequest.ts";
import { type Engine, startEngine } from "../delivery/engine.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { startReceiver } from "../testing/receiver.ts";
import {
  type Client,
  type Door,
  type MadeSource,
  addEndpoint,
  clientOf,
  newSource,
  openDoor,
  receivedBy,
  sendTo,
} from "../testing/sources.ts";
import { until } from "../testing/until.ts";
import { forwardOf } from "../webhooks/forward.ts";
import { hopsOf } from "../words/hops.ts";

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

/** Once nothing of the environment is under way: how many of its requests have which verdict and reason. */
async function ended(me: Client, sources: MadeSource[]) {
  const { environmentId } = me.tenant;
  await until("the end of it", async () => {
    const { rows } = await database.pool.query(`select status, count(*)::int from delivery where "environmentId" = $1 group by 1`, [
      environmentId,
    ]);
    return rows.length > 0 && rows.every(({ status }) => status !== "pending");
  });
  const all = (await Promise.all(sources.map((source) => receivedBy(me, source, "&limit=100")))).flat();
  const count = (verdict: string, reason: string | null): number =>
    all.filter((one) => one.verdict === verdict && one.reason === reason).length;
  return { all, accepted: count("accepted", null), loops: count("rejected", "loop") };
}

test("a source that feeds itself takes what it is sent three times more, and keeps the fourth, which is not tried again", async () => {
  const me = await clientOf(door);
  const source = await newSource(me, undeduped);
  await addEndpoint(me, source, door.url + source.path);
  expect((await sendTo(door, source.path, { body: '{"n":1}' })).status).toBe(200);
  const { all, accepted, loops } = await ended(me, [source]);
  expect([all.length, accepted, loops]).toEqual([5, 4, 1]);
  const kept = all.find(({ reason }) => reason === "loop");
  expect(kept?.detail).toMatch(/passed it on 4 times already.*WEBSTER_LIMIT_HOPS/);
  const { body, responseStatus } = await me.call<ReceivedRequestDetail>("GET", `/api/v1/received-request/${kept?.id}`);
  expect([body?.text, responseStatus]).toEqual(['{"n":1}', 508]);
});

test("two that feed each other, each twice, come to an end too", async () => {
  const me = await clientOf(door);
  const [one, other] = [await newSource(me, undeduped), await newSource(me, undeduped)];
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const)
    for (const query of ["", "?again"]) await addEndpoint(me, from, door.url + to.path + query);
  await sendTo(door, one.path, { body: "{}" });
  const { accepted, loops } = await ended(me, [one, other]);
  expect([accepted, loops]).toEqual([1 + 2 + 4 + 8, 16]);
});

test("each delivery of what a source received says how often it was passed on; neither sender nor endpoint can say less", async () => {
  const me = await clientOf(door);
  const source = await newSource(me, {
    ...undeduped,
    forward: { headers: "listed", names: ["Webster-Hops", "x-a"], path: false, query: false },
  });
  const receiver = await startReceiver();
  await addEndpoint(me, source, receiver.url);
  for (const hops of ["", "2", "1, 3"]) await sendTo(door, source.path, { headers: { "x-a": "b", "webster-hops": hops }, body: "{}" });
  await until("all three", () => receiver.hits.length === 3);
  expect(new Set(receiver.hits.map(({ headers }) => headers["webster-hops"]))).toEqual(new Set(["1", "3", "4"]));
  const endpoint = { url: receiver.url, headers: { "Webster-Hops": "0" } };
  expect((await me.call("POST", `/api/v1/app/${source.application.id}/endpoint`, endpoint)).status).toBe(422);
  await receiver.close();
});

test("a receiver that sends what it gets back as a message, with the header, comes to an end too", async () => {
  const me = await clientOf(door);
  const { id } = await me.call<{ id: string }>("POST", "/api/v1/app", { name: "Café" });
  const send = async (hops: string | undefined, path = "/msg", body: unknown = { eventType: "cafe.echo", payload: { n: 1 } }) => {
    const headers = { authorization: `Bearer ${me.tenant.apiKey}`, "content-type": "application/json" };
    const request = { method: "POST", headers: { ...headers, ...(hops === undefined ? {} : { "webster-hops": hops }) } };
    const answer = await fetch(`${door.url}/api/v1/app/${id}${path}`, { ...request, body: JSON.stringify(body) });
    return { status: answer.status, body: (await answer.json()) as { id: string; code?: string; detail?: string; data?: unknown[] } };
  };
  const receiver = await startReceiver();
  await me.call("POST", `/api/v1/app/${id}/endpoint`, { url: receiver.url });
  // What the receiver would do at each webhook.
  const told: (string | undefined)[] = [];
  for (let answer = await send(undefined); answer.status === 202; answer = await send(told.at(-1) ?? "1")) {
    const wanted = told.length + 1;
    await until("the webhook", () => receiver.hits.length === wanted);
    const hit = receiver.hits.at(-1);
    expect(JSON.parse(hit?.body.toString() ?? "")).toEqual({ n: 1 });
    told.push(hit?.headers["webster-hops"]);
    expect(await me.call("GET", `/api/v1/app/${id}/msg/${answer.body.id}`)).toMatchObject({ payload: { n: 1 } });
  }
  expect(told).toEqual([undefined, "2", "3", "4"]);
  const { status, body } = await send("4");
  expect([status, body.code]).toEqual([400, "bad_request"]);
  expect(body.detail).toMatch(/passed it on 4 times already.*WEBSTER_LIMIT_HOPS/);
  const batch = await send("4", "/msg/batch", { messages: [{ eventType: "cafe.echo", payload: {} }] });
  expect(batch.body.data).toEqual([{ status: 400, error: { code: "bad_request", detail: body.detail } }]);
  await receiver.close();
});

test.each([
  [undefined, 0],
  ["2", 2],
  [" 2 ", 2],
  ["1,2, 3", 3],
  ["99999999999999999999", 999_999_999],
  ["two", 0],
  ["-1", 0],
  ["1e9", 0],
])("%j are %d hops", (text, hops) => {
  const headers = text === undefined ? {} : { "webster-hops": text };
  expect(hopsOf(headers)).toBe(hops);
  expect(forwardOf({ headers: "all", names: [], path: false, query: false }, { headers, path: "", query: "" }, "rr_1")).toMatchObject({
    headers: [],
    hops: hops + 1,
  });
});
