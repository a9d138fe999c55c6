import { execFile } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, connect } from "node:net";
import { promisify } from "node:util";
import { afterEach, expect, it } from "vitest";
import { createFrontServer, type FrontServer } from "./server.ts";
import type { UpgradeRow } from "./upgrade.ts";

const open = new Set<FrontServer>();
afterEach(async () => {
  for (const front of open) await front.close(0);
  open.clear();
});

const echoSocket: UpgradeRow = {
  path: "/socket",
  protocol: "websocket",
  take: (_request, socket, head) => void socket.end(`HTTP/1.1 101 Switching Protocols\r\n\r\n${head.toString()}`),
};

async function start(
  api = async (request: Request): Promise<Response> => new Response(`<${request.method} ${await request.text()}>`),
): Promise<number> {
  const front = createFrontServer({ api, next: null, fastLane: true, upgrades: [echoSocket] });
  open.add(front);
  await new Promise<void>((resolve) => front.server.listen(0, "127.0.0.1", resolve));
  return (front.server.address() as AddressInfo).port;
}

/** Answers all that comes back, once the server has closed the connection. */
async function exchange(port: number, ...parts: string[]): Promise<string> {
  const socket = connect(port, "127.0.0.1").setEncoding("utf8").setNoDelay();
  let answer = "";
  socket.on("data", (text: string) => (answer += text));
  for (const part of parts) await new Promise((resolve) => socket.write(part, () => setImmediate(resolve)));
  await once(socket, "close");
  return answer;
}

const offer = "Host: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n";
const last = "GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
const post = `POST /a HTTP/1.1\r\n${offer}Content-Length: 5\r\n\r\nhello`;
const chunked = `POST /c HTTP/1.1\r\n${offer}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`;
const get = `GET /b HTTP/1.1\r\n${offer}\r\n`;

const answers = (text: string): string[] => text.match(/<.*?>/g) ?? [];

it.each([
  ["a body", [post, last], ["<POST hello>", "<GET >"]],
  ["a body in chunks", [chunked, last], ["<POST hello>", "<GET >"]],
  ["no body", [get, last], ["<GET >", "<GET >"]],
  ["a head that comes in pieces", [post.slice(0, 30), post.slice(30, -2), post.slice(-2), last], ["<POST hello>", "<GET >"]],
  [
    "others behind it, all in one packet",
    [get + post + get + chunked + last],
    ["<GET >", "<POST hello>", "<GET >", "<POST hello>", "<GET >"],
  ],
])("answers an offer with %s in HTTP/1.1, and the connection goes on", async (_name, parts, expected) => {
  const answer = await exchange(await start(), ...parts);
  expect(answers(answer)).toEqual(expected);
  expect(answer.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(expected.length);
});

it("passes the request on as it came, without the offer", async () => {
  const port = await start((request) => Promise.resolve(Response.json([...request.headers])));
  const head = `GET /a?b=%C3%A9 HTTP/1.1\r\n${offer}X-Twice: 1\r\nx-twice: 2\r\nX-Latin: caf\u00e9\r\n`;
  const socket = connect(port, "127.0.0.1").setEncoding("latin1");
  socket.write(Buffer.from(`${head}\r\n${last}`, "latin1"));
  let answer = "";
  socket.on("data", (text: string) => (answer += text));
  await once(socket, "close");
  const seen = new Map(JSON.parse(/\[\[.*?\]\]/.exec(answer)?.[0] ?? "[]") as [string, string][]);
  expect(seen.get("x-twice")).toBe("1, 2");
  expect(seen.has("x-latin")).toBe(true);
  expect([seen.get("upgrade"), seen.get("http2-settings"), seen.get("connection")]).toEqual([undefined, undefined, ""]);
});

it("keeps every header, so that what follows is never taken for a body or a body for what follows", async () => {
  const many = Array.from({ length: 1_500 }, (_, index) => `a${index}:\r\n`).join("");
  const answer = await exchange(await start(), `POST /a HTTP/1.1\r\n${offer}${many}Content-Length: 5\r\n\r\nhello${last}`);
  expect(answers(answer)).toEqual(["<POST hello>", "<GET >"]);
});

it("waits for the answer to what was asked before on the same connection", async () => {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const port = await start(async (request) => {
    if (request.method === "PUT") await released;
    return new Response(`<${request.method}>`);
  });
  const slow = "PUT /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n";
  const answer = exchange(port, slow + post + last);
  // Another connection's offer is answered meanwhile.
  expect(answers(await exchange(port, get + last))).toEqual(["<GET>", "<GET>"]);
  release();
  expect(answers(await answer)).toEqual(["<PUT>", "<POST>", "<GET>"]);
});

it("hands over what a row takes, and only in its protocol", async () => {
  const port = await start();
  const websocket = "Host: x\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\r\n";
  expect(await exchange(port, `GET /socket?id=1 HTTP/1.1\r\n${websocket}first frame`)).toBe(
    "HTTP/1.1 101 Switching Protocols\r\n\r\nfirst frame",
  );
  expect(await exchange(port, `GET /socket/below HTTP/1.1\r\n${websocket}`)).toMatch(/^HTTP\/1\.1 101 /);
  expect(await exchange(port, `GET /sockets HTTP/1.1\r\n${websocket}${last}`)).toMatch(/^HTTP\/1\.1 200 /);
  expect(await exchange(port, `GET /socket HTTP/1.1\r\n${offer}\r\n${last}`)).toMatch(/^HTTP\/1\.1 200 /);
});

it("answers an offer again and again on one connection, and leaves no listener behind", async () => {
  const warnings: string[] = [];
  const warned = (warning: Error): void => void warnings.push(warning.message);
  process.on("warning", warned);
  const answer = await exchange(await start(), post.repeat(50) + last);
  await new Promise((resolve) => setImmediate(resolve));
  process.off("warning", warned);
  expect(answers(answer)).toHaveLength(51);
  expect(warnings).toEqual([]);
});

const run = promisify(execFile);
const curlOffers = await run("curl", ["--version"]).then(
  ({ stdout }) => stdout.includes("HTTP2"),
  () => false,
);

it.skipIf(!curlOffers)("answers curl, which offers HTTP/2 with --http2", async () => {
  const origin = `http://127.0.0.1:${await start()}`;
  const { stdout } = await run("curl", ["-sS", "--http2", "-d", "hello", `${origin}/a`, `${origin}/b`]);
  expect(stdout).toBe("<POST hello><POST hello>");
});
