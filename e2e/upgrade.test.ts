/** Next.js listens for offers to upgrade from the first page on: no request may be lost to that. */
import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "../lib/testing/database.ts";
import { testSecret } from "../lib/testing/settings.ts";
import { startWebster, type Webster } from "./support/server.ts";

const apiKey = "wk_upgrade-tests-only-0123456789";
let database: TestDatabase;
let webster: Webster;

beforeAll(async () => {
  database = await testDatabase();
  webster = await startWebster({ DATABASE_URL: database.url, WEBSTER_SECRET: testSecret, WEBSTER_BOOTSTRAP_API_KEY: apiKey });
  page = await (await fetch(`${webster.url}/setup`)).text();
});
afterAll(async () => {
  await webster.stop();
  await database.close();
});

/** The page that opened first. */
let page = "";

/** The statuses of the answers, in order. */
async function exchange(requests: string): Promise<number[]> {
  const socket = connect(Number(new URL(webster.url).port), "127.0.0.1").setEncoding("latin1");
  let answer = "";
  socket.on("data", (text: string) => (answer += text)).write(requests);
  await once(socket, "close");
  return [...answer.matchAll(/HTTP\/1\.1 (\d{3}) [A-Z][\w ]*\r\n/g)].map((match) => Number(match[1]));
}

const common = `Host: x\r\nAuthorization: Bearer ${apiKey}\r\nContent-Type: application/json\r\n`;
const offers = {
  h2c: "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n",
  websocket:
    "Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZQ==\r\n",
};

it.each(Object.entries(offers))("answers each address as if %s had not been offered", async (protocol, offer) => {
  const [asset = "no asset in the page"] = /\/_next\/static\/[^"]+\.js/.exec(page) ?? [];
  const body = JSON.stringify({ name: protocol, uid: protocol });
  const post = (path: string): string =>
    `POST ${path} HTTP/1.1\r\n${common}${offer}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
  const get = (path: string, more = offer): string => `GET ${path} HTTP/1.1\r\n${common}${more}\r\n`;
  const statuses = await exchange(
    [
      post("/api/v1/app"),
      get(`/api/v1/app/${protocol}`),
      post("/in/unknown"),
      post("/inbox/unknown"),
      get("/setup"),
      get(asset),
      get("/health", "Connection: close\r\n"),
    ].join(""),
  );
  expect(statuses).toEqual([201, 200, 404, 404, 200, 200, 204]);
});
