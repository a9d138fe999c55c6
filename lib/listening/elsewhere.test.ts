/** Machines that listen at several processes of one database, each of which has a relay of its own. */
import { once } from "node:events";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { connect, type RelayServer, startRelay } from "../testing/listening.ts";
import { listenLimits } from "./limits.ts";
import { Relay } from "./relay.ts";

let database: TestDatabase;
const open = new Set<{ close: () => Promise<void> }>();

beforeAll(async () => {
  database = await testDatabase();
});
afterEach(async () => {
  for (const server of open) await server.close();
  open.clear();
});
afterAll(() => database.close());

async function start(limits: Parameters<typeof startRelay>[0] = {}): Promise<RelayServer> {
  const server = await startRelay(limits);
  open.add(server);
  return server;
}

function otherProcess(limits = {}): Relay {
  const relay = new Relay({ ...listenLimits, ...limits });
  open.add({
    close: () => {
      relay.closeAll();
      return Promise.resolve();
    },
  });
  return relay;
}

let count = 0;
const newToken = (): string => `elsewhere_${count++}`;
const never = new AbortController().signal;
const everyByte = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
const passed = { method: "POST", headers: { "x-name": "Café \u0007" }, query: "a=b", body: everyByte };
const rowsOf = async (): Promise<unknown[]> => (await database.pool.query("select from listen_request")).rows;

it("passes a request on to the process that has the machine, and its answer back", async () => {
  const server = await start();
  const other = otherProcess();
  const machine = await connect(server.listenUrl, newToken());
  const returned = [other.pass(machine.token, passed, never), other.pass(machine.token, { ...passed, method: "PUT" }, never)];
  const requests = [await machine.next(), await machine.next()];
  for (const { id, method, headers, query, body } of requests.toReversed()) {
    expect([headers, query, Buffer.from(body, "base64")]).toEqual([passed.headers, "a=b", everyByte]);
    machine.answer(id, { status: method === "PUT" ? 201 : 418, headers: { "x-answer": "é\u0000" }, body: everyByte });
  }
  expect(await Promise.all(returned)).toEqual(
    [418, 201].map((status) => ({ ok: true, answer: { status, headers: { "x-answer": "é\u0000" }, body: everyByte } })),
  );
  expect(await rowsOf()).toEqual([]);
});

it("says what became of a request without an answer", async () => {
  const server = await start({ answerMs: 50 });
  const other = otherProcess({ answerMs: 20_000 });
  const nobody = await other.pass(`listen_${"0".repeat(32)}`, passed, never);
  expect(nobody).toMatchObject({ ok: false, status: 503 });
  const machine = await connect(server.listenUrl, newToken());
  expect(await other.pass(machine.token, passed, never)).toMatchObject({
    ok: false,
    status: 504,
    detail: expect.stringContaining("0.05 s") as unknown,
  });
  const abandoned = new AbortController();
  const returned = other.pass(machine.token, passed, abandoned.signal);
  abandoned.abort();
  expect(await returned).toMatchObject({ ok: false });
  // Its process was killed: its machines are nobody's any more.
  await database.pool.query(`update listener set "seenAt" = now() - interval '10 minutes'`);
  expect(await other.pass(machine.token, passed, never)).toMatchObject({ ok: false, status: 503 });
});

it("lets a machine come to another process, and requests follow it", async () => {
  const token = newToken();
  const first = await start();
  const before = await connect(first.listenUrl, token);
  const closed = once(before.socket, "close");
  const second = await start();
  const after = await connect(second.listenUrl, token);
  expect(after.token).toBe(before.token);
  expect((await closed)[0]).toBe(1008);
  const returned = otherProcess().pass(after.token, passed, never);
  after.answer((await after.next()).id, { status: 204 });
  expect(await returned).toMatchObject({ ok: true, answer: { status: 204 } });
});

it("a machine that goes and comes again at once is there", async () => {
  const server = await start();
  const token = newToken();
  for (let round = 0; round < 5; round++) {
    const { socket } = await connect(server.listenUrl, token);
    const closed = once(socket, "close");
    socket.close();
    await closed;
  }
  const machine = await connect(server.listenUrl, token);
  const returned = otherProcess().pass(machine.token, passed, never);
  machine.answer((await machine.next()).id, {});
  expect(await returned).toMatchObject({ ok: true });
});
