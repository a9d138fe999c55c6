import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { setEnv } from "../env.ts";
import { startReceiver } from "../testing/receiver.ts";
import { newSecret } from "../testing/sending.ts";
import { testEnv } from "../testing/settings.ts";
import { pass, releaseTime, soon, standTime } from "../testing/standingTime.ts";
import { until } from "../testing/until.ts";
import type { Outcome } from "../webhooks/outcome.ts";
import { parseSecret } from "../webhooks/signature.ts";
import { standardStyle } from "../webhooks/signatureStyle.ts";
import type { Resolve } from "./connect.ts";
import { Sender, targetOf } from "./send.ts";

const timeoutMs = 500;
const closers: (() => Promise<unknown> | void)[] = [];
const configure = (more: Record<string, string> = {}): void =>
  setEnv(testEnv("postgresql://nobody@127.0.0.1:1/none", { WEBSTER_ATTEMPT_TIMEOUT_SECONDS: String(timeoutMs / 1000), ...more }));

beforeEach(() => {
  standTime();
  configure({ WEBSTER_HTTPS_ONLY: "false" });
});
afterEach(async () => {
  releaseTime();
  for (const close of closers.splice(0)) await close();
});

function newSender(resolve?: Resolve): Sender {
  const sender = new Sender({ resolve });
  closers.push(() => sender.close());
  return sender;
}

const signing = {
  signingKeys: [{ key: parseSecret(newSecret()), expiresAtMs: null }],
  signature: standardStyle,
  svixHeaders: false,
  authentication: null,
};

const timingsOf = async (by: Sender, url: string): Promise<Outcome["timings"]> => (await outcomeOf(by, url)).timings;

async function outcomeOf(by: Sender, url: string): Promise<Outcome> {
  const endpoint = { url, headers: {}, ...signing };
  const delivery = { messageId: "msg_1", eventType: "cafe.closed", payload: Buffer.from("{}"), contentType: null, nowMs: Date.now() };
  return new Promise<Outcome>((resolve) =>
    by.send({ url, target: targetOf(endpoint, { tenant: "app_1", owner: "ep_1" }), method: "POST", endpoint, ...delivery }, resolve),
  );
}

test("the first request opens the connection, the second finds it open", async () => {
  const receiver = await startReceiver((_, response) => {
    pass(40);
    response.end();
  });
  closers.push(() => receiver.close());
  const url = `http://hooks.example.com:${receiver.port}/`;
  const sender = newSender((_, done) => {
    soon(() => {
      pass(30);
      done(null, [{ address: "127.0.0.1", family: 4 }]);
    });
  });
  const first = await timingsOf(sender, url);
  expect(first).toEqual({ dnsMs: 30, tcpMs: 0, tlsMs: null, firstByteMs: 40 });
  const second = await timingsOf(sender, url);
  expect(second).toEqual({ dnsMs: null, tcpMs: null, tlsMs: null, firstByteMs: 40 });
});

/** A receiver that says nothing, and a resolver that never answers. `heard`: how many connections, and names, have come to them. */
async function startSilent() {
  let heard = 0;
  const count = (): void => void heard++;
  const server = createServer((socket) => {
    closers.push(() => void socket.destroy());
    socket.once("data", count);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  closers.push(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { authority: `127.0.0.1:${port}`, resolve: count, allOf: (all: number) => until("all to wait", () => heard === all) };
}

/** A deadline has passed after that, by what the timer may be late. */
const lateMs = 10;

test("a step that does not end has the time that was spent on it, and none comes after it", async () => {
  const { authority, resolve, allOf } = await startSilent();
  const told = Promise.all([
    timingsOf(newSender(), `http://${authority}/`),
    timingsOf(newSender(), `https://${authority}/`),
    timingsOf(newSender(resolve), "http://hooks.example.com/"),
  ]);
  await allOf(3);
  pass(timeoutMs + lateMs);
  const [answer, handshake, name] = await told;
  expect(answer).toEqual({ dnsMs: null, tcpMs: 0, tlsMs: null, firstByteMs: null });
  const spentMs = expect.toSatisfy((ms: number) => ms >= timeoutMs && ms <= timeoutMs + lateMs) as number;
  expect(handshake).toEqual({ dnsMs: null, tcpMs: 0, tlsMs: spentMs, firstByteMs: null });
  expect(name).toEqual({ dnsMs: spentMs, tcpMs: null, tlsMs: null, firstByteMs: null });
});

test("where there is no such name, all the time was its search, and nothing was connected to", async () => {
  const sender = newSender((_, done) => {
    soon(() => {
      pass(30);
      done(Object.assign(new Error("not found"), { code: "ENOTFOUND" }), []);
    });
  });
  const outcome = await outcomeOf(sender, "http://hooks.example.com/");
  expect(outcome).toMatchObject({ kind: "unreachable", errorClass: "dns" });
  expect(outcome.timings).toEqual({ dnsMs: 30, tcpMs: null, tlsMs: null, firstByteMs: null });
});

test("a name that is not resolved in time is our name server's fault, silence of the host is the receiver's", async () => {
  const { authority, resolve, allOf } = await startSilent();
  const told = Promise.all([outcomeOf(newSender(resolve), "http://hooks.example.com/"), outcomeOf(newSender(), `http://${authority}/`)]);
  await allOf(2);
  pass(timeoutMs + lateMs);
  const [name, host] = await told;
  expect(name).toMatchObject({ kind: "unreachable", errorClass: "dns_unavailable" });
  expect(host).toMatchObject({ kind: "unreachable", errorClass: "timeout" });
});

test("without a connection there is nothing to tell", async () => {
  configure({ WEBSTER_ALLOWED_NETWORKS: "none", WEBSTER_HTTPS_ONLY: "false" });
  expect(await timingsOf(newSender(), "http://10.0.0.1/")).toBeUndefined();
});
