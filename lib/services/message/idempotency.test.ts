import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../../testing/database.ts";
import { type Tenant, newTenant } from "../../testing/tenant.ts";
import { setSingleton } from "../../singleton.ts";
import { type Answer, type Idempotency, idempotencyOf, once } from "./idempotency.ts";

let database: TestDatabase;
let tenant: Tenant;
let count = 0;
beforeAll(async () => {
  database = await testDatabase();
  tenant = await newTenant();
});
afterAll(() => database.close());

const request = (key = `key-${count++}`, body = "{}"): Idempotency => {
  const made = idempotencyOf(tenant.actor, key, "/x", Buffer.from(body));
  if (made === null) throw new Error("There is a key");
  return made;
};

const row = async ({ keyHash }: Idempotency) =>
  (
    await database.pool.query<{ status: number | null; response: Buffer | null }>(`select * from idempotency where "keyHash" = $1`, [
      keyHash,
    ])
  ).rows[0];

const deferred = <T>() => {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((done) => (resolve = done));
  return { promise, resolve };
};

/** As if by another process: this one's memory of what is under way is forgotten. */
const forgetHere = (): void => setSingleton("idempotency", undefined);

test("what is answered is sealed: it may hold keys", async () => {
  const first = request();
  await once(first, async () => ({ status: 201, text: '{"key":"wk_secret"}' }));
  const { response } = (await row(first)) ?? {};
  expect(response?.length).toBeGreaterThan(0);
  expect(response?.includes("wk_secret")).toBe(false);
  expect(await once(first, () => Promise.reject(new Error("must not run")))).toEqual({ status: 201, text: '{"key":"wk_secret"}' });
});

test("another process waits for the first one's answer", async () => {
  const shared = request();
  const gate = deferred<Answer>();
  const started = deferred<void>();
  const first = once(shared, () => {
    started.resolve();
    return gate.promise;
  });
  await started.promise;
  forgetHere();
  const second = once(shared, () => Promise.reject(new Error("must not run")));
  gate.resolve({ status: 200, text: "1" });
  expect(await first).toEqual({ status: 200, text: "1" });
  expect(await second).toEqual({ status: 200, text: "1" });
});

test("a failure gives the key back, also to those who wait elsewhere", async () => {
  const shared = request();
  const gate = deferred<Answer>();
  const started = deferred<void>();
  const first = once(shared, async () => {
    started.resolve();
    await gate.promise;
    throw new Error("failed");
  });
  await started.promise;
  forgetHere();
  const second = once(shared, async () => ({ status: 200, text: "second" }));
  gate.resolve({ status: 0, text: null });
  await expect(first).rejects.toThrow("failed");
  expect(await second).toEqual({ status: 200, text: "second" });
  expect(await once(shared, async () => ({ status: 200, text: "third" }))).toEqual({ status: 200, text: "second" });
});

test("a process that died is succeeded when its time is up, and its late answer changes nothing", async () => {
  const shared = request();
  const gate = deferred<Answer>();
  const started = deferred<void>();
  const dead = once(shared, () => {
    started.resolve();
    return gate.promise;
  });
  await started.promise;
  forgetHere();
  await database.pool.query(`update idempotency set "expiresAt" = now() - interval '1 s' where "keyHash" = $1`, [shared.keyHash]);
  expect(await once(shared, async () => ({ status: 200, text: "successor" }))).toEqual({ status: 200, text: "successor" });
  gate.resolve({ status: 200, text: "late" });
  await dead;
  forgetHere();
  expect(await once(shared, () => Promise.reject(new Error("must not run")))).toEqual({ status: 200, text: "successor" });
});

test("the same key with another body, another caller, another URL", async () => {
  const first = request("same", "{}");
  await once(first, async () => ({ status: 200, text: "1" }));
  expect(await once(request("same", "{} "), () => Promise.reject(new Error("must not run")))).toEqual({ status: 200, text: "1" });
  const other = await newTenant();
  const theirs = idempotencyOf(other.actor, "same", "/x", Buffer.from("{}"));
  const elsewhere = idempotencyOf(tenant.actor, "same", "/y", Buffer.from("{}"));
  expect(theirs?.keyHash.equals(first.keyHash)).toBe(false);
  expect(elsewhere?.keyHash.equals(first.keyHash)).toBe(false);
  expect(idempotencyOf(tenant.actor, undefined, "/x", Buffer.alloc(0))).toBeNull();
  expect(() => idempotencyOf(tenant.actor, "k".repeat(257), "/x", Buffer.alloc(0))).toThrow("longer");
});
