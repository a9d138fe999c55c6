/** What a machine that means harm sends costs others little. */
import { once } from "node:events";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { WebSocket } from "ws";
import { env, setEnv } from "../env.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { withKey } from "../testing/furnish.ts";
import { connect, type RelayServer, startRelay } from "../testing/listening.ts";
import { parsedMeanwhile } from "../testing/parsedMeanwhile.ts";
import { newTenant } from "../testing/tenant.ts";

let database: TestDatabase;
const open = new Set<RelayServer>();

beforeAll(async () => {
  database = await testDatabase();
});
afterEach(async () => {
  for (const server of open) await server.close();
  open.clear();
  setEnv({ ...env(), listen: "open", trustedProxies: 0, port: 3000 });
});
afterAll(() => database.close());

async function start(limits: Parameters<typeof startRelay>[0] = {}): Promise<RelayServer> {
  const server = await startRelay(limits);
  open.add(server);
  setEnv({ ...env(), listen: "keys" });
  return server;
}

let count = 0;
const newToken = (): string => `f_${String(count++).padStart(10, "a")}`;

const long = 1_000_000;

const machineOf = async ({ listenUrl }: RelayServer, apiKey: string) => connect(listenUrl, newToken(), { headers: withKey(apiKey) });

it("reads nothing that a machine says unasked, and closes it when that is much", async () => {
  const server = await start();
  const { socket } = await machineOf(server, (await newTenant()).apiKey);
  const nonsense = `{"type":"event","version":1,"data":{"id":"none","status":200,"body":[${"[],".repeat(long / 3)}[]]}}`;
  const closed = once(socket, "close");
  const parsed = await parsedMeanwhile(long, async () => {
    for (let i = 0; i < 40; i++) socket.send(nonsense);
    expect((await closed)[0]).toBe(1008);
  });
  expect(parsed.all).toBe(0);
});

it("begins with nothing long", async () => {
  const server = await start();
  const socket = new WebSocket(server.listenUrl, { headers: withKey((await newTenant()).apiKey) });
  await once(socket, "open");
  const parsed = await parsedMeanwhile(long, async () => {
    socket.send(JSON.stringify({ type: "start", version: 1, data: { token: newToken() }, more: "x".repeat(long) }));
    expect((await once(socket, "close"))[0]).toBe(1008);
  });
  expect(parsed.all).toBe(0);
});

it("reads long answers of machines one at a time, with all else in between", async () => {
  const server = await start();
  const { apiKey } = await newTenant();
  const machines = await Promise.all(Array.from({ length: 8 }, () => machineOf(server, apiKey)));
  const answered = machines.map(({ token }) => fetch(`${server.url}/in/${token}/`, { method: "POST" }));
  const requests = await Promise.all(machines.map(({ next }) => next()));
  const parsed = await parsedMeanwhile(long, async () => {
    machines.forEach(({ answer }, i) => answer(requests[i]?.id ?? "", { body: Buffer.alloc(long) }));
    for (const answer of answered) expect((await (await answer).arrayBuffer()).byteLength).toBe(long);
  });
  expect(parsed).toEqual({ all: 8, inOneRound: 1 });
});

it("leaves places to other organizations, however many keys one has", async () => {
  const server = await start({ connections: 10 });
  const [busy, other] = [await newTenant(), await newTenant()];
  const taken = await Promise.allSettled(Array.from({ length: 10 }, () => machineOf(server, busy.apiKey)));
  expect(taken.filter(({ status }) => status === "fulfilled")).toHaveLength(5);
  expect((await machineOf(server, other.apiKey)).token).toMatch(/^listen_/);
});

it("counts machines without a key by their network", async () => {
  const server = await start({ connectionsOfOne: 2 });
  setEnv({ ...env(), listen: "open", trustedProxies: 1 });
  const from = (address: string) => connect(server.listenUrl, newToken(), { headers: { "x-forwarded-for": address } });
  const taken = await Promise.allSettled(Array.from({ length: 5 }, (_, i) => from(`2001:db8::${i + 1}`)));
  expect(taken.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
  expect((await from("2001:db8:0:1::1")).token).toMatch(/^listen_/);
});
