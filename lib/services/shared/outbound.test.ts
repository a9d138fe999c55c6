/** Webster's own requests: an answer counts with its status and headers, whatever becomes of its body. */
import type { Socket } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { setEnv } from "../../env.ts";
import { startRawReceiver } from "../../testing/sender.ts";
import { testEnv } from "../../testing/settings.ts";
import { fetchOutside } from "./outbound.ts";

const closers: (() => void)[] = [];

beforeEach(() => setEnv(testEnv("postgresql://nobody@127.0.0.1:1/none")));
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function ask(answer: (socket: Socket) => void, deadlineMs = 60_000) {
  const receiver = await startRawReceiver(answer);
  closers.push(() => receiver.close());
  const whose = { tenant: "env_1", owner: "key_1" };
  return fetchOutside({
    url: receiver.url,
    method: "POST",
    headers: {},
    body: Buffer.from("{}"),
    whose,
    deadlineMs,
    maximumBytes: 1000,
  });
}

test.each<[string, (socket: Socket) => void, object]>([
  ["a whole body", (socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"), { isWhole: true }],
  ["one cut off", (socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"), { isWhole: false }],
  ["a bad chunk", (socket) => socket.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\nzz\r\n"), { isWhole: false }],
  ["one that hangs", (socket) => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"), { isWhole: false }],
  [
    "20 kB of headers",
    (socket) => socket.end(`HTTP/1.1 200 OK\r\nx: ${"v".repeat(20_000)}\r\ncontent-length: 0\r\n\r\n`),
    { isWhole: true },
  ],
])("%s", async (what, answer, expected) => {
  expect(await ask(answer, what === "one that hangs" ? 3_000 : 60_000)).toMatchObject({ ok: true, status: 200, ...expected });
});

test("an answer that goes over to another protocol is told as that", async () => {
  const asked = ask((socket) => socket.write("HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n"));
  expect(await asked).toMatchObject({ ok: false, reason: expect.stringContaining("another protocol") as unknown });
});

test("nothing, or no headers, is no answer", async () => {
  expect(await ask((socket) => socket.end("HTTP/1.1 200 OK\r\nx: "))).toMatchObject({ ok: false });
});
