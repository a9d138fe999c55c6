import { readdirSync, readFileSync } from "node:fs";
import { get } from "node:http";
import { getDefaultAutoSelectFamilyAttemptTimeout } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Actor } from "./actor.ts";
import { Sender } from "./delivery/send.ts";
import { setEnv } from "./env.ts";
import { parseHosts, parseSearch } from "./nameFiles.ts";
import { lookupFor, resolveName, useNameServers, type Whose } from "./names.ts";
import { probe } from "./services/endpoint/endpointProbe.ts";
import { requireSendable } from "./services/endpoint/endpointUrls.ts";
import { fetchOutside } from "./services/shared/outbound.ts";
import { type DnsServer, startDnsServer, type Zone } from "./testing/dnsServer.ts";
import { type Receiver, startReceiver } from "./testing/receiver.ts";
import { endpointAt, sendBy } from "./testing/sender.ts";
import { newSecret } from "./testing/sending.ts";
import { testEnv } from "./testing/settings.ts";

/** The time limit in tests in which a name hangs; the others have time, on a busy machine too. */
const short = { WEBSTER_DNS_TIMEOUT_SECONDS: "0.6" };
const hanging = Array.from({ length: 12 }, (_, n) => `hanging-${n}.example`);
const alice: Whose = { tenant: "app_1", owner: "ep_1" };
const actor = { kind: "apiKey", id: "key_1", applicationId: null, environmentId: "env_1" } as Actor;

let server: DnsServer;
let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
  server = await startDnsServer(zone);
});
const zone: Zone = {
  ...Object.fromEntries(hanging.map((name) => [name, "silent" as const])),
  "here.example": ["127.0.0.1"],
  "both.example": ["2001:db8::1", "192.0.2.1", "192.0.2.2"],
  "six.example": ["2001:db8::6"],
  "private.example": ["203.0.113.7", "10.1.2.3"],
  "failing.example": "failing",
  "bare.example": [],
};
beforeEach(() => {
  configure();
  useNameServers([server.address]);
  server.asked.length = 0;
});
afterAll(async () => {
  useNameServers(null);
  server.close();
  await receiver.close();
});

const configure = (more: Record<string, string> = {}): void =>
  setEnv(
    testEnv("postgresql://nobody@127.0.0.1:1/none", {
      WEBSTER_DNS_TIMEOUT_SECONDS: "10",
      WEBSTER_ATTEMPT_TIMEOUT_SECONDS: "10",
      WEBSTER_HTTPS_ONLY: "false",
      ...more,
    }),
  );

const codeOf = (hostname: string, whose = alice) =>
  resolveName(hostname, whose).then(
    () => "found",
    ({ code }: NodeJS.ErrnoException) => code,
  );

test("all addresses of both families; a name in any case, with a dot at its end", async () => {
  const v4 = ["192.0.2.1", "192.0.2.2"].map((address) => ({ address, family: 4 }));
  const v6 = { address: "2001:db8::1", family: 6 };
  expect(await resolveName("both.example", alice)).toEqual([...v4, v6]);
  expect(await resolveName("BOTH.Example.", alice)).toEqual([...v4, v6]);
  expect(await resolveName("six.example", alice)).toEqual([{ address: "2001:db8::6", family: 6 }]);
});

test("localhost and addresses need nobody to be asked", async () => {
  expect(await resolveName("192.0.2.9", alice)).toEqual([{ address: "192.0.2.9", family: 4 }]);
  for (const name of ["localhost", "cafe.localhost", "LOCALHOST."])
    expect(await resolveName(name, alice)).toContainEqual({ address: "127.0.0.1", family: 4 });
  expect(server.asked).toEqual([]);
});

test.each([
  ["missing.example", "ENOTFOUND"],
  ["bare.example", "ENOTFOUND"],
  ["failing.example", "EAI_AGAIN"],
  ["hanging-0.example", "EAI_AGAIN"],
])("%s: %s, and for a moment it is not asked for again", async (name, code) => {
  configure(name.startsWith("hanging") ? short : {});
  // The moment lasts as long as the test wants.
  vi.spyOn(performance, "now").mockReturnValue(performance.now());
  expect(await codeOf(name)).toBe(code);
  expect(server.asked).toContain(name);
  const { [name]: before = null } = zone;
  zone[name] = ["192.0.2.1"];
  expect(await codeOf(name, { tenant: "app_2", owner: "ep_2" })).toBe(code);
  configure();
  useNameServers([server.address]);
  expect(await codeOf(name)).toBe("found");
  if (before === null) delete zone[name];
  else zone[name] = before;
});

test("who asks for the same at the same time is answered together", async () => {
  const all = await Promise.all(Array.from({ length: 20 }, (_, n) => codeOf("here.example", { tenant: "app_1", owner: `ep_${n}` })));
  expect(new Set(all)).toEqual(new Set(["found"]));
  expect(server.asked.filter((name) => name === "here.example").length).toBeLessThanOrEqual(4);
});

test("names that never resolve keep nobody else waiting, however many they are", async () => {
  configure({ WEBSTER_DNS_TIMEOUT_SECONDS: "3", WEBSTER_LIMIT_NAMES_PER_APPLICATION: String(hanging.length) });
  let over = 0;
  const slow = hanging.map((name, n) => codeOf(name, { tenant: "app_1", owner: `ep_${n}` }).finally(() => over++));
  const sender = new Sender();
  const endpoint = endpointAt(`http://here.example:${receiver.port}/`, newSecret(), { id: "ep_99", applicationId: "app_2" });
  const outcome = await sendBy(sender, endpoint, Buffer.from("{}"));
  expect([outcome.kind, over]).toEqual(["answered", 0]);
  await sender.close();
  expect(new Set(await Promise.all(slow))).toEqual(new Set(["EAI_AGAIN"]));
});

test("an endpoint and an application have few under way; all that wait come to their turn or to an end", async () => {
  configure({ WEBSTER_DNS_TIMEOUT_SECONDS: "2", WEBSTER_LIMIT_NAMES_PER_ENDPOINT: "2", WEBSTER_LIMIT_NAMES_PER_APPLICATION: "3" });
  const one = hanging.slice(0, 6).map((name) => codeOf(name));
  const others = hanging.slice(6).map((name, n) => codeOf(name, { tenant: "app_1", owner: `ep_1${n}` }));
  // Asked for after theirs, and answered while they wait.
  expect(await codeOf("here.example", { tenant: "app_2", owner: "ep_2" })).toBe("found");
  const asked = (names: string[]): number => names.filter((name) => server.asked.includes(name)).length;
  expect(asked(hanging)).toBe(3);
  expect(asked(hanging.slice(0, 6))).toBeLessThanOrEqual(2);
  expect(new Set(await Promise.all([...one, ...others]))).toEqual(new Set(["EAI_AGAIN"]));
});

/** What each place that goes out makes of a host, in a word. */
const places: Record<string, (host: string) => Promise<string>> = {
  "a delivery": async (host) => {
    const sender = new Sender();
    const outcome = await sendBy(sender, endpointAt(`http://${host}:${receiver.port}/`, newSecret()), Buffer.from("{}"));
    await sender.close();
    return outcome.kind === "answered" ? "answered" : outcome.errorClass;
  },
  "an OAuth2 token": async (host) => {
    const sender = new Sender();
    const tokenUrl = `http://${host}:${receiver.port}/`;
    const client = { clientId: "c", clientSecret: "s", clientAuthentication: "client_secret_basic", scope: null, audience: null } as const;
    const result = await sender.tokens.get(alice, { kind: "oauth2", tokenUrl, ...client });
    await sender.close();
    return result.ok || result.failure.detail.includes("access_token") ? "answered" : result.failure.detail;
  },
  "saving a URL": (host) =>
    requireSendable(actor, `http://${host}/`).then(
      () => "saved",
      (error: Error) => error.message,
    ),
  "a probe": async (host) => {
    const { steps } = await probe(actor, { url: `http://${host}:${receiver.port}/` });
    const failed = steps.find(({ status }) => status === "failed");
    return failed === undefined ? "answered" : failed.detail;
  },
  "an alert, a replay elsewhere, a document": async (host) => {
    const url = `http://${host}:${receiver.port}/`;
    const fetched = await fetchOutside({ url, method: "GET", headers: {}, body: null, whose: alice, deadlineMs: 5_000, maximumBytes: 100 });
    return fetched.ok ? "answered" : fetched.reason;
  },
  "signing in elsewhere": (host) =>
    new Promise((resolve) => {
      const request = get({ host, port: receiver.port, lookup: lookupFor(alice) }, (response) => {
        response.resume();
        resolve("answered");
      });
      request.on("error", ({ code }: NodeJS.ErrnoException) => resolve(code ?? ""));
    }),
};

describe.each(Object.keys(places))("%s", (name) => {
  const place = places[name] ?? (() => Promise.resolve("nothing"));

  test("asks the name server, and what it says counts", async () => {
    expect(await place("here.example")).toMatch(/answered|saved/);
    expect(server.asked).toContain("here.example");
  });

  test("ends when a name never resolves", async () => {
    configure(short);
    expect(await place("hanging-1.example")).toMatch(/dns_unavailable|could not be resolved|EAI_AGAIN|saved|no answer/i);
  });

  test.skipIf(name === "signing in elsewhere")("goes to none of a name's addresses if one is private", async () => {
    expect(await place("private.example")).toMatch(/address/);
  });
});

test("an address far away, or whose first packet was lost, has time to connect before the name's next one is tried in its place", () => {
  // A round trip by satellite takes 0.7 s, and a first packet is sent again after 1 s (RFC 6298, section 2.1).
  expect(getDefaultAutoSelectFamilyAttemptTimeout()).toBeGreaterThan(1_000 + 300);
});

test("nothing else in the house asks for names", () => {
  const files = ["lib", "app", "bin", "components"].flatMap((directory) =>
    readdirSync(directory, { recursive: true, encoding: "utf8" }).map((file) => join(directory, file)),
  );
  const sources = files.filter((file) => /\.(ts|tsx|mjs)$/.test(file) && !/\.test\.ts$|generated|testing/.test(file));
  const asking = sources.filter((file) => /^import (?!type).*"(node:)?dns(\/promises)?"/m.test(readFileSync(file, "utf8")));
  expect(asking).toEqual([join("lib", "names.ts")]);
  const going = sources.filter((file) => /requestHttps?\(|buildConnector\(/.test(readFileSync(file, "utf8")));
  expect(going.filter((file) => !/\blookup\b/.test(readFileSync(file, "utf8")))).toEqual([]);
});

test("the machine's own files", () => {
  const hosts = parseHosts("# none\n127.0.0.1\tlocalhost  Cafe.Internal # here\n::1 localhost\nnonsense name\n10.0.0.5 cafe.internal\n\n");
  expect(Object.fromEntries(hosts)).toEqual({ localhost: ["127.0.0.1", "::1"], "cafe.internal": ["127.0.0.1", "10.0.0.5"] });
  expect(parseSearch("domain first.example\nnameserver 10.0.0.2\nsearch a.example. B.example\n")).toEqual(["a.example", "b.example"]);
  expect(parseSearch("nameserver 10.0.0.2\n")).toEqual([]);
});

test("a name without a dot is looked for in each domain of the search list, though the servers of one fail; another nowhere else", async () => {
  zone["receiver.failing.example"] = "failing";
  zone["receiver.inner.example"] = ["192.0.2.9"];
  zone["failing.example.inner.example"] = ["192.0.2.10"];
  zone["gone.example.inner.example"] = ["192.0.2.11"];
  useNameServers([server.address], ["failing.example", "inner.example"]);
  expect(await resolveName("receiver", alice)).toEqual([{ address: "192.0.2.9", family: 4 }]);
  // In one of the domains it may be all the same.
  zone["elsewhere.failing.example"] = "failing";
  await expect(resolveName("elsewhere", alice)).rejects.toMatchObject({ code: "EAI_AGAIN" });
  await expect(resolveName("failing.example", alice)).rejects.toMatchObject({ code: "EAI_AGAIN" });
  expect(await resolveName("gone.example", alice)).toEqual([{ address: "192.0.2.11", family: 4 }]);
  await expect(resolveName("nowhere.example.", alice)).rejects.toMatchObject({ code: "ENOTFOUND" });
});
