/** A database that answers and stores nothing, as with a full disk or a standby: no process should get requests then. */
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { log } from "../log.ts";
import { sayStopping } from "../services/system/health.ts";
import { setSingleton } from "../singleton.ts";
import { onServer, type TestDatabase, testDatabase } from "../testing/database.ts";
import { newTenant, type Tenant } from "../testing/tenant.ts";
import { createApi } from "./app.ts";

let database: TestDatabase;
let tenant: Tenant;
const api = createApi();

beforeAll(async () => {
  database = await testDatabase();
  tenant = await newTenant();
});
beforeEach(() => {
  for (const state of ["commits", "health", "stopping"]) setSingleton(state, undefined);
});
afterAll(async () => {
  setSingleton("stopping", undefined);
  await database.close();
});

const ask = async (path: string): Promise<[number, unknown]> => {
  const response = await api.request(path);
  return [response.status, response.status === 204 ? null : await response.json()];
};
const post = (path: string, body: object) =>
  api.request(`/api/v1${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${tenant.apiKey}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });

async function setReadOnly(on: boolean): Promise<void> {
  const name = new URL(database.url).pathname.slice(1);
  await onServer(`alter database "${name}" set default_transaction_read_only = ${on ? "on" : "off"}`);
  await database.endConnections();
}

test("ready while it stores; not ready, though alive, while it only answers; ready again by itself", async () => {
  await post("/app", { name: "A", uid: "a" });
  for (const path of ["/health", "/health/ready", "/health/live", "/api/v1/health/ready", "/api/v1/health/live"])
    expect([path, ...(await ask(path))]).toEqual([path, 204, null]);
  await setReadOnly(true);
  try {
    // What was stored a moment ago counts until something fails.
    await expect.poll(async () => (await post("/app/a/msg", { eventType: "t", payload: {} })).status).toBe(503);
    const refusal = { code: "unavailable", detail: "The database answers, but stores nothing" };
    await expect.poll(() => ask("/health/ready")).toEqual([503, refusal]);
    expect(await ask("/health/live")).toEqual([204, null]);
  } finally {
    await setReadOnly(false);
  }
  await expect.poll(() => ask("/health/ready")).toEqual([204, null]);
  expect((await post("/app/a/msg", { eventType: "t", payload: {} })).status).toBe(202);
});

test("a process that nothing was asked of tries for itself", async () => {
  await setReadOnly(true);
  try {
    await expect.poll(async () => (await ask("/health/ready"))[1]).toMatchObject({ detail: expect.stringContaining("stores nothing") });
  } finally {
    await setReadOnly(false);
  }
});

test("the log says once why nothing is stored, whoever asks however often, and when that is over", async () => {
  await post("/app", { name: "B", uid: "b" });
  const errors = vi.spyOn(log, "error").mockReturnValue();
  const notes = vi.spyOn(log, "info").mockReturnValue();
  const told = (spy: typeof errors): unknown[] => spy.mock.calls.map(([what, message]) => message ?? what);
  const accept = async (): Promise<number> => (await post("/app/b/msg", { eventType: "t", payload: {} })).status;
  await setReadOnly(true);
  try {
    await expect.poll(accept).toBe(503);
    expect([await accept(), await accept()]).toEqual([503, 503]);
    await ask("/health/ready");
    expect(told(errors)).toEqual(["database.stores_nothing"]);
    expect(errors.mock.calls[0]?.[0]).toMatchObject({ code: "25006", error: expect.stringContaining("read-only transaction") });
    expect(told(notes)).toEqual([]);
  } finally {
    await setReadOnly(false);
  }
  await expect.poll(accept).toBe(202);
  expect(told(notes)).toEqual(["database.stores_again"]);
});

test("a process that stops is alive, and gets nothing more", async () => {
  sayStopping();
  expect(await ask("/health/ready")).toEqual([503, { code: "unavailable", detail: "This process is stopping" }]);
  expect((await ask("/health/live"))[0]).toBe(204);
});
