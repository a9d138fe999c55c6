import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, endBackends, testDatabase } from "../testing/database.ts";
import { SharedConnections } from "./sharedConnections.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const max = 2;

async function withShared<T>(work: (shared: SharedConnections) => Promise<T>): Promise<T> {
  const pool = new pg.Pool({ connectionString: database.url, max, pipeline: true });
  pool.on("error", () => undefined).on("connect", (client) => client.on("error", () => undefined));
  try {
    return await work(new SharedConnections(pool, max));
  } finally {
    await pool.end();
  }
}

type Told = { number: number; pid: number };

const ask = async (shared: SharedConnections, number: number): Promise<Told | undefined> => {
  const text = `select $1::int as "number", pg_backend_pid() as "pid"`;
  return (await shared.query<Told>({ name: "told", text, values: [number] })).rows[0];
};

test("many reads share the connections, and each gets its own answer", () =>
  withShared(async (shared) => {
    const asked = Array.from({ length: 100 }, (_, number) => number);
    const told = await Promise.all(asked.map((number) => ask(shared, number)));
    expect(told.map((one) => one?.number)).toEqual(asked);
    expect(new Set(told.map((one) => one?.pid)).size).toBe(max);
    expect([shared.pool.totalCount, shared.pool.idleCount]).toEqual([max, max]);
  }));

test("a read that PostgreSQL refuses is refused alone", () =>
  withShared(async (shared) => {
    const [before, refused, after] = await Promise.allSettled([
      ask(shared, 1),
      shared.query({ name: "divided", text: "select 1 / $1::int", values: [0] }),
      ask(shared, 2),
    ]);
    expect([before.status, refused.status, after.status]).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect((refused as PromiseRejectedResult).reason).toMatchObject({ code: "22012" });
    expect((await ask(shared, 3))?.number).toBe(3);
    expect(shared.pool.totalCount).toBe(1);
  }));

test("when a connection breaks, all that is under way on it fails, and the next read has another", () =>
  withShared(async (shared) => {
    const pid = (await ask(shared, 1))?.pid;
    const waiting = [shared.query({ name: "slept", text: "select pg_sleep($1)", values: [60] }), ask(shared, 2)];
    const ended = Promise.allSettled(waiting);
    await endBackends(`pid = ${String(pid)}`);
    expect((await ended).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    const next = await ask(shared, 3);
    expect(next?.number).toBe(3);
    expect(next?.pid).not.toBe(pid);
  }));

test("what fails to connect says so to all, and is tried again", async () => {
  const pool = new pg.Pool({ connectionString: database.url, max, pipeline: true });
  const shared = new SharedConnections(pool, max);
  const connect = pool.connect.bind(pool);
  pool.connect = () => Promise.reject(new Error("no way there"));
  const failed = await Promise.allSettled([ask(shared, 1), ask(shared, 2)]);
  expect(failed.map((one) => (one.status === "rejected" ? String(one.reason) : ""))).toEqual(Array(2).fill("Error: no way there"));
  pool.connect = connect;
  expect((await ask(shared, 3))?.number).toBe(3);
  await pool.end();
});
