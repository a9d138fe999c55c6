/** Passkeys: adding, signing in with and without a password, removing; and every answer that must not count. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { env, setEnv } from "../env.ts";
import { factorHooks, waysOfPending } from "../services/secondFactor/signIn.ts";
import { relyingParty } from "../services/secondFactor/relyingParty.ts";
import { ask } from "../testing/ask.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { withSession } from "../testing/furnish.ts";
import { StandingClock } from "../testing/secondFactor.ts";
import { cookieOf, newMember, type TestUser } from "../testing/session.ts";
import { SoftAuthenticator } from "../testing/softAuthenticator.ts";
import { tableDigests } from "../testing/tableDigests.ts";
import { newTenant, type Tenant } from "../testing/tenant.ts";
import { createApi } from "./app.ts";

const origin = "https://hooks.example.com";
let database: TestDatabase;
const api = createApi();
let clock: StandingClock;
let tenant: Tenant;
let user: TestUser;
let device: SoftAuthenticator;

beforeAll(async () => {
  database = await testDatabase({ WEBSTER_URL: origin });
});
afterAll(async () => {
  clock.release();
  await database.close();
});
beforeEach(async () => {
  clock = new StandingClock();
  tenant = await newTenant("Acme");
  user = await newMember(tenant.organizationId, "member", "Ada");
  device = new SoftAuthenticator(origin);
});

type Options = Record<string, unknown>;

const call = (cookie: string, method: string, path: string, body?: object) =>
  ask(api, withSession({ cookie }, tenant.environmentId), method, path, body);

const path = "/profile/second-factor/passkey";
const optionsOf = async (as: TestUser) => (await call(as.cookie, "POST", `${path}/options`)).json["options"] as Options;
const add = (as: TestUser, passkey: object, name = "Laptop") => call(as.cookie, "POST", path, { name, passkey });

async function register(as = user, by = device): Promise<string> {
  const added = await add(as, by.make(await optionsOf(as)));
  expect(added).toMatchObject({ status: 201, json: { name: "Laptop", lastUsedAt: null } });
  return String(added.json["id"]);
}

const aloneOptions = async () => (await call("", "POST", "/sign-in/passkey-options", { step: "alone" })).json["options"] as Options;
const alone = async (answer: object) => (await factorHooks.takePasskeyAlone(JSON.stringify(answer))).kind;

async function begin(as = user): Promise<string> {
  const waiting = await factorHooks.begin({ userId: as.userId, sessionVersion: 1 }, "password");
  if (waiting === null) throw new Error("Nothing was asked for");
  return waiting.token;
}
// The cookie's prefix is that of a Webster with TLS.
const secondOptions = async (token: string) =>
  (await call(`__Host-webster-sign-in=${token}`, "POST", "/sign-in/passkey-options", { step: "second" })).json["options"] as Options;
const second = async (token: string, answer: object) => factorHooks.takePasskey(token, JSON.stringify(answer), "192.0.2.9");

describe("a passkey", () => {
  test("is added with a name, and is a first factor like any other", async () => {
    const options = await optionsOf(user);
    expect(options).toMatchObject({ rp: { id: "hooks.example.com" }, user: { name: user.email }, attestation: "none" });
    const added = await add(user, device.make(options));
    expect(added.json["recoveryCodes"]).toHaveLength(10);
    const other = await add(user, new SoftAuthenticator(origin).make(await optionsOf(user)), "Key");
    expect(other.json["recoveryCodes"]).toBeNull();
    expect(((await optionsOf(user))["excludeCredentials"] as unknown[]).length).toBe(2);
    const overview = await call(user.cookie, "GET", "/profile/second-factor");
    expect(overview.json).toMatchObject({ passkeys: [{ name: "Laptop" }, { name: "Key" }], shown: true, passkeysAt: origin });
    const { rows } = await database.pool.query(`select action, changes from audit_entry where "targetId" = $1 order by id`, [user.userId]);
    expect(rows).toEqual([
      { action: "user.factorAdded", changes: { kind: "passkey", name: "Laptop" } },
      { action: "user.factorAdded", changes: { kind: "passkey", name: "Key" } },
    ]);
  });

  test("is not added by what was asked for by another person or session, elsewhere, too long ago, or once before", async () => {
    const other = await newMember(tenant.organizationId, "member");
    expect((await add(user, device.make(await optionsOf(other)))).status).toBe(422);
    const elsewhere = { ...user, cookie: await cookieOf(user.userId, 1) };
    expect((await add(user, device.make(await optionsOf(elsewhere)))).status).toBe(422);
    expect((await add(user, new SoftAuthenticator("https://evil.example").make(await optionsOf(user)))).status).toBe(422);
    expect((await add(user, device.make({ ...(await optionsOf(user)), rp: { id: "evil.example" } }))).status).toBe(422);
    const made = device.make(await optionsOf(user));
    clock.forward(6);
    expect((await add(user, made)).status).toBe(422);
    const good = device.make(await optionsOf(user));
    expect((await add(user, good)).status).toBe(201);
    expect((await add(user, good)).status).toBe(422);
    expect((await add(other, device.make(await optionsOf(other)))).status).toBe(409);
  });

  test("signs in alone, with a finger or PIN, once an answer", async () => {
    await register();
    const answer = device.answer(await aloneOptions());
    const person = { userId: user.userId, sessionVersion: 1 };
    expect(await factorHooks.takePasskeyAlone(JSON.stringify(answer))).toEqual({ kind: "signedIn", person, by: "passkey" });
    expect(await alone(answer)).toBe("refused");
    device.verifies = false;
    expect(await alone(device.answer(await aloneOptions()))).toBe("refused");
    device.verifies = true;
    expect(await alone(device.answer(await aloneOptions()))).toBe("signedIn");
  });

  test("is a second step after a password, with or without finger or PIN", async () => {
    await register();
    device.verifies = false;
    const token = await begin();
    expect(await waysOfPending(token)).toEqual(["passkey", "recoveryCode"]);
    const options = await secondOptions(token);
    expect(options["allowCredentials"]).toEqual([
      { id: device.credentialId.toString("base64url"), transports: ["internal"], type: "public-key" },
    ]);
    expect(await second(token, device.answer(options))).toMatchObject({ kind: "signedIn", by: "password, passkey" });
    expect((await second(token, device.answer(options))).kind).toBe("expired");
    expect((await call("__Host-webster-sign-in=none", "POST", "/sign-in/passkey-options", { step: "second" })).status).toBe(401);
  });

  test("does not answer for another: of another sign-in, person, purpose, origin, frame or key", async () => {
    await register();
    const [token, other] = [await begin(), await begin()];
    expect((await second(token, device.answer(await secondOptions(other)))).kind).toBe("refused");
    expect((await second(token, device.answer(await aloneOptions()))).kind).toBe("refused");
    expect(await alone(device.answer(await secondOptions(token)))).toBe("refused");
    expect(await alone(device.answer({ challenge: "AAAA", rpId: "hooks.example.com" }))).toBe("refused");
    expect(await alone(device.answer(await aloneOptions(), { origin: "https://evil.example" }))).toBe("refused");
    expect(await alone(device.answer({ ...(await aloneOptions()), rpId: "evil.example" }))).toBe("refused");
    expect(await alone(device.answer(await aloneOptions(), { crossOrigin: true }))).toBe("refused");
    const stranger = await newMember(tenant.organizationId, "member");
    const theirs = new SoftAuthenticator(origin);
    await register(stranger, theirs);
    expect((await second(token, theirs.answer(await secondOptions(token)))).kind).toBe("refused");
    theirs.userHandle = Buffer.from(user.userId).toString("base64url");
    expect(await alone(theirs.answer(await aloneOptions()))).toBe("refused");
    const forged = { ...device.answer(await aloneOptions()), response: theirs.answer(await aloneOptions()).response };
    expect(await alone(forged)).toBe("refused");
    for (const text of ["", "null", "{}", "[]", '{"id":1}', JSON.stringify({ ...forged, response: { clientDataJSON: "e30" } })])
      expect((await factorHooks.takePasskeyAlone(text)).kind).toBe("refused");
    expect((await second(token, device.answer(await secondOptions(token)))).kind).toBe("signedIn");
  });

  test("whose counter went back, or stands still, is a copy", async () => {
    device.signCount = 5;
    await register();
    device.signCount = 6;
    expect(await alone(device.answer(await aloneOptions()))).toBe("signedIn");
    for (const count of [6, 5, 0]) {
      device.signCount = count;
      expect([count, await alone(device.answer(await aloneOptions()))]).toEqual([count, "refused"]);
    }
    device.signCount = 7;
    expect(await alone(device.answer(await aloneOptions()))).toBe("signedIn");
  });

  test("is renamed and removed by its person alone; then it opens nothing", async () => {
    const id = await register();
    const stranger = await newMember(tenant.organizationId, "owner");
    expect((await call(stranger.cookie, "PATCH", `${path}/${id}`, { name: "Mine" })).status).toBe(404);
    expect((await call(stranger.cookie, "DELETE", `${path}/${id}`)).status).toBe(404);
    expect(await call(user.cookie, "PATCH", `${path}/${id}`, { name: "Phone" })).toMatchObject({ status: 200, json: { name: "Phone" } });
    const token = await begin();
    const options = await secondOptions(token);
    expect((await call(user.cookie, "DELETE", `${path}/${id}`)).status).toBe(204);
    expect(await alone(device.answer(await aloneOptions()))).toBe("refused");
    expect((await second(token, device.answer(options))).kind).toBe("refused");
    expect(await factorHooks.begin({ userId: user.userId, sessionVersion: 1 }, "password")).toBeNull();
  });

  test("is a proof, for the session that asked", async () => {
    await register();
    const elsewhere = await cookieOf(user.userId, 1);
    await database.pool.query(`update session set "provenAt" = now() - interval '1 hour', "factorAt" = null where "userId" = $1`, [
      user.userId,
    ]);
    const options = async (cookie: string) => (await call(cookie, "POST", "/profile/proof/options")).json["options"] as Options;
    const prove = async (passkey: object) => (await call(user.cookie, "POST", "/profile/proof", { passkey })).status;
    expect(await prove(device.answer(await options(elsewhere)))).toBe(422);
    const answer = device.answer(await options(user.cookie));
    expect(await prove(answer)).toBe(204);
    expect(await prove(answer)).toBe(422);
    const states = await Promise.all(
      [user.cookie, elsewhere].map(async (cookie) => (await call(cookie, "GET", "/profile/second-factor")).json["shown"]),
    );
    expect(states).toEqual([true, false]);
  });

  test("no question that is asked stores anything, and twenty-five are the most", async () => {
    const before = await tableDigests(database.pool);
    await Promise.all(Array.from({ length: 20 }, aloneOptions));
    expect(await tableDigests(database.pool)).toEqual(before);
    for (let n = 0; n < 25; n++)
      await database.pool.query(
        `insert into passkey (id, "userId", name, "credentialId", "publicKey", "signCount") values ($1, $2, 'x', $1, '', 0)`,
        [`${user.userId}${n}`, user.userId],
      );
    expect((await add(user, device.make(await optionsOf(user)))).status).toBe(409);
  });
});

test("passkeys are for a name: a laptop's own address is there as localhost, and any other has none", () => {
  const before = env();
  const at = (publicUrl: string | null, host = "127.0.0.1") => {
    setEnv({ ...before, publicUrl, host, port: 3000 });
    return relyingParty();
  };
  expect(at("https://hooks.example.com/")).toEqual({ id: "hooks.example.com", origin });
  expect(at(null)).toEqual({ id: "localhost", origin: "http://localhost:3000" });
  expect(at(null, "::1")).toEqual({ id: "localhost", origin: "http://localhost:3000" });
  expect(at("http://192.0.2.1")).toBeNull();
  expect(at("http://[2001:db8::1]")).toBeNull();
  setEnv(before);
});
