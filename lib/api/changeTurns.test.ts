import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { poolSizes } from "../db/poolSizes.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { withKey } from "../testing/furnish.ts";
import { newTenant } from "../testing/tenant.ts";
import { createApi } from "./app.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const api = createApi();

async function caller() {
  const headers = { "content-type": "application/json", ...withKey((await newTenant()).apiKey) };
  return async (method: string, path: string, body: object) => {
    const answer = await api.request(`/api/v1/app${path}`, { method, headers, body: JSON.stringify(body) });
    return { status: answer.status, json: (await answer.json()) as { id: string } };
  };
}

test("changes to one thing, each of which waits for the one before, leave connections to another environment's", async () => {
  const [busy, other] = [await caller(), await caller()];
  const { id } = (await busy("POST", "", { name: "Busy" })).json;
  const holder = new pg.Client({ connectionString: database.url });
  await holder.connect();
  await holder.query("begin");
  await holder.query(`select from application where id = $1 for update`, [id]);
  const changes = Array.from({ length: 4 * poolSizes().ordinary }, (_, i) => busy("PATCH", `/${id}`, { name: `Busy ${i}` }));
  const made = await Promise.all(Array.from({ length: 5 }, (_, i) => other("POST", "", { name: `Other ${i}` })));
  await holder.query("rollback");
  await holder.end();
  const statuses = (answers: { status: number }[]) => [...new Set(answers.map(({ status }) => status))];
  expect([statuses(made), statuses(await Promise.all(changes))]).toEqual([[201], [200]]);
});
