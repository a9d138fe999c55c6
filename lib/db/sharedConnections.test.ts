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

const makePool = (options: pg.PoolConfig): pg.Pool =>
  new pg.Pool({ connectionString: database.url, ...options })
    .on("error", () => undefined)
    .on("connect", (client) => client.on("error", () => undefined));

async function withShared<T>(work: (shared: SharedConnections, aside: pg.Pool) => Promise<T>): Promise<T> {
  const [pool, aside] = [makePool({ max, pipeline: true }), makePool({ max: 1 })];
  try {
    return await work(new SharedConnections(pool, max, ({ text, values }) => aside.query({ text, values })), aside);
  } finally {
    await Promise.all([pool.end(), aside.end()]);
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

/** A read that lasts until its process of the server is ended, which `end` does. */
async function sleep(shared: SharedConnections): Promise<{ ended: Promise<string>; end: () => Promise<void> }> {
  const pid = (await ask(shared, 0))?.pid;
  const ended = shared.query({ name: "slept", text: "select pg_sleep($1)", values: [3_600] }).then(
    () => "answered",
    ({ code }: pg.DatabaseError) => code ?? "",
  );
  return { ended, end: () => endBackends(`pid = ${String(pid)}`) };
}

test("when a connection breaks, the read that it was at fails, those behind it are answered, and the next has another", () =>
  withShared(async (shared) => {
    const slow = await sleep(shared);
    const pid = (await ask(shared, 1))?.pid;
    const behind = [2, 3, 4].map((number) => ask(shared, number));
    await slow.end();
    expect(await slow.ended).toBe("57P01");
    expect((await Promise.all(behind)).map((one) => one?.number)).toEqual([2, 3, 4]);
    const next = await ask(shared, 5);
    expect(next?.number).toBe(5);
    expect(next?.pid).not.toBe(pid);
  }));

test("slow reads keep nobody waiting, even on all connections at once", () =>
  withShared(async (shared, aside) => {
    const numbers = Array.from({ length: 20 }, (_, number) => number);
    const slow: Awaited<ReturnType<typeof sleep>>[] = [];
    for (let kept = 0; kept <= max; kept++) {
      const told = await Promise.all(numbers.map((number) => ask(shared, number)));
      expect(told.map((one) => one?.number)).toEqual(numbers);
      if (kept < max) slow.push(await sleep(shared));
    }
    expect([shared.pool.totalCount, aside.totalCount]).toEqual([max, 1]);
    for (const { end, ended } of slow) {
      await end();
      expect(await ended).toBe("57P01");
    }
    expect((await ask(shared, 1))?.number).toBe(1);
  }));

test("what is prepared no more is prepared anew, and nobody notices", () =>
  withShared(async (shared) => {
    expect((await ask(shared, 1))?.number).toBe(1);
    await shared.query({ name: "forgotten", text: "deallocate all", values: [] });
    const told = await Promise.all([2, 3, 4].map((number) => ask(shared, number)));
    expect(told.map((one) => one?.number)).toEqual([2, 3, 4]);
    expect((await ask(shared, 5))?.number).toBe(5);
  }));

test("what can't be prepared fails with its own reason for all that ask, and is well as soon as it can be", () =>
  withShared(async (shared) => {
    const table = "made_later";
    const missing = (): Promise<unknown> => shared.query({ name: "missing", text: `select from "${table}" where $1`, values: [true] });
    const refused = await Promise.allSettled([missing(), missing(), ask(shared, 1), missing()]);
    expect(refused.map((one) => (one.status === "rejected" ? (one.reason as pg.DatabaseError).code : one.status))).toEqual([
      "42P01",
      "42P01",
      "fulfilled",
      "42P01",
    ]);
    await database.asOwner(`create table "${table}" (); grant select on "${table}" to public`);
    expect(await missing()).toMatchObject({ rowCount: 0 });
    // A change of what it reads, as a migration makes one, is met on a connection that has planned it before.
    const all = (): Promise<unknown> => shared.query({ name: "all", text: `select * from "${table}" where $1`, values: [true] });
    await all();
    await database.asOwner(`alter table "${table}" add column "late" integer default 7`);
    expect(await Promise.all([all(), all()])).toHaveLength(2);
  }));

test("what fails to connect says so to all, and is tried again", async () => {
  const pool = makePool({ max, pipeline: true });
  const shared = new SharedConnections(pool, max, () => Promise.reject(new Error("nobody is to be asked aside")));
  const connect = pool.connect.bind(pool);
  pool.connect = () => Promise.reject(new Error("no way there"));
  const failed = await Promise.allSettled([ask(shared, 1), ask(shared, 2)]);
  expect(failed.map((one) => (one.status === "rejected" ? String(one.reason) : ""))).toEqual(Array(2).fill("Error: no way there"));
  pool.connect = connect;
  expect((await ask(shared, 3))?.number).toBe(3);
  await pool.end();
});
