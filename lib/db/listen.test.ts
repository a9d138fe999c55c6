import pg from "pg";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { log } from "../log.ts";
import { onServer, type TestDatabase, testDatabase } from "../testing/database.ts";
import { closeListener, listen, notify, onReconnect } from "./listen.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});
afterEach(() => closeListener());
afterAll(() => database.close());

function collector(): { handler: (payload: string) => void; until: (payload: string) => Promise<string[]> } {
  const heard: string[] = [];
  const waiting = new Map<string, () => void>();
  return {
    handler: (payload) => {
      heard.push(payload);
      waiting.get(payload)?.();
    },
    until: (payload) => new Promise((resolve) => (heard.includes(payload) ? resolve(heard) : waiting.set(payload, () => resolve(heard)))),
  };
}

it("hears its channels and no other", async () => {
  const one = collector();
  const two = collector();
  await listen("one", one.handler);
  await listen("two", two.handler);
  await notify("three", "unwanted");
  await notify("one", "a");
  await notify("two", "b");
  expect(await two.until("b")).toEqual(["b"]);
  expect(await one.until("a")).toEqual(["a"]);
});

it("a channel added while it connects is listened to", async () => {
  const one = collector();
  const two = collector();
  await Promise.all([listen("one", one.handler), listen("two", two.handler)]);
  await notify("two", "b");
  expect(await two.until("b")).toEqual(["b"]);
});

it("asks for one thing after the other: the driver takes no second query much longer, and warns of it", async () => {
  const warn = vi.spyOn(process, "emitWarning");
  const heard = collector();
  await listen("first", heard.handler);
  await Promise.all(["second", "third", "fourth"].map((channel) => listen(channel, heard.handler)));
  await notify("fourth", "a");
  expect(await heard.until("a")).toEqual(["a"]);
  expect(warn.mock.calls).toEqual([]);
});

it("goes on listening where sessions that idle are ended", async () => {
  const name = new URL(database.url).pathname.slice(1);
  await onServer(`alter database "${name}" set idle_session_timeout = '200ms'`);
  const lost = vi.spyOn(log, "warn");
  const heard = collector();
  await listen("idle", heard.handler);
  // Another session of the same limit, which begins to idle later, ends first.
  await new Promise((resolve) => {
    const other = new pg.Client({ connectionString: database.url }).on("error", () => undefined).once("end", resolve);
    void other.connect();
  });
  await notify("idle", "a");
  expect(await heard.until("a")).toEqual(["a"]);
  expect(lost.mock.calls).toEqual([]);
  await onServer(`alter database "${name}" reset idle_session_timeout`);
  vi.restoreAllMocks();
});

it("a handler that throws silences neither the others nor the next news", async () => {
  const good = collector();
  await listen("one", () => {
    throw new Error("handler");
  });
  await listen("one", good.handler);
  await notify("one", "a");
  await notify("one", "b");
  expect(await good.until("b")).toEqual(["a", "b"]);
});

it("connects again when the connection is lost, says so, and hears what comes then", async () => {
  const heard = collector();
  await listen("one", heard.handler);
  const reconnected = new Promise<void>((resolve) => onReconnect(resolve));
  await onServer(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'webster listen' and datname = '${new URL(database.url).pathname.slice(1)}'`,
  );
  await reconnected;
  await notify("one", "after");
  expect(await heard.until("after")).toEqual(["after"]);
});
