/** Where an organization requires a second factor: every operation for sessions without one; and how one that is lost is taken away. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { hashPassword } from "../auth/passwords.ts";
import { signInWithPassword } from "../auth/signIn.ts";
import { operations } from "../contract/operations.ts";
import { resetAtMachine } from "../services/secondFactor/reset.ts";
import { factorHooks } from "../services/secondFactor/signIn.ts";
import { createLinkAtMachine } from "../services/team/accounts.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { type Answer, fill, furnish, type Furnished, send, validBodies, withKey, withSession } from "../testing/furnish.ts";
import { giveApp } from "../testing/secondFactor.ts";
import { cookieOf, newMember, type TestUser } from "../testing/session.ts";
import { tableDigests } from "../testing/tableDigests.ts";
import { newTenant, type Tenant } from "../testing/tenant.ts";
import { createApi } from "./app.ts";

let database: TestDatabase;
const api = createApi();
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const require = ({ organizationId }: Tenant) =>
  database.pool.query(`update organization set "secondFactorRequired" = true where id = $1`, [organizationId]);

/** Gives the user an app, which all of their sessions have shown. */
async function withFactor(user: TestUser): Promise<TestUser> {
  await giveApp(user.userId);
  await database.pool.query(`update session set "factorAt" = now() where "userId" = $1`, [user.userId]);
  return user;
}

type Told = Answer & { code?: string; detail?: string };

describe("a session that has shown no second factor", () => {
  /** What concerns the person alone, such as setting a factor up. */
  const allowed = operations.filter(({ access }) => access === "user").map(({ operationId }) => operationId);
  let tenant: Furnished;
  let owner: TestUser;
  beforeAll(async () => {
    tenant = await furnish(api);
    owner = await newMember(tenant.organizationId, "owner");
    await require(tenant);
  });

  test("may do what concerns its person, and that is no more than this", () => {
    const others = allowed.filter((id) => !id.startsWith("v1.profile."));
    expect(others.toSorted()).toEqual(["v1.invitation.join", "v1.session.get"]);
  });

  test("is refused everything else, owner or not, and changes nothing", async () => {
    const shut = operations.filter(({ access, operationId }) => access !== "public" && !allowed.includes(operationId));
    expect(shut.length).toBeGreaterThan(200);
    const before = await tableDigests(database.pool);
    for (const { operationId, method, path } of shut) {
      const told = (await send(
        api,
        withSession(owner, tenant.environmentId),
        method,
        fill(path, tenant.ids),
        validBodies[operationId],
      )) as Told;
      expect([operationId, told.status, told.code]).toEqual([operationId, 403, "second_factor_required"]);
    }
    expect(await tableDigests(database.pool)).toEqual(before);
  });

  test("is let in once it has shown one; keys are as before, and so is another organization", async () => {
    const elsewhere = await newTenant();
    await database.pool.query(`insert into member ("organizationId", "userId", role) values ($1, $2, 'viewer')`, [
      elsewhere.organizationId,
      owner.userId,
    ]);
    const members = (user: TestUser, environmentId: string) => send(api, withSession(user, environmentId), "GET", "/api/v1/member");
    expect((await members(owner, elsewhere.environmentId)).status).toBe(200);
    expect((await members(owner, tenant.environmentId)).status).toBe(403);
    expect((await send(api, withKey(tenant.apiKey), "GET", "/api/v1/app")).status).toBe(200);
    await withFactor(owner);
    expect((await members(owner, tenant.environmentId)).status).toBe(200);
    // Another browser of the same person has not shown it.
    const other = { ...owner, cookie: await cookieOf(owner.userId, 1) };
    expect((await members(other, tenant.environmentId)).status).toBe(403);
    const session = (await send(api, withSession(other, tenant.environmentId), "GET", "/api/v1/session")) as unknown as {
      secondFactorShown: boolean;
      organizations: { id: string; secondFactorRequired: boolean }[];
    };
    expect(session.secondFactorShown).toBe(false);
    expect(session.organizations.map((one) => [one.id, one.secondFactorRequired])).toEqual([
      [tenant.organizationId, true],
      [elsewhere.organizationId, false],
    ]);
  });
});

describe("an organization", () => {
  let tenant: Tenant;
  let owner: TestUser;
  beforeEach(async () => {
    tenant = await newTenant("Acme");
    owner = await newMember(tenant.organizationId, "owner");
  });
  const patch = (user: TestUser, secondFactorRequired: boolean) =>
    send(api, withSession(user, tenant.environmentId), "PATCH", "/api/v1/organization", { secondFactorRequired }) as Promise<Told>;

  test("requires one by an owner who has shown theirs lately; whoever has none is out at once", async () => {
    const member = await newMember(tenant.organizationId, "member");
    const members = () => send(api, withSession(member, tenant.environmentId), "GET", "/api/v1/member");
    expect((await members()).status).toBe(200);
    expect(await patch(owner, true)).toMatchObject({ status: 409 });
    await withFactor(owner);
    await database.pool.query(`update session set "provenAt" = now() - interval '1 hour' where "userId" = $1`, [owner.userId]);
    expect(await patch(owner, true)).toMatchObject({ status: 403, code: "proof_required" });
    await database.pool.query(`update session set "provenAt" = now() where "userId" = $1`, [owner.userId]);
    expect((await patch(await withFactor(await newMember(tenant.organizationId, "admin")), true)).status).toBe(403);
    expect((await members()).status).toBe(200);
    expect(await patch(owner, true)).toMatchObject({ status: 200, secondFactorRequired: true });
    expect(await members()).toMatchObject({ status: 403, code: "second_factor_required" });
    expect((await patch(member, false)).status).toBe(403);
    expect(await patch(owner, false)).toMatchObject({ status: 200, secondFactorRequired: false });
    expect((await members()).status).toBe(200);
    const { rows } = await database.pool.query(`select changes from audit_entry where "targetId" = $1 order by id`, [
      tenant.organizationId,
    ]);
    expect(rows).toEqual([
      { changes: { secondFactorRequired: { from: false, to: true } } },
      { changes: { secondFactorRequired: { from: true, to: false } } },
    ]);
  });

  test("keeps its members' last factor", async () => {
    await withFactor(owner);
    await require(tenant);
    const remove = () => send(api, withSession(owner, tenant.environmentId), "DELETE", "/api/v1/profile/second-factor/app");
    expect((await remove()).status).toBe(409);
    expect((await send(api, withSession(owner, tenant.environmentId), "GET", "/api/v1/member")).status).toBe(200);
    await database.pool.query(`update organization set "secondFactorRequired" = false where id = $1`, [tenant.organizationId]);
    expect((await remove()).status).toBe(204);
  });

  test("shows its admins who has one, and nobody else", async () => {
    await withFactor(owner);
    const listed = async (role: "admin" | "member") => {
      const headers = withSession(await newMember(tenant.organizationId, role), tenant.environmentId);
      const { data } = (await send(api, headers, "GET", "/api/v1/member")) as unknown as {
        data: { userId: string; secondFactor: boolean | null }[];
      };
      return data.map(({ secondFactor }) => secondFactor);
    };
    expect(await listed("admin")).toEqual([true, false]);
    expect(await listed("member")).toEqual([null, null, null]);
  });
});

describe("a factor that was lost", () => {
  let tenant: Tenant;
  beforeEach(async () => {
    tenant = await newTenant("Acme");
  });
  const reset = (by: TestUser, { userId }: TestUser) =>
    send(api, withSession(by, tenant.environmentId), "DELETE", `/api/v1/member/${userId}/second-factor`) as Promise<Told>;
  const member = async (role: "owner" | "admin" | "member") => withFactor(await newMember(tenant.organizationId, role));
  const isAsked = async ({ userId }: TestUser, sessionVersion = 1) =>
    (await factorHooks.begin({ userId, sessionVersion }, "password")) !== null;

  test("is taken away by an admin, from whoever does not stand above, and they are signed out", async () => {
    const [owner, otherOwner, admin, user] = [await member("owner"), await member("owner"), await member("admin"), await member("member")];
    expect((await reset(user, admin)).status).toBe(403);
    expect((await reset(admin, owner)).status).toBe(403);
    expect((await reset(admin, admin)).status).toBe(403);
    expect((await reset(owner, owner)).status).toBe(403);
    expect((await reset(await withFactor(await newMember((await newTenant()).organizationId, "owner")), user)).status).toBe(404);
    await database.pool.query(`update session set "provenAt" = now() - interval '1 hour' where "userId" = $1`, [admin.userId]);
    expect(await reset(admin, user)).toMatchObject({ status: 403, code: "proof_required" });
    await database.pool.query(`update session set "provenAt" = now() where "userId" = $1`, [admin.userId]);
    expect(await Promise.all([owner, otherOwner, admin, user].map((one) => isAsked(one)))).toEqual([true, true, true, true]);
    expect((await reset(admin, user)).status).toBe(204);
    expect((await send(api, withSession(user, tenant.environmentId), "GET", "/api/v1/session")).status).toBe(401);
    expect((await reset(admin, user)).status).toBe(409);
    expect((await reset(owner, otherOwner)).status).toBe(204);
    expect(await Promise.all([owner, otherOwner, admin, user].map((one) => isAsked(one)))).toEqual([true, false, true, false]);
    const { rows } = await database.pool.query(
      `select "actorId", "targetId" from audit_entry where action = 'member.factorsReset' and "organizationId" = $1 order by id`,
      [tenant.organizationId],
    );
    expect(rows).toEqual([
      { actorId: admin.userId, targetId: user.userId },
      { actorId: owner.userId, targetId: otherOwner.userId },
    ]);
  });

  test("of a member of another organization too is the operator's to take away, whose command tells both", async () => {
    const [owner, user] = [await member("owner"), await member("member")];
    const other = await newTenant();
    await database.pool.query(`insert into member ("organizationId", "userId", role) values ($1, $2, 'member')`, [
      other.organizationId,
      user.userId,
    ]);
    expect((await reset(owner, user)).status).toBe(403);
    await expect(resetAtMachine("nobody@example.com")).rejects.toThrow("Nobody has the address");
    await resetAtMachine(user.email.toUpperCase());
    await expect(resetAtMachine(user.email)).rejects.toThrow("They have no second factor");
    expect(await isAsked(user, 2)).toBe(false);
    expect((await send(api, withSession(user, tenant.environmentId), "GET", "/api/v1/session")).status).toBe(401);
    const { rows } = await database.pool.query(
      `select "organizationId" from audit_entry where action = 'member.factorsReset' and "targetId" = $1`,
      [user.userId],
    );
    expect(rows.map(({ organizationId }) => organizationId as string).toSorted()).toEqual(
      [tenant.organizationId, other.organizationId].toSorted(),
    );
  });

  test("is not taken away by a new password, whoever made the link", async () => {
    const user = await member("member");
    const finish = async (token: string) => {
      const headers = { "content-type": "application/json" };
      const body = JSON.stringify({ token, password: "a new long password" });
      return (await api.request("/api/v1/password-reset", { method: "POST", headers, body })).status;
    };
    await database.pool.query(`update "user" set "passwordHash" = $2 where id = $1`, [
      user.userId,
      await hashPassword("an old long password"),
    ]);
    const { url } = await createLinkAtMachine(user.email);
    expect(await finish(new URL(url).hash.slice("#token=".length))).toBe(200);
    expect(await signInWithPassword(user.email, "a new long password", null)).toMatchObject({ kind: "signedIn" });
    expect(await isAsked(user, 2)).toBe(true);
    // A link that their owner asked for is proof of the mailbox, which is no second factor.
    const link = await createLinkAtMachine(user.email);
    await database.pool.query(`update one_time_token set "madeById" = null where "userId" = $1`, [user.userId]);
    expect(await finish(new URL(link.url).hash.slice("#token=".length))).toBe(200);
    expect(await isAsked(user, 3)).toBe(true);
    const { rows } = await database.pool.query(`select "emailProvenAt" from "user" where id = $1`, [user.userId]);
    expect(rows).toEqual([{ emailProvenAt: null }]);
  });
});
