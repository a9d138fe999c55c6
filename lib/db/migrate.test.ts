import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import pg from "pg";
import { expect, it } from "vitest";
import { emptyDatabase, onServer, testDatabase } from "../testing/database.ts";
import { temporaryDirectory } from "../testing/program.ts";
import { schemaEngine } from "../testing/schemaEngine.ts";
import { urlOfDatabase } from "../testing/settings.ts";
import { grantOf } from "../words/keyScope.ts";
import { migrate, type Migration, readMigrations } from "./migrate.ts";
import { StartError } from "./startError.ts";

const migration = (name: string, sql: string): Migration => ({ name, sql, checksum: createHash("sha256").update(sql).digest("hex") });
const first = migration("1_first", "create table one (id text); create index on one (id);");
const second = migration("2_second", "create table two (id text);");

async function tablesOf(url: string): Promise<string[]> {
  const { rows } = await query<{ name: string }>(
    url,
    "select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'",
  );
  return rows.map(({ name }) => name).sort();
}

async function query<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<pg.QueryResult<Row>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query<Row>(sql);
  } finally {
    await client.end();
  }
}

it("fills an empty database, then has nothing to do", async () => {
  const url = await emptyDatabase();
  expect(await migrate(url)).toEqual(readMigrations().map(({ name }) => name));
  expect(await migrate(url)).toEqual([]);
});

it("upgrades a database with data: every row is still there, and what was allowed still is", async () => {
  const url = await emptyDatabase();
  const [foundation, ...later] = readMigrations();
  if (foundation === undefined) throw new Error("There is no migration");
  await migrate(url, [foundation]);
  await query(
    url,
    `insert into organization (id, name) values ('org_1', 'Cafés');
     insert into environment (id, "organizationId", name) values ('env_1', 'org_1', 'Production');
     insert into "user" (id, email) values ('usr_1', 'jo@cafe.example');
     insert into member ("organizationId", "userId", role) values ('org_1', 'usr_1', 'owner');
     insert into api_key (id, "environmentId", name, prefix, hash) values ('key_1', 'env_1', 'First', 'wk_1', '\\x01');
     insert into one_time_token (id, purpose, hash, "expiresAt") values ('ott_1', 'setup', '\\x02', now());
     insert into application (id, "environmentId", name) values ('app_1', 'env_1', 'Café Central');
     insert into endpoint (id, "applicationId", "environmentId", url) values ('ep_1', 'app_1', 'env_1', 'https://example.com/');
     insert into event_type ("environmentId", name, schemas) values ('env_1', 'cafe.closed', '{"1":{"examples":[{"id":8202522731445525542}]}}'), ('env_1', 'none', null);
     insert into background_task (id, "environmentId", task, status, input) values ('qtask_1', 'env_1', 'endpoint.recover', 'running', '{}');
     create table message_old partition of message for values from ('2026-01-01') to ('2026-01-02');
     create table delivery_old partition of delivery for values from ('2026-01-01') to ('2026-01-02');
     create table attempt_old partition of attempt for values from ('2026-01-01') to ('2026-01-02');
     insert into message (id, "createdAt", "environmentId", "applicationId", "eventType", payload, "payloadBytes")
       values ('msg_1', '2026-01-01 10:00Z', 'env_1', 'app_1', 'cafe.closed', '\\x7b7d', 2);
     insert into delivery ("messageId", "endpointId", "createdAt", "environmentId", "applicationId", "eventType", status, "nextAttemptAt")
       values ('msg_1', 'ep_1', '2026-01-01 10:00Z', 'env_1', 'app_1', 'cafe.closed', 'pending', now());
     insert into attempt (id, "createdAt", "environmentId", "applicationId", "messageId", "endpointId", "eventType", "attemptNumber", trigger,
       status, url, "responseStatusCode", "durationMs")
       values ('atmpt_1', '2026-01-01 10:00Z', 'env_1', 'app_1', 'msg_1', 'ep_1', 'cafe.closed', 1, 'scheduled', 'failed', 'https://example.com/', 500, 3)`,
  );
  expect(await migrate(url)).toEqual(later.map(({ name }) => name));
  const { rows } = await query(
    url,
    `select k.permission, k."applicationId", t.status as task, m.payload, d.status, a."responseStatusCode", a."errorClass", r.role
     from api_key k, background_task t, message m, delivery d, attempt a, member r`,
  );
  const types = await query<{ schemas: string | null }>(url, "select schemas from event_type order by name");
  expect(types.rows).toEqual([{ schemas: '{"1": {"examples": [{"id": 8202522731445525542}]}}' }, { schemas: null }]);
  expect(rows).toEqual([
    {
      permission: "write",
      applicationId: null,
      task: "running",
      payload: Buffer.from("{}"),
      status: "pending",
      responseStatusCode: 500,
      // Nothing else says any more that it failed.
      errorClass: "status",
      role: "owner",
    },
  ]);
});

it("upgrades deliveries: what waits is found by whoever claims, and what went wrong by the log", async () => {
  const url = await emptyDatabase();
  const all = readMigrations();
  await migrate(
    url,
    all.slice(
      0,
      all.findIndex(({ name }) => name.endsWith("_in_hand")),
    ),
  );
  await query(
    url,
    `select make_day(name, day) from unnest(array[current_date, '2026-01-01']) day, unnest(array['delivery', 'message']) name;
     insert into message ("id", "createdAt", "environmentId", "applicationId", "eventType", "payloadBytes")
     select 'msg_' || n, day + n * interval '1 minute', 'env_1', 'app_1', 'cafe.closed', 0 from (values (1, '2026-01-01Z'::timestamptz), (2, current_date)) m (n, day);
     insert into delivery ("messageId", "endpointId", "createdAt", "environmentId", "applicationId", "eventType", status, "nextAttemptAt", "leaseId",
       "attemptCount", "lastStatusCode", "lastErrorClass")
     select 'msg_' || n, 'ep_1', '2026-01-01 10:00Z', 'env_1', 'app_1', 'cafe.closed', status, due, lease, attempts, code, error
     from (values (1, 'pending', '2026-01-01 11:00Z'::timestamptz, 'lease_1', 0, null::int, null), (2, 'pending', '2026-01-01 12:00Z', null, 1, 500, 'status'),
       (3, 'succeeded', null, null, 1, 200, null), (4, 'succeeded', null, null, 2, 204, null), (5, 'cancelled', null, null, 0, null, null)
     ) d (n, status, due, lease, attempts, code, error)`,
  );
  await migrate(url);
  const { rows } = await query(
    url,
    `select "messageId" as id, ("dueAt" is not distinct from "nextAttemptAt") as same, "troubleStatus" as status, "troubleStatusCode" as code,
       "troubleAttempts" as attempts from delivery order by "messageId"`,
  );
  const well = { same: true, status: null, code: null, attempts: null };
  expect(rows).toEqual([
    { ...well, id: "msg_1" },
    { ...well, id: "msg_2", status: "pending", code: 500, attempts: 1 },
    { ...well, id: "msg_3" },
    { ...well, id: "msg_4", status: "succeeded", code: 204, attempts: 2 },
    { ...well, id: "msg_5", status: "cancelled", attempts: 0 },
  ]);
  // What came before is passed: a table of millions is not read once more to find that nothing of it is in hand.
  const passed = await query(url, `select name, convert_from(value, 'UTF8') as place from setting where name like 'in_hand_%' order by 1`);
  expect(passed.rows).toEqual([
    { name: "in_hand_late", place: "msg_2" },
    { name: "in_hand_soon", place: "msg_2" },
  ]);
  // Rows of days to come have room for a second version beside the first; there is none to be had in those of before.
  const options = await query<{ day: string; options: string[] | null }>(
    url,
    `select right(relname, 8) as day, reloptions as options from pg_class where relname ~ '^delivery_\\d{8}$' order by 1`,
  );
  expect(options.rows.map(({ options: some }) => some)).toEqual([null, ["fillfactor=50"]]);
});

it("upgrades keys that the dashboard made for polling: they poll on, and no other key may more than before", async () => {
  const url = await emptyDatabase();
  const all = readMigrations();
  const at = all.findIndex(({ name }) => name.endsWith("_polling_keys"));
  await migrate(url, all.slice(0, at));
  await query(
    url,
    `insert into organization (id, name) values ('org_1', 'Cafés');
     insert into environment (id, "organizationId", name) values ('env_1', 'org_1', 'Production');
     insert into application (id, "environmentId", name) values ('app_1', 'env_1', 'Café Central');
     insert into api_key (id, "environmentId", name, prefix, hash, permission, "applicationId") values
       ('key_1', 'env_1', 'Polling: warehouse', 'wk_1', '\\x01', 'read', 'app_1'),
       ('key_2', 'env_1', 'Reports', 'wk_2', '\\x02', 'read', 'app_1'),
       ('key_3', 'env_1', 'Polling: all', 'wk_3', '\\x03', 'read', null),
       ('key_4', 'env_1', 'Polling: more', 'wk_4', '\\x04', 'write', 'app_1');`,
  );
  await migrate(url);
  const { rows } = await query(url, "select id, permission, scopes from api_key order by id");
  const polling = ["poller:Write", "application:Read", "endpoint:Read", "message:Read", "message-attempt:Read"];
  expect(rows).toEqual([
    { id: "key_1", permission: "scoped", scopes: polling },
    { id: "key_2", permission: "read", scopes: null },
    { id: "key_3", permission: "read", scopes: null },
    { id: "key_4", permission: "write", scopes: null },
  ]);
  expect(grantOf(polling)).toEqual({ permission: "write", limited: true });
});

it("upgrades figures: what was counted before knows which deliveries have succeeded", async () => {
  const url = await emptyDatabase();
  const all = readMigrations();
  const at = all.findIndex(({ name }) => name.endsWith("_delivered"));
  await migrate(url, all.slice(0, at));
  await query(
    url,
    `create table attempt_old partition of attempt for values from ('2026-01-01') to ('2026-01-03');
     insert into attempt (id, "createdAt", "environmentId", "applicationId", "messageId", "endpointId", "eventType", "attemptNumber", trigger,
       status, url, "responseStatusCode", "durationMs")
     select 'atmpt_' || row_number() over (), at::timestamptz, 'env_1', 'app_1', message, 'ep_1', 'cafe.closed', number, 'scheduled', status, '', 500, 3
     from (values ('msg_1', '2026-01-01 10:00:30Z', 1, 'succeeded'), ('msg_2', '2026-01-01 10:00:40Z', 1, 'failed'),
       ('msg_2', '2026-01-02 11:30:00Z', 2, 'succeeded'), ('msg_2', '2026-01-02 12:30:00Z', 3, 'succeeded'),
       ('msg_3', '2026-01-01 10:00:50Z', 1, 'failed')) a (message, at, number, status);
     insert into delivery_rollup ("environmentId", "endpointId", minutes, start, deliveries, succeeded, failed)
     values ('env_1', 'ep_1', 60, '2026-01-01 10:00Z', 3, 1, 2), ('env_1', 'ep_1', 60, '2026-01-02 11:00Z', 0, 1, 0);
     insert into event_type_rollup ("environmentId", "eventType", minutes, start, deliveries, succeeded, failed)
     values ('env_1', 'cafe.closed', 60, '2026-01-01 10:00Z', 3, 1, 2);`,
  );
  await migrate(url);
  expect((await query(url, `select "atOnce" from delivery_rollup order by start`)).rows).toEqual([{ atOnce: 1 }, { atOnce: 0 }]);
  expect((await query(url, `select "atOnce" from event_type_rollup`)).rows).toEqual([{ atOnce: 1 }]);
  expect((await query(url, `select "eventType", minutes, start, "succeededAt", deliveries from late_success`)).rows).toEqual([
    {
      eventType: "cafe.closed",
      minutes: 60,
      start: new Date("2026-01-01T10:00:00Z"),
      succeededAt: new Date("2026-01-02T11:00:00Z"),
      deliveries: 1,
    },
  ]);
});

it("upgrades what sources have received: duplicates stay what they were, and what is remembered is remembered", async () => {
  const url = await emptyDatabase();
  const all = readMigrations();
  const at = all.findIndex(({ name }) => name.endsWith("_event_identity"));
  await migrate(url, all.slice(0, at));
  await query(
    url,
    `insert into organization (id, name) values ('org_1', 'Cafés');
     insert into environment (id, "organizationId", name) values ('env_1', 'org_1', 'Production');
     insert into application (id, "environmentId", name) values ('app_1', 'env_1', 'Café Central');
     insert into source (id, "environmentId", "applicationId", name, provider, "sealedConfig", "eventType", dedupe, "dedupeWindowSeconds", forward)
       values ('src_1', 'env_1', 'app_1', 'Till', 'stripe', '\\x00', '{"from":"provider","value":null}', '{"by":"provider","value":null}', 60, '{}');
     insert into source_dedupe ("sourceId", "keyHash", "messageId", "bodyHash", "expiresAt") values ('src_1', '\\x01', 'msg_1', '\\x02', now());
     create table received_request_old partition of received_request for values from ('2026-01-01') to ('2026-01-02');
     insert into received_request (id, "createdAt", "environmentId", "sourceId", verdict, "providerEventId", "messageId", method, "sealedHead",
       "bodyBytes", "responseStatus")
       values ('rcv_1', '2026-01-01 10:00Z', 'env_1', 'src_1', 'accepted', 'evt_1', 'msg_1', 'POST', '\\x00', 2, 200),
         ('rcv_2', '2026-01-01 10:01Z', 'env_1', 'src_1', 'duplicate', 'evt_1', 'msg_1', 'POST', '\\x00', 2, 200)`,
  );
  expect(await migrate(url)).toContain("20261128120000_event_identity");
  const { rows } = await query(
    url,
    `select r.id, r.verdict, r."messageId", r."duplicateBy", r."duplicateOfId", s.dedupe, d."messageId" as remembered
     from received_request r, source s, source_dedupe d order by 1`,
  );
  const same = { messageId: "msg_1", duplicateBy: null, duplicateOfId: null, dedupe: { by: "provider", value: null }, remembered: "msg_1" };
  expect(rows).toEqual([
    { id: "rcv_1", verdict: "accepted", ...same },
    { id: "rcv_2", verdict: "duplicate", ...same },
  ]);
});

it("upgrades a database that remembers its secret: that key is the first of those that may have sealed something", async () => {
  const url = await emptyDatabase();
  const all = readMigrations();
  const before = all.findIndex(({ name }) => name.endsWith("_seal_keys"));
  await migrate(url, all.slice(0, before));
  await query(url, `insert into setting (name, value) values ('sealKeyId', '\\x01020304')`);
  await migrate(url);
  const { rows } = await query(url, `select id, remaining, "retiredAt" from seal_key`);
  expect(rows).toEqual([{ id: Buffer.from("01020304", "hex"), remaining: null, retiredAt: null }]);
});

it("applies what is new, each once, however many start together", async () => {
  const url = await emptyDatabase();
  await migrate(url, [first]);
  const applied = await Promise.all([1, 2, 3].map(() => migrate(url, [first, second])));
  expect(applied.flat()).toEqual(["2_second"]);
  expect(await tablesOf(url)).toEqual(["_prisma_migrations", "one", "two"]);
});

it("a migration that fails leaves nothing behind, and the next start tries it again", async () => {
  const url = await emptyDatabase();
  const broken = migration("2_second", "create table two (id text); select 1 / 0;");
  await expect(migrate(url, [first, broken])).rejects.toThrow("division by zero");
  expect(await tablesOf(url)).toEqual(["_prisma_migrations", "one"]);
  expect(await migrate(url, [first, second])).toEqual(["2_second"]);
});

it("a migration takes as long as it takes, whatever limits the role is given", async () => {
  const url = await emptyDatabase();
  const limits = [
    "statement_timeout",
    "lock_timeout",
    "transaction_timeout",
    "idle_in_transaction_session_timeout",
    "idle_session_timeout",
  ];
  for (const limit of limits) await onServer(`alter database "${new URL(url).pathname.slice(1)}" set ${limit} = '10min'`);
  const curious = migration(
    "1_curious",
    `create table limits as select ${limits.map((name) => `current_setting('${name}')`).join(" || ")} as all`,
  );
  await migrate(url, [curious]);
  expect((await query(url, `select "all" from limits`)).rows).toEqual([{ all: "00000" }]);
});

it.each([
  [
    "a lock that can't be had",
    "set local lock_timeout = '1ms'; lock table one in access exclusive mode;",
    /broke off .*: canceling statement due to lock timeout/,
  ],
  ["what nobody has foreseen", "select 1 / 0;", /^Migration 2_broken failed, and nothing of it is left: division by zero\.$/],
])("says in words why a migration failed: %s", async (_case, sql, message) => {
  const url = await emptyDatabase();
  await migrate(url, [first]);
  const other = new pg.Client({ connectionString: url });
  await other.connect();
  await other.query("begin; lock table one in access share mode");
  const refusal = await migrate(url, [first, migration("2_broken", sql)]).catch((error: unknown) => error);
  await other.end();
  expect(refusal).toBeInstanceOf(StartError);
  expect((refusal as Error).message).toMatch(message);
  expect(await migrate(url, [first, second])).toEqual(["2_second"]);
});

it.each([
  ["was changed by a newer version", [first, second], [first], /newer Webster \(migration 2_second\)/],
  ["has another form of a migration", [first], [migration("1_first", "create table other (id text)")], /1_first was changed after/],
])("refuses a database that %s", async (_case, before, now, message) => {
  const url = await emptyDatabase();
  await migrate(url, before);
  const refusal = await migrate(url, now).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(StartError);
  expect((refusal as Error).message).toMatch(message);
});

it("refuses a database with somebody else's tables", async () => {
  const url = await emptyDatabase();
  await query(url, "create table invoices (id text)");
  await expect(migrate(url)).rejects.toThrow(/tables that aren't Webster's, such as "invoices"/);
  expect(await tablesOf(url)).toContain("invoices");
});

it("says who may not create tables", async () => {
  const url = await emptyDatabase();
  const name = new URL(url).pathname.slice(1);
  await onServer(`create role "poor_${name}" login`);
  const poor = new URL(url);
  poor.username = `poor_${name}`;
  await expect(migrate(poor.href)).rejects.toThrow(new RegExp(`User "poor_${name}" may not create Webster's tables`));
});

it.each([
  ["no server", () => "postgresql://webster@127.0.0.1:1/webster", /can't be reached at 127\.0\.0\.1:1/],
  ["no such host", () => "postgresql://webster@host.invalid/webster", /can't be reached at host\.invalid/],
  ["no such database", async () => urlOfDatabase(await emptyDatabase(), "absent"), /has no database "absent"/],
  ["no such user", async () => (await emptyDatabase()).replace("webster_owner@", "nobody@"), /refuses user "nobody"/],
])("says what is wrong with DATABASE_URL: %s", async (_case, url, message) => {
  const refusal = await migrate(await url()).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(StartError);
  expect((refusal as Error).message).toMatch(message);
});

it("leaves a database that Prisma's engine finds in order", async () => {
  const url = await emptyDatabase();
  await migrate(url);
  const engine = await schemaEngine(url);
  expect(await engine.diagnose()).toMatchObject({
    editedMigrationNames: [],
    failedMigrationNames: [],
    hasMigrationsTable: true,
    history: null,
  });
});

it("makes the tables that schema.prisma describes, partitions and all", async () => {
  const database = await testDatabase();
  const engine = await schemaEngine(database.url);
  expect(await engine.drift()).toEqual([]);
  await database.asOwner('alter table application drop column "throttleRate"');
  expect(await engine.drift()).toEqual(['ALTER TABLE "application" ADD COLUMN "throttleRate" INTEGER']);
  await database.close();
});

it("gives up a migration whose program was killed, so that the next start need not wait for its end", async () => {
  const url = await emptyDatabase();
  const endless = migration("1_endless", "select pg_sleep(600)");
  const [directory, remove] = temporaryDirectory();
  const script = join(directory, "migrates.ts");
  writeFileSync(
    script,
    `import { migrate } from "${resolve("lib/db/migrate.ts")}";
    void migrate(${JSON.stringify(url)}, [${JSON.stringify(endless)}]);`,
  );
  const program = spawn(process.execPath, ["--import", "tsx", script], { stdio: "inherit" });
  const sleeping = `select from pg_stat_activity where datname = '${new URL(url).pathname.slice(1)}' and wait_event = 'PgSleep'`;
  await expect.poll(async () => (await onServer(sleeping)).rowCount).toBe(1);
  program.kill("SIGKILL");
  expect(await migrate(url, [first])).toEqual(["1_first"]);
  remove();
});
