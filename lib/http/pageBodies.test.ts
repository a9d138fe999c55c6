import { request as open, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createFrontServer, type FrontServer } from "./server.ts";

let front: FrontServer;
let reached = 0;

beforeAll(async () => {
  const next = (_request: unknown, response: ServerResponse): void => {
    reached += 1;
    response.end("page");
  };
  front = createFrontServer({ api: () => new Response("api"), next, fastLane: true });
  await new Promise<void>((resolve) => front.server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => front.close(0));

/** Sends the headers alone: what is refused is refused before its body. */
function statusOf(method: string, path: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const { port } = front.server.address() as AddressInfo;
    const asked = open({ port, method, path, headers }, (answer) => {
      resolve(answer.statusCode ?? 0);
      asked.destroy();
    });
    asked.on("error", reject);
    asked.flushHeaders();
  });
}

test("a page takes 16 KiB of a body at most, and says so before it has come", async () => {
  expect(await statusOf("POST", "/api/auth/callback/credentials", { "content-length": "16385" })).toBe(413);
  expect(await statusOf("POST", "/login", { "transfer-encoding": "chunked" })).toBe(413);
  expect(await statusOf("GET", "/login", { "content-length": "9000000" })).toBe(413);
  expect(reached).toBe(0);
  expect(await statusOf("POST", "/api/auth/callback/credentials", { "content-length": "16384" })).toBe(200);
  expect(await statusOf("GET", "/login", {})).toBe(200);
  expect(reached).toBe(2);
});

test("the API has limits of its own", async () => {
  expect(await statusOf("POST", "/api/v1/app", { "content-length": "16385" })).toBe(200);
});

test("a path that can't be decoded never gets to Next.js, which answers 500", async () => {
  const before = reached;
  for (const path of ["/api/auth/%ff", "/%ff", "/login/%zz"]) expect(await statusOf("GET", path, {})).toBe(200);
  expect(reached).toBe(before);
});

test("a page takes some hundred parameters, and more are refused before it is drawn", async () => {
  const before = reached;
  expect(await statusOf("GET", `/login?${"a=1&".repeat(501)}`, {})).toBe(414);
  expect(reached).toBe(before);
  expect(await statusOf("GET", `/login?${"a=1&".repeat(400)}`, {})).toBe(200);
  expect(await statusOf("GET", `/api/v1/app?${"a=1&".repeat(501)}`, {})).toBe(200);
});
