import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { newUser } from "../testing/session.ts";
import { hashPassword } from "./passwords.ts";
import { signInWithPassword } from "./signIn.ts";

let database: TestDatabase;
const password = "correct horse battery";

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

async function newAccount(): Promise<string> {
  const { userId, email } = await newUser();
  await database.pool.query(`update "user" set "passwordHash" = $2 where id = $1`, [userId, await hashPassword(password)]);
  return email;
}

async function fail(email: string, ip: string, times: number): Promise<string[]> {
  const kinds: string[] = [];
  for (let n = 0; n < times; n++) kinds.push((await signInWithPassword(email, "a wrong password", ip)).kind);
  return kinds;
}

/** Seconds; 0: not throttled. */
const waitOf = (result: Awaited<ReturnType<typeof signInWithPassword>>): number => (result.kind === "throttled" ? result.waitSeconds : 0);

const endWait = () =>
  database.pool.query(`update login_failure set "blockedUntil" = now() - interval '1 second' where "blockedUntil" is not null`);

test("five failures, then a wait that doubles; the right password does not help before its end", async () => {
  const email = await newAccount();
  expect(await fail(email, "192.0.2.1", 5)).toEqual(Array(5).fill("refused"));
  const blocked = await signInWithPassword(email, password, "192.0.2.1");
  expect(waitOf(blocked)).toBeGreaterThan(25);
  await endWait();
  expect(await fail(email, "192.0.2.1", 1)).toEqual(["refused"]);
  const longer = await signInWithPassword(email, password, "192.0.2.1");
  expect(waitOf(longer)).toBeGreaterThan(55);
  await endWait();
  expect(await signInWithPassword(email, password, "192.0.2.1")).toMatchObject({ kind: "signedIn" });
  // A success forgets them.
  expect(await fail(email, "192.0.2.1", 5)).toEqual(Array(5).fill("refused"));
});

test("another address, and another account, are not held up", async () => {
  const [email, other] = [await newAccount(), await newAccount()];
  await fail(email, "192.0.2.2", 5);
  expect(await signInWithPassword(email, password, "192.0.2.2")).toMatchObject({ kind: "throttled" });
  expect(await signInWithPassword(email, password, "192.0.2.3")).toMatchObject({ kind: "signedIn" });
  expect(await signInWithPassword(other, password, "192.0.2.2")).toMatchObject({ kind: "signedIn" });
});

test("many at the same time gain nothing", async () => {
  const email = await newAccount();
  const results = await Promise.all(Array.from({ length: 30 }, () => signInWithPassword(email, "a wrong password", "192.0.2.4")));
  expect(results.filter(({ kind }) => kind === "refused")).toHaveLength(5);
});

test("an unknown account is refused, and throttled, as a known one is", async () => {
  const email = "nobody@example.com";
  expect(await fail(email, "192.0.2.5", 6)).toEqual([...Array(5).fill("refused"), "throttled"]);
  expect(await signInWithPassword(email.toUpperCase(), password, "192.0.2.5")).toMatchObject({ kind: "throttled" });
});

test("a password that is too long costs no hash", async () => {
  const email = await newAccount();
  const started = performance.now();
  await signInWithPassword(email, "x".repeat(1_000_000), "192.0.2.6");
  const long = performance.now() - started;
  expect(long).toBeLessThan(1000);
  expect((await signInWithPassword(email, `${password}\u0000`, "192.0.2.6")).kind).toBe("refused");
});
