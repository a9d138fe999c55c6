import { afterAll, beforeAll, expect, test } from "vitest";
import { expire } from "../db/sql/upkeep/expire.ts";
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

const counted = async () => Number((await database.pool.query(`select count(*)::int as n from login_failure`)).rows[0].n);

test("one account, guessed at from everywhere, costs a wait; where its owner is signed in it does not", async () => {
  const email = await newAccount();
  const { rows } = await database.pool.query<{ id: string }>(`select id from "user" where email = $1`, [email]);
  await database.pool.query(
    `insert into session (id, "userId", "expiresAt", ip) values ($1, $1, now() + interval '1 day', '2001:db8:7::1')`,
    [rows[0]?.id],
  );
  const kinds = [];
  for (let n = 0; n < 51; n++) kinds.push((await signInWithPassword(email, "x".repeat(257), `198.51.100.${n}`)).kind);
  expect(kinds).toEqual([...Array(50).fill("refused"), "throttled"]);
  expect(await signInWithPassword(email, password, "203.0.113.200")).toMatchObject({ kind: "throttled" });
  expect(await signInWithPassword(email, password, "2001:db8:7::99")).toMatchObject({ kind: "signedIn" });
});

test("one network, guessing at many accounts, costs a wait, and adds no rows from then on; an IPv6 network is a /64", async () => {
  const guess = async (n: number) =>
    (await signInWithPassword(`nobody.${n}@example.com`, "x".repeat(257), `2001:db8:5:5::${n.toString(16)}`)).kind;
  const kinds = [];
  for (let n = 0; n < 101; n++) kinds.push(await guess(n));
  expect(kinds).toEqual([...Array(100).fill("refused"), "throttled"]);
  const before = await counted();
  for (let n = 200; n < 210; n++) expect(await guess(n)).toBe("throttled");
  expect(await counted()).toBe(before);
  expect((await signInWithPassword("nobody@example.com", "wrong", "2001:db8:5:6::1")).kind).toBe("refused");
});

test("the right password takes its own guess back, and no other", async () => {
  const email = await newAccount();
  await fail(email, "192.0.2.50", 3);
  const total = async () => Number((await database.pool.query(`select sum(count)::int as n from login_failure`)).rows[0].n);
  const before = await total();
  expect(await signInWithPassword(email, password, "192.0.2.51")).toMatchObject({ kind: "signedIn" });
  expect(await total()).toBe(before);
});

test("the table is kept small: what is old goes", async () => {
  await fail("somebody@example.com", "192.0.2.60", 1);
  await database.pool.query(`update login_failure set "lastAt" = now() - interval '25 hours', "blockedUntil" = null`);
  await expire(90);
  expect(await counted()).toBe(0);
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
  const before = process.cpuUsage();
  await signInWithPassword(email, "x".repeat(1_000_000), "192.0.2.6");
  const { user, system } = process.cpuUsage(before);
  expect(user + system).toBeLessThan(1_000_000);
  expect((await signInWithPassword(email, `${password}\u0000`, "192.0.2.6")).kind).toBe("refused");
});
