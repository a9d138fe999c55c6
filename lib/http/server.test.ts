import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterEach, expect, it } from "vitest";
import { Gate } from "./gate.ts";
import { createFrontServer, type FrontServer, isApiPath } from "./server.ts";

const open = new Set<FrontServer>();
afterEach(async () => {
  for (const front of open) await front.close(0);
  open.clear();
});

async function start(
  options: Partial<Parameters<typeof createFrontServer>[0]> = {},
): Promise<{ front: FrontServer; port: number; url: string }> {
  const front = createFrontServer({
    api: async (request) => Response.json({ api: new URL(request.url).pathname, body: await request.text() }),
    next: (_request, response) => void response.end("next"),
    fastLane: true,
    ...options,
  });
  open.add(front);
  await new Promise<void>((resolve) => front.server.listen(0, "127.0.0.1", resolve));
  const { port } = front.server.address() as AddressInfo;
  return { front, port, url: `http://127.0.0.1:${port}` };
}

/** Sends bytes, answers all that comes back until the connection closes. */
async function exchange(port: number, bytes: string): Promise<string> {
  const socket = connect(port, "127.0.0.1").setEncoding("utf8");
  let answer = "";
  socket.on("data", (text: string) => (answer += text)).on("error", () => undefined);
  socket.write(bytes);
  await once(socket, "close");
  return answer;
}

it.each([
  ["/api/v1", true],
  ["/api/v1/app/app_1/msg?limit=1", true],
  ["/api/v1?x", true],
  ["/health", true],
  ["/health/ping", true],
  ["http://example.com/api/v1/app", true],
  ["//api/v1/app", true],
  ["//ingest/api/v1/source", true],
  ["//in/token", false],
  ["/api/v10/app", false],
  ["/api/v1x", false],
  ["/api/auth/session", false],
  ["/healthy", false],
  ["/", false],
  ["*", false],
  ["/x/api/v1", false],
])("%s is the API's: %s", (target, expected) => expect(isApiPath(target)).toBe(expected));

it("keeps connections of one's own proxies longer than these do, so that they close them", async () => {
  const kept = async (options: object): Promise<string | null> => (await fetch((await start(options)).url)).headers.get("keep-alive");
  expect(await kept({})).toBe("timeout=75");
  expect(await kept({ trustedProxies: 1 })).toBe("timeout=620");
});

it("a page that listens to its answer as often as Next.js does is no leak to Node.js", async () => {
  const warnings: string[] = [];
  const note = ({ name }: Error): void => void warnings.push(name);
  process.on("warning", note);
  const { url } = await start({
    next: (_request, response) => {
      for (let i = 0; i < 8; i++) response.once("close", () => undefined);
      response.end("next");
    },
  });
  expect(await (await fetch(`${url}/login`)).text()).toBe("next");
  process.off("warning", note);
  expect(warnings).toEqual([]);
});

it("gives the API its paths and Next.js the rest", async () => {
  const { url } = await start();
  const answer = await fetch(`${url}/api/v1/echo`, { method: "POST", body: "café" });
  expect(await answer.json()).toEqual({ api: "/api/v1/echo", body: "café" });
  expect(await (await fetch(`${url}/setup`)).text()).toBe("next");
});

it("answers HTTP/1.0 without a Host, as health checks ask", async () => {
  const { port } = await start();
  for (const head of ["GET /health/ready HTTP/1.0", "GET /health/ready HTTP/1.0\r\nHost:"])
    expect(await exchange(port, `${head}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 200 OK[^]*"api":"\/health\/ready"/);
});

it("gives Next.js everything without the fast lane, and the API everything without Next.js", async () => {
  const slow = await start({ fastLane: false });
  expect(await (await fetch(`${slow.url}/api/v1/echo`)).text()).toBe("next");
  const alone = await start({ next: null });
  expect(await (await fetch(`${alone.url}/setup`)).json()).toMatchObject({ api: "/setup" });
});

it("answers 500 without details when a handler breaks", async () => {
  const { url } = await start({ next: () => Promise.reject(new Error("password=hunter2")) });
  const answer = await fetch(url);
  expect([answer.status, await answer.text()]).toEqual([500, '{"code":"internal_error","detail":"Something went wrong on our side"}']);
});

it("answers 408 to an upload that drips, on a connection's second request too", async () => {
  const { port } = await start({ limits: { requestTimeoutMs: 300 } });
  const slow = "POST /api/v1/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nonly this";
  expect(await exchange(port, slow)).toMatch(/^HTTP\/1\.1 408 .*"code":"request_timeout"/s);
  const answers = await exchange(port, `GET /next HTTP/1.1\r\nHost: x\r\n\r\n${slow}`);
  expect(answers).toMatch(/^HTTP\/1\.1 200 .*HTTP\/1\.1 408 /s);
});

it("answers 431 to headers over the limit and 400 to what is not HTTP", async () => {
  const { port } = await start({ limits: { maxHeaderBytes: 1_024 } });
  expect(await exchange(port, `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${"a".repeat(2_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
  expect(await exchange(port, "EHLO mail\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 .*"code":"bad_request"/s);
});

it("answers in words what node would answer without any", async () => {
  const { port } = await start();
  const strange = await exchange(port, "POST /api/v1/echo HTTP/1.1\r\nHost: x\r\nExpect: banana\r\nContent-Length: 2\r\n\r\n{}");
  expect(strange).toMatch(/^HTTP\/1\.1 417 .*"code":"bad_request","detail":"[^"]*100-continue/s);
  const nameless = await exchange(port, "GET /api/v1/echo HTTP/1.1\r\n\r\n");
  expect(nameless).toMatch(/^HTTP\/1\.1 400 .*"code":"bad_request","detail":"[^"]*Host/s);
  const awaited = await exchange(
    port,
    "POST /api/v1/echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}",
  );
  expect(awaited).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 .*"body":"{}"/s);
});

it("cuts off a client that does not read its answer, and no other", async () => {
  const large = "x".repeat(32 * 1024 * 1024);
  const { front, url, port } = await start({ api: () => new Response(large), limits: { stillMs: 200 } });
  const cutOff = once(front.server, "connection").then(([socket]) => once(socket as Socket, "close"));
  const deaf = connect(port, "127.0.0.1").pause();
  deaf.write("GET /api/v1/large HTTP/1.1\r\nHost: x\r\n\r\n");
  await once(front.server, "request");
  expect((await (await fetch(`${url}/api/v1/large`)).text()).length).toBe(large.length);
  await cutOff;
  deaf.destroy();
});

it("closes gracefully: what is under way finishes, idle connections end, nothing new is accepted", async () => {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  let entered = (): void => undefined;
  const inside = new Promise<void>((resolve) => (entered = resolve));
  const { front, url, port } = await start({
    api: async () => {
      entered();
      await released;
      return new Response("done");
    },
  });
  const idle = connect(port, "127.0.0.1");
  await once(idle, "connect");
  const underWay = fetch(`${url}/api/v1/slow`);
  await inside;
  const closed = front.close(5_000);
  await once(idle.resume(), "close");
  await expect(fetch(url)).rejects.toThrow("fetch failed");
  release();
  expect(await (await underWay).text()).toBe("done");
  await closed;
});

it("says in the answer to what is under way when it closes that its connection is closed", async () => {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  let entered = (): void => undefined;
  const inside = new Promise<void>((resolve) => (entered = resolve));
  const { front, url } = await start({
    api: async () => {
      entered();
      await released;
      return new Response("done");
    },
  });
  const underWay = fetch(`${url}/api/v1/slow`);
  await inside;
  front.sayClosing();
  release();
  expect((await underWay).headers.get("connection")).toBe("close");
});

it("answers what is sent over an open connection just as it closes, if it is to linger", async () => {
  const { front, port } = await start({ api: () => new Response("done") });
  const socket = connect(port, "127.0.0.1").setEncoding("utf8");
  await once(socket, "connect");
  let text = "";
  socket.on("data", (chunk: string) => (text += chunk));
  const closed = front.close(5_000, 250);
  socket.write("GET /api/v1/last HTTP/1.1\r\nHost: x\r\n\r\n");
  await once(socket, "end");
  expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n(?:.*\r\n)*connection: close\r\n(?:.*\r\n)*\r\n[^]*done/i);
  await closed;
});

it("closes after its grace period whatever is still under way", async () => {
  const { front, port } = await start({ api: () => new Promise<Response>(() => undefined) });
  const stuck = httpRequest({ port, host: "127.0.0.1", path: "/api/v1/stuck" });
  const broken = once(stuck, "error");
  stuck.end();
  await once(front.server, "request");
  await front.close(50);
  expect((await broken)[0]).toMatchObject({ code: "ECONNRESET" });
});

it("keeps what comes before it can work, bodies and all, and tells a health check at once", async () => {
  const gate = new Gate(false, 120_000);
  const { url, front } = await start({ gate });
  let arrived = 0;
  const allThere = new Promise<void>((resolve) => front.server.on("request", () => (++arrived === 4 ? resolve() : undefined)));
  const bodies = ["", "small", "x".repeat(2_000_000)];
  const posts = bodies.map((body) => fetch(`${url}/api/v1/echo`, { method: "POST", body }));
  const health = await fetch(`${url}/health`);
  expect([health.status, health.headers.get("retry-after")]).toEqual([503, "1"]);
  await allThere;
  gate.open();
  const answers = await Promise.all(posts.map(async (post) => (await post).json()));
  expect(answers).toEqual(bodies.map((body) => ({ api: "/api/v1/echo", body })));
});

it("tells whoever has waited long to come again", async () => {
  const { url } = await start({ gate: new Gate(false, 1) });
  const answer = await fetch(`${url}/in/token`, { method: "POST", body: "{}" });
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "1"]);
  expect(await answer.json()).toEqual({ code: "unavailable", detail: "This process is starting" });
});
