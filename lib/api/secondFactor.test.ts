/** Second factors: setting up an app, recovery codes, proofs; signing in with them, and what must not let anybody in. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { hashPassword } from "../auth/passwords.ts";
import { factorHooks, waysOfPending } from "../services/secondFactor/signIn.ts";
import { ask } from "../testing/ask.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { withSession } from "../testing/furnish.ts";
import { type App, appOf, giveApp, StandingClock } from "../testing/secondFactor.ts";
import { cookieOf, newMember, type TestUser } from "../testing/session.ts";
import { newTenant, type Tenant } from "../testing/tenant.ts";
import { createApi } from "./app.ts";

let database: TestDatabase;
const api = createApi();
let tenant: Tenant;
let user: TestUser;

let clock: StandingClock;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(async () => {
  clock.release();
  await database.close();
});
beforeEach(async () => {
  clock = new StandingClock();
  tenant = await newTenant("Acme");
  user = await newMember(tenant.organizationId, "member", "Ada");
});

const call = (as: { cookie: string }, method: string, path: string, body?: object) =>
  ask(api, withSession(as, tenant.environmentId), method, path, body);

const password = "correct horse battery";
const ip = "192.0.2.9";

async function setPassword({ userId }: TestUser): Promise<void> {
  await database.pool.query(`update "user" set "passwordHash" = $2 where id = $1`, [userId, await hashPassword(password)]);
}

/** Sets up an app as its person does, whose first code is spent then. */
async function setUp(as: TestUser): Promise<{ app: App; codes: string[] }> {
  const started = await call(as, "POST", "/profile/second-factor/app");
  const app = appOf(String(started.json["secret"]));
  const confirmed = await call(as, "POST", "/profile/second-factor/app/confirm", { code: app.code(-1) });
  expect([started.status, confirmed.status]).toEqual([201, 200]);
  return { app, codes: confirmed.json["recoveryCodes"] as string[] };
}

const longAgo = ({ userId }: TestUser) =>
  database.pool.query(`update session set "provenAt" = now() - interval '1 hour' where "userId" = $1`, [userId]);

const overview = async (as: TestUser) => (await call(as, "GET", "/profile/second-factor")).json;

async function actionsOf({ userId }: TestUser): Promise<string[]> {
  const { rows } = await database.pool.query<{ action: string }>(`select action from audit_entry where "targetId" = $1 order by id`, [
    userId,
  ]);
  return rows.map(({ action }) => action);
}

/** The token of a sign-in whose password was right. */
async function begin({ userId }: TestUser): Promise<string> {
  const waiting = await factorHooks.begin({ userId, sessionVersion: 1 }, "password");
  if (waiting === null) throw new Error("Nothing was asked for");
  return waiting.token;
}

describe("an authenticator app", () => {
  test("counts once a code has confirmed it; then recovery codes are shown, and whoever is signed in without it is out", async () => {
    const elsewhere = { ...user, cookie: await cookieOf(user.userId, 1) };
    const started = await call(user, "POST", "/profile/second-factor/app");
    const app = appOf(String(started.json["secret"]));
    expect(await factorHooks.begin({ userId: user.userId, sessionVersion: 1 }, "password")).toBeNull();
    expect((await call(user, "POST", "/profile/second-factor/app/confirm", { code: app.wrong() })).status).toBe(422);
    expect((await call(user, "POST", "/profile/second-factor/app/confirm", { code: "12" })).status).toBe(422);
    expect(await overview(user)).toMatchObject({ app: null, recoveryCodesLeft: 0, shown: false, proofs: [] });
    expect((await call(elsewhere, "GET", "/session")).status).toBe(200);
    const confirmed = await call(user, "POST", "/profile/second-factor/app/confirm", { code: app.code() });
    const codes = confirmed.json["recoveryCodes"] as string[];
    expect(codes).toHaveLength(10);
    expect(new Set(codes).size).toBe(10);
    for (const code of codes) expect(code).toMatch(/^([0-9a-hjkmnp-tv-z]{4}-){3}[0-9a-hjkmnp-tv-z]{4}$/);
    expect((await call(elsewhere, "GET", "/session")).status).toBe(401);
    expect(await overview(user)).toMatchObject({ recoveryCodesLeft: 10, shown: true, proofs: ["app", "recoveryCode"] });
    expect((await call(user, "POST", "/profile/second-factor/app")).status).toBe(409);
    const again = await call(user, "POST", "/profile/second-factor/app/confirm", { code: app.code(1) });
    expect([again.status, again.json["detail"]]).toEqual([409, "An authenticator app was set up meanwhile"]);
    expect(await actionsOf(user)).toEqual(["user.factorAdded"]);
    const { rows } = await database.pool.query<{ sealedSecret: Buffer }>(
      `select "sealedSecret" from authenticator_app where "userId" = $1`,
      [user.userId],
    );
    expect(rows[0]?.sealedSecret.toString("latin1")).not.toContain(String(started.json["secret"]));
  });

  test("a secret that waits too long, or was shown before another one, confirms nothing", async () => {
    const first = appOf(String((await call(user, "POST", "/profile/second-factor/app")).json["secret"]));
    const second = appOf(String((await call(user, "POST", "/profile/second-factor/app")).json["secret"]));
    const confirm = (code: string) => call(user, "POST", "/profile/second-factor/app/confirm", { code });
    expect((await confirm(first.code())).status).toBe(422);
    await database.pool.query(`update authenticator_app set "createdAt" = now() - interval '2 hours' where "userId" = $1`, [user.userId]);
    expect((await confirm(second.code())).status).toBe(409);
  });

  test("is removed, and with it the recovery codes", async () => {
    await setUp(user);
    expect((await call(user, "DELETE", "/profile/second-factor/app")).status).toBe(204);
    expect((await call(user, "DELETE", "/profile/second-factor/app")).status).toBe(409);
    expect(await overview(user)).toMatchObject({ app: null, recoveryCodesLeft: 0, shown: false });
    expect(await actionsOf(user)).toEqual(["user.factorAdded", "user.factorRemoved"]);
  });
});

describe("a proof that it is oneself", () => {
  test("is asked for after ten minutes by whatever adds, removes or replaces", async () => {
    await setUp(user);
    await longAgo(user);
    for (const [method, path, body] of [
      ["POST", "/app", undefined],
      ["POST", "/app/confirm", { code: "123456" }],
      ["DELETE", "/app", undefined],
      ["POST", "/recovery-codes", undefined],
      ["POST", "/passkey/options", undefined],
    ] as const) {
      const { status, json } = await call(user, method, `/profile/second-factor${path}`, body);
      expect([path, status, json["code"]]).toEqual([path, 403, "proof_required"]);
    }
    expect(await overview(user)).toMatchObject({ provenUntil: null, recoveryCodesLeft: 10 });
  });

  test("is a password, a code of the app, or a recovery code: each once, and guesses are limited", async () => {
    await setPassword(user);
    const { app, codes } = await setUp(user);
    const prove = async (body: object) => {
      await longAgo(user);
      const { status } = await call(user, "POST", "/profile/proof", body);
      return [status, (await overview(user))["provenUntil"] !== null];
    };
    expect(await prove({ password })).toEqual([204, true]);
    expect(await prove({ password: "wrong password" })).toEqual([422, false]);
    const code = app.code();
    expect(await prove({ code })).toEqual([204, true]);
    expect(await prove({ code })).toEqual([422, false]);
    expect(await prove({ code: codes[0] })).toEqual([204, true]);
    expect(await prove({ code: codes[0] })).toEqual([422, false]);
    expect(await prove({})).toEqual([422, false]);
    expect(await prove({ password, code: codes[1] })).toEqual([422, false]);
    expect((await overview(user))["recoveryCodesLeft"]).toBe(9);
    for (let n = 0; n < 6; n++) await prove({ code: app.wrong() });
    expect(await prove({ code: app.wrong() })).toEqual([429, false]);
  });
});

describe("recovery codes", () => {
  test("are made anew, and those of before are void; another's are nobody else's", async () => {
    const { codes } = await setUp(user);
    const renewed = (await call(user, "POST", "/profile/second-factor/recovery-codes")).json["recoveryCodes"] as string[];
    expect(renewed).toHaveLength(10);
    const take = async (as: TestUser, code = "") => (await factorHooks.takeCode(await begin(as), code, ip)).kind;
    expect(await take(user, codes[0])).toBe("refused");
    expect(await take(user, ` ${renewed[0]?.toUpperCase().replaceAll("-", " ").replaceAll("0", "O")} `)).toBe("signedIn");
    const other = await newMember(tenant.organizationId, "member");
    await setUp(other);
    expect(await take(other, renewed[1])).toBe("refused");
    expect(await take(user, renewed[1])).toBe("signedIn");
    expect(await actionsOf(user)).toContain("user.recoveryCodeUsed");
  });

  test("are not made without a factor", async () => {
    expect((await call(user, "POST", "/profile/second-factor/recovery-codes")).status).toBe(409);
  });
});

describe("a sign-in with two steps", () => {
  test("asks for a factor after a password, and its token is good for that alone, once", async () => {
    const app = await giveApp(user.userId);
    const token = await begin(user);
    expect(await waysOfPending(token)).toEqual(["app"]);
    for (const cookie of [`webster-session=${token}`, `webster-sign-in=${token}`]) {
      expect((await call({ cookie }, "GET", "/session")).status).toBe(401);
      expect((await call({ cookie }, "GET", "/member")).status).toBe(401);
    }
    expect(await factorHooks.takeCode(undefined, app.code(), ip)).toEqual({ kind: "expired" });
    expect(await factorHooks.takeCode(token, app.wrong(), ip)).toEqual({ kind: "refused" });
    const person = { userId: user.userId, sessionVersion: 1 };
    expect(await factorHooks.takeCode(token, app.code(), ip)).toEqual({ kind: "signedIn", person, by: "password, app" });
    expect(await factorHooks.takeCode(token, app.code(1), ip)).toEqual({ kind: "expired" });
  });

  test("takes no code twice, nor one of before it; of two at once one", async () => {
    const app = await giveApp(user.userId);
    const [first, second] = [app.code(-1), app.code()];
    const tokens = await Promise.all([begin(user), begin(user), begin(user), begin(user)]);
    const kinds = await Promise.all(tokens.slice(0, 2).map(async (token) => (await factorHooks.takeCode(token, second, ip)).kind));
    expect(kinds.toSorted()).toEqual(["refused", "signedIn"]);
    expect((await factorHooks.takeCode(tokens[2], second, ip)).kind).toBe("refused");
    expect((await factorHooks.takeCode(tokens[3], first, ip)).kind).toBe("refused");
  });

  test("ends after ten minutes, with another password, and with signing out everywhere", async () => {
    const app = await giveApp(user.userId);
    const late = await begin(user);
    clock.forward(11);
    expect((await factorHooks.takeCode(late, app.code(), ip)).kind).toBe("expired");

    await setPassword(user);
    const token = await begin(user);
    const newPassword = "another long password";
    expect((await call(user, "POST", "/profile/password", { currentPassword: password, newPassword })).status).toBe(204);
    expect((await factorHooks.takeCode(token, app.code(), ip)).kind).toBe("expired");
    // A token whose row was made while the password changed.
    const stale = await factorHooks.begin({ userId: user.userId, sessionVersion: 1 }, "password");
    expect((await factorHooks.takeCode(stale?.token, app.code(), ip)).kind).toBe("expired");
  });

  test("guesses are counted by account and network, and a right code takes its own back", async () => {
    const app = await giveApp(user.userId);
    const guess = async (from: string, code = app.wrong()) => (await factorHooks.takeCode(await begin(user), code, from)).kind;
    for (let n = 0; n < 4; n++) expect(await guess("198.51.100.1")).toBe("refused");
    expect(await guess("198.51.100.1", app.code(-1))).toBe("signedIn");
    // Of this network five are free.
    expect(await guess("198.51.100.1")).toBe("refused");
    for (let n = 0; n < 4; n++) await guess("198.51.100.1");
    expect(await guess("198.51.100.1", app.code())).toBe("throttled");
    // Of all networks ten: nine were wrong before.
    expect(await guess("203.0.113.1")).toBe("refused");
    expect(await guess("203.0.113.2", app.code())).toBe("throttled");
    // Who is signed in from there goes on.
    await database.pool.query(`update session set ip = '203.0.113.120' where "userId" = $1`, [user.userId]);
    expect(await guess("203.0.113.120", app.code())).toBe("signedIn");
  });

  test("is asked for after a provider's only where an organization requires one", async () => {
    await giveApp(user.userId);
    const byProvider = () => factorHooks.begin({ userId: user.userId, sessionVersion: 1 }, "oidc https://id.example");
    expect(await byProvider()).toBeNull();
    await database.pool.query(`update organization set "secondFactorRequired" = true where id = $1`, [tenant.organizationId]);
    expect(await byProvider()).toMatchObject({ ways: ["app"] });
    expect(
      await factorHooks.begin({ userId: (await newMember(tenant.organizationId, "member")).userId, sessionVersion: 1 }, "google"),
    ).toBeNull();
  });
});
