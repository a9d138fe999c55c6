import { randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { Webhook } from "standardwebhooks";
import { Webhook as SvixWebhook } from "svix";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { EndpointSnapshot } from "../db/applications.ts";
import { setEnv } from "../env.ts";
import { type Receiver, startReceiver } from "../testing/receiver.ts";
import { endpointAt, type RawReceiver, sendBy, startRawReceiver } from "../testing/sender.ts";
import { newSecret } from "../testing/sending.ts";
import { testEnv } from "../testing/settings.ts";
import { pass, releaseTime, standTime } from "../testing/standingTime.ts";
import { until } from "../testing/until.ts";
import type { Outcome } from "../webhooks/outcome.ts";
import { parseSecret } from "../webhooks/signature.ts";
import type { Resolve } from "./connect.ts";
import { Sender } from "./send.ts";

const timeoutMs = 700;
/** Enough for a deadline of that to have passed. */
const untilDeadlineMs = timeoutMs + 10;
const closers: (() => Promise<unknown> | void)[] = [];
let receiver: Receiver;
let sender: Sender;

const configure = (more: Record<string, string> = {}): void =>
  setEnv(testEnv("postgresql://nobody@127.0.0.1:1/none", { WEBSTER_ATTEMPT_TIMEOUT_SECONDS: String(timeoutMs / 1000), ...more }));

const newSender = (resolve?: Resolve): Sender => {
  const made = new Sender({ resolve });
  closers.push(() => made.close());
  return made;
};

beforeEach(async () => {
  standTime();
  configure();
  receiver = await startReceiver();
  sender = newSender();
  closers.push(() => receiver.close());
});
afterEach(async () => {
  releaseTime();
  for (const close of closers.splice(0)) await close();
});

const secret = newSecret();

const endpoint = (changes: Partial<EndpointSnapshot> = {}): EndpointSnapshot => endpointAt(`${receiver.url}/hook?a=b`, secret, changes);

const payload = Buffer.from('{"a":1.0,"a":2}');

const send = (to: EndpointSnapshot, by: Sender = sender, body = payload): Promise<Outcome> => sendBy(by, to, body);

async function rawReceiver(answer: (socket: Socket) => void): Promise<RawReceiver> {
  const made = await startRawReceiver(answer);
  closers.push(() => made.close());
  return made;
}

describe("what is sent", () => {
  test("the exact bytes, signed under both names, with the endpoint's own headers", async () => {
    const outcome = await send(endpoint({ headers: { "X-Own": "yes", Authorization: "Bearer x" } }));
    expect(outcome).toMatchObject({ kind: "answered", statusCode: 204 });
    const [hit] = receiver.hits;
    expect(hit).toMatchObject({ method: "POST", url: "/hook?a=b" });
    expect(hit?.body.equals(payload)).toBe(true);
    expect(hit?.headers).toMatchObject({
      "content-type": "application/json",
      "content-length": String(payload.length),
      "webhook-id": "msg_1",
      "svix-id": "msg_1",
      "x-own": "yes",
      authorization: "Bearer x",
    });
    expect(hit?.headers["user-agent"]).toMatch(/^Webster\/\d+\.\d+\.\d+ \(\+webhooks\)$/);
    expect(() => new Webhook(secret).verify(payload.toString(), hit?.headers ?? {})).not.toThrow();
    expect(() => new SvixWebhook(secret).verify(payload, hit?.headers ?? {})).not.toThrow();
  });

  test("during a rotation every key that has not expired signs, and no other", async () => {
    const [old, expired] = [newSecret(), newSecret()];
    const signingKeys = [
      { key: parseSecret(secret), expiresAtMs: null },
      { key: parseSecret(old), expiresAtMs: Date.now() + 60_000 },
      { key: parseSecret(expired), expiresAtMs: Date.now() - 1 },
    ];
    await send(endpoint({ signingKeys }));
    const headers = receiver.hits[0]?.headers ?? {};
    for (const good of [secret, old]) expect(() => new SvixWebhook(good).verify(payload, headers)).not.toThrow();
    expect(() => new SvixWebhook(expired).verify(payload, headers)).toThrow("No matching signature");
  });

  test("binary and empty payloads, and an own content type", async () => {
    for (const body of [randomBytes(100_000), Buffer.alloc(0)])
      await send(endpoint({ headers: { "Content-Type": "application/cbor" } }), sender, body);
    const [binary, empty] = receiver.hits;
    expect(binary?.body.length).toBe(100_000);
    expect(binary?.headers["content-type"]).toBe("application/cbor");
    expect(empty?.body.length).toBe(0);
    expect(empty?.headers["content-length"]).toBe("0");
  });

  test("connections are used again", async () => {
    const counted = await rawReceiver((socket) => socket.write("HTTP/1.1 204 No Content\r\n\r\n"));
    for (let i = 0; i < 5; i++) await send(endpoint({ url: counted.url }));
    expect(counted.connections()).toBe(1);
  });
});

describe("receivers that take their time", () => {
  test.each([
    ["hangs before its headers", ""],
    ["drips its headers", `HTTP/1.1 200 OK\r\nx-a: ${"b".repeat(100_000)}`],
  ])("one that %s is cut off at the total deadline, and its connection closed", async (_, text) => {
    let dripped = 0;
    const slow = await rawReceiver((socket) => {
      const timer = setInterval(() => socket.write(text[dripped] ?? "", () => dripped++), 5);
      socket.once("close", () => clearInterval(timer));
    });
    const sent = send(endpoint({ url: slow.url }));
    for (let passedMs = 0; passedMs < untilDeadlineMs; passedMs += 50) {
      const before = dripped;
      await until("the next drop", () => dripped > before);
      pass(50);
    }
    const outcome = await sent;
    expect(outcome).toMatchObject({ kind: "unreachable", errorClass: "timeout" });
    expect(outcome.durationMs).toBeGreaterThan(timeoutMs - 20);
    expect(outcome.durationMs).toBeLessThan(timeoutMs + 50);
    await until("the connection to be closed", () => slow.sockets.size === 0);
  });

  test("one whose body never ends is left as soon as enough has been read", async () => {
    const endless = await rawReceiver((socket) => {
      socket.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
      const more = (): void => {
        while (!socket.destroyed && socket.write(`4000\r\n${"x".repeat(0x4000)}\r\n`));
        if (!socket.destroyed) socket.once("drain", more);
      };
      more();
    });
    const outcome = await send(endpoint({ url: endless.url }));
    expect(outcome).toMatchObject({ kind: "answered", statusCode: 200, body: "x".repeat(20_000) });
    expect(outcome.durationMs).toBe(0);
    await until("the connection to be closed", () => endless.sockets.size === 0);
  });

  test("a hundred and twenty hung attempts leave no connection behind", async () => {
    const hung = await rawReceiver(() => undefined);
    const sent = Promise.all(Array.from({ length: 120 }, () => send(endpoint({ url: hung.url }))));
    await until("all of them to hang", () => hung.requests().length === 120);
    pass(untilDeadlineMs);
    const outcomes = await sent;
    expect(new Set(outcomes.map((outcome) => outcome.kind === "unreachable" && outcome.errorClass))).toEqual(new Set(["timeout"]));
    await until("the connections to be closed", () => hung.sockets.size === 0);
    expect(await send(endpoint())).toMatchObject({ kind: "answered" });
  });
});

describe("what comes back", () => {
  test("a large response is capped and still a success", async () => {
    receiver.respond({ status: 200, body: "y".repeat(1_000_000) });
    const outcome = await send(endpoint());
    expect(outcome).toMatchObject({ kind: "answered", statusCode: 200 });
    expect(outcome.kind === "answered" && outcome.body.length).toBe(20_000);
    expect(await send(endpoint())).toMatchObject({ kind: "answered", statusCode: 200 });
  });

  test("a compressed response is read, never beyond the limit, and kept beside its text", async () => {
    const compressed = gzipSync(Buffer.alloc(5_000_000, "z"));
    receiver.respond({ status: 200, headers: { "content-encoding": "gzip" }, body: compressed });
    const outcome = await send(endpoint());
    expect(outcome).toMatchObject({ kind: "answered", body: expect.stringMatching(/^z{15000,20000}$/), bytes: compressed });
    expect(receiver.hits[0]?.headers["accept-encoding"]).toBeUndefined();
    receiver.respond({ status: 200, headers: { "content-type": "text/plain; charset=iso-8859-1" }, body: Buffer.from("Zoë", "latin1") });
    expect(await send(endpoint())).toMatchObject({ body: "Zoë", bytes: Buffer.from("Zoë", "latin1") });
    receiver.respond({ status: 200, body: "Zoë" });
    expect(await send(endpoint())).toMatchObject({ kind: "answered", body: "Zoë", bytes: undefined });
  });

  test("what is struck out is so however it comes, and the bytes that hold it are not kept", async () => {
    const token = "hidden-token-of-the-endpoint";
    const authentication = { kind: "bearer", token } as const;
    const echo = `{"authorization":"Bearer ${token}"}`;
    const far = Buffer.from(`${"x".repeat(30_000)}${token}`);
    for (const [body, headers, kept] of [
      [echo, {}, false],
      [gzipSync(echo), { "content-encoding": "gzip" }, false],
      [brotliCompressSync(far), { "content-encoding": "br" }, false],
      [gzipSync(far), {}, false],
      [Buffer.from(echo, "utf16le"), { "content-type": "text/plain; charset=utf-16le" }, false],
      [Buffer.from(`ë${token}`, "latin1"), { "content-type": "text/plain; charset=iso-8859-1" }, false],
      [gzipSync("innocent"), { "content-encoding": "gzip" }, true],
    ] as const) {
      receiver.respond({ status: 200, headers, body });
      const outcome = await send(endpoint({ authentication }));
      expect(JSON.stringify(outcome)).not.toContain(token);
      expect(outcome).toHaveProperty("kind", "answered");
      expect(outcome.kind === "answered" && outcome.bytes !== undefined).toBe(kept);
    }
  });

  test("undecodable bytes are replaced, NUL is removed, headers are joined", async () => {
    receiver.respond((_, response) => {
      response.writeHead(
        500,
        [
          ["X-A", "1"],
          ["x-a", "2"],
          ["__proto__", "p"],
        ].flat(),
      );
      response.end(Buffer.from([0x61, 0x00, 0xff, 0x62]));
    });
    const outcome = await send(endpoint());
    expect(outcome).toMatchObject({ statusCode: 500, body: "a\uFFFDb" });
    expect(outcome.kind === "answered" && outcome.headers["x-a"]).toBe("1, 2");
    expect(outcome.kind === "answered" && Object.getPrototypeOf(outcome.headers)).toBe(Object.prototype);
  });

  test.each([301, 302, 303, 307, 308])("a redirect (%i) is an answer like any other: nobody follows it", async (status) => {
    const elsewhere = await startReceiver();
    closers.push(() => elsewhere.close());
    receiver.respond({ status, headers: { location: elsewhere.url } });
    expect(await send(endpoint())).toMatchObject({ kind: "answered", statusCode: status });
    // The wanted comes after the unwanted would have.
    await send(endpoint({ url: `${elsewhere.url}/proof` }));
    expect(elsewhere.hits.map(({ url }) => url)).toEqual(["/proof"]);
    expect(receiver.hits).toHaveLength(1);
  });

  test("an informational response is not the answer", async () => {
    const early = await rawReceiver((socket) =>
      socket.write("HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"),
    );
    expect(await send(endpoint({ url: early.url }))).toMatchObject({ kind: "answered", statusCode: 200, body: "ok" });
  });

  // RFC 9110, section 15.2: a client must be able to read past one that it has not asked for. Some servers begin each answer so.
  test.each([
    ["at once", ["HTTP/1.1 100 Continue\r\n\r\n"]],
    ["with headers", ["HTTP/1.0 100 Continue\r\nserver: old\r\ndate: now\r\n\r\n"]],
    ["without a reason", ["HTTP/1.1 100\r\n\r\n"]],
    ["byte by byte", "HTTP/1.1 100 Continue\r\n\r\n".split("")],
    ["twice, around another", ["HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\n"]],
  ])("a 100 that nobody asked for (%s) is not the answer, and its connection goes on", async (_, parts) => {
    const body = "HTTP/1.1 100 is no start of a body\r\n\r\n";
    const whole = [...parts, `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n`, body];
    const eager = await rawReceiver((socket) => {
      const say = ([part, ...rest]: string[]): void => void (part !== undefined && socket.write(part, () => setImmediate(say, rest)));
      say(whole);
    });
    for (let i = 0; i < 2; i++) expect(await send(endpoint({ url: eager.url }))).toMatchObject({ kind: "answered", statusCode: 200, body });
    expect(eager.connections()).toBe(1);
  });

  test.each<[what: string, text: string, errorClass: string, detail?: RegExp]>([
    ["no HTTP at all", "SSH-2.0-OpenSSH_9.6\r\n", "protocol", /Expected HTTP/],
    ["a broken status line", "HTTP/1.1 abc OK\r\n\r\n", "protocol", /Invalid status/],
    ["headers without end", `HTTP/1.1 200 OK\r\na: ${"b".repeat(100_000)}`, "protocol", /too large/],
    ["half of its headers", "HTTP/1.1 200 OK\r\ncontent-length: 1", "reset"],
    ["half of them, after its length", "HTTP/1.1 200 OK\r\ncontent-length: 1\r\na: ", "reset"],
    ["an early hint and no more", "HTTP/1.1 103 Early Hints\r\n\r\n", "reset"],
    ["nothing", "", "reset"],
    ["another protocol", "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n", "protocol", /101/],
    ["a 100 and no more", "HTTP/1.1 100 Continue\r\n\r\n", "reset"],
    ["half of a 100", "HTTP/1.1 100 Conti", "reset"],
    ["a 100 that never ends", `HTTP/1.1 100 Continue\r\na: ${"b".repeat(100_000)}`, "protocol", /too large/],
    ["no HTTP behind a 100", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 abc OK\r\n\r\n", "protocol", /Invalid status/],
    ["two lengths", "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nok", "protocol", /Content-Length/],
    ["twice no length", "HTTP/1.1 200 OK\r\ncontent-length: 0\r\ncontent-length: 0\r\n\r\n", "protocol", /Content-Length/],
    ["a length that is none", "HTTP/1.1 200 OK\r\ncontent-length: two\r\n\r\nok", "protocol", /Content-Length/],
    ["a name with a space", "HTTP/1.1 200 OK\r\na b: c\r\n\r\n", "protocol", /Invalid header token/],
    ["one after its length", "HTTP/1.1 200 OK\r\ncontent-length: 2\r\na b: c\r\n\r\nok", "protocol", /headers break the rules/],
    ["a status below 100", "HTTP/1.1 000 Nothing\r\ncontent-length: 0\r\n\r\n", "protocol", /^0 is no status/],
    ["another version", "HTTP/9.9 200 OK\r\n\r\n", "protocol", /Invalid HTTP version/],
  ])("%s is a classified failure", async (_, text, errorClass, detail = /^/) => {
    const odd = await rawReceiver((socket) => socket.end(text));
    expect(await send(endpoint({ url: odd.url }))).toMatchObject({
      kind: "unreachable",
      errorClass,
      detail: expect.stringMatching(detail) as unknown,
    });
    expect(await send(endpoint())).toMatchObject({ kind: "answered" });
  });

  test("a reset, and a closed port", async () => {
    const breaking = await rawReceiver((socket) => socket.resetAndDestroy());
    expect(await send(endpoint({ url: breaking.url }))).toMatchObject({ kind: "unreachable", errorClass: "reset" });
    const closed = await startReceiver();
    await closed.close();
    const outcome = await send(endpoint({ url: closed.url }));
    const detail = "The connection was refused: nothing listens at this port";
    expect(outcome).toMatchObject({ kind: "unreachable", errorClass: "refused", detail });
  });
});

describe("requests that can't be made", () => {
  test.each<Record<string, string>>([
    { expect: "100-continue" },
    { "bad name": "x" },
    { "transfer-encoding": "chunked" },
    { "x-a": "line\nbreak" },
  ])("a header that the client refuses (%o) is a failure of the attempt, and no more", async (headers) => {
    expect(await send(endpoint({ headers }))).toMatchObject({
      kind: "unreachable",
      errorClass: "request",
    });
    expect(await send(endpoint())).toMatchObject({ kind: "answered" });
  });

  test("an endpoint without a usable key is our fault, not the endpoint's", async () => {
    expect(await send(endpoint({ signingKeys: [] }))).toMatchObject({ kind: "unreachable", errorClass: "internal" });
    expect(receiver.hits).toHaveLength(0);
  });
});

describe("addresses", () => {
  const resolveTo =
    (...addresses: string[]): Resolve =>
    (_, done) =>
      done(
        null,
        addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
      );

  test.each(["http://127.0.0.1:9", "https://127.1", "https://[::1]", "https://2130706433", "https://169.254.169.254", "https://localhost"])(
    "%s is not connected to without an allowance",
    async (url) => {
      configure({ WEBSTER_ALLOWED_NETWORKS: "none" });
      expect(await send(endpoint({ url }), newSender())).toMatchObject({ kind: "unreachable", errorClass: "address" });
    },
  );

  test.each([["127.0.0.1"], ["93.184.216.34", "10.0.0.1"], ["::ffff:127.0.0.1"], ["fd00::1"]])(
    "a name that points to %s is not connected to, whatever else it points to",
    async (...addresses) => {
      configure({ WEBSTER_ALLOWED_NETWORKS: "none", WEBSTER_HTTPS_ONLY: "false" });
      const url = `http://hooks.example.com:${receiver.port}/`;
      const outcome = await send(endpoint({ url }), newSender(resolveTo(...addresses)));
      expect(outcome).toMatchObject({ kind: "unreachable", errorClass: "address" });
      for (const address of addresses) expect(JSON.stringify(outcome)).not.toContain(address);
      expect(receiver.hits).toHaveLength(0);
    },
  );

  test("the checked address is the one connected to, and the name is asked for once", async () => {
    configure({ WEBSTER_HTTPS_ONLY: "false" });
    const asked: string[] = [];
    const resolve: Resolve = (hostname, done) => {
      asked.push(hostname);
      done(null, [{ address: asked.length === 1 ? "127.0.0.1" : "10.0.0.1", family: 4 }]);
    };
    const url = `http://hooks.example.com:${receiver.port}/`;
    expect(await send(endpoint({ url }), newSender(resolve))).toMatchObject({ kind: "answered", statusCode: 204 });
    expect(asked).toEqual(["hooks.example.com"]);
    expect(receiver.hits[0]?.headers["host"]).toBe(`hooks.example.com:${receiver.port}`);
  });

  test.each([
    ["ENOTFOUND", "dns"],
    ["EAI_AGAIN", "dns_unavailable"],
  ])("a name that does not resolve (%s) is %s", async (code, errorClass) => {
    configure({ WEBSTER_HTTPS_ONLY: "false" });
    const resolve: Resolve = (_, done) => done(Object.assign(new Error("getaddrinfo 10.1.2.3"), { code }), []);
    const outcome = await send(endpoint({ url: "http://hooks.example.com/" }), newSender(resolve));
    expect(outcome).toMatchObject({ kind: "unreachable", errorClass });
    expect(JSON.stringify(outcome)).not.toContain("10.1.2.3");
  });

  test("a resolver that never answers costs no more than the deadline", async () => {
    configure({ WEBSTER_HTTPS_ONLY: "false" });
    let isAsked = false;
    const sent = send(
      endpoint({ url: "http://hooks.example.com/" }),
      newSender(() => (isAsked = true)),
    );
    await until("the resolver to be asked", () => isAsked);
    pass(untilDeadlineMs);
    expect(await sent).toMatchObject({ kind: "unreachable", errorClass: "dns_unavailable" });
  });

  test("the environment's proxies are not used", async () => {
    process.env["HTTP_PROXY"] = process.env["http_proxy"] = "http://127.0.0.1:1";
    closers.push(() => {
      delete process.env["HTTP_PROXY"];
      delete process.env["http_proxy"];
    });
    expect(await send(endpoint(), newSender())).toMatchObject({ kind: "answered" });
  });
});
