/** Webhooks that leave by a proxy: what it is asked, and whose fault it is when something fails. */
import { once } from "node:events";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { setEnv } from "../env.ts";
import { fetchOutside } from "../services/shared/outbound.ts";
import { selfSigned } from "../testing/certificate.ts";
import { type ConnectProxy, startConnectProxy } from "../testing/connectProxy.ts";
import { freePort } from "../testing/freePort.ts";
import { type Receiver, startReceiver } from "../testing/receiver.ts";
import { endpointAt, sendBy } from "../testing/sender.ts";
import { newSecret } from "../testing/sending.ts";
import { testEnv } from "../testing/settings.ts";
import type { Outcome } from "../webhooks/outcome.ts";
import { decide, defaultScheduleSeconds } from "../webhooks/retry.ts";
import type { ConnectionOptions, Resolve } from "./connect.ts";
import { Sender } from "./send.ts";

const closers: (() => Promise<unknown> | void)[] = [];
let receiver: Receiver;
let proxy: ConnectProxy;

beforeEach(async () => {
  receiver = await startReceiver();
  proxy = await startConnectProxy(receiver);
  closers.push(
    () => receiver.close(),
    () => proxy.close(),
  );
});
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const configure = (more: Record<string, string> = {}): void =>
  setEnv(
    testEnv("postgresql://nobody@127.0.0.1:1/none", {
      WEBSTER_ATTEMPT_TIMEOUT_SECONDS: "5",
      WEBSTER_EGRESS_PROXY: proxy.url,
      WEBSTER_HTTPS_ONLY: "false",
      ...more,
    }),
  );

const toLoopback: Resolve = (_hostname, done) => done(null, [{ address: "127.0.0.1", family: 4 }]);

async function send(url: string, options: ConnectionOptions = {}): Promise<Outcome> {
  const sender = new Sender({ resolve: toLoopback, ...options });
  closers.push(() => sender.close());
  return sendBy(sender, endpointAt(url, newSecret(), {}), Buffer.from("{}"));
}

test("a tunnel to the address that was checked; the receiver gets the name, the proxy the credentials", async () => {
  const url = new URL(proxy.url);
  configure({ WEBSTER_EGRESS_PROXY: `http://ada:p%40ss@${url.host}` });
  const outcome = await send(`http://hook.example:${receiver.port}/a`);
  expect(outcome).toMatchObject({ kind: "answered", statusCode: 204 });
  expect(proxy.asked).toEqual([`127.0.0.1:${receiver.port}`]);
  expect(proxy.credentials()).toBe(`Basic ${Buffer.from("ada:p@ss").toString("base64")}`);
  expect(receiver.hits[0]?.headers["host"]).toBe(`hook.example:${receiver.port}`);
  expect(receiver.hits[0]?.headers["proxy-authorization"]).toBe(undefined);
});

test("https is the receiver's own inside the tunnel", async () => {
  const server = createTlsServer(selfSigned, (_, response) => response.writeHead(202).end()).listen(0, "127.0.0.1");
  await once(server, "listening");
  closers.push(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const other = await startConnectProxy({ port });
  closers.push(() => other.close());
  configure({ WEBSTER_EGRESS_PROXY: other.url });
  // The certificate is for the address, which the name is not.
  expect(await send(`https://hook.example:${port}/`, { trusted: selfSigned.cert })).toMatchObject({ errorClass: "tls" });
  expect(other.asked).toEqual([`127.0.0.1:${port}`]);
});

test("a proxy that checks gets the name; Webster resolves nothing", async () => {
  configure({ WEBSTER_EGRESS_CHECK: "proxy" });
  const resolve: Resolve = () => expect.unreachable();
  expect(await send(`http://hook.example:${receiver.port}/`, { resolve })).toMatchObject({ statusCode: 204 });
  expect(proxy.asked).toEqual([`hook.example:${receiver.port}`]);
});

test("a forbidden address is not asked for", async () => {
  configure({ WEBSTER_ALLOWED_NETWORKS: "none" });
  expect(await send("http://hook.example/")).toMatchObject({ kind: "unreachable", errorClass: "address" });
  expect(proxy.asked).toEqual([]);
});

test("exceptions and loopback go directly; an allowed host needs no public address", async () => {
  configure({ WEBSTER_EGRESS_EXCEPT: "example", WEBSTER_ALLOWED_NETWORKS: "none", WEBSTER_ALLOWED_HOSTS: "hook.example,localhost" });
  expect(await send(`http://a.hook.example:${receiver.port}/`)).toMatchObject({ statusCode: 204 });
  expect(await send(`http://hooks.example:${receiver.port}/`)).toMatchObject({ errorClass: "address" });
  expect(await send(`http://localhost:${receiver.port}/`)).toMatchObject({ statusCode: 204 });
  expect(proxy.asked).toEqual([]);
});

test.each([
  ["a bare 502", "HTTP/1.1 502 Bad Gateway", "proxy"],
  ["other credentials wanted", "HTTP/1.1 407 Proxy Authentication Required", "proxy"],
  ["overloaded", "HTTP/1.1 503 Service Unavailable", "proxy"],
  ["no HTTP", "SSH-2.0-OpenSSH_9.2", "proxy"],
  ["RFC 9209: refused", "HTTP/1.1 502 Bad Gateway\r\nProxy-Status: squid; error=connection_refused", "refused"],
  ["RFC 9209: no such name", "HTTP/1.1 502 Bad Gateway\r\nProxy-Status: squid; error=dns_error; rcode=NXDOMAIN", "dns"],
  ["RFC 9209: a timeout", "HTTP/1.1 504 Gateway Timeout\r\nproxy-status: squid;error=connection_timeout", "timeout"],
  [
    "smokescreen denies",
    "HTTP/1.1 407 Request rejected by proxy\r\nX-Smokescreen-Error: The destination address (10.0.0.1) was denied by rule 'Deny: Private Range'",
    "address",
  ],
  [
    "smokescreen: refused",
    "HTTP/1.1 502 Failed to connect\r\nX-Smokescreen-Error: dial tcp 192.0.2.1:80: connect: connection refused",
    "refused",
  ],
  [
    "smokescreen: no reason",
    "HTTP/1.1 502 Bad gateway\r\nX-Smokescreen-Error: Failed to connect to remote host: <nil> (*net.OpError)",
    "refused",
  ],
  [
    "smokescreen: its name server is down",
    "HTTP/1.1 502 Bad gateway\r\nX-Smokescreen-Error: Failed to resolve remote hostname: lookup a.example on 192.0.2.53:53: i/o timeout",
    "dns_unavailable",
  ],
  ["squid: refused", "HTTP/1.1 503 Service Unavailable\r\nX-Squid-Error: ERR_CONNECT_FAIL 111", "refused"],
  ["squid: a timeout", "HTTP/1.1 503 Service Unavailable\r\nX-Squid-Error: ERR_CONNECT_FAIL 110", "timeout"],
  ["squid: no way there", "HTTP/1.1 503 Service Unavailable\r\nX-Squid-Error: ERR_CONNECT_FAIL 113", "refused"],
  ["squid has no port left", "HTTP/1.1 503 Service Unavailable\r\nX-Squid-Error: ERR_CONNECT_FAIL 99", "proxy"],
  ["squid: no address for the name", "HTTP/1.1 503 Service Unavailable\r\nX-Squid-Error: ERR_DNS_FAIL 0", "dns_unavailable"],
  ["squid: its rules", "HTTP/1.1 403 Forbidden\r\nX-Squid-Error: ERR_ACCESS_DENIED 0", "proxy"],
])("%s", async (_case, head, errorClass) => {
  configure();
  proxy.refuseWith(head);
  const outcome = await send("http://hook.example/");
  expect(outcome).toMatchObject({ kind: "unreachable", errorClass });
  const decision = decide(outcome, { trigger: "scheduled", scheduledCount: 0 }, defaultScheduleSeconds, 0, 0);
  expect(decision).toMatchObject({ verdict: { status: "pending" }, countsAsFailure: !["proxy", "dns_unavailable"].includes(errorClass) });
});

test("a proxy that is down or says nothing is to blame, not the receiver", async () => {
  configure({ WEBSTER_ATTEMPT_TIMEOUT_SECONDS: "1" });
  proxy.refuseWith("silence");
  expect(await send("http://hook.example/")).toMatchObject({ errorClass: "proxy" });
  configure({ WEBSTER_EGRESS_PROXY: `http://127.0.0.1:${await freePort()}` });
  expect(await send("http://hook.example/")).toMatchObject({ errorClass: "proxy" });
});

test("Webster's own requests leave by it too", async () => {
  configure({ WEBSTER_EGRESS_CHECK: "proxy" });
  const outgoing = {
    url: `http://hook.example:${receiver.port}/own`,
    method: "POST",
    headers: {},
    body: Buffer.from("x"),
    deadlineMs: 5_000,
    maximumBytes: 100,
  };
  const fetched = await fetchOutside({ ...outgoing, whose: { tenant: "", owner: "" } });
  expect(fetched).toMatchObject({ ok: true, status: 204 });
  expect(proxy.asked).toEqual([`hook.example:${receiver.port}`]);
  proxy.refuseWith("HTTP/1.1 503 Service Unavailable");
  expect(await fetchOutside({ ...outgoing, whose: { tenant: "", owner: "" } })).toMatchObject({
    ok: false,
    reason: expect.stringContaining("proxy"),
  });
});
