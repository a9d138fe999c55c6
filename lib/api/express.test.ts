// Both lanes give one answer: each request is sent to a front server that has the express lane, and to one that has not.
import { createHmac } from "node:crypto";
import { type IncomingHttpHeaders, request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { prisma } from "../db/client.ts";
import { createFrontServer, type FrontServer } from "../http/server.ts";
import { setSingleton } from "../singleton.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { newTenant, type Tenant } from "../testing/tenant.ts";
import { createApi } from "./app.ts";
import { express } from "./express.ts";

let database: TestDatabase;
let tenant: Tenant;
let app: string;
let inlet: string;
let taken = 0;
const api = createApi();
const fetch = (request: Request): Response | Promise<Response> => api.fetch(request);
const secret = "the source's secret";
const servers: FrontServer[] = [];
const counted: typeof express = (request, response) => {
  const answered = express(request, response);
  if (answered !== null) taken++;
  return answered;
};

beforeAll(async () => {
  database = await testDatabase();
  tenant = await newTenant();
  servers.push(createFrontServer({ api: fetch, next: null, fastLane: true }));
  servers.push(createFrontServer({ api: fetch, express: counted, next: null, fastLane: true }));
  for (const { server } of servers) await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const create = async (path: string, body: unknown): Promise<Record<string, string>> => {
    const headers = { authorization: `Bearer ${tenant.apiKey}`, "content-type": "application/json" };
    return (await (await api.request(`/api/v1${path}`, { method: "POST", headers, body: JSON.stringify(body) })).json()) as never;
  };
  app = (await create("/app", { name: "Café" }))["id"] ?? "";
  inlet = new URL((await create("/source", { name: "GitHub", provider: "github", secrets: [secret] }))["url"] ?? "").pathname;
});
afterAll(async () => {
  for (const server of servers) await server.close(0);
  await database.close();
});

type Sent = { path: string; method?: string; headers?: Record<string, string | string[]>; body?: string | Buffer; key?: string | null };

/** What is answered, but for what differs from one request to the next. */
async function answerOf({ server }: FrontServer, { path, method = "POST", headers = {}, body = "", key = tenant.apiKey }: Sent) {
  const { port } = server.address() as AddressInfo;
  const all = { ...(key === null ? {} : { authorization: `Bearer ${key}` }), "content-type": "application/json", ...headers };
  const answer = await new Promise<{ status: number; headers: IncomingHttpHeaders; text: string }>((resolve, reject) => {
    const asked = httpRequest({ host: "127.0.0.1", port, path, method, headers: all }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(chunks).toString() }),
      );
    });
    asked.on("error", reject).end(body);
  });
  const { date: _, "x-request-id": __, ...rest } = answer.headers;
  const text = answer.text
    .replaceAll(/"(id|requestId)":"\w+"/g, `"$1":"…"`)
    .replaceAll(/"timestamp":"[^"]*"/g, `"timestamp":"…"`)
    .replaceAll(/req_\w+/g, "req_…");
  return { status: answer.status, headers: rest, text };
}

async function both(sent: Sent) {
  const [standard, other] = [await answerOf(servers[0] as FrontServer, sent), await answerOf(servers[1] as FrontServer, sent)];
  expect(other).toEqual(standard);
  return other;
}

const message = (more: object = {}): string => JSON.stringify({ eventType: "cafe.opened", payload: { n: 1, text: "Größe" }, ...more });

test.each<[string, number, (msg: string) => Sent]>([
  ["a message", 202, (path) => ({ path, body: message() })],
  ["without its content", 202, (path) => ({ path: `${path}?with_content=false`, body: message() })],
  ["a batch with a fault", 202, (path) => ({ path: `${path}/batch`, body: `{"messages":[${message()},{"eventType":"!"}]}` })],
  ["a byte order mark in front", 202, (path) => ({ path, body: `\ufeff${message()}` })],
  ["one in front of a batch", 202, (path) => ({ path: `${path}/batch`, body: `\ufeff{"messages":[${message()}]}` })],
  ["no JSON", 422, (path) => ({ path, body: "{" })],
  ["no body", 422, (path) => ({ path })],
  ["no UTF-8", 422, (path) => ({ path, body: Buffer.from([0x7b, 0xff, 0x7d]) })],
  ["no key", 401, (path) => ({ path, body: message(), key: null })],
  ["a wrong key", 401, (path) => ({ path, body: message(), key: "wk_none" })],
  ["an unknown application", 404, () => ({ path: "/api/v1/app/nobody/msg", body: message() })],
  ["a query that says nothing", 422, (path) => ({ path: `${path}?with_content=perhaps`, body: message() })],
  ["another origin's page", 202, (path) => ({ path, body: message(), headers: { origin: "https://example.com" } })],
  ["too large a payload", 413, (path) => ({ path, body: message({ payload: { text: "x".repeat(1_100_000) } }) })],
  ["an idempotency key that is none", 422, (path) => ({ path, body: message(), headers: { "idempotency-key": "x".repeat(300) } })],
])("%s is answered the same", async (_, status, sentTo) => {
  expect((await both(sentTo(`/api/v1/app/${app}/msg`))).status).toBe(status);
});

test.each<[string, number, (path: string) => Sent]>([
  ["applications", 200, () => ({ path: "/api/v1/app?limit=2" })],
  ["an application", 200, (path) => ({ path })],
  ["endpoints", 200, (path) => ({ path: `${path}/endpoint` })],
  ["messages", 200, (path) => ({ path: `${path}/msg?limit=250` })],
  ["messages, packed", 200, (path) => ({ path: `${path}/msg?limit=250`, headers: { "accept-encoding": "gzip, br;q=0.5" } })],
  ["endpoints, which are never packed", 200, (path) => ({ path: `${path}/endpoint`, headers: { "accept-encoding": "gzip" } })],
  ["no key", 401, (path) => ({ path, key: null })],
  ["a wrong key", 401, (path) => ({ path: `${path}/msg`, key: "wk_none" })],
  ["an unknown application", 404, () => ({ path: "/api/v1/app/nobody/endpoint" })],
  ["an unknown message", 404, (path) => ({ path: `${path}/msg/nothing` })],
  ["an unknown message's attempts", 404, (path) => ({ path: `${path}/attempt/msg/msg_00000000000000000000000000` })],
  ["a limit that is none", 422, (path) => ({ path: `${path}/msg?limit=many` })],
  ["an iterator of another list", 422, (path) => ({ path: `${path}/endpoint?iterator=msg_1` })],
  ["another origin's page", 200, (path) => ({ path: `${path}/msg`, headers: { origin: "https://example.com" } })],
])("a read of %s is answered the same", async (_, status, sentTo) => {
  for (let number = 0; number < 6; number++)
    await both({ path: `/api/v1/app/${app}/msg`, body: message({ payload: { number, text: "x".repeat(300) } }) });
  const before = taken;
  expect((await both({ method: "GET", ...sentTo(`/api/v1/app/${app}`) })).status).toBe(status);
  expect(taken).toBe(before + 1);
});

test("what is unusual goes the usual way, and comes to the same", async () => {
  const path = `/api/v1/app/${app}/msg`;
  const before = taken;
  const unusual: [number, Sent][] = [
    [202, { path: `${path}/`, body: message() }],
    [202, { path: `/api/v1/app/%61pp_${app.slice(4)}/msg`, body: message() }],
    [202, { path, body: gzipSync(message()), headers: { "content-encoding": "gzip" } }],
    [202, { path, body: message(), headers: { "transfer-encoding": "chunked" } }],
    [202, { path, body: message(), headers: { "x-twice": ["a", "b"] } }],
    [202, { path, body: message(), headers: { cookie: "a=b" } }],
    [405, { path: "/api/v1/app/../msg", body: message() }],
    [200, { path, method: "HEAD" }],
    [200, { path, method: "GET", headers: { cookie: "a=b" } }],
    [200, { path, method: "GET", body: "{}", headers: { "content-length": "2" } }],
    [200, { path: `${path}?limit=1&event_types[0]=a`, method: "GET" }],
  ];
  for (const [status, sent] of unusual) expect([sent, (await answerOf(servers[1] as FrontServer, sent)).status]).toEqual([sent, status]);
  expect(taken).toBe(before);
  await both({ path, body: message() });
  expect(taken).toBe(before + 1);
});

test("a key that was used before is answered as the first time, in either lane", async () => {
  const sent = { path: `/api/v1/app/${app}/msg`, body: message(), headers: { "idempotency-key": `once ${app}` } };
  expect((await both(sent)).status).toBe(202);
  expect(await database.prisma.message.count({ where: { applicationId: app, eventType: "cafe.opened" } })).toBeGreaterThan(0);
});

test("a request at a source is judged, answered and kept the same", async () => {
  const body = message();
  const signature = `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
  const headers = { "x-github-event": "push", "x-hub-signature-256": signature };
  const deliver = (server: number, id: string) =>
    answerOf(servers[server] as FrontServer, { path: inlet, body, key: null, headers: { ...headers, "x-github-delivery": id } });
  expect(await deliver(1, "two")).toEqual(await deliver(0, "one"));
  for (const [status, sent] of [
    [401, { path: inlet, body, key: null }],
    [401, { path: `${inlet}?a=b&c`, body, key: null, headers: { ...headers, "x-hub-signature-256": "sha256=00" } }],
    [404, { path: "/in/nobody", body }],
  ] as [number, Sent][])
    expect((await both(sent)).status).toBe(status);
  const kept = await database.pool.query<{ verdict: string }>(
    `select "verdict" from received_request r join source s on s.id = r."sourceId" where s."environmentId" = $1 order by r."id"`,
    [tenant.environmentId],
  );
  const verdicts = ["accepted", "accepted", ...Array.from({ length: 4 }, () => "rejected")];
  expect(kept.rows.map(({ verdict }) => verdict)).toEqual(verdicts);
});

test("what comes first after a start is accepted without Prisma, which takes as long to load as all the rest", async () => {
  const fresh = await newTenant();
  const headers = { authorization: `Bearer ${fresh.apiKey}`, "content-type": "application/json" };
  const create = async (path: string, body: unknown): Promise<Record<string, string>> =>
    (await (await api.request(`/api/v1${path}`, { method: "POST", headers, body: JSON.stringify(body) })).json()) as never;
  const application = (await create("/app", { name: "Café" }))["id"] ?? "";
  const source = new URL((await create("/source", { name: "GitHub", provider: "github", secrets: [secret] }))["url"] ?? "").pathname;
  const [, quick] = servers as [FrontServer, FrontServer];
  const body = JSON.stringify({ eventType: "cafe.opened", payload: {} });
  const signature = `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
  const signed = { "x-github-event": "ping", "x-github-delivery": "first", "x-hub-signature-256": signature };
  const real = prisma();
  const asked: string[] = [];
  const trap = new Proxy(real, { get: (target, name) => (asked.push(String(name)), Reflect.get(target, name)) });
  setSingleton("prisma", trap);
  try {
    const posted = await answerOf(quick, { path: `/api/v1/app/${application}/msg`, body, key: fresh.apiKey });
    const received = await answerOf(quick, { path: source, headers: signed, body, key: null });
    expect([posted.status, received.status]).toEqual([202, 200]);
  } finally {
    setSingleton("prisma", real);
  }
  expect(asked).toEqual([]);
});
