import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { noteChange, subscribe } from "../db/changes.ts";
import { listen, notify } from "../db/listen.ts";
import { type Engine, startEngine } from "../delivery/engine.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { type FrontServer, createFrontServer } from "../http/server.ts";
import { revoke } from "../services/team/apiKeys.ts";
import { withSession } from "../testing/furnish.ts";
import { startReceiver } from "../testing/receiver.ts";
import { newMember } from "../testing/session.ts";
import { type Tenant, newTenant } from "../testing/tenant.ts";
import { createApi } from "./app.ts";

let database: TestDatabase;
let engine: Engine;
let front: FrontServer;
let url: string;

beforeAll(async () => {
  database = await testDatabase();
  engine = startEngine();
  const api = createApi();
  front = createFrontServer({ api: (request, bindings) => api.fetch(request, bindings), next: null, fastLane: true });
  await new Promise<void>((resolve) => front.server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(front.server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await front.close(100);
  await engine.drain(1000);
  await engine.stop();
  await database.close();
});

type Event = { event: string; data: { deliveries: { messageId: string; status: string; attemptCount: number }[]; more: boolean } };

const follow = ({ apiKey }: Tenant) => followAs({ authorization: `Bearer ${apiKey}` });

/** Of a stream that nobody looks after now and then. */
async function unattended(headers: Record<string, string>) {
  const never = vi.spyOn(globalThis, "setInterval").mockImplementation(() => setTimeout(() => undefined, 0));
  const stream = await followAs(headers);
  never.mockRestore();
  return stream;
}

async function followAs(headers: Record<string, string>) {
  const abort = new AbortController();
  const response = await fetch(`${url}/api/v1/event-stream`, {
    headers,
    signal: abort.signal,
  });
  const events: Event[] = [];
  const state = { ended: false };
  const read = async (): Promise<void> => {
    let text = "";
    for await (const chunk of (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const parts = text.split("\n\n");
      text = parts.pop() ?? "";
      for (const part of parts) {
        const event = /^event: (.*)$/m.exec(part)?.[1];
        if (event !== undefined) events.push({ event, data: JSON.parse(/^data: (.*)$/m.exec(part)?.[1] ?? "") as Event["data"] });
      }
    }
  };
  void read()
    .catch(() => undefined)
    .finally(() => (state.ended = true));
  await expect.poll(() => events.length).toBeGreaterThan(0);
  return { response, events, state, close: () => abort.abort(), changes: () => events.flatMap(({ data }) => data.deliveries ?? []) };
}

async function post(tenant: Tenant, path: string, body: object): Promise<{ id: string }> {
  const headers = { authorization: `Bearer ${tenant.apiKey}`, "content-type": "application/json" };
  const response = await fetch(`${url}/api/v1${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  return (await response.json()) as { id: string };
}

test("a delivery is told when it is accepted and when it has been attempted, to its environment alone", async () => {
  const receiver = await startReceiver({ status: 200 });
  const [own, other] = [await newTenant(), await newTenant()];
  const [stream, foreign] = [await follow(own), await follow(other)];
  expect(stream.response.headers.get("content-type")).toBe("text/event-stream");
  expect(stream.response.headers.get("cache-control")).toContain("no-transform");
  expect(stream.response.headers.get("x-accel-buffering")).toBe("no");
  for (const tenant of [own, other]) {
    await post(tenant, "/app", { name: "A", uid: "a" });
    await post(tenant, "/app/a/endpoint", { url: receiver.url });
  }
  const { id } = await post(own, "/app/a/msg", { eventType: "t", payload: {} });
  await expect.poll(stream.changes).toContainEqual(expect.objectContaining({ messageId: id, status: "succeeded" }));
  // The other's own is told to it; with it, anything of ours would have come too.
  const theirs = await post(other, "/app/a/msg", { eventType: "t", payload: {} });
  await expect.poll(foreign.changes).toContainEqual(expect.objectContaining({ messageId: theirs.id, status: "succeeded" }));
  expect(foreign.changes().map(({ messageId }) => messageId)).not.toContain(id);
  stream.close();
  foreign.close();
  await receiver.close();
});

test("many changes come together, and too many are only mentioned", async () => {
  const tenant = await newTenant();
  const { environmentId } = tenant;
  const told: { count: number; more: boolean }[] = [];
  const leave = subscribe(environmentId, ({ changed, more }) => told.push({ count: changed.length, more }));
  for (let i = 0; i < 1_000; i++) noteChange(environmentId, `msg_${i}`, "ep");
  await expect.poll(() => told).toEqual([{ count: 100, more: true }]);
  leave();
});

test("what another process changes is told, and another process that looks is told", async () => {
  const tenant = await newTenant();
  const { environmentId } = tenant;
  const stream = await follow(tenant);
  const news = { process: "another", environmentId, keys: [], more: true };
  await expect
    .poll(async () => {
      await notify("webster_live", JSON.stringify(news));
      return stream.events.some(({ event, data }) => event === "delivery.changed" && data.more);
    })
    .toBe(true);
  stream.close();

  const elsewhere = await newTenant();
  const heard: string[] = [];
  await listen("webster_live", (payload) => heard.push(payload));
  await expect
    .poll(async () => {
      await notify("webster_live_interest", JSON.stringify({ process: "another", environments: [elsewhere.environmentId] }));
      noteChange(elsewhere.environmentId, "msg_1", "ep_1");
      return heard.some((payload) => payload.includes(elsewhere.environmentId) && payload.includes("msg_1"));
    })
    .toBe(true);
});

test("a stream ends when its key is revoked, at once", async () => {
  const [tenant, other] = [await newTenant(), await newTenant()];
  const [stream, foreign] = [await unattended({ authorization: `Bearer ${tenant.apiKey}` }), await follow(other)];
  expect(stream.state.ended).toBe(false);
  await revoke(tenant.actor, tenant.actor.id);
  await expect.poll(() => stream.state.ended).toBe(true);
  expect(foreign.state.ended).toBe(false);
  foreign.close();
});

/** An organization with a stream of a session that has shown a second factor, and one of a session that has not. */
async function organizationWithStreams() {
  const { organizationId, environmentId } = await newTenant();
  const [owner, member] = [await newMember(organizationId, "owner"), await newMember(organizationId, "member")];
  await database.pool.query(`update session set "factorAt" = now(), "provenAt" = now() where "userId" = $1`, [owner.userId]);
  const asOwner = withSession(owner, environmentId);
  return { organizationId, asOwner, shown: await unattended(asOwner), none: await unattended(withSession(member, environmentId)) };
}

test("when an organization begins to require a second factor, streams of sessions without one end at once", async () => {
  const { asOwner, shown, none } = await organizationWithStreams();
  const headers = { ...asOwner, "content-type": "application/json" };
  const body = JSON.stringify({ secondFactorRequired: true });
  expect((await fetch(`${url}/api/v1/organization`, { method: "PATCH", headers, body })).status).toBe(200);
  await expect.poll(() => none.state.ended).toBe(true);
  expect(shown.state.ended).toBe(false);
  shown.close();
});

test("so they do when another process tells of it", async () => {
  const { organizationId, shown, none } = await organizationWithStreams();
  await database.pool.query(`update organization set "secondFactorRequired" = true where id = $1`, [organizationId]);
  await notify("access", "*");
  await expect.poll(() => none.state.ended).toBe(true);
  expect(shown.state.ended).toBe(false);
  shown.close();
});

test("HEAD is answered and opens nothing; nobody is answered 401", async () => {
  const tenant = await newTenant();
  const head = await fetch(`${url}/api/v1/event-stream`, { method: "HEAD", headers: { authorization: `Bearer ${tenant.apiKey}` } });
  expect([head.status, head.headers.get("content-type"), await head.text()]).toEqual([200, "text/event-stream", ""]);
  expect((await fetch(`${url}/api/v1/event-stream`)).status).toBe(401);
});
