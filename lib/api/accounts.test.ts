import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { hashPassword, verifyPassword } from "../auth/passwords.ts";
import { signInWithPassword } from "../auth/signIn.ts";
import { createLinkAtMachine } from "../services/team/accounts.ts";
import { acceptInvited } from "../services/team/invitations.ts";
import { ask } from "../testing/ask.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { ownPage, withSession } from "../testing/furnish.ts";
import { cookieOf, newMember, newUser, type TestUser } from "../testing/session.ts";
import { newTenant, type Tenant } from "../testing/tenant.ts";
import { createApi } from "./app.ts";

let database: TestDatabase;
const api = createApi();
let tenant: Tenant;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  tenant = await newTenant("Acme");
});

type Answer = { status: number; json: Record<string, unknown> };

const call = (as: { cookie: string } | null, method: string, path: string, body?: object) =>
  ask(api, { "user-agent": "test", ...(as === null ? ownPage : withSession(as, tenant.environmentId)) }, method, path, body);

const member = (role: "owner" | "admin" | "member" | "viewer") => newMember(tenant.organizationId, role);
const tokenOf = (url: unknown): string => String(url).split("#token=")[1] ?? "";
const password = "correct horse battery";

async function withPassword(user: TestUser): Promise<TestUser> {
  await database.pool.query(`update "user" set "passwordHash" = $2 where id = $1`, [user.userId, await hashPassword(password)]);
  return user;
}

const auditOf = async (organizationId = tenant.organizationId) =>
  (
    await database.pool.query(`select action, "actorName", changes from audit_entry where "organizationId" = $1 order by id`, [
      organizationId,
    ])
  ).rows as { action: string; actorName: string; changes: Record<string, unknown> }[];

describe("one's own account", () => {
  test("a new name; a new password ends every session", async () => {
    const user = await withPassword(await member("viewer"));
    expect(await call(user, "PATCH", "/profile", { name: "Ada" })).toMatchObject({ status: 200, json: { name: "Ada" } });
    const change = (currentPassword: string, newPassword: string) =>
      call(user, "POST", "/profile/password", { currentPassword, newPassword });
    expect((await change("wrong password", "another long password")).status).toBe(422);
    expect((await change(password, "too short")).status).toBe(422);
    const guesser = await withPassword(await member("viewer"));
    const guess = (n: number) =>
      call(guesser, "POST", "/profile/password", { currentPassword: `guess ${n}`, newPassword: "another long password" });
    for (let n = 0; n < 5; n++) expect((await guess(n)).status).toBe(422);
    expect((await guess(6)).status).toBe(429);
    expect((await call(user, "GET", "/session")).status).toBe(200);
    expect((await change(password, "another long password")).status).toBe(204);
    expect((await call(user, "GET", "/session")).status).toBe(401);
    expect(await signInWithPassword(user.email, "another long password", null)).toMatchObject({ kind: "signedIn" });
    expect(await signInWithPassword(user.email, password, null)).toMatchObject({ kind: "refused" });
    expect((await auditOf()).map(({ action }) => action)).toEqual(["user.updated", "user.passwordChanged"]);
  });

  test("signing out everywhere ends every session, and a new one stands", async () => {
    const user = await member("viewer");
    const other = { cookie: await cookieOf(user.userId, 1) };
    expect((await call(other, "GET", "/member")).status).toBe(200);
    expect((await call(user, "POST", "/profile/sign-out-everywhere")).status).toBe(204);
    expect((await call(user, "GET", "/member")).status).toBe(401);
    expect((await call(other, "GET", "/member")).status).toBe(401);
    expect((await call({ cookie: await cookieOf(user.userId, 2) }, "GET", "/member")).status).toBe(200);
  });
});

describe("a password reset", () => {
  test("the link works once, and ends every session and every other link", async () => {
    const [admin, user] = [await member("admin"), await withPassword(await member("member"))];
    const links = [
      await call(admin, "POST", `/member/${user.userId}/reset-link`),
      await call(admin, "POST", `/member/${user.userId}/reset-link`),
    ];
    expect(links[0]).toMatchObject({ status: 201, json: { mailed: false } });
    const [first, second] = links.map(({ json }) => tokenOf(json["url"]));
    expect((await call(null, "POST", "/password-reset", { token: "none", password: "a new long password" })).status).toBe(403);
    expect((await call(user, "GET", "/session")).status).toBe(200);
    const reset = await call(null, "POST", "/password-reset", { token: first, password: "a new long password" });
    expect(reset).toEqual({ status: 200, json: { email: user.email } });
    expect((await call(user, "GET", "/session")).status).toBe(401);
    for (const token of [first, second])
      expect((await call(null, "POST", "/password-reset", { token, password: "a third long password" })).status).toBe(403);
    expect(await signInWithPassword(user.email, "a new long password", null)).toMatchObject({ kind: "signedIn" });
  });

  test("an expired link is refused; of two at the same time one sets the password", async () => {
    const [admin, user] = [await member("admin"), await member("member")];
    const made = await call(admin, "POST", `/member/${user.userId}/reset-link`);
    const token = tokenOf(made.json["url"]);
    await database.pool.query(`update one_time_token set "expiresAt" = now() - interval '1 s' where "userId" = $1`, [user.userId]);
    const use = (password: string) => call(null, "POST", "/password-reset", { token, password });
    expect((await use("a new long password")).status).toBe(403);
    await database.pool.query(`update one_time_token set "expiresAt" = now() + interval '1 h' where "userId" = $1`, [user.userId]);
    const answers = await Promise.all([use("first long password"), use("second long password")]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 403]);
  });

  test("an admin makes no link for an owner, an owner none for themselves, nobody one for who is a member elsewhere too", async () => {
    const [admin, owner, user] = [await member("admin"), await member("owner"), await member("member")];
    expect((await call(admin, "POST", `/member/${owner.userId}/reset-link`)).status).toBe(403);
    expect((await call(owner, "POST", `/member/${owner.userId}/reset-link`)).status).toBe(403);
    const other = await newTenant();
    await database.pool.query(`insert into member ("organizationId", "userId", role) values ($1, $2, 'owner')`, [
      other.organizationId,
      user.userId,
    ]);
    expect((await call(owner, "POST", `/member/${user.userId}/reset-link`)).status).toBe(403);
  });

  test("whoever runs Webster makes a link for the only owner", async () => {
    const owner = await withPassword(await member("owner"));
    const { url } = await createLinkAtMachine(owner.email.toUpperCase());
    expect((await call(null, "POST", "/password-reset", { token: tokenOf(url), password: "a new long password" })).status).toBe(200);
    expect((await auditOf()).map(({ action, actorName }) => [action, actorName])).toEqual([
      ["user.resetLinkCreated", "Whoever runs Webster"],
      ["user.passwordReset", owner.email],
    ]);
    await expect(createLinkAtMachine("nobody@example.com")).rejects.toThrow("Nobody has the address");
  });

  test("asking by mail tells nobody whether there is an account", async () => {
    const user = await member("member");
    const known = await call(null, "POST", "/password-reset/request", { email: user.email });
    expect(known).toEqual({ status: 202, json: { mail: false } });
    expect(await call(null, "POST", "/password-reset/request", { email: "nobody@example.com" })).toEqual(known);
  });
});

describe("members", () => {
  test("roles are changed by those above, never beyond their own", async () => {
    const [owner, admin, user] = [await member("owner"), await member("admin"), await member("member")];
    const give = (as: TestUser, to: TestUser, role: string) => call(as, "PATCH", `/member/${to.userId}`, { role });
    expect(await give(admin, user, "admin")).toMatchObject({ status: 200, json: { role: "admin" } });
    expect((await give(admin, user, "owner")).status).toBe(403);
    expect((await give(admin, owner, "viewer")).status).toBe(403);
    expect((await give(admin, admin, "owner")).status).toBe(403);
    expect((await give(owner, user, "owner")).status).toBe(200);
    expect((await give(owner, user, "viewer")).status).toBe(200);
    // At once, for the session that is open.
    expect((await call(user, "POST", "/app", { name: "A" })).status).toBe(403);
    expect((await call(admin, "POST", "/app", { name: "A" })).status).toBe(201);
  });

  test("the last owner stays, also when two leave at the same time", async () => {
    const [first, second] = [await member("owner"), await member("owner")];
    const leave = (user: TestUser) => call(user, "DELETE", `/member/${user.userId}`);
    const answers = await Promise.all([leave(first), leave(second)]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([204, 409]);
    const last = answers[0]?.status === 409 ? first : second;
    expect((await call(last, "PATCH", `/member/${last.userId}`, { role: "viewer" })).status).toBe(409);
    expect((await call(last, "GET", "/member")).status).toBe(200);
  });

  test("an admin removes others, a viewer only leaves", async () => {
    const [admin, viewer, user] = [await member("admin"), await member("viewer"), await member("member")];
    expect((await call(viewer, "DELETE", `/member/${user.userId}`)).status).toBe(403);
    expect((await call(viewer, "DELETE", `/member/${viewer.userId}`)).status).toBe(204);
    expect((await call(viewer, "GET", "/member")).status).toBe(404);
    expect((await call(admin, "DELETE", `/member/${user.userId}`)).status).toBe(204);
    expect((await call(user, "GET", "/member")).status).toBe(404);
    expect((await auditOf()).map(({ action }) => action)).toEqual(["member.removed", "member.removed"]);
  });
});

describe("invitations", () => {
  const invite = (as: TestUser, email: string, role = "member") => call(as, "POST", "/invitation", { email, role });

  test("someone new joins with the link, once, as what they were invited", async () => {
    const admin = await member("admin");
    const email = `New.${tenant.organizationId}@Example.com`;
    const invited = await invite(admin, email, "viewer");
    expect(invited).toMatchObject({ status: 201, json: { email: email.toLowerCase(), role: "viewer", mailed: false } });
    const token = tokenOf(invited.json["url"]);
    expect((await call(null, "POST", "/invitation/show", { token })).json).toEqual({
      organizationName: "Acme",
      email: email.toLowerCase(),
      role: "viewer",
      hasAccount: false,
    });
    expect(JSON.stringify(await call(admin, "GET", "/invitation"))).not.toContain(token);
    const accept = () => call(null, "POST", "/invitation/accept", { token, name: "New", password, role: "owner" });
    const answers = await Promise.all([accept(), accept()]);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.some(({ status }) => status === 403 || status === 409)).toBe(true);
    expect((await accept()).status).toBe(403);
    const signedIn = await signInWithPassword(email, password, null);
    if (signedIn.kind !== "signedIn") throw new Error("Not signed in");
    const session = { cookie: await cookieOf(signedIn.session.userId, signedIn.session.sessionVersion) };
    expect((await call(session, "GET", "/session")).json).toMatchObject({ organizations: [{ id: tenant.organizationId, role: "viewer" }] });
    expect((await call(admin, "GET", "/invitation")).json).toMatchObject({ data: [] });
    expect((await auditOf()).map(({ action, actorName }) => [action, actorName])).toEqual([
      ["invitation.created", admin.email],
      ["invitation.accepted", "New"],
    ]);
  });

  test("are searched by address, and members by name and address", async () => {
    const [admin, ada] = [await member("admin"), await member("viewer")];
    await call(ada, "PATCH", "/profile", { name: "Ada 100%" });
    for (const name of ["grace", "alan_t"]) await invite(admin, `${name}@${tenant.organizationId}.example`.toLowerCase());
    const found = async (list: string, search: string) => {
      const { json } = await call(admin, "GET", `/${list}?search=${encodeURIComponent(search)}`);
      return (json["data"] as { email: string }[]).map(({ email }) => email.split("@")[0]);
    };
    for (const search of ["ada 1", "0%", ada.email, ada.userId])
      expect([search, await found("member", search)]).toEqual([search, [ada.email.split("@")[0]]]);
    expect(await found("member", "nobody%")).toEqual([]);
    expect([await found("invitation", "GRA"), await found("invitation", "n_t"), await found("invitation", "c_e")]).toEqual([
      ["grace"],
      ["alan_t"],
      [],
    ]);
  });

  test("who has an account joins with it alone; a link sets nobody's password", async () => {
    const [admin, user, other] = [await member("admin"), await newUser(), await newUser()];
    const token = tokenOf((await invite(admin, user.email)).json["url"]);
    expect((await call(null, "POST", "/invitation/show", { token })).json).toMatchObject({ hasAccount: true });
    expect((await call(null, "POST", "/invitation/accept", { token, name: "X", password })).status).toBe(409);
    expect((await call(other, "POST", "/invitation/join", { token })).status).toBe(403);
    expect((await call(user, "GET", "/member")).status).toBe(404);
    expect((await call(user, "POST", "/invitation/join", { token })).status).toBe(200);
    expect((await call(user, "GET", "/member")).status).toBe(200);
    expect((await invite(admin, user.email)).status).toBe(409);
  });

  test("nobody invites above their own role; a newer invitation ends the older one; revoked and expired ones are refused", async () => {
    const [admin, owner] = [await member("admin"), await member("owner")];
    const email = `someone.${tenant.organizationId.toLowerCase()}@example.com`;
    expect((await invite(admin, email, "owner")).status).toBe(403);
    const older = await invite(owner, email, "owner");
    const newer = await invite(owner, email, "admin");
    const show = async ({ json }: Answer) => (await call(null, "POST", "/invitation/show", { token: tokenOf(json["url"]) })).status;
    expect(await show(older)).toBe(403);
    expect(await show(newer)).toBe(200);
    expect((await call(owner, "DELETE", `/invitation/${String(newer.json["id"])}`)).status).toBe(204);
    expect(await show(newer)).toBe(403);
    const third = await invite(owner, email);
    await database.pool.query(`update invitation set "expiresAt" = now() - interval '1 s' where id = $1`, [third.json["id"]]);
    expect(await show(third)).toBe(403);
  });

  test("an address that a provider has verified accepts what it is invited to, and nothing else", async () => {
    const admin = await member("admin");
    const email = `verified.${tenant.organizationId.toLowerCase()}@example.com`;
    await acceptInvited(email);
    expect((await database.pool.query(`select from "user" where email = $1`, [email])).rowCount).toBe(0);
    await invite(admin, email, "viewer");
    await acceptInvited(email.toUpperCase());
    const { rows } = await database.pool.query(
      `select m.role, m."organizationId", u."passwordHash" from member m join "user" u on u.id = m."userId" where u.email = $1`,
      [email],
    );
    expect(rows).toEqual([{ role: "viewer", organizationId: tenant.organizationId, passwordHash: null }]);
  });
});

describe("environments and API keys", () => {
  test("created, renamed, deleted when empty; the last one stays", async () => {
    const admin = await member("admin");
    expect((await call(admin, "DELETE", `/environment/${tenant.environmentId}`)).status).toBe(409);
    const made = await call(admin, "POST", "/environment", { name: "Staging" });
    expect(made.status).toBe(201);
    expect((await call(admin, "POST", "/environment", { name: "Staging" })).status).toBe(409);
    expect((await call(admin, "PATCH", `/environment/${String(made.json["id"])}`, { name: "Test" })).json).toMatchObject({ name: "Test" });
    await call(admin, "POST", "/app", { name: "A", uid: "a" });
    expect((await call(admin, "DELETE", `/environment/${tenant.environmentId}`)).status).toBe(409);
    await call(admin, "DELETE", "/app/a");
    expect((await call(admin, "DELETE", `/environment/${tenant.environmentId}`)).status).toBe(204);
    expect((await call(admin, "GET", "/app")).status).toBe(404);
    expect((await api.request("/api/v1/app", { headers: { authorization: `Bearer ${tenant.apiKey}` } })).status).toBe(401);
  });

  test("a key may what it was made for, tells when it was used, and ends with its revocation", async () => {
    const admin = await member("admin");
    const application = await call(admin, "POST", "/app", { name: "A", uid: "a" });
    const create = (body: object) => call(admin, "POST", "/api-key", { name: "K", ...body });
    expect((await create({ applicationId: "none" })).status).toBe(422);
    expect((await create({ permission: "all" })).status).toBe(422);
    expect((await create({ expiresAt: "2020-01-01T00:00:00Z" })).status).toBe(422);
    const made = await create({ permission: "read", applicationId: "a" });
    expect(made.json).toMatchObject({
      permission: "read",
      applicationId: application.json["id"],
      createdBy: admin.email,
      lastUsedAt: null,
    });
    const use = async (method: string, path: string) =>
      (await api.request(`/api/v1${path}`, { method, headers: { authorization: `Bearer ${String(made.json["key"])}` } })).status;
    expect(await use("GET", "/app/a")).toBe(200);
    expect(await use("DELETE", "/app/a")).toBe(403);
    expect(await use("GET", "/app")).toBe(403);
    await expect
      .poll(async () => {
        const { data } = (await call(admin, "GET", "/api-key")).json as { data: { id: string; lastUsedAt: string | null }[] };
        return data.find(({ id }) => id === made.json["id"])?.lastUsedAt;
      })
      .toEqual(expect.any(String));
    expect((await call(admin, "DELETE", `/api-key/${String(made.json["id"])}`)).status).toBe(204);
    expect(await use("GET", "/app/a")).toBe(401);
    expect(JSON.stringify(await auditOf())).not.toContain(String(made.json["key"]));
  });

  test("only an owner renames the organization", async () => {
    const rename = async (role: "admin" | "owner") =>
      (await call(await member(role), "PATCH", "/organization", { name: "Renamed" })).status;
    expect(await rename("admin")).toBe(403);
    expect(await rename("owner")).toBe(200);
  });
});

test("a password is only ever stored hashed", async () => {
  const user = await withPassword(await member("viewer"));
  const { rows } = await database.pool.query<{ passwordHash: string }>(`select "passwordHash" from "user" where id = $1`, [user.userId]);
  expect(rows[0]?.passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await verifyPassword(rows[0]?.passwordHash ?? null, password)).toBe(true);
});
