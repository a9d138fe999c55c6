/** Request targets and methods that no browser makes: whatever comes, it is the client's fault and never ours. */
import { once } from "node:events";
import { type AddressInfo, connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createApi } from "../api/app.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { createFrontServer, type FrontServer } from "./server.ts";

let database: TestDatabase;
let fronts: Record<"api" | "both", FrontServer>;

beforeAll(async () => {
  database = await testDatabase();
  const api = createApi();
  const serve = (request: Request, bindings: object) => api.fetch(request, bindings);
  fronts = {
    api: createFrontServer({ api: serve, next: null, fastLane: true }),
    both: createFrontServer({ api: serve, next: (_request, response) => void response.writeHead(500).end(), fastLane: true }),
  };
  for (const { server } of Object.values(fronts)) await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterAll(async () => {
  for (const front of Object.values(fronts)) await front.close(0);
  await database.close();
});

async function statusOf({ server }: FrontServer, line: string, host = "Host: x"): Promise<number> {
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1").setEncoding("utf8");
  let answer = "";
  socket.on("data", (text: string) => (answer += text)).on("error", () => undefined);
  socket.write(`${line} HTTP/1.1\r\n${host}\r\nConnection: close\r\n\r\n`);
  await once(socket, "close");
  return Number(answer.split(" ")[1]);
}

test.each([
  ["TRACE /api/v1/app", 405],
  ["TRACK /api/v1/app", 400],
  ["PROPFIND /api/v1/app", 405],
  ["OPTIONS *", 400],
  ["TRACE *", 400],
  ["GET *", 400],
  ["GET x", 400],
  ["GET //", 404],
  ["GET //api/v1/health", 308],
  ["GET http://", 400],
  ["GET http://other.test/api/v1/health", 204],
  ["GET /api/v1/%zz", 404],
  ["GET /api/v1/health/%ff", 404],
  ["GET /api/v1/../health", 404],
  ["GET /api/v1/health\\..", 400],
  ["GET /api/v1/health?%zz=%", 204],
  ["GET /api/v1/[::", 404],
])("%s: %i", async (line, status) => {
  expect(await statusOf(fronts.api, line)).toBe(status);
});

test.each(["TRACE /api/v1/app", "TRACE /", "OPTIONS *", "GET *", "GET x", "GET http://", "CONNECT x:1"])(
  "%s never gets to Next.js, which answers 500",
  async (line) => {
    for (const front of Object.values(fronts)) expect(await statusOf(front, line)).not.toBeGreaterThanOrEqual(500);
  },
);

test.each(["Host: [", "Host: a b", "Host: a/b@c", "Host:", "Host: x:99999", "Host: \u00e4"])("%j is no 500", async (host) => {
  expect(await statusOf(fronts.api, "GET /api/v1/health", host)).toBeLessThan(500);
});
