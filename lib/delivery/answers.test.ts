/** A delivery has succeeded once the status and its headers are there, whatever becomes of the body after them. */
import type { Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { setEnv } from "../env.ts";
import { endpointAt, type RawReceiver, sendBy, startRawReceiver } from "../testing/sender.ts";
import { newSecret } from "../testing/sending.ts";
import { testEnv } from "../testing/settings.ts";
import { later, nextHeaders, pass, releaseTime, standTime } from "../testing/standingTime.ts";
import { until } from "../testing/until.ts";
import type { Outcome } from "../webhooks/outcome.ts";
import { Sender } from "./send.ts";

const timeoutMs = 700;
/** Enough for a deadline of that to have passed. */
const untilDeadlineMs = timeoutMs + 10;
const secret = newSecret();
const payload = Buffer.from('{"a":1}');
const closers: (() => Promise<unknown> | void)[] = [];
let sender: Sender;

beforeEach(() => {
  standTime();
  setEnv(testEnv("postgresql://nobody@127.0.0.1:1/none", { WEBSTER_ATTEMPT_TIMEOUT_SECONDS: String(timeoutMs / 1000) }));
  sender = new Sender();
  closers.push(() => sender.close());
});
afterEach(async () => {
  releaseTime();
  for (const close of closers.splice(0)) await close();
});

async function start(answer: (socket: Socket, nth: number) => void): Promise<RawReceiver> {
  const made = await startRawReceiver(answer);
  closers.push(() => made.close());
  return made;
}

const sendTo = ({ url }: RawReceiver, body = payload): Promise<Outcome> => sendBy(sender, endpointAt(url, secret), body);

const chunked = "transfer-encoding: chunked\r\n\r\n";
type Script = (socket: Socket) => void;
const say =
  (text: string): Script =>
  (socket) =>
    void socket.end(text);
const sayAndReset =
  (text: string): Script =>
  (socket) =>
    void socket.write(text, () => later(() => socket.resetAndDestroy(), 20));
const sayAndHang =
  (text: string): Script =>
  (socket) =>
    void socket.write(text);

const bodies: [what: string, rest: string, how: (text: string) => Script, note: string | null][] = [
  ["a body cut off", "content-length: 10\r\n\r\nhalf", say, "body_broken_off"],
  ["a body cut off, and no connection to be kept", "connection: close\r\ncontent-length: 10\r\n\r\nhalf", say, "body_broken_off"],
  ["chunks cut off", `${chunked}4\r\nhalf\r\n`, say, "body_broken_off"],
  ["chunks cut off, and no connection to be kept", `connection: close\r\n${chunked}4\r\nhalf\r\n`, say, "body_broken_off"],
  ["a reset in its body", "content-length: 10\r\n\r\nhalf", sayAndReset, "body_broken_off"],
  ["a reset before its body", "content-length: 10\r\n\r\n", sayAndReset, "body_broken_off"],
  ["a bad chunk", `${chunked}4\r\nhalf\r\nzz\r\n`, sayAndHang, "body_malformed"],
  ["a chunk that is longer than it says", `${chunked}4\r\nhalf and more\r\n0\r\n\r\n`, sayAndHang, "body_malformed"],
  ["a body that never comes", "content-length: 10\r\n\r\n", sayAndHang, "body_timed_out"],
  ["a body that hangs", "content-length: 10\r\n\r\nhalf", sayAndHang, "body_timed_out"],
  ["chunks that hang", `${chunked}4\r\nhalf\r\n`, sayAndHang, "body_timed_out"],
  ["a body until the connection ends", "\r\nwhole", say, null],
  ["a reset where the body ends with the connection", "\r\nwhole", sayAndReset, null],
  ["no body", "content-length: 0\r\n\r\n", sayAndHang, null],
];

describe.each([200, 202, 404, 503])("a %i with", (status) => {
  test.each(bodies)("%s is that status, and the body a note", async (_, rest, how, note) => {
    const receiver = await start(how(`HTTP/1.1 ${status} Whatever\r\nx-a: 1\r\n${rest}`));
    const come = nextHeaders();
    const sent = sendTo(receiver);
    if (note === "body_timed_out") {
      await come;
      pass(untilDeadlineMs);
    }
    const outcome = await sent;
    expect(outcome).toMatchObject({ kind: "answered", statusCode: status, headers: { "x-a": "1" } });
    // Some systems tell a reset behind a body that ends with the connection, some don't.
    const told = outcome.notes ?? [];
    expect(how === sayAndReset && note === null ? told.filter((one) => one !== "body_broken_off") : told).toEqual(
      note === null ? [] : [note],
    );
    expect(outcome.durationMs).toBeLessThan(note === "body_timed_out" ? untilDeadlineMs : 1);
  });
});

test("what came of a body that broke off is kept", async () => {
  const receiver = await start(say("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nwhat came"));
  expect(await sendTo(receiver)).toMatchObject({ statusCode: 200, body: "what came" });
});

test.each([
  ["with its length", "HTTP/1.1 204 No Content\r\ncontent-length: 2\r\n\r\nOK"],
  ["chunked", `HTTP/1.1 204 No Content\r\n${chunked}2\r\nOK\r\n0\r\n\r\n`],
  ["unannounced", "HTTP/1.1 204 No Content\r\n\r\nOK"],
])("a 204 with a body (%s) is a success, and its connection is not used for another request", async (_, text) => {
  const receiver = await start(sayAndHang(text));
  for (let i = 0; i < 3; i++) expect(await sendTo(receiver)).toMatchObject({ kind: "answered", statusCode: 204, body: "" });
  expect(receiver.connections()).toBe(3);
});

test.each<[what: string, answer: Script, detail: string]>([
  ["nothing of an answer", (socket) => void socket.end(), "The connection was closed before anything of a response came"],
  ["nothing, and a reset", (socket) => void socket.resetAndDestroy(), "The connection was closed before anything of a response came"],
  ["a part of one", say("HTTP/1.1 200 OK\r\nx-a: "), "The connection broke off before the response was complete"],
])("of a connection that ends after %s, it is told how far it came", async (_, answer, detail) => {
  expect(await sendTo(await start(answer))).toMatchObject({ kind: "unreachable", errorClass: "reset", detail });
});

const notHttp = "The response was not valid HTTP (Expected HTTP/, RTSP/ or ICE/)";

test.each([
  ["HTTP/2", "\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x80", `${notHttp}: the receiver takes HTTP/2 only, and webhooks come by HTTP/1.1`],
  ["TLS", "\x15\x03\x01\0\x02\x02\x46", `${notHttp}: the port is one of https://`],
  ["SSH", "SSH-2.0-OpenSSH_9.6\r\n", `${notHttp}: the port is one of SSH`],
  ["a mail server", "220 mail.example.com ESMTP\r\n", `${notHttp}: the port is one of mail or FTP`],
  ["a script that writes its body alone", "hello", notHttp],
])("of an answer by %s, it is told what speaks there", async (_, text, detail) => {
  const receiver = await start((socket) => void socket.end(Buffer.from(text, "latin1")));
  expect(await sendTo(receiver)).toMatchObject({ kind: "unreachable", errorClass: "protocol", detail });
});

test("a time that is over is told in plain seconds, whenever the attempt began", async () => {
  const receiver = await start(() => undefined);
  // This and the timeout make a sum that is no number of a computer's.
  pass(334.814_706);
  const sent = sendTo(receiver);
  await until("the request to come", () => receiver.requests().length === 1);
  pass(untilDeadlineMs);
  expect(await sent).toMatchObject({ errorClass: "timeout", detail: "No complete response within 0.7 seconds" });
});

test("a 304 may tell the length of the body that it leaves out", async () => {
  const receiver = await start(sayAndHang("HTTP/1.1 304 Not Modified\r\ncontent-length: 20\r\n\r\n"));
  const outcome = await sendTo(receiver);
  expect(outcome).toMatchObject({ kind: "answered", statusCode: 304, body: "" });
  expect(outcome.notes).toBeUndefined();
});

test("a body that never ends is left, and that is told", async () => {
  const receiver = await start((socket) => {
    socket.write(`HTTP/1.1 200 OK\r\n${chunked}`);
    const more = (): void => {
      while (!socket.destroyed && socket.write(`4000\r\n${"x".repeat(0x4000)}\r\n`));
      if (!socket.destroyed) socket.once("drain", more);
    };
    more();
  });
  expect(await sendTo(receiver)).toMatchObject({ kind: "answered", statusCode: 200, notes: ["body_left_unread"] });
  await until("the connection to be closed", () => receiver.sockets.size === 0);
});

test("a body that is dripped until the deadline is a success", async () => {
  let dripped = 0;
  const receiver = await start((socket) => {
    socket.write("HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n");
    const timer = setInterval(() => socket.write("x", () => dripped++), 5);
    socket.once("close", () => clearInterval(timer));
  });
  const come = nextHeaders();
  const sent = sendTo(receiver);
  await come;
  for (let passedMs = 0; passedMs < untilDeadlineMs; passedMs += 50) {
    const before = dripped;
    await until("the next drop", () => dripped > before);
    pass(50);
  }
  const outcome = await sent;
  expect(outcome).toMatchObject({ kind: "answered", statusCode: 200, notes: ["body_timed_out"] });
  expect(outcome.durationMs).toBeGreaterThan(timeoutMs - 20);
  await until("the connection to be closed", () => receiver.sockets.size === 0);
});

describe("headers", () => {
  const answer = (headers: string): Script => sayAndHang(`HTTP/1.1 200 OK\r\ncontent-length: 0\r\n${headers}\r\n`);

  test.each([
    ["one of 20 kB", `x-long: ${"v".repeat(20_000)}\r\n`],
    ["200 of 100 bytes", Array.from({ length: 200 }, (_, n) => `x-${n}: ${"v".repeat(100)}\r\n`).join("")],
    ["300 short ones", Array.from({ length: 300 }, (_, n) => `x-${n}: v\r\n`).join("")],
    ["60 kB", `x-a: ${"v".repeat(30_000)}\r\nx-b: ${"v".repeat(30_000)}\r\n`],
  ])("%s: a success, and not all is kept", async (_, headers) => {
    const outcome = await sendTo(await start(answer(headers)));
    expect(outcome).toMatchObject({ kind: "answered", statusCode: 200, notes: ["headers_cut"] });
    expect(outcome.kind === "answered" && JSON.stringify(outcome.headers).length).toBeLessThan(20_000);
  });

  test.each([
    ["number", Array.from({ length: 300 }, (_, n) => `x-${n}: v\r\n`).join("")],
    ["length", `x-a: ${"v".repeat(20_000)}\r\n`],
  ])("beyond their %s too, what is asked for by a header is done", async (_, many) => {
    const asked = "retry-after: 120\r\nwebhook-delivery: disable\r\ncontent-type: text/plain\r\n";
    const receiver = await start(sayAndHang(`HTTP/1.1 503 Unavailable\r\ncontent-length: 0\r\n${many}${asked}\r\n`));
    const headers = { "retry-after": "120", "webhook-delivery": "disable", "content-type": "text/plain" };
    expect(await sendTo(receiver)).toMatchObject({ statusCode: 503, notes: ["headers_cut"], headers });
  });

  test.each([
    ["UTF-8", "/größe/✓", Buffer.from("/größe/✓")],
    ["ISO-8859-1", "/größe/", Buffer.from("/größe/", "latin1")],
  ])("text in %s is told as it is meant", async (_, told, location) => {
    const head = Buffer.from("HTTP/1.1 302 Found\r\ncontent-length: 0\r\nlocation: ");
    const receiver = await start((socket) => void socket.write(Buffer.concat([head, location, Buffer.from("\r\n\r\n")])));
    expect(await sendTo(receiver)).toMatchObject({ statusCode: 302, headers: { location: told } });
  });

  test("text that is cut ends with a whole character", async () => {
    const outcome = await sendTo(await start(answer(`x-a: ${"a".repeat(16_384 - "content-length0x-a".length - 1)}🐑🐑\r\n`)));
    expect(outcome).toMatchObject({ kind: "answered", notes: ["headers_cut"] });
    expect(outcome.kind === "answered" && outcome.headers["x-a"]).toMatch(/^a+$/);
  });

  test("more than any receiver means to say: a failure, with bounded memory", async () => {
    const outcome = await sendTo(await start(answer(`x-long: ${"v".repeat(80_000)}\r\n`)));
    expect(outcome).toMatchObject({ kind: "unreachable", errorClass: "protocol" });
  });
});

describe("an open connection", () => {
  const ok = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

  test.each([
    [0, 2],
    [1, 2],
    [2, 1],
    [5, 1],
  ])("that the receiver keeps for %i seconds takes a second request at once: %i in all", async (seconds, connections) => {
    const receiver = await start(sayAndHang(ok.replace("\r\n\r\n", `\r\nkeep-alive: timeout=${seconds}, max=100\r\n\r\n`)));
    for (let i = 0; i < 2; i++) expect(await sendTo(receiver)).toMatchObject({ statusCode: 200 });
    expect(receiver.connections()).toBe(connections);
  });

  /** The first request is answered, so that the connection is kept; `later` sees the others. */
  const after = (later: (socket: Socket, nth: number) => void) => (socket: Socket, nth: number) => {
    if (nth === 1) socket.write(ok);
    else later(socket, nth);
  };

  test.each<[string, Script]>([
    ["closed", (socket) => void socket.end()],
    ["reset", (socket) => void socket.resetAndDestroy()],
  ])("that turns out to be %s: the request is made again at once, on a new one", async (_, end) => {
    const receiver = await start(after((socket, nth) => (nth === 2 ? end(socket) : socket.write(ok))));
    await sendTo(receiver);
    const outcome = await sendTo(receiver);
    expect(outcome).toMatchObject({ kind: "answered", statusCode: 200, notes: ["reconnected"] });
    const [, second, third] = receiver.requests();
    expect([receiver.connections(), receiver.requests().length, third]).toEqual([2, 3, second]);
    // The new one is kept in its turn.
    expect((await sendTo(receiver)).notes).toBeUndefined();
    expect(receiver.connections()).toBe(2);
  });

  test("only once: what breaks off on the new one is a failure", async () => {
    const receiver = await start(after((socket) => socket.resetAndDestroy()));
    await sendTo(receiver);
    expect(await sendTo(receiver)).toMatchObject({ kind: "unreachable", errorClass: "reset", notes: ["reconnected"] });
    expect(receiver.requests()).toHaveLength(3);
  });

  test("the new one has no more time than was left", async () => {
    const spentMs = 300;
    const spend = (socket: Socket): void => {
      pass(spentMs);
      socket.resetAndDestroy();
    };
    const receiver = await start(after((socket, nth) => (nth === 2 ? spend(socket) : undefined)));
    await sendTo(receiver);
    const sent = sendTo(receiver);
    await until("the request to be made again", () => receiver.requests().length === 3);
    pass(untilDeadlineMs - spentMs);
    const outcome = await sent;
    expect(outcome).toMatchObject({ kind: "unreachable", errorClass: "timeout", notes: ["reconnected"] });
    expect(outcome.durationMs).toBeLessThanOrEqual(untilDeadlineMs);
  });

  test.each([
    ["one byte", "H"],
    ["part of a status line", "HTTP/1.1 20"],
    ["an informational answer", "HTTP/1.1 103 Early Hints\r\n\r\n"],
    ["part of the headers", "HTTP/1.1 200 OK\r\nx-a: "],
  ])("not after %s of an answer", async (_, text) => {
    const receiver = await start(after(sayAndReset(text)));
    await sendTo(receiver);
    expect(await sendTo(receiver)).toMatchObject({ kind: "unreachable", errorClass: "reset" });
    expect(receiver.requests()).toHaveLength(2);
  });

  test("not on a connection that was opened for the request", async () => {
    const receiver = await start((socket) => socket.resetAndDestroy());
    const outcome = await sendTo(receiver);
    expect(outcome).toMatchObject({ kind: "unreachable", errorClass: "reset" });
    expect([outcome.notes, receiver.requests().length]).toEqual([undefined, 1]);
  });

  test("not when the receiver only takes its time", async () => {
    const receiver = await start(after(() => undefined));
    await sendTo(receiver);
    const sent = sendTo(receiver);
    await until("the request to come", () => receiver.requests().length === 2);
    pass(untilDeadlineMs);
    expect(await sent).toMatchObject({ kind: "unreachable", errorClass: "timeout" });
    expect(receiver.requests()).toHaveLength(2);
  });
});
