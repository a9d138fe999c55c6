/** Whose an e-mail address is: what becomes of a password set before the address is proven, and which addresses are the same. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createApi } from "../api/app.ts";
import { acceptInvited } from "../services/team/invitations.ts";
import { sessionHooks } from "../services/team/sessions.ts";
import { ask } from "../testing/ask.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { ownPage, withSession } from "../testing/furnish.ts";
import { giveApp } from "../testing/secondFactor.ts";
import { cookieOf, newMember, newUser } from "../testing/session.ts";
import { newTenant, type Tenant } from "../testing/tenant.ts";
import { signInWithPassword, signInWithProvider } from "./signIn.ts";

let database: TestDatabase;
const api = createApi();
let tenant: Tenant;
let count = 0;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  tenant = await newTenant("Acme");
});

const password = "correct horse battery";
const nobody = { ip: "192.0.2.7", userAgent: "test" };

const call = (cookie: string | null, method: string, path: string, body?: object) =>
  ask(api, cookie === null ? ownPage : withSession({ cookie }, tenant.environmentId), method, path, body) as Promise<{
    status: number;
    json: Record<string, string>;
  }>;

const provider = (email: string | null, id = `account-${count++}`) => ({
  provider: "oidc https://id.example",
  providerAccountId: id,
  email,
});

/** Somebody invites an address that is not theirs, and sets its password. */
async function takeBefore(email: string): Promise<string> {
  const admin = await newMember(tenant.organizationId, "admin");
  const { url } = (await call(admin.cookie, "POST", "/invitation", { email, role: "member" })).json;
  const token = new URL(url ?? "").hash.slice("#token=".length);
  expect((await call(null, "POST", "/invitation/accept", { token, name: "Somebody", password })).status).toBe(201);
  const { rows } = await database.pool.query<{ id: string }>(`select id from "user" where email = $1`, [email]);
  return rows[0]?.id ?? "";
}

test("the first proof of an address clears password, factors, sessions, identities and links that were there before; a second one clears nothing", async () => {
  const email = `ada.${tenant.organizationId.toLowerCase()}@example.com`;
  const userId = await takeBefore(email);
  const before = await cookieOf(userId, 1);
  await database.pool.query(`insert into account (provider, "providerAccountId", "userId") values ('github', $1, $1)`, [userId]);
  await database.pool.query(
    `insert into one_time_token (id, purpose, hash, "userId", "expiresAt") values ($1, 'passwordReset', $2, $1, now() + interval '1 hour')`,
    [userId, Buffer.from(userId)],
  );
  await giveApp(userId);
  await database.pool.query(
    `insert into passkey (id, "userId", name, "credentialId", "publicKey", "signCount") values ($1, $1, 'Theirs', $1, '', 0)`,
    [userId],
  );
  expect((await call(before, "GET", "/session")).status).toBe(200);
  const account = provider(email);
  const first = await signInWithProvider(account);
  expect(first).toMatchObject({ userId, cleared: true });
  expect((await call(before, "GET", "/session")).status).toBe(401);
  expect(await signInWithPassword(email, password, null)).toMatchObject({ kind: "refused" });
  const { rows } = await database.pool.query(
    `select (select count(*)::int from account where "userId" = $1) as accounts, (select count(*)::int from session where "userId" = $1) as sessions,
       (select count(*)::int from one_time_token where "userId" = $1 and "usedAt" is null) as links,
       (select count(*)::int from passkey where "userId" = $1) as passkeys, (select count(*)::int from authenticator_app where "userId" = $1) as apps`,
    [userId],
  );
  expect(rows).toEqual([{ accounts: 1, sessions: 0, links: 0, passkeys: 0, apps: 0 }]);

  const sid = await sessionHooks.opened(
    userId,
    { by: account.provider, factorShown: false, clearedUnproven: first?.cleared ?? false },
    nobody,
  );
  expect(await sessionHooks.renewed(sid)).toBe(true);
  expect(await signInWithProvider(account)).toMatchObject({ userId, sessionVersion: first?.sessionVersion, cleared: false });
  expect(await signInWithProvider(provider(email))).toMatchObject({ userId, sessionVersion: first?.sessionVersion, cleared: false });
  expect(await sessionHooks.renewed(sid)).toBe(true);
  const told = await database.pool.query(`select action from audit_entry where "actorId" = $1 and action like 'user.%' order by id`, [
    userId,
  ]);
  expect(told.rows.map(({ action }: { action: string }) => action)).toEqual(["user.unprovenCleared", "user.signedIn"]);
});

test("signing out ends that session on the server, and no other", async () => {
  const { userId } = await newMember(tenant.organizationId, "viewer");
  const cookies = [await cookieOf(userId, 1), await cookieOf(userId, 1)];
  const states = async () => Promise.all(cookies.map(async (cookie) => (await call(cookie, "GET", "/member")).status));
  expect(await states()).toEqual([200, 200]);
  const { rows } = await database.pool.query<{ id: string }>(`select id from session where "userId" = $1 order by id desc limit 1`, [
    userId,
  ]);
  await sessionHooks.closed(rows[0]?.id ?? "", nobody);
  expect(await states()).toEqual([200, 401]);
  expect(await sessionHooks.renewed(rows[0]?.id ?? "")).toBe(false);
  await sessionHooks.closed(rows[0]?.id ?? "", nobody);
  const told = await database.pool.query(`select ip from audit_entry where "actorId" = $1 and action = 'user.signedOut'`, [userId]);
  expect(told.rows).toEqual([{ ip: nobody.ip }]);
});

test("an address is itself code point by code point, but for ASCII's capitals and blanks around it", async () => {
  const suffix = `${tenant.organizationId.toLowerCase()}@example.com`;
  const userId = await takeBefore(`kim.${suffix}`);
  const signIn = (email: string) => signInWithPassword(email, password, null);
  expect(await signIn(` KIM.${suffix.toUpperCase()} `)).toMatchObject({ kind: "signedIn" });
  // Kelvin sign, fullwidth k, dotless i, a combining mark: mailboxes of others.
  for (const other of ["\u212aim", "\uff4bim", "k\u0131m", "ki\u0307m"]) {
    expect([other, (await signIn(`${other}.${suffix}`)).kind]).toEqual([other, "refused"]);
    expect(await signInWithProvider(provider(`${other}.${suffix}`))).toBeNull();
    await acceptInvited(`${other}.${suffix}`);
  }
  expect(await signInWithProvider(provider(`Kim.${suffix}`))).toMatchObject({ userId });
  const stranger = await newUser();
  expect(stranger.userId).not.toBe(userId);
});

test("what somebody signs in with is listed, and unlinked, but for the only way in", async () => {
  const user = await newMember(tenant.organizationId, "member");
  const other = await newMember(tenant.organizationId, "member");
  const elsewhere = await cookieOf(user.userId, 1);
  type Listed = { hasPassword: boolean; data: { id: string; provider: string }[] };
  const listed = async (cookie = user.cookie) => (await call(cookie, "GET", "/profile/identity")).json as unknown as Listed;
  const link = (name: string) =>
    database.pool.query(`insert into account (provider, "providerAccountId", "userId") values ($1, $2, $2)`, [name, user.userId]);
  await link("github");
  const { data, hasPassword } = await listed();
  expect([hasPassword, data.map(({ provider }) => provider)]).toEqual([false, ["github"]]);
  const unlink = (id: string | undefined, cookie = user.cookie) => call(cookie, "DELETE", `/profile/identity/${id}`);
  expect((await unlink(data[0]?.id)).status).toBe(409);
  await link("google");
  expect((await unlink(data[0]?.id, other.cookie)).status).toBe(404);
  expect((await unlink(data[0]?.id)).status).toBe(204);
  expect((await listed()).data.map(({ provider }) => provider)).toEqual(["google"]);
  expect((await call(elsewhere, "GET", "/session")).status).toBe(401);
  expect((await call(user.cookie, "GET", "/session")).status).toBe(200);
});

test("sessions are listed, and ended one by one by their owner alone", async () => {
  const user = await newMember(tenant.organizationId, "member");
  const other = await newMember(tenant.organizationId, "member");
  const elsewhere = await cookieOf(user.userId, 1);
  type Listed = { data: { id: string; current: boolean }[]; done: boolean };
  const listed = async () => ((await call(user.cookie, "GET", "/profile/session")).json as unknown as Listed).data;
  const [newest, own] = await listed();
  const page = async (query: string) =>
    (await call(user.cookie, "GET", `/profile/session?limit=1${query}`)).json as unknown as Listed & {
      iterator: string;
      prevIterator: string;
    };
  const first = await page("");
  const second = await page(`&iterator=${first.iterator}`);
  expect([first, second].map(({ data, done }) => [data[0]?.id, done])).toEqual([
    [newest?.id, false],
    [own?.id, true],
  ]);
  expect((await page(`&iterator=${second.prevIterator}`)).data[0]?.id).toBe(newest?.id);
  expect([newest?.current, own?.current]).toEqual([false, true]);
  expect((await call(other.cookie, "DELETE", `/profile/session/${newest?.id}`)).status).toBe(404);
  expect((await call(elsewhere, "GET", "/session")).status).toBe(200);
  expect((await call(user.cookie, "DELETE", `/profile/session/${newest?.id}`)).status).toBe(204);
  expect((await call(elsewhere, "GET", "/session")).status).toBe(401);
  expect((await listed()).map(({ current }) => current)).toEqual([true]);
});
