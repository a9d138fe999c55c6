/** Credentials stay where they were meant for: with the source that they open, at the origin that they were given for. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SourceTestOut } from "../contract/sourceTools.ts";
import { prisma } from "../db/client.ts";
import { openForward } from "../db/sql/hot/payloads.ts";
import { type Engine, startEngine } from "../delivery/engine.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { fewAtATime } from "../testing/fewAtATime.ts";
import { type Receiver, startReceiver } from "../testing/receiver.ts";
import { addEndpoint, type Client, clientOf, type Door, newSource, openDoor, sendTo } from "../testing/sources.ts";
import { until } from "../testing/until.ts";
import { type ProviderKind, providers } from "../webhooks/verification.ts";
import { configOf, kinds } from "../webhooks/verification/testSupport.ts";

let database: TestDatabase;
let engine: Engine;
let door: Door;
let me: Client;
let here: Receiver;
let elsewhere: Receiver;

beforeAll(async () => {
  database = await testDatabase();
  engine = startEngine();
  door = await openDoor();
  me = await clientOf(door);
  [here, elsewhere] = await Promise.all([startReceiver(), startReceiver()]);
});

afterAll(async () => {
  await door.close();
  await engine.drain(1000);
  await engine.stop();
  await Promise.all([here.close(), elsewhere.close()]);
  await database.close();
});

const everything = { headers: "all" as const, names: [], path: true, query: true };

describe("a source's own secret", () => {
  const signing = kinds.filter((kind) => !providers[kind].scheme.asymmetric);

  test("is sent along by no kind of source", async () => {
    const seen = await fewAtATime(signing, async (kind) => [kind, await leakOf(kind)] as const);
    expect(seen.filter(([, leak]) => leak !== null)).toEqual([]);
  });

  /** Null: none. */
  async function leakOf(provider: ProviderKind): Promise<string | null> {
    const { secrets, settings } = configOf(provider);
    const source = await newSource(me, { provider, secrets: [...secrets], settings: { ...settings }, forward: everything });
    const sent = await me.call<SourceTestOut>("POST", `/api/v1/source/${source.id}/send-test`);
    if (sent.messageId === null || sent.messageId === undefined) return null;
    const row = await prisma().message.findFirstOrThrow({ where: { id: sent.messageId } });
    const along = openForward(row.id, row.sealedForward === null ? null : Buffer.from(row.sealedForward));
    const text = JSON.stringify([along?.headers, along?.path, decodeURIComponent(along?.query ?? "")]);
    return secrets.find((secret) => text.includes(secret)) ?? null;
  }

  test("in a header or a query that its settings name is neither forwarded, nor shown to code, nor replayed", async () => {
    const secret = "the-secret-of-the-source";
    const settings = { header: "X-Odd" };
    const code = `function handler(webhook) { webhook.payload = { url: webhook.url, headers: webhook.headers }; return webhook; }`;
    const source = await newSource(me, { provider: "api-key", secrets: [secret], settings, forward: everything });
    expect((await me.call("PATCH", `/api/v1/source/${source.id}/transformation`, { code, enabled: true })).status).toBeLessThan(300);
    await addEndpoint(me, source, `${here.url}/own`);
    const headers = { "content-type": "application/json", "x-odd": secret, "x-copy": `Bearer ${secret}`, "x-shown": "1" };
    const answer = await sendTo(door, `${source.path}?token=${secret}&a=${secret}&b=1`, { headers, body: "{}" });
    expect(answer.status).toBe(200);
    const hit = await until("the delivery", () => here.hits.find(({ url }) => url.startsWith("/own")) ?? null);
    expect(hit.url).toBe("/own?b=1");
    expect(hit.headers).toMatchObject({ "x-shown": "1" });
    expect(JSON.stringify([hit.headers, hit.body.toString()])).not.toContain(secret);
    const listed = await me.call<{ data: { id: string }[] }>("GET", `/api/v1/received-request?source_id=${source.id}`);
    await me.call("POST", `/api/v1/received-request/${listed.data[0]?.id}/replay`, { url: `${elsewhere.url}/replayed` });
    const replayed = elsewhere.hits.find(({ url }) => url.startsWith("/replayed"));
    expect(replayed?.headers).toMatchObject({ "x-shown": "1" });
    expect(JSON.stringify(replayed?.headers)).not.toContain(secret);
  });
});

describe("what is hidden of an endpoint", () => {
  const hidden = "a-key-that-nobody-may-see";

  async function newEndpoint(url: string): Promise<string> {
    const { id: app } = await me.call<{ id: string }>("POST", "/api/v1/app", { name: "A" });
    const endpoint = await me.call<{ id: string }>("POST", `/api/v1/app/${app}/endpoint`, { url });
    const path = `/api/v1/app/${app}/endpoint/${endpoint.id}`;
    const headers = { "X-Secret-Token": hidden, "X-Tenant": "shown" };
    expect((await me.call("PUT", `${path}/headers`, { headers })).status).toBe(204);
    expect((await me.call("PUT", `${path}/authentication`, { kind: "bearer", token: hidden })).status).toBe(200);
    return path;
  }

  const shown = async (path: string) => ({
    headers: await me.call(`GET`, `${path}/headers`),
    authentication: (await me.call<{ kind: string }>("GET", `${path}/authentication`)).kind,
  });

  test("stays when only the path is another", async () => {
    const path = await newEndpoint("https://one.example.com/a");
    const patched = await me.call("PATCH", path, { url: "https://one.example.com/b?c=1" });
    expect(patched).not.toHaveProperty("droppedCredentials");
    expect(await shown(path)).toMatchObject({
      headers: { headers: { "X-Tenant": "shown" }, sensitive: ["X-Secret-Token"] },
      authentication: "bearer",
    });
  });

  // Each makes an endpoint with a hidden header, and changes its URL; who gives the header anew has lost nothing.
  const doors: Record<string, () => Promise<{ path: string; method: string; body: (url: string, headers?: object) => object }>> = {
    destination: async () => {
      const { id: app } = await me.call<{ id: string }>("POST", "/api/v1/app", { name: "A" });
      const body = (url: string, headers?: object) => ({
        type: "fifoEndpoint",
        config: { url, headers },
        eventTypes: [],
        channels: [],
        metadata: {},
      });
      const at = `/api/v1/app/${app}/destination`;
      const { id } = await me.call<{ id: string }>("POST", at, body("https://one.example.com/a", { "X-Secret-Token": hidden }));
      return { path: `${at}/${id}`, method: "PUT", body };
    },
    "endpoint of a source": async () => {
      const source = await newSource(me, {});
      return viaHeaders(`/ingest/api/v1/source/${source.id}/endpoint`);
    },
    "operational endpoint": () => viaHeaders("/api/v1/operational-webhook/endpoint"),
  };

  async function viaHeaders(at: string) {
    const { id } = await me.call<{ id: string }>("POST", at, { url: "https://one.example.com/a", headers: { "X-Secret-Token": hidden } });
    return { path: `${at}/${id}`, method: "PUT", body: (url: string) => ({ url }) };
  }

  test.each(Object.keys(doors))("is told to be gone in the answer of every door: %s", async (name) => {
    const door = await doors[name]?.();
    if (door === undefined) throw new Error(name);
    const { path, method, body } = door;
    expect(await me.call(method, path, body("https://one.example.com/b"))).not.toHaveProperty("droppedCredentials");
    expect(await me.call(method, path, body("https://two.example.com/b"))).toMatchObject({
      status: 200,
      droppedCredentials: ["X-Secret-Token"],
    });
    if (body.length < 2) return;
    await me.call(method, path, body("https://two.example.com/b", { "X-Secret-Token": hidden }));
    expect(await me.call(method, path, body("https://three.example.com/b", { "x-secret-token": hidden }))).not.toHaveProperty(
      "droppedCredentials",
    );
  });

  test("does not move to what somebody else has at the same Webster", async () => {
    const path = await newEndpoint("https://webster.example.com/in/listen_one/");
    const moved = await me.call("PATCH", path, { url: "https://webster.example.com/in/listen_two/" });
    expect(moved).toMatchObject({ status: 200, droppedCredentials: ["X-Secret-Token", "authentication"] });
    expect(await shown(path)).toMatchObject({ headers: { headers: { "X-Tenant": "shown" }, sensitive: [] }, authentication: "none" });
  });

  test.each(["PATCH", "PUT"])("does not move to another origin, by %s", async (method) => {
    const path = await newEndpoint("https://one.example.com/a");
    const moved = await me.call(method, path, { url: "https://two.example.com/a" });
    expect(moved).toMatchObject({ status: 200, droppedCredentials: ["X-Secret-Token", "authentication"] });
    expect(await shown(path)).toMatchObject({ headers: { headers: { "X-Tenant": "shown" }, sensitive: [] }, authentication: "none" });
    const { rows } = await database.pool.query(
      `select changes from audit_entry where action = 'endpoint.credentialsDropped' order by id desc limit 1`,
    );
    expect(rows).toMatchObject([
      { changes: { names: ["X-Secret-Token", "authentication"], from: "https://one.example.com", to: "https://two.example.com" } },
    ]);
  });

  test("does not follow code to another origin, nor stands in what is kept of an answer", async () => {
    const path = await newEndpoint(`${here.url}/here`);
    const app = path.split("/")[4] ?? "";
    here.respond({ status: 200, body: `You sent ${hidden}` });
    await me.call("POST", `/api/v1/app/${app}/msg`, { eventType: "t", payload: { n: 1 } });
    const own = await until("the first", () => here.hits.find(({ url }) => url === "/here") ?? null);
    expect(own.headers).toMatchObject({ "x-secret-token": hidden, authorization: `Bearer ${hidden}` });
    const attempts = await until("its attempt", async () => {
      const found = await me.call<{ data: { response: string }[] }>("GET", `/api/v1/app/${app}/attempt/endpoint/${path.split("/").at(-1)}`);
      return found.data.length === 0 ? null : found.data;
    });
    expect(attempts[0]?.response).toBe("You sent •••");

    const code = `function handler(webhook) { webhook.url = ${JSON.stringify(`${elsewhere.url}/moved`)}; return webhook; }`;
    expect((await me.call("PATCH", `${path}/transformation`, { code, enabled: true })).status).toBeLessThan(300);
    await me.call("POST", `/api/v1/app/${app}/msg`, { eventType: "t", payload: { n: 2 } });
    const moved = await until("the second", () => elsewhere.hits.find(({ url }) => url === "/moved") ?? null);
    expect(moved.headers).toMatchObject({ "x-tenant": "shown" });
    expect(JSON.stringify(moved.headers)).not.toContain(hidden);
  });

  test("is no inbox's to show", async () => {
    const inbox = await me.call<{ id: string; url: string }>("POST", "/api/v1/inbox", { name: "I" });
    const headers = { authorization: `Bearer ${hidden}`, "api-key": hidden, "x-tenant": "shown" };
    await sendTo(door, inbox.url, { headers, body: "{}" });
    const requests = await me.call<{ data: { headers: Record<string, string> }[] }>("GET", `/api/v1/inbox/${inbox.id}/request`);
    expect(requests.data[0]?.headers).toMatchObject({ authorization: "•••", "api-key": "•••", "x-tenant": "shown" });
    const { rows } = await database.pool.query(`select headers::text from inbox_request where "inboxId" = $1`, [inbox.id]);
    expect(JSON.stringify(rows)).not.toContain(hidden);
  });
});
