import { type AddressInfo, connect } from "node:net";
import { afterEach, expect, it } from "vitest";
import { createFrontServer, type FrontServer } from "./server.ts";

const open = new Set<FrontServer>();
afterEach(async () => {
  for (const front of open) await front.close(0);
  open.clear();
});

/** A server that counts: how many requests it was given, and how many at the most before it had answered others. */
async function start() {
  const counted = { given: 0, underWay: 0, most: 0 };
  const front = createFrontServer({
    api: async (request) => {
      counted.given++;
      counted.underWay++;
      counted.most = Math.max(counted.most, counted.underWay);
      await new Promise((resolve) => setImmediate(resolve));
      counted.underWay--;
      return new Response(`(${new URL(request.url).search})`);
    },
    next: null,
    fastLane: true,
  });
  open.add(front);
  await new Promise<void>((resolve) => front.server.listen(0, "127.0.0.1", resolve));
  return { counted, port: (front.server.address() as AddressInfo).port };
}

/** Sends requests at once on one connection, the last of which ends it, and gives all that comes back. */
async function sendAtOnce(port: number, count: number): Promise<string> {
  const socket = connect(port, "127.0.0.1").setEncoding("utf8");
  let answers = "";
  socket.on("data", (text: string) => (answers += text)).on("error", () => undefined);
  const requests = Array.from({ length: count }, (_, i) => {
    const last = i === count - 1 ? "connection: close\r\n" : "";
    return `GET /api/v1/app?${i} HTTP/1.1\r\nhost: x\r\n${last}\r\n`;
  });
  socket.write(requests.join(""));
  await new Promise((resolve) => socket.once("close", resolve));
  return answers;
}

it("begins requests of one connection one after the other, and answers all of them in order", async () => {
  const { counted, port } = await start();
  const answers = await sendAtOnce(port, 60);
  expect([...answers.matchAll(/\(\?(\d+)\)/g)].map(([, number]) => Number(number))).toEqual(Array.from({ length: 60 }, (_, i) => i));
  expect(counted).toEqual({ given: 60, underWay: 0, most: 1 });
});

it("lets no connection send thousands without an answer", async () => {
  const { counted, port } = await start();
  await sendAtOnce(port, 3_000);
  expect(counted.given).toBeLessThanOrEqual(101);
});
