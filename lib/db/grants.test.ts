/** What the role that Webster works with may not do: whoever makes it run a statement of theirs can't unwrite the audit log. */
import pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { log } from "../log.ts";
import { emptyDatabase, onServer, type TestDatabase, testDatabase, workerUrl } from "../testing/database.ts";
import { newTenant } from "../testing/tenant.ts";
import { urlOfDatabase } from "../testing/settings.ts";
import { grant, warnOfMightyRole } from "./grants.ts";
import { migrate } from "./migrate.ts";

let database: TestDatabase;
let organizationId = "";
beforeAll(async () => {
  database = await testDatabase();
  ({ organizationId } = await newTenant());
  await database.pool.query(
    `insert into audit_entry (id, "organizationId", "actorKind", "actorId", "actorName", action, "targetKind", "targetId")
     values ('aud_1', $1, 'member', 'usr_1', 'Ada', 'secret.revealed', 'endpoint', 'ep_1')`,
    [organizationId],
  );
});
afterAll(() => database.close());

const entries = async (): Promise<unknown[]> => (await database.pool.query("select * from audit_entry order by id")).rows;

describe("the audit log, by the role that Webster works with", () => {
  it.each([
    ["update audit_entry set action = 'x'", /permission denied/],
    ["update audit_entry set action = 'x' where id = 'aud_1'", /permission denied/],
    ["delete from audit_entry", /permission denied/],
    ["truncate audit_entry", /permission denied/],
    ["truncate organization cascade", /permission denied/],
    ["insert into audit_entry select * from audit_entry on conflict (id) do update set action = 'x'", /permission denied/],
    ["merge into audit_entry a using audit_entry b on a.id = b.id when matched then delete", /permission denied/],
    ["select * from audit_entry for update", /permission denied/],
    ["do $$ begin lock table audit_entry in access exclusive mode; end $$", /permission denied/],
    ["drop trigger audit_entry_append_only on audit_entry", /must be owner/],
    ["alter table audit_entry disable trigger audit_entry_append_only", /must be owner/],
    ["alter table audit_entry disable trigger all", /must be owner/],
    ["alter trigger audit_entry_append_only on audit_entry rename to x", /must be owner/],
    [
      "create or replace function refuse_audit_change() returns trigger language plpgsql as 'begin return null; end'",
      /permission denied|must be owner/,
    ],
    ["drop function refuse_audit_change() cascade", /must be owner/],
    ["alter function refuse_audit_change() set search_path = pg_temp", /must be owner/],
    ["create rule forget as on insert to audit_entry do instead nothing", /must be owner|permission denied/],
    ["create trigger forget before insert on audit_entry execute function suppress_redundant_updates_trigger()", /permission denied/],
    ["create policy forget on audit_entry for all using (false)", /must be owner/],
    ["alter table audit_entry rename to x", /must be owner/],
    ["alter table audit_entry drop column action", /must be owner/],
    ["alter table audit_entry owner to webster_app", /must be owner/],
    ["alter table audit_entry inherit message", /must be owner/],
    ["drop table audit_entry", /must be owner/],
    ["drop schema public cascade", /must be owner/],
    ["create table mine (id text)", /permission denied/],
    ["create schema mine", /permission denied/],
    ["create extension dblink", /permission denied/],
    ["set session_replication_role = replica", /permission denied/],
    ["select set_config('session_replication_role', 'replica', false)", /permission denied/],
    ["alter role webster_app set session_replication_role = replica", /permission denied/],
    ["alter role webster_app superuser", /permission denied/],
    ["alter role webster_owner password 'x'", /permission denied/],
    ["create role other superuser", /permission denied/],
    ["grant webster_owner to webster_app", /permission denied/],
    ["set role webster_owner", /permission denied/],
    ["set role webster", /permission denied/],
    ["set session authorization webster_owner", /permission denied/],
    ["alter system set fsync = off", /permission denied/],
    ["copy audit_entry to program 'cat'", /permission denied/],
    ["copy audit_entry to '/tmp/x'", /permission denied/],
    ["select pg_read_file('/etc/passwd')", /permission denied/],
    ["select lo_import('/etc/passwd')", /permission denied/],
    ["load 'auto_explain'", /access to library|permission denied/],
    ["update organization set id = 'org_other' where id = (select \"organizationId\" from audit_entry where id = 'aud_1')", /append-only/],
    ["delete from organization where id = (select \"organizationId\" from audit_entry where id = 'aud_1')", /violates|foreign key/],
    ["update _prisma_migrations set checksum = 'x'", /permission denied/],
    ["select make_day('audit_entry', current_date)", /audit_entry has no days/],
    ["select drop_day('audit_entry', '2020-01-01')", /has no day/],
    ["select drop_day('message', current_date)", /has no day/],
    ["select make_day('message; drop table audit_entry', '2020-01-01')", /has no days/],
    ["select make_day('endpoint', '2020-01-01')", /has no days/],
    ["alter function make_day(text, date) set search_path = pg_temp", /must be owner/],
  ])("%s: refused", async (sql, refusal) => {
    const before = await entries();
    await expect(database.pool.query(sql)).rejects.toThrow(refusal);
    expect(await entries()).toEqual(before);
    expect(before.length).toBeGreaterThan(0);
  });

  it("can be added to and read, which is all, whatever it grants itself", async () => {
    // PostgreSQL warns, and grants nothing.
    await database.pool.query("grant all on audit_entry to webster_app");
    const { rows } = await database.pool.query<{ privilege: string }>(
      `select privilege_type as privilege from information_schema.role_table_grants where table_name = 'audit_entry' and grantee = current_user order by 1`,
    );
    expect(rows.map(({ privilege }) => privilege)).toEqual(["INSERT", "SELECT"]);
  });
});

it("the functions of the owner are not misled by names of the caller's own", async () => {
  const client = await database.pool.connect();
  await client.query("create temporary table pg_class (oid oid, relacl aclitem[], relowner oid); create temporary table message (id text)");
  await client.query(`create function pg_temp.to_regclass(text) returns regclass language sql as 'select null::regclass'`);
  await client.query("set search_path = pg_temp, pg_catalog, public");
  const { rows } = await client.query<{ made: boolean }>("select public.make_day('message', '2020-02-03') as made");
  expect(rows).toEqual([{ made: true }]);
  const { rows: found } = await client.query(
    `select from pg_catalog.pg_class c where c.relname = 'message_20200203' and c.relnamespace = 'public'::regnamespace and c.relispartition`,
  );
  expect(found).toHaveLength(1);
  client.release(true);
  // Whoever works with the tables works with the new day by its name, too.
  await database.pool.query("select from message_20200203");
  expect((await database.pool.query("select drop_day('message', '2020-02-03') as dropped")).rows).toEqual([{ dropped: true }]);
  expect((await database.pool.query("select drop_day('message', '2020-02-03') as dropped")).rows).toEqual([{ dropped: false }]);
});

describe("granting", () => {
  it("gives what is missing, takes what is more, and is done again without harm", async () => {
    const ownerUrl = await emptyDatabase();
    const url = workerUrl(ownerUrl);
    await migrate(ownerUrl);
    const privileges = async (): Promise<Record<string, string>> => {
      const client = new pg.Client({ connectionString: ownerUrl });
      await client.connect();
      const { rows } = await client.query<{ name: string; held: string }>(
        `select table_name as name, string_agg(privilege_type, ' ' order by privilege_type) as held
         from information_schema.role_table_grants where grantee = 'webster_app' group by 1`,
      );
      await client.end();
      return Object.fromEntries(rows.map(({ name, held }) => [name, held]));
    };
    expect(await privileges()).toEqual({});
    await Promise.all([grant(ownerUrl, url), grant(ownerUrl, url)]);
    const granted = await privileges();
    expect(granted).toMatchObject({ audit_entry: "INSERT SELECT", _prisma_migrations: "SELECT", endpoint: "DELETE INSERT SELECT UPDATE" });
    const owner = new pg.Client({ connectionString: ownerUrl });
    await owner.connect();
    await owner.query("grant all on audit_entry to webster_app; revoke insert on endpoint from webster_app");
    await owner.end();
    await grant(ownerUrl, url);
    expect(await privileges()).toEqual(granted);
    // The one who works with the tables starts alone, as long as there is nothing to migrate.
    expect(await migrate(url)).toEqual([]);
  });

  it("refuses two databases, and has nothing to do for one role", async () => {
    const [one, other] = [await emptyDatabase(), await emptyDatabase()];
    await expect(grant(one, workerUrl(other))).rejects.toMatchObject({ remedy: expect.stringContaining("the same database") });
    await grant(one, one);
  });

  it("a role that may not migrate says who may", async () => {
    const url = workerUrl(await emptyDatabase());
    await expect(migrate(url)).rejects.toMatchObject({ remedy: expect.stringContaining("DATABASE_OWNER_URL") });
  });
});

it("a start says so if the role could change what was audited", async () => {
  const warnings = vi.spyOn(log, "warn").mockReturnValue();
  const notes = vi.spyOn(log, "info").mockReturnValue();
  const said = async (url: string): Promise<number[]> => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await warnOfMightyRole(client);
    await client.end();
    return [warnings.mock.calls.length, notes.mock.calls.length];
  };
  const name = new URL(database.url).pathname.slice(1);
  expect(await said(database.url)).toEqual([0, 0]);
  expect(await said(database.url.replace("webster_app@", "webster_owner@"))).toEqual([0, 1]);
  expect(await said(urlOfDatabase(inject("databaseServerUrl"), name))).toEqual([1, 1]);
  expect(warnings).toHaveBeenCalledWith(expect.objectContaining({ role: "webster" }), "database.role_is_superuser");
  // As everybody may before PostgreSQL 15, and in a database that was upgraded from there.
  await database.asOwner("grant create on schema public to public");
  expect(await said(database.url)).toEqual([2, 1]);
  expect(warnings).toHaveBeenLastCalledWith(
    {
      role: "webster_app",
      hint: expect.stringContaining(
        "GRANT CREATE ON SCHEMA public TO webster_owner; REVOKE CREATE ON SCHEMA public FROM PUBLIC, webster_app",
      ),
    },
    "database.role_may_create",
  );
  await database.asOwner("revoke create on schema public from public");
  vi.restoreAllMocks();
});

it("works as a role that is no superuser and owns nothing", async () => {
  const { rows } =
    await onServer(`select rolname as name, rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls as mighty
    from pg_roles where rolname like 'webster%' order by 1`);
  expect(rows).toEqual([
    { name: "webster", mighty: true },
    { name: "webster_app", mighty: false },
    { name: "webster_owner", mighty: false },
  ]);
  const owned = await database.pool.query(`select relname from pg_class where relowner = current_user::regrole`);
  expect(owned.rows).toEqual([]);
});
