/** Traces from a sender to a receiver, as a collector gets them; and that they cost no delivery. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { type Engine, startEngine } from "../lib/delivery/engine.ts";
import { env, readEnv, setEnv } from "../lib/env.ts";
import { log } from "../lib/log.ts";
import { type TestDatabase, testDatabase } from "../lib/testing/database.ts";
import { type Answer, type Receiver, startReceiver } from "../lib/testing/receiver.ts";
import { type Client, clientOf, type Door, openDoor } from "../lib/testing/sources.ts";
import { until } from "../lib/testing/until.ts";
import { startTraces, stopTraces } from "./telemetry.ts";

type Span = {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  status: { code: number };
  attributes: { key: string; value: Record<string, unknown> }[];
  traceState?: string;
};
type Collector = { url: string; spans: Span[]; headers: () => unknown; text: () => string; close: () => void };

let database: TestDatabase;
let door: Door;
let engine: Engine;
const closing: (() => unknown)[] = [];
beforeAll(async () => {
  database = await testDatabase({ WEBSTER_RETRY_SCHEDULE: "0.05,0.05", WEBSTER_HTTPS_ONLY: "false" });
  door = await openDoor();
  engine = startEngine();
});
afterEach(async () => {
  await stopTraces();
  setEnv({ ...env(), traces: null });
  for (const close of closing.splice(0)) await close();
});
afterAll(async () => {
  await engine.stop();
  await door.close();
  await database.close();
});

/** Takes spans as OTLP has them in JSON. `answer`: what to do with a request when it has been read. */
async function startCollector(answer: (reply: () => void) => void = (reply) => reply()): Promise<Collector> {
  const spans: Span[] = [];
  let text = "";
  let headers: unknown = null;
  const server: Server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      headers = request.headers;
      text += body;
      const { resourceSpans } = JSON.parse(body) as { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] };
      spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)));
      answer(() => response.writeHead(200, { "content-type": "application/json" }).end("{}"));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  closing.push(close);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, spans, headers: () => headers, text: () => text, close };
}

async function trace(url: string, more: Record<string, string> = {}): Promise<void> {
  const { traces } = readEnv({ OTEL_EXPORTER_OTLP_ENDPOINT: url, ...more });
  setEnv({ ...env(), traces });
  await startTraces();
}

async function newReceiver(answer?: Answer | Answer[]): Promise<Receiver> {
  const receiver = await startReceiver(answer);
  closing.push(() => receiver.close());
  return receiver;
}

const secretPath = "/services/T000/hook-secret?token=query-secret";

/** An application with an endpoint. `told`: whether its receiver is told the trace. */
async function newApp(client: Client, url: string, told: boolean): Promise<string> {
  await database.prisma.environment.update({ where: { id: client.tenant.environmentId }, data: { traceHeaders: told } });
  const app = await client.call<{ id: string }>("POST", "/api/v1/app", { name: "Café" });
  await client.call("POST", `/api/v1/app/${app.id}/endpoint`, { url: url + secretPath });
  return app.id;
}

async function send({ tenant }: Client, app: string, headers: Record<string, string> = {}): Promise<string> {
  const response = await fetch(`${door.url}/api/v1/app/${app}/msg`, {
    method: "POST",
    headers: { authorization: `Bearer ${tenant.apiKey}`, "content-type": "application/json", ...headers },
    body: JSON.stringify({ eventType: "cafe.closed", payload: { secret: "payload-secret" } }),
  });
  expect(response.status).toBe(202);
  return ((await response.json()) as { id: string }).id;
}

const senders = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331" };
const fromSender = { traceparent: `00-${senders.traceId}-${senders.spanId}-01`, tracestate: "rojo=00f067aa0ba902b7" };

const storedTrace = async (id: string): Promise<unknown> =>
  (await database.prisma.message.findFirstOrThrow({ where: { id }, select: { traceContext: true } })).traceContext;

/** Waits for attempts to have ended and be stored: then their spans have ended too. */
const stored = (messageIds: string[], count: number): Promise<unknown> =>
  until(`${count} attempts`, async () => (await database.prisma.attempt.count({ where: { messageId: { in: messageIds } } })) === count);

const attribute = (span: Span | undefined, key: string): unknown => {
  const found = span?.attributes.find((one) => one.key === key);
  return found === undefined ? undefined : Object.values(found.value)[0];
};

test("sender, API, commit, each attempt and the receiver are one chain; a retry too, though it is read from the database", async () => {
  const collector = await startCollector();
  await trace(collector.url, {
    OTEL_EXPORTER_OTLP_HEADERS: "api-key=a%20key",
    OTEL_SERVICE_NAME: "hooks",
    OTEL_RESOURCE_ATTRIBUTES: "deployment.environment.name=test",
  });
  const client = await clientOf(door);
  const receiver = await newReceiver([{ status: 503 }, { status: 204 }]);
  const lines = vi.spyOn(log, "info");
  const app = await newApp(client, receiver.url, true);
  const id = await send(client, app, fromSender);
  const hits = await receiver.waitForHits(2);
  await stored([id], 2);
  await stopTraces();
  const ours = collector.spans.filter(({ traceId }) => traceId === senders.traceId);
  const [api, create, ...attempts] = ["POST /api/v1/app/{app_id}/msg", "create cafe.closed", "POST webhook"].flatMap((name) =>
    ours.filter((span) => span.name === name),
  );
  expect([api?.kind, create?.kind, ...attempts.map(({ kind }) => kind)]).toEqual([2, 4, 3, 3]);
  expect(api).toMatchObject({ parentSpanId: senders.spanId, traceState: "rojo=00f067aa0ba902b7" });
  expect(create?.parentSpanId).toBe(api?.spanId);
  expect(attempts.map(({ parentSpanId }) => parentSpanId)).toEqual([create?.spanId, create?.spanId]);
  expect(hits.map(({ headers }) => [headers["traceparent"], headers["tracestate"]])).toEqual(
    attempts.map(({ spanId }) => [`00-${senders.traceId}-${spanId}-01`, "rojo=00f067aa0ba902b7"]),
  );
  expect(attempts.map((span) => [attribute(span, "http.response.status_code"), span.status.code, attribute(span, "error.type")])).toEqual([
    [503, 2, "503"],
    [204, 0, undefined],
  ]);
  expect(attribute(attempts[1], "http.request.resend_count")).toBe(1);
  expect(attribute(attempts[0], "server.address")).toBe("127.0.0.1");
  for (const span of [create, ...attempts]) expect(attribute(span, "messaging.message.id")).toBe(id);
  expect(collector.headers()).toMatchObject({ "api-key": "a key" });
  for (const said of ["service.name", "hooks", "deployment.environment.name"]) expect(collector.text()).toContain(`"${said}"`);
  for (const secret of ["hook-secret", "query-secret", "payload-secret", client.tenant.apiKey, "Bearer"])
    expect(collector.text()).not.toContain(secret);
  const attempted = lines.mock.calls.filter(([, name]) => name === "delivery.attempted").map(([line]) => line);
  expect(attempted).toContainEqual(expect.objectContaining({ messageId: id, trace_id: senders.traceId, span_id: attempts[0]?.spanId }));
});

test("what a source takes is in its provider's trace; without one a trace begins, and a receiver is told only where that is wanted", async () => {
  const collector = await startCollector();
  await trace(collector.url);
  const client = await clientOf(door);
  const receiver = await newReceiver();
  const app = await newApp(client, receiver.url, false);
  const source = await client.call<{ url: string }>("POST", "/api/v1/source", {
    name: "Till",
    provider: "bearer",
    secrets: ["bearer-token-of-the-source"],
    applicationId: app,
  });
  const path = new URL(source.url).pathname;
  const call = (headers: Record<string, string>): Promise<Response> =>
    fetch(`${door.url}${path}`, {
      method: "POST",
      headers: { authorization: "Bearer bearer-token-of-the-source", "content-type": "application/json", ...headers },
      body: '{"type":"paid"}',
    });
  expect([(await call(fromSender)).ok, (await call({})).ok]).toEqual([true, true]);
  const hits = await receiver.waitForHits(2);
  await stored(
    hits.map(({ headers }) => headers["webhook-id"] ?? ""),
    2,
  );
  await stopTraces();
  expect(hits.flatMap(({ headers }) => [headers["traceparent"], headers["tracestate"]]).filter(Boolean)).toEqual([]);
  const chains = collector.spans
    .filter(({ name }) => name === "POST webhook")
    .map((attempt) => {
      const create = collector.spans.find(({ spanId }) => spanId === attempt.parentSpanId);
      const arrival = collector.spans.find(({ spanId }) => spanId === create?.parentSpanId);
      return [arrival?.name, arrival?.parentSpanId ?? null, attempt.traceId === senders.traceId];
    });
  expect(chains.toSorted((one, other) => Number(other[2]) - Number(one[2]))).toEqual([
    ["POST /in/{token}", senders.spanId, true],
    ["POST /in/{token}", null, false],
  ]);
  expect(collector.text()).not.toContain(path);
});

test("without a collector nothing is kept, unless a receiver is told: then it gets the sender's own, with a retry too", async () => {
  const client = await clientOf(door);
  const receiver = await newReceiver([{ status: 500 }, { status: 204 }]);
  const silent = await newApp(client, receiver.url, false);
  const [unsaid, said] = [await send(client, silent), await send(client, silent, fromSender)];
  expect([await storedTrace(unsaid), await storedTrace(said)]).toEqual([null, null]);
  await receiver.waitForHits(3);
  receiver.hits.length = 0;
  receiver.respond([{ status: 500 }, { status: 204 }]);
  const telling = await newApp(client, receiver.url, true);
  const id = await send(client, telling, { ...fromSender, traceparent: fromSender.traceparent.replace(/01$/, "00") });
  const hits = await receiver.waitForHits(2);
  const expected = [fromSender.traceparent.replace(/01$/, "00"), fromSender.tracestate];
  expect(hits.map(({ headers }) => [headers["traceparent"], headers["tracestate"]])).toEqual([expected, expected]);
  expect(await storedTrace(id)).not.toBeNull();
  expect(await storedTrace(await send(client, telling))).toBeNull();
});

test("what is not sampled is no span and is not kept", async () => {
  const collector = await startCollector();
  await trace(collector.url, { OTEL_TRACES_SAMPLER: "parentbased_traceidratio", OTEL_TRACES_SAMPLER_ARG: "0" });
  const client = await clientOf(door);
  const receiver = await newReceiver();
  const app = await newApp(client, receiver.url, false);
  const id = await send(client, app);
  const unsampled = await send(client, app, { traceparent: `00-${"1".repeat(32)}-${senders.spanId}-00` });
  const sampled = await send(client, app, fromSender);
  await receiver.waitForHits(3);
  expect([await storedTrace(id), await storedTrace(unsampled), (await storedTrace(sampled)) === null]).toEqual([null, null, false]);
  await stopTraces();
  expect(new Set(collector.spans.map(({ traceId }) => traceId))).toEqual(new Set([senders.traceId]));
});

test.each([
  ["hangs", async () => (await startCollector(() => undefined)).url],
  ["is down", () => Promise.resolve("http://127.0.0.1:1")],
])("a collector that %s loses no delivery, and holds up no end", async (_, collector) => {
  await trace(await collector());
  const client = await clientOf(door);
  const receiver = await newReceiver();
  const app = await newApp(client, receiver.url, false);
  // More than one batch, so that spans are sent before the end.
  const ids = await Promise.all(Array.from({ length: 180 }, () => send(client, app)));
  const hits = await receiver.waitForHits(ids.length, 60_000);
  expect(new Set(hits.map(({ headers }) => headers["webhook-id"]))).toEqual(new Set(ids));
  await stopTraces();
});

test("OpenTelemetry is in no file that is loaded without a collector", () => {
  const files = ["bin", "lib", "app", "components"].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)),
  );
  const code = files.filter((name) => /\.tsx?$/.test(name) && !name.endsWith(".test.ts") && !name.includes("generated"));
  const holding = (pattern: RegExp): string[] => code.filter((name) => pattern.test(readFileSync(name, "utf8")));
  expect(holding(/from "@opentelemetry\//)).toEqual(["lib/tracingSdk.ts"]);
  expect(holding(/from ".*\/tracingSdk\.ts"/)).toEqual([]);
  expect(holding(/import\(".*\/tracingSdk\.ts"\)/)).toEqual(["bin/telemetry.ts"]);
});
