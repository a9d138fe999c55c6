/** Polls of one environment leave connections, and places to wait, to another's. */
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { poolSizes } from "../db/poolSizes.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { withKey } from "../testing/furnish.ts";
import { newTenant } from "../testing/tenant.ts";
import { until } from "../testing/until.ts";
import { createApi } from "./app.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const api = createApi();

async function caller() {
  const headers = { "content-type": "application/json", ...withKey((await newTenant()).apiKey) };
  return async (method: string, path: string, body?: object) => {
    const answer = await api.request(`/api/v1/app${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, json: (await answer.json()) as { id: string; data: unknown[] } };
  };
}

/** Somebody with a polling endpoint. */
async function polling() {
  const call = await caller();
  const { id } = (await call("POST", "", { name: "Polling" })).json;
  const poller = (await call("POST", `/${id}/destination`, { type: "pollingEndpoint" })).json;
  return { call, path: `/${id}/poller/${poller.id}`, send: () => call("POST", `/${id}/msg`, { eventType: "a", payload: {} }) };
}

/** How many wait for a lock that it holds. */
async function blockedBy(holder: pg.Client): Promise<number> {
  const blocked = await holder.query(`select from pg_stat_activity where pg_backend_pid() = any(pg_blocking_pids(pid))`);
  return blocked.rowCount ?? 0;
}

const statuses = (answers: { status: number }[]) => [...new Set(answers.map(({ status }) => status))];

test.each([
  ["polls", (i: number) => `?limit=${1 + (i % 50)}`],
  ["polls of consumers", (i: number) => `/consumer/c${i % 20}`],
  ["lists of consumers", () => "/consumer"],
])("%s that take long leave connections to another environment's changes", async (_, query) => {
  const [{ call: busy, path }, other] = [await polling(), await caller()];
  await Promise.all(Array.from({ length: 20 }, (__, i) => busy("GET", `${path}/consumer/c${i}`)));
  const holder = new pg.Client({ connectionString: database.url });
  await holder.connect();
  await holder.query("begin");
  await holder.query(`lock table message_feed in access exclusive mode`);
  const polls = Array.from({ length: 4 * poolSizes().ordinary }, (__, i) => busy("GET", path + query(i)));
  await until("as many as may read at once", async () => (await blockedBy(holder)) >= poolSizes().ordinary - 3);
  const made = await Promise.all(Array.from({ length: 5 }, (__, i) => other("POST", "", { name: `Other ${i}` })));
  await holder.query("rollback");
  await holder.end();
  expect([statuses(made), statuses(await Promise.all(polls))]).toEqual([[201], [200]]);
});

test("however many calls of one environment wait for messages, another's waits too, and gets its own", async () => {
  const [busy, other] = [await polling(), await polling()];
  const flood = Array.from({ length: 480 }, () => busy.call("GET", `${busy.path}?wait=20`));
  // Those for whom there is no place to wait are answered: by then the others have theirs.
  expect((await Promise.race(flood)).status).toBe(200);
  const waiting = other.call("GET", `${other.path}?wait=20`);
  await other.send();
  await busy.send();
  expect((await waiting).json.data).toHaveLength(1);
  expect(statuses(await Promise.all(flood))).toEqual([200]);
});
