import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { setEnv } from "../env.ts";
import { startReceiver } from "../testing/receiver.ts";
import { newSecret } from "../testing/sending.ts";
import { testEnv } from "../testing/settings.ts";
import type { Outcome } from "../webhooks/outcome.ts";
import { parseSecret } from "../webhooks/signature.ts";
import { standardStyle } from "../webhooks/signatureStyle.ts";
import type { Resolve } from "./connect.ts";
import { Sender, targetOf } from "./send.ts";

const timeoutMs = 500;
const closers: (() => Promise<unknown> | void)[] = [];
const configure = (more: Record<string, string> = {}): void =>
  setEnv(testEnv("postgresql://nobody@127.0.0.1:1/none", { WEBSTER_ATTEMPT_TIMEOUT_SECONDS: String(timeoutMs / 1000), ...more }));

beforeEach(() => configure({ WEBSTER_HTTPS_ONLY: "false" }));
afterEach(async () => {
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
  const receiver = await startReceiver((_, response) => void setTimeout(() => response.end(), 40));
  closers.push(() => receiver.close());
  const url = `http://hooks.example.com:${receiver.port}/`;
  const sender = newSender((_, done) => void setTimeout(() => done(null, [{ address: "127.0.0.1", family: 4 }]), 30));
  const first = await timingsOf(sender, url);
  expect(first).toMatchObject({ tlsMs: null });
  expect(first?.dnsMs).toBeGreaterThan(25);
  expect(first?.tcpMs).toBeGreaterThanOrEqual(0);
  expect(first?.firstByteMs).toBeGreaterThan(35);
  const second = await timingsOf(sender, url);
  expect(second).toMatchObject({ dnsMs: null, tcpMs: null, tlsMs: null });
  expect(second?.firstByteMs).toBeGreaterThan(35);
});

test("a step that does not end has the time that was spent on it, and none comes after it", async () => {
  const silent = createServer((socket) => void closers.push(() => void socket.destroy())).listen(0, "127.0.0.1");
  await once(silent, "listening");
  closers.push(() => void silent.close());
  const { port } = silent.address() as AddressInfo;
  const [answer, handshake, name] = await Promise.all([
    timingsOf(newSender(), `http://127.0.0.1:${port}/`),
    timingsOf(newSender(), `https://127.0.0.1:${port}/`),
    timingsOf(
      newSender(() => undefined),
      "http://hooks.example.com/",
    ),
  ]);
  expect(answer).toMatchObject({ dnsMs: null, tlsMs: null, firstByteMs: null });
  expect(answer?.tcpMs).toBeLessThan(timeoutMs);
  expect(handshake).toMatchObject({ firstByteMs: null });
  expect(handshake?.tlsMs).toBeGreaterThan(0);
  expect((handshake?.tcpMs ?? 0) + (handshake?.tlsMs ?? 0)).toBeGreaterThan(timeoutMs / 2);
  expect(name).toMatchObject({ tcpMs: null, tlsMs: null, firstByteMs: null });
  expect(name?.dnsMs).toBeGreaterThan(timeoutMs / 2);
});

test("a name that is not resolved in time is our name server's fault, silence of the host is the receiver's", async () => {
  const silent = createServer((socket) => void closers.push(() => void socket.destroy())).listen(0, "127.0.0.1");
  await once(silent, "listening");
  closers.push(() => void silent.close());
  const { port } = silent.address() as AddressInfo;
  const [name, host] = await Promise.all([
    outcomeOf(
      newSender(() => undefined),
      "http://hooks.example.com/",
    ),
    outcomeOf(newSender(), `http://127.0.0.1:${port}/`),
  ]);
  expect(name).toMatchObject({ kind: "unreachable", errorClass: "dns_unavailable" });
  expect(host).toMatchObject({ kind: "unreachable", errorClass: "timeout" });
});

test("without a connection there is nothing to tell", async () => {
  configure({ WEBSTER_ALLOWED_NETWORKS: "none", WEBSTER_HTTPS_ONLY: "false" });
  expect(await timingsOf(newSender(), "http://10.0.0.1/")).toBeUndefined();
});
