/** Keys, links and tokens end with whoever made them, and none lasts longer, or may do more, than what made it. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { forgetAllAccess, hashToken } from "../auth/apiKeys.ts";
import { ask } from "../testing/ask.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { ownPage, withKey, withSession } from "../testing/furnish.ts";
import { newMember, newUser, type TestUser } from "../testing/session.ts";
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
  await database.pool.query(`update api_key set permission = 'manage' where id = $1`, [tenant.actor.id]);
  await call(tenant.apiKey, "POST", "/app", { name: "A", uid: "a" });
});

type As = TestUser | string | null;

const call = (as: As, method: string, path: string, body?: object) =>
  ask(api, headersOf(as), method, path, body) as Promise<{ status: number; json: Record<string, string> }>;

function headersOf(as: As): Record<string, string> {
  if (as === null) return ownPage;
  return typeof as === "string" ? withKey(as) : withSession(as, tenant.environmentId);
}

const member = (role: "owner" | "admin" | "member" | "viewer") => newMember(tenant.organizationId, role);
const behindHash = (url: string | undefined, name: string): string => new URLSearchParams(new URL(url ?? "").hash.slice(1)).get(name) ?? "";
const inHours = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();

/** One of each thing that lets somebody in, and how to see whether it does. */
type Minted = { name: string; works: () => Promise<number> };

async function mint(as: As): Promise<Minted[]> {
  const key = (await call(as, "POST", "/api-key", { name: "K" })).json["key"] ?? "";
  const access = (await call(as, "POST", "/auth/app-portal-access/a", {})).json;
  const code = behindHash(access["url"], "key");
  const { id } = (await call(as, "POST", "/app/a/integration", { name: "I" })).json;
  const integration = (await call(as, "GET", `/app/a/integration/${id}/key`)).json["key"] ?? "";
  const auto = await autoconfig(as);
  const inPortal = await autoconfig(access["token"] ?? "");
  const exchanged = (await call(null, "POST", "/portal/exchange", { code })).json["token"] ?? "";
  const reads = (token: string) => async () => (await call(token, "GET", "/auth/whoami")).status;
  return [
    { name: "key", works: reads(key) },
    { name: "portal token", works: reads(access["token"] ?? "") },
    { name: "portal token of the link", works: reads(exchanged) },
    { name: "portal link", works: async () => (await call(null, "POST", "/portal/exchange", { code })).status },
    { name: "integration", works: reads(integration) },
    { name: "AutoConfig", works: auto },
    { name: "AutoConfig made in the portal", works: inPortal },
  ];
}

async function autoconfig(as: As): Promise<() => Promise<number>> {
  const { id, token } = (await call(as, "POST", "/app/a/autoconfig")).json;
  const { tok } = JSON.parse(Buffer.from((token ?? "").replace("auto_v2_", ""), "base64").toString()) as { tok: string };
  return async () => (await call(tok, "GET", `/app/a/autoconfig/${id}`)).status;
}

const stateOf = async (minted: Minted[]) =>
  Object.fromEntries(await Promise.all(minted.map(async ({ name, works }) => [name, await works()] as const)));
const each = (minted: Minted[], status: number) => Object.fromEntries(minted.map(({ name }) => [name, status]));

/** Every column by which something ends, of all that was made by the tenant's keys. */
async function endsOf(): Promise<Date[]> {
  const { rows } = await database.pool.query<{ at: Date | null }>(
    `select k."expiresAt" as at from api_key k where k."environmentId" = $1 and k.id <> $2
     union all select p."expiresAt" from portal_access p join application a on a.id = p."applicationId" where a."environmentId" = $1
     union all select i."expiresAt" from integration i join application a on a.id = i."applicationId" where a."environmentId" = $1
     union all select s."expiresAt" from autoconfig_subscription s join application a on a.id = s."applicationId" where a."environmentId" = $1 and s."madeById" like 'key%'`,
    [tenant.environmentId, tenant.actor.id],
  );
  return rows.map(({ at }) => at ?? new Date("9999-01-01"));
}

describe("a key", () => {
  const newKey = async (more: object = {}) =>
    (await call(tenant.apiKey, "POST", "/api-key", { name: "Maker", permission: "manage", ...more })).json;

  test("that ends in an hour makes nothing that lasts longer", async () => {
    const end = inHours(1);
    const maker = await newKey({ expiresAt: end });
    const minted = await mint(maker["key"] ?? "");
    expect(await stateOf(minted)).toEqual(each(minted, 200));
    expect((await endsOf()).map((at) => at <= new Date(end))).toEqual((await endsOf()).map(() => true));
    expect((await endsOf()).length).toBeGreaterThan(5);
    expect((await call(maker["key"] ?? "", "POST", "/api-key", { name: "Later", expiresAt: inHours(2) })).status).toBe(422);
  });

  const ends: Record<string, (id: string | undefined) => Promise<unknown>> = {
    revoked: (id) => call(tenant.apiKey, "DELETE", `/api-key/${id}`),
    "ended by the management API": (id) =>
      call(tenant.apiKey, "POST", `/management/authentication/${tenant.environmentId}/api-token/${id}/expire`, {}),
    ended: async (id) => {
      await database.pool.query(`update api_key set "expiresAt" = now() - interval '1 second' where id = $1`, [id]);
      await forgetAllAccess();
    },
  };

  test.each(Object.entries(ends))("%s ends all that was made with it, and with that", async (_, carryOut) => {
    const maker = await newKey();
    const second = (await call(maker["key"] ?? "", "POST", "/api-key", { name: "Second", permission: "manage" })).json["key"] ?? "";
    const minted = [...(await mint(maker["key"] ?? "")), ...(await mint(second))];
    expect(await stateOf(minted)).toEqual(each(minted, 200));
    await carryOut(maker["id"]);
    expect(await stateOf(minted)).toEqual(each(minted, 401));
    expect((await call(tenant.apiKey, "GET", "/auth/whoami")).status).toBe(200);
  });

  test("that is to do less takes with it what it made before", async () => {
    const maker = await newKey();
    const made = (await call(maker["key"] ?? "", "POST", "/api-key", { name: "Second" })).json["key"] ?? "";
    const path = `/management/authentication/${tenant.environmentId}/api-token/${maker["id"]}`;
    expect((await call(tenant.apiKey, "PATCH", path, { name: "Renamed" })).status).toBe(200);
    expect((await call(made, "GET", "/auth/whoami")).status).toBe(200);
    expect((await call(tenant.apiKey, "PATCH", path, { scopes: ["message:read"] })).status).toBe(200);
    expect((await call(made, "GET", "/auth/whoami")).status).toBe(401);
  });

  test("gives no rate above its own, itself neither", async () => {
    const maker = await newKey({ expiresAt: inHours(1), requestsPerSecond: 50 });
    const as = maker["key"] ?? "";
    const set = (requestsPerSecond: number | null) => call(as, "PATCH", `/api-key/${maker["id"]}`, { requestsPerSecond });
    expect((await set(51)).status).toBe(422);
    expect((await call(as, "POST", "/api-key", { name: "K", requestsPerSecond: 51 })).status).toBe(422);
    expect((await set(40)).json).toMatchObject({ requestsPerSecond: 40 });
    expect((await call(as, "POST", "/api-key", { name: "K", requestsPerSecond: 30 })).json).toMatchObject({ requestsPerSecond: 30 });
  });

  test("that ends learns no key of an integration that goes on", async () => {
    const { id } = (await call(tenant.apiKey, "POST", "/app/a/integration", { name: "I" })).json;
    const ending = (await newKey({ expiresAt: inHours(1) }))["key"] ?? "";
    expect((await call(ending, "GET", `/app/a/integration/${id}/key`)).status).toBe(403);
    expect((await call(ending, "POST", `/app/a/integration/${id}/key/rotate`)).status).toBe(403);
    expect((await call(tenant.apiKey, "GET", `/app/a/integration/${id}/key`)).status).toBe(200);
  });

  test("of one application: its integration ends with it", async () => {
    const bound = (await call(tenant.apiKey, "POST", "/api-key", { name: "Bound", applicationId: "a" })).json;
    const { id } = (await call(bound["key"] ?? "", "POST", "/app/a/integration", { name: "I" })).json;
    const key = (await call(bound["key"] ?? "", "GET", `/app/a/integration/${id}/key`)).json["key"] ?? "";
    expect((await call(key, "GET", "/auth/whoami")).status).toBe(200);
    expect((await call(tenant.apiKey, "DELETE", `/api-key/${bound["id"]}`)).status).toBe(204);
    expect((await call(key, "GET", "/auth/whoami")).status).toBe(401);
  });
});

describe("expire-all", () => {
  test("ends AutoConfig tokens too; a new one works", async () => {
    const { id, token } = (await call(tenant.apiKey, "POST", "/app/a/autoconfig")).json;
    const reads = async (text: string | undefined) => {
      const { tok } = JSON.parse(Buffer.from((text ?? "").replace("auto_v2_", ""), "base64").toString()) as { tok: string };
      return (await call(tok, "GET", `/app/a/autoconfig/${id}`)).status;
    };
    expect(await reads(token)).toBe(200);
    expect((await call(tenant.apiKey, "POST", "/auth/app/a/expire-all", {})).status).toBe(204);
    expect(await reads(token)).toBe(401);
    expect(await reads((await call(tenant.apiKey, "POST", `/app/a/autoconfig/${id}/rotate`, {})).json["token"])).toBe(200);
  });

  test("of a session ends what was made in it, and nothing else", async () => {
    const open = async (sessionId: string) =>
      (await call(tenant.apiKey, "POST", "/auth/app-portal-access/a", { sessionId })).json["token"] ?? "";
    const [mine, others] = [await autoconfig(await open("one")), await autoconfig(await open("two"))];
    expect((await call(tenant.apiKey, "POST", "/auth/app/a/expire-all", { sessionIds: ["one"] })).status).toBe(204);
    expect([await mine(), await others()]).toEqual([401, 200]);
  });
});

describe("a former admin", () => {
  const leave = {
    "is removed": async (owner: TestUser, who: TestUser) =>
      expect((await call(owner, "DELETE", `/member/${who.userId}?stop_keys=true`)).status).toBe(204),
    leaves: async (_: TestUser, who: TestUser) =>
      expect((await call(who, "DELETE", `/member/${who.userId}?stop_keys=true`)).status).toBe(204),
  };

  test.each(Object.entries(leave))("%s: all that lets somebody in ends", async (_, carryOut) => {
    const [owner, admin, other] = [await member("owner"), await member("admin"), await member("viewer")];
    const minted = await mint(admin);
    const email = `back.${tenant.organizationId.toLowerCase()}@example.com`;
    const invitation = behindHash((await call(admin, "POST", "/invitation", { email, role: "admin" })).json["url"], "token");
    const reset = behindHash((await call(admin, "POST", `/member/${other.userId}/reset-link`)).json["url"], "token");
    expect(await stateOf(minted)).toEqual(each(minted, 200));
    const brief = (await call(admin, "POST", "/auth/app-portal-access/a", {})).json["token"] ?? "";
    const madeThere = await autoconfig(brief);
    await database.pool.query(`update portal_access set "expiresAt" = now() - interval '1 second' where hash = $1`, [hashToken(brief)]);
    expect(await madeThere()).toBe(200);
    expect((await call(null, "POST", "/invitation/show", { token: invitation })).status).toBe(200);
    await carryOut(owner, admin);
    expect(await stateOf(minted)).toEqual(each(minted, 401));
    expect(await madeThere()).toBe(401);
    expect((await call(null, "POST", "/invitation/show", { token: invitation })).status).toBe(403);
    expect(
      (await call(null, "POST", "/invitation/accept", { token: invitation, name: "Back", password: "correct horse battery" })).status,
    ).toBe(403);
    expect((await call(null, "POST", "/password-reset", { token: reset, password: "correct horse battery" })).status).toBe(403);
  });

  test("is demoted: what they could not make any more ends, the rest stays", async () => {
    const [owner, admin, other] = [await member("owner"), await member("owner"), await member("viewer")];
    const invite = async (role: string) =>
      behindHash(
        (await call(admin, "POST", "/invitation", { email: `${role}.${tenant.organizationId.toLowerCase()}@example.com`, role })).json[
          "url"
        ],
        "token",
      );
    const [asOwner, asMember] = [await invite("owner"), await invite("member")];
    const show = async (token: string) => (await call(null, "POST", "/invitation/show", { token })).status;
    const access = (await call(admin, "POST", "/auth/app-portal-access/a", {})).json["token"] ?? "";
    const reset = behindHash((await call(admin, "POST", `/member/${other.userId}/reset-link`)).json["url"], "token");
    expect((await call(owner, "PATCH", `/member/${admin.userId}`, { role: "admin" })).status).toBe(200);
    expect([await show(asOwner), await show(asMember)]).toEqual([403, 200]);
    expect((await call(access, "GET", "/auth/whoami")).status).toBe(200);
    expect((await call(null, "POST", "/password-reset", { token: reset, password: "correct horse battery" })).status).toBe(403);
    expect((await call(owner, "PATCH", `/member/${admin.userId}`, { role: "viewer" })).status).toBe(200);
    expect(await show(asMember)).toBe(403);
    expect((await call(access, "GET", "/auth/whoami")).status).toBe(401);
  });

  test("leaves keys behind: listed at once, going on for a week, stopping unless taken over", async () => {
    const [owner, admin] = [await member("owner"), await member("admin")];
    const { id, key } = (await call(admin, "POST", "/api-key", { name: "Billing" })).json;
    const works = async () => (await call(key ?? "", "GET", "/auth/whoami")).status;
    const listed = async () => ((await call(owner, "GET", "/left-behind")).json as unknown as { data: Record<string, string>[] }).data;
    expect(await listed()).toEqual([]);
    expect((await call(owner, "DELETE", `/member/${admin.userId}`)).status).toBe(204);
    expect(await works()).toBe(200);
    const [left] = await listed();
    expect(left).toMatchObject({ kind: "apiKey", id, name: "Billing", environmentName: "Production", madeBy: admin.email });
    const days = (Date.parse(left?.["stopsAt"] ?? "") - Date.parse(left?.["leftAt"] ?? "")) / 86_400_000;
    expect(days).toBe(7);
    await database.pool.query(`update api_key set "stopsAt" = now() - interval '1 second' where id = $1`, [id]);
    await forgetAllAccess();
    expect(await works()).toBe(401);
    expect((await call(await member("member"), "POST", `/left-behind/${id}/take-over`)).status).toBe(403);
    const elsewhere = await newTenant();
    const stranger = await newMember(elsewhere.organizationId, "owner");
    const headers = { cookie: stranger.cookie, "webster-environment": elsewhere.environmentId, "sec-fetch-site": "same-origin" };
    expect((await api.request(`/api/v1/left-behind/${id}/take-over`, { method: "POST", headers })).status).toBe(404);
    expect((await call(owner, "POST", `/left-behind/${id}/take-over`)).status).toBe(204);
    expect(await works()).toBe(200);
    expect(await listed()).toEqual([]);
    expect((await call(owner, "POST", `/left-behind/${id}/take-over`)).status).toBe(404);
  });

  test("leaves many keys behind: listed by page, and back", async () => {
    const [owner, one, other] = [await member("owner"), await member("admin"), await member("admin")];
    for (const [who, name] of [
      [one, "a"],
      [one, "b"],
      [other, "c"],
    ] as const)
      await call(who, "POST", "/api-key", { name });
    // Both keys of one are left at the same moment.
    for (const who of [one, other]) await call(owner, "DELETE", `/member/${who.userId}`);
    type Listed = { data: { name: string }[]; iterator: string; prevIterator: string; done: boolean };
    const page = async (iterator = "") => (await call(owner, "GET", `/left-behind?limit=1&iterator=${iterator}`)).json as unknown as Listed;
    const first = await page();
    const second = await page(first.iterator);
    const third = await page(second.iterator);
    const names = [first, second, third].map(({ data }) => data[0]?.name);
    expect([new Set(names.slice(0, 2)), names[2]]).toEqual([new Set(["a", "b"]), "c"]);
    expect([first.done, second.done, third.done]).toEqual([false, false, true]);
    expect((await page(third.prevIterator)).data).toEqual(second.data);
    expect((await call(owner, "GET", "/left-behind?iterator=x")).status).toBe(422);
  });

  test("who comes back does not get their keys back with that", async () => {
    const [owner, admin] = [await member("owner"), await member("admin")];
    const { key } = (await call(admin, "POST", "/api-key", { name: "Billing" })).json;
    expect((await call(owner, "DELETE", `/member/${admin.userId}?stop_keys=true`)).status).toBe(204);
    const token = behindHash((await call(owner, "POST", "/invitation", { email: admin.email, role: "viewer" })).json["url"], "token");
    expect((await call(admin, "POST", "/invitation/join", { token })).status).toBe(200);
    expect((await call(key ?? "", "GET", "/auth/whoami")).status).toBe(401);
  });
});

test("an application that is deleted takes along what lets somebody in at it, at once", async () => {
  const minted = (await mint(tenant.apiKey)).filter(({ name }) => name !== "key");
  for (const { name, works } of minted) expect([name, await works()]).toEqual([name, 200]);
  expect((await call(tenant.apiKey, "DELETE", "/app/a")).status).toBe(204);
  for (const { name, works } of minted) expect([name, await works()]).toEqual([name, 401]);
});

test("a reset link is made for those below alone, oneself not among them", async () => {
  const roles = ["viewer", "member", "admin", "owner"] as const;
  const people = new Map(await Promise.all(roles.map(async (role) => [role, [await member(role), await member(role)]] as const)));
  for (const maker of roles)
    for (const target of roles) {
      const [as, other] = people.get(maker) ?? [];
      const of = target === maker ? other : people.get(target)?.[0];
      if (as === undefined || of === undefined) throw new Error("Nobody");
      const may = ["admin", "owner"].includes(maker) && roles.indexOf(target) < roles.indexOf(maker);
      expect([maker, target, (await call(as, "POST", `/member/${of.userId}/reset-link`)).status]).toEqual([maker, target, may ? 201 : 403]);
      expect((await call(as, "POST", `/member/${as.userId}/reset-link`)).status).toBe(403);
    }
  expect((await call(await newUser(), "POST", `/member/${people.get("viewer")?.[0]?.userId}/reset-link`)).status).toBe(404);
});

test("each table that knows somebody by a hash is one of those that are looked after", async () => {
  const { rows } = await database.pool.query<{ name: string }>(
    `select distinct table_name as name from information_schema.columns
     where table_schema = 'public' and column_name in ('hash', 'keyHash', 'tokenHash') order by 1`,
  );
  const endWithTheirMaker = ["api_key", "autoconfig_subscription", "integration", "invitation", "one_time_token", "portal_access"];
  // A second factor of one's own: it goes with the account, and alone lets nobody in.
  const ofTheAccount = ["pending_sign_in", "recovery_code"];
  // Counts, kept answers, what was used up, and addresses that take something in.
  const letNobodyIn = ["idempotency", "inbox", "login_failure", "source_dedupe", "source_token", "used_challenge"];
  expect(rows.map(({ name }) => name).toSorted()).toEqual([...endWithTheirMaker, ...ofTheAccount, ...letNobodyIn].toSorted());
});
