// Names with several addresses, of which some are dead, and what an attempt says when none is left.
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { setEnv } from "../env.ts";
import { useNameServers } from "../names.ts";
import { type DnsServer, startDnsServer, type Zone } from "../testing/dnsServer.ts";
import { freePort } from "../testing/freePort.ts";
import { endpointAt, sendBy } from "../testing/sender.ts";
import { newSecret } from "../testing/sending.ts";
import { testEnv } from "../testing/settings.ts";
import type { Outcome } from "../webhooks/outcome.ts";
import { failureOf } from "./failure.ts";
import { Sender } from "./send.ts";

const secret = newSecret();
const zone: Zone = {
  "one-dead.example": ["127.0.0.2", "127.0.0.1"],
  "other-family-dead.example": ["::1", "127.0.0.1"],
  "dead.example": ["127.0.0.1"],
  "no-address.example": [],
  "failing.example": "failing",
  "moving.example": ["127.0.0.1"],
};
const receiver = createServer((socket) => {
  socket.on("error", () => undefined).on("data", () => socket.write("HTTP/1.1 204 No Content\r\n\r\n"));
});
let dns: DnsServer;
const senders: Sender[] = [];
beforeAll(async () => {
  setEnv(testEnv("postgresql://nobody@127.0.0.1:1/none", { WEBSTER_HTTPS_ONLY: "false", WEBSTER_ALLOWED_NETWORKS: "127.0.0.0/8,::1/128" }));
  dns = await startDnsServer(zone);
  useNameServers([dns.address]);
  receiver.listen(0, "127.0.0.1");
  await once(receiver, "listening");
});
afterAll(async () => {
  await Promise.all(senders.map((sender) => sender.close()));
  useNameServers(null);
  dns.close();
  receiver.close();
});

/** By a sender that has no connection yet. */
async function send(name: string): Promise<Outcome> {
  const sender = new Sender();
  senders.push(sender);
  const port = name === "dead.example" ? await freePort() : (receiver.address() as AddressInfo).port;
  return sendBy(sender, endpointAt(`http://${name}:${port}/`, secret), Buffer.from("{}"));
}

test.each(["one-dead.example", "other-family-dead.example"])("%s is reached at the address that lives", async (name) => {
  expect(await send(name)).toMatchObject({ kind: "answered", statusCode: 204 });
});

test.each([
  ["dead.example", "refused", "The connection was refused: nothing listens at this port"],
  ["no-address.example", "dns", "The host name does not exist, or has no address"],
  ["missing.example", "dns", "The host name does not exist, or has no address"],
  ["failing.example", "dns_unavailable", "The host name could not be resolved at the moment"],
])("%s: %s", async (name, errorClass, detail) => {
  expect(await send(name)).toMatchObject({ kind: "unreachable", errorClass, detail });
});

test("a name that comes to point to an address that is not allowed is left with the next connection, one that recovers is found", async () => {
  expect(await send("moving.example")).toMatchObject({ statusCode: 204 });
  zone["moving.example"] = ["10.0.0.1"];
  expect(await send("moving.example")).toMatchObject({ kind: "unreachable", errorClass: "address" });
  zone["moving.example"] = ["10.0.0.1", "127.0.0.1"];
  expect(await send("moving.example")).toMatchObject({ kind: "unreachable", errorClass: "address" });
  zone["moving.example"] = ["127.0.0.1"];
  expect(await send("moving.example")).toMatchObject({ statusCode: 204 });
});

test.each(["EHOSTUNREACH", "ENETUNREACH"])("no route to any address (%s) is not told as a refusal", (code) => {
  const { errorClass, detail } = failureOf(Object.assign(new AggregateError([], "connect 10.1.2.3"), { code }), "none");
  expect([errorClass, detail]).toEqual(["refused", "The host can't be reached: no route leads to its address"]);
});
