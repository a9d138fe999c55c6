/** The master secret is rotated: every column that holds something sealed, whatever happens meanwhile. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { locks } from "../db/locks.ts";
import { closeListener } from "../db/listen.ts";
import { announceKeys, listKeys } from "../db/sealKeys.ts";
import { reseal } from "../db/sql/upkeep/reseal.ts";
import { sealedColumns, unsealedColumns } from "../db/sql/upkeep/sealedColumns.ts";
import { keyIdOf, Sealer, sealedPrefix, sealer } from "../seal.ts";
import { setSecrets, type TestDatabase, testDatabase } from "../testing/database.ts";
import { furnish, type Furnished, send, withKey, withSession } from "../testing/furnish.ts";
import { giveApp } from "../testing/secondFactor.ts";
import { newMember } from "../testing/session.ts";
import { createApi } from "./app.ts";

let database: TestDatabase;
let furnished: Furnished;
/** The secret that this process sealed with last. */
let current = "";
/** The secret with which the furnished member signed in. */
let secretOfMember = "";
let count = 0;
const api = createApi();
const hex = (secret: string): string => keyIdOf(secret).toString("hex");

beforeAll(async () => {
  database = await testDatabase();
  current = newSecret();
  secretOfMember = current;
  setSecrets(current);
  await announceKeys(null);
  furnished = await furnish(api);
  await sealTheRest(furnished);
});
beforeEach(closeListener);
afterAll(() => database.close());

const newSecret = (): string => `secret number ${count++}, of more than thirty-two characters`;

/** Begins anew, as another process would, with other secrets. */
async function start(newest: string, ...others: string[]): Promise<void> {
  await closeListener();
  setSecrets(newest, ...others);
  await announceKeys(null);
  current = newest;
}

/** Makes a value in each sealed column that a furnished tenant has none in. */
async function sealTheRest({ apiKey, ids, member, organizationId, environmentId }: Furnished): Promise<void> {
  const { app_id, endpoint_id, sink_id, source_id } = ids;
  const code = { code: "const handler = (webhook) => webhook", enabled: true, variables: { token: "sealed" } };
  const calls: [string, string, object][] = [
    ["PUT", `/app/${app_id}/endpoint/${endpoint_id}/headers`, { headers: { Authorization: "Bearer sealed" } }],
    ["PUT", `/app/${app_id}/endpoint/${endpoint_id}/authentication`, { kind: "bearer", token: "sealed-bearer-token" }],
    ["PATCH", `/app/${app_id}/endpoint/${endpoint_id}/transformation`, code],
    ["PATCH", `/source/${source_id}/transformation`, { ...code, enabled: false }],
    ["PATCH", `/app/${app_id}/destination/${sink_id}/transformation`, code],
    ["POST", "/alert-channel", { kind: "slack", target: "https://127.0.0.1:9/services/sealed" }],
  ];
  const admin = withSession(await newMember(organizationId, "admin"), environmentId);
  for (const [method, path, body] of calls) {
    const { status } = await send(api, path === "/alert-channel" ? admin : withKey(apiKey), method, `/api/v1${path}`, body);
    expect([path, status < 300]).toEqual([path, true]);
  }
  await send(api, { ...withKey(apiKey), "idempotency-key": "once" }, "POST", "/api/v1/app", { name: "Once" });
  await giveApp(member.userId);
  const source = await api.request(`/api/v1/source/${source_id}`, { headers: withKey(apiKey) });
  const { url } = (await source.json()) as { url: string };
  const signed = { authorization: "Bearer bearer-token-of-the-source", "content-type": "application/json" };
  expect((await api.request(new URL(url).pathname, { method: "POST", headers: signed, body: '{"type":"paid"}' })).status).toBe(200);
}

/** All sealed values in the clear, by column. Throws at the first that does not open. */
async function openAll(by: Sealer): Promise<Record<string, string[]>> {
  const opened: Record<string, string[]> = {};
  for (const { table, column, rowId } of sealedColumns) {
    const { rows } = await database.pool.query<{ id: string; value: Buffer }>(
      `select ${rowId} as id, "${column}" as value from "${table}" where "${column}" is not null order by 1`,
    );
    opened[`${table}.${column}`] = rows.map(({ id, value }) => `${id}: ${by.open(id, value).toString()}`).sort();
  }
  return opened;
}

const newestOnly = (): Sealer => new Sealer(current);

test("every column of bytes is known to hold something sealed or nothing, and each sealed one has a value here", async () => {
  const { rows } = await database.pool.query<{ name: string }>(
    `select relname || '.' || attname as name from pg_class join pg_attribute on attrelid = pg_class.oid
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition and attnum > 0 and not attisdropped
       and atttypid = 'bytea'::regtype`,
  );
  const listed = [...sealedColumns.map(({ table, column }) => `${table}.${column}`), ...Object.values(unsealedColumns).flat()];
  expect(listed.sort()).toEqual(rows.map(({ name }) => name).sort());
  const opened = await openAll(sealer());
  expect(Object.keys(opened).filter((name) => opened[name]?.length === 0)).toEqual([]);
});

test("nothing sealed lies anywhere else: not as bytes, not as text", async () => {
  const prefix = sealedPrefix(sealer().keyId);
  const tables = await database.pool.query<{ name: string }>(`select tablename as name from pg_tables where schemaname = 'public'`);
  const found: string[] = [];
  let sealed = 0;
  for (const { name } of tables.rows) {
    const table = name.replace(/_\d{8}$/, "");
    const columns = sealedColumns.filter((one) => one.table === table).map(({ column }) => column);
    const { rows } = await database.pool.query<{ all: string; other: string }>(
      `select to_jsonb(t)::text as all, (to_jsonb(t) - $1::text[])::text as other from "${name}" t`,
      [columns],
    );
    const hasSome = (text: string): boolean =>
      text.includes(`x${prefix.toString("hex")}`) || text.includes(prefix.toString("base64").slice(0, 6));
    sealed += rows.filter(({ all }) => hasSome(all)).length;
    if (rows.some(({ other }) => hasSome(other))) found.push(name);
  }
  expect(sealed).toBeGreaterThan(sealedColumns.length);
  expect(found).toEqual([]);
});

test("a rotation: everything opens with the new secret alone, says the same, and the old one is retired", async () => {
  const old = current;
  const before = await openAll(sealer());
  const answers = await asked();
  await start(newSecret(), old);
  expect(await asked()).toEqual(answers);
  const total = Object.values(before).flat().length;
  const progress: [number, number][] = [];
  const done = await reseal({ onProgress: (sealed, of) => void progress.push([sealed, of]) });
  expect(done).toEqual({ resealed: total, unreadable: 0, waiting: [], retired: [hex(old)] });
  expect(progress.at(-1)).toEqual([total, total]);
  expect(await openAll(newestOnly())).toEqual(before);
  await start(current);
  expect(await asked()).toEqual(answers);
  expect(await listKeys()).toMatchObject([
    { id: hex(current), newest: true, retiredAt: null },
    { id: hex(old), newest: false, remaining: 0, resealed: total, retiredAt: expect.any(Date) },
  ]);
  const admin = await newMember(furnished.organizationId, "admin");
  const system = await api.request("/api/v1/system", { headers: withSession(admin, furnished.environmentId) });
  expect(await system.json()).toMatchObject({
    secrets: [
      { keyId: hex(current), newest: true, remaining: null },
      { keyId: hex(old), newest: false, remaining: 0, resealed: total, retiredAt: expect.stringContaining("T") },
    ],
  });
});

/** What people and programs see of what is sealed. */
async function asked(): Promise<unknown[]> {
  const { app_id, endpoint_id, source_id, integ_id, request_id } = furnished.ids;
  const paths = [
    `/app/${app_id}/endpoint/${endpoint_id}/secret`,
    `/app/${app_id}/endpoint/${endpoint_id}/headers`,
    `/app/${app_id}/endpoint/${endpoint_id}/transformation`,
    `/source/${source_id}`,
    `/app/${app_id}/integration/${integ_id}/key`,
    `/received-request/${request_id}`,
    `/inbox`,
  ];
  const answers: unknown[] = [];
  for (const path of paths) {
    const response = await api.request(`/api/v1${path}`, { headers: withKey(furnished.apiKey) });
    expect([path, response.status]).toEqual([path, 200]);
    answers.push(await response.json());
  }
  return answers;
}

test("who is signed in stays so while the old secret is there, and no longer", async () => {
  const headers = withSession(furnished.member, furnished.environmentId);
  const session = async (): Promise<number> => (await api.request("/api/v1/session", { headers })).status;
  const now = current;
  setSecrets(newSecret());
  expect(await session()).toBe(401);
  setSecrets(newSecret(), newSecret(), secretOfMember);
  expect(await session()).toBe(200);
  setSecrets(now);
});

test("two rotations one after another, and one back, lose nothing", async () => {
  const before = await openAll(sealer());
  const [first, second, third] = [current, newSecret(), newSecret()];
  await start(second, first);
  await database.pool.query(`update endpoint_secret set sealed = sealed where id = (select min(id) from endpoint_secret)`);
  await start(third, second, first);
  expect((await reseal())?.retired.sort()).toEqual([hex(first), hex(second)].sort());
  await start(first, third);
  expect(await reseal()).toMatchObject({ unreadable: 0, retired: [hex(third)] });
  await start(first);
  expect(await openAll(newestOnly())).toEqual(before);
});

test("a start without a secret that may still be needed says which, and what to do", async () => {
  const [old, next] = [current, newSecret()];
  await start(next, old);
  await closeListener();
  setSecrets(next);
  await expect(announceKeys(null)).rejects.toMatchObject({
    message: expect.stringContaining(`a secret that is not here (key ${hex(old)})`),
    remedy: expect.stringContaining("WEBSTER_OTHER_SECRETS"),
  });
  setSecrets(newSecret());
  await expect(announceKeys({ file: "/data/secret", isNew: false })).rejects.toMatchObject({
    message: "The secret in /data/secret is not the one that this database was filled with.",
    remedy: expect.stringContaining("Put the file of before back"),
  });
  await start(next, old);
  await reseal();
});

/** Another process on this database, with these secrets: its locks. */
async function otherProcess(sealsWith: string, ...opensWith: string[]): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const hold = (seed: number, secret: string) =>
    client.query(`select pg_advisory_lock_shared(hashtextextended($2, $1))`, [seed, hex(secret)]);
  await client.query("select pg_advisory_lock_shared($1)", [locks.opensSealed]);
  for (const secret of [sealsWith, ...opensWith]) await hold(locks.opensWith, secret);
  await hold(locks.sealsWith, sealsWith);
  return client;
}

test("a new secret seals only once every process opens with it", async () => {
  const [old, next] = [current, newSecret()];
  const stranger = await otherProcess(old);
  await closeListener();
  setSecrets(next, old);
  await expect(announceKeys(null)).rejects.toMatchObject({
    message: expect.stringContaining("another process runs on this database without it"),
  });
  await stranger.end();
  const rolling = await otherProcess(old, next);
  await start(next, old);
  expect(await reseal()).toMatchObject({ unreadable: 0, waiting: [hex(old)], retired: [] });
  // The process with the settings of before writes on.
  await database.pool.query(`update inbox set "sealedToken" = $1 where id = $2`, [
    new Sealer(old).seal(furnished.ids["inbox_id"] ?? "", "written meanwhile"),
    furnished.ids["inbox_id"],
  ]);
  await rolling.end();
  await expect.poll(async () => (await reseal())?.retired).toEqual([hex(old)]);
  expect((await openAll(newestOnly()))["inbox.sealedToken"]).toEqual([`${furnished.ids["inbox_id"]}: written meanwhile`]);
});

test("only the newest secret of the database seals anew: two processes never undo each other's work", async () => {
  const [old, next] = [current, newSecret()];
  await start(next, old);
  setSecrets(old, next);
  expect(await reseal()).toBeNull();
  setSecrets(next, old);
  expect(await reseal()).toMatchObject({ retired: [hex(old)] });
  expect(await reseal()).toBeNull();
});

test("what is written while it is being sealed anew stays as it was written", async () => {
  const [old, next] = [current, newSecret()];
  await start(next, old);
  const id = furnished.ids["inbox_id"] ?? "";
  const writer = await database.pool.connect();
  await writer.query("begin");
  await writer.query(`update inbox set "sealedToken" = $1 where id = $2`, [new Sealer(old).seal(id, "newer"), id]);
  const resealing = reseal();
  await waitsForALock();
  await writer.query("commit");
  writer.release();
  expect(await resealing).toMatchObject({ unreadable: 0, retired: [hex(old)] });
  expect((await openAll(newestOnly()))["inbox.sealedToken"]).toEqual([`${id}: newer`]);
});

const waitsForALock = (): Promise<void> =>
  expect
    .poll(
      async () =>
        (
          await database.pool.query(
            `select from pg_stat_activity where datname = current_database() and application_name = 'webster reseal' and wait_event_type = 'Lock'`,
          )
        ).rowCount,
    )
    .toBe(1);

test("damaged values, and those of nobody's key, are named, left alone, and hold nothing up", async () => {
  const [old, next] = [current, newSecret()];
  const id = furnished.ids["inbox_id"] ?? "";
  const good = new Sealer(old).seal(id, "good");
  await start(next, old);
  const damaged: [string, Buffer][] = [
    ["changed", Buffer.from(good).fill(0, good.length - 1)],
    ["of another row", new Sealer(old).seal("inb_other", "good")],
    ["of an unknown key", new Sealer(newSecret()).seal(id, "good")],
    ["cut off", good.subarray(0, 9)],
    ["empty", Buffer.alloc(0)],
  ];
  for (const [index, [, value]] of damaged.entries())
    await database.pool.query(
      `insert into inbox (id, "environmentId", name, "tokenHash", "sealedToken") values ($1, $2, 'damaged', $3, $4)`,
      [`${id}${index}`, furnished.environmentId, Buffer.from(`damaged ${index}`), value],
    );
  expect(await reseal()).toMatchObject({ unreadable: damaged.length, retired: [hex(old)] });
  const { rows } = await database.pool.query<{ value: Buffer }>(
    `select "sealedToken" as value from inbox where name = 'damaged' order by id`,
  );
  expect(rows.map(({ value }) => value)).toEqual(damaged.map(([, value]) => value));
  await database.pool.query("delete from inbox where name = 'damaged'");
});

test("killed in the middle, it goes on where it was", async () => {
  const [old, next] = [current, newSecret()];
  const endpointId = furnished.ids["endpoint_id"] ?? "";
  const by = new Sealer(old);
  const ids = Array.from({ length: 250 }, (_, index) => `sec_many_${String(index).padStart(3, "0")}`);
  for (const id of ids)
    await database.pool.query(`insert into endpoint_secret (id, "endpointId", sealed, "expiresAt") values ($1, $2, $3, now())`, [
      id,
      endpointId,
      by.seal(id, id),
    ]);
  await start(next, old);
  const holder = await database.pool.connect();
  await holder.query("begin");
  await holder.query(`select from endpoint_secret where id = $1 for update`, [ids.at(-1)]);
  const script = `import { readEnv, setEnv } from "./lib/env.ts"; import { reseal } from "./lib/db/sql/upkeep/reseal.ts";
    setEnv(readEnv(process.env)); await reseal();`;
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
    env: { ...process.env, DATABASE_URL: database.url, WEBSTER_SECRET: next, WEBSTER_OTHER_SECRETS: JSON.stringify([old]) },
    stdio: "inherit",
  });
  await waitsForALock();
  child.kill("SIGKILL");
  await once(child, "exit");
  await holder.query("rollback");
  holder.release();
  const { rows } = await database.pool.query<{ anew: number }>(
    `select count(*)::int as anew from endpoint_secret where substring(sealed from 2 for 4) = $1`,
    [keyIdOf(next)],
  );
  expect(rows[0]?.anew).toBeGreaterThan(100);
  expect((await reseal({ wait: true }))?.retired).toEqual([hex(old)]);
  const opened = await openAll(newestOnly());
  expect(opened["endpoint_secret.sealed"]).toEqual(expect.arrayContaining(ids.map((id) => `${id}: ${id}`)));
  expect((await listKeys()).find(({ id }) => id === hex(old))).toMatchObject({ remaining: 0 });
});
