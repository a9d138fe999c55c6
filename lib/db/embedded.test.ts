import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, afterEach, expect, it } from "vitest";
import { attachEmbedded, type Embedded, startEmbedded } from "./embedded.ts";
import { grant } from "./grants.ts";
import { migrate, readMigrations } from "./migrate.ts";
import { isAlive, waitUntil } from "./processes.ts";
import { StartError } from "./startError.ts";

// Each of these starts databases or whole programs, on machines that may be busy.
const parent = mkdtempSync(join(tmpdir(), "webster-embedded-"));
chmodSync(parent, 0o711);
const directory = join(parent, "postgres");
const options = { settings: { shared_buffers: "16MB" } };
const running = new Set<Embedded>();

async function start(): Promise<Embedded> {
  const server = await startEmbedded(directory, options);
  running.add(server);
  return server;
}

afterEach(async () => {
  for (const server of running) await server.stop();
  running.clear();
});
afterAll(() => rmSync(parent, { recursive: true, force: true }));

async function query(url: string, sql: string): Promise<pg.QueryResult<{ value: string }>> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await client.query<{ value: string }>(sql);
  } finally {
    await client.end();
  }
}

async function queryUntilAnswered(url: string, sql: string): Promise<string | undefined> {
  const deadline = performance.now() + 15_000;
  for (;;) {
    try {
      return (await query(url, sql)).rows[0]?.value;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await waitUntil(() => false, 50);
    }
  }
}

it("starts, keeps what was written over a stop, and leaves no process and no socket", async () => {
  const first = await start();
  await query(first.ownerUrl, "create table kept as select 'café' as value");
  const socketDirectory = new URL(first.url).searchParams.get("host") ?? "";
  expect(existsSync(socketDirectory)).toBe(true);
  await first.stop();
  expect(isAlive(first.pid())).toBe(false);
  expect(existsSync(socketDirectory)).toBe(false);
  const second = await start();
  expect(second.url).toBe(first.url);
  expect((await query(second.ownerUrl, "select value from kept")).rows).toEqual([{ value: "café" }]);
});

it("writes durably, listens on no network, and doesn't know our environment", async () => {
  const server = await start();
  const { rows } = await query(
    server.url,
    "select string_agg(name || '=' || setting, ' ' order by name) as value from pg_settings where name in ('fsync', 'full_page_writes', 'listen_addresses', 'synchronous_commit', 'server_encoding')",
  );
  expect(rows[0]?.value).toBe("fsync=on full_page_writes=on listen_addresses= server_encoding=UTF8 synchronous_commit=on");
  if (process.platform !== "linux") return;
  const environment = readFileSync(`/proc/${server.pid()}/environ`, "utf8");
  expect(environment).not.toMatch(/HOME=|PATH=|WEBSTER|NODE_OPTIONS/);
});

it("comes back on the same address when it is killed, with everything committed", async () => {
  const server = await start();
  await query(server.ownerUrl, "create table survivor as select 'here' as value");
  const before = server.pid();
  process.kill(before, "SIGKILL");
  expect(await queryUntilAnswered(server.ownerUrl, "select value from survivor")).toBe("here");
  expect(server.pid()).not.toBe(before);
});

it("comes back on the same address when its socket is cleared away", async () => {
  const server = await start();
  await query(server.ownerUrl, "create table cleared as select 'here' as value");
  rmSync(new URL(server.url).searchParams.get("host") ?? "", { recursive: true });
  expect(await queryUntilAnswered(server.ownerUrl, "select value from cleared")).toBe("here");
});

it("comes back when it is asked to stop, though somebody who is idle keeps it from that", async () => {
  const server = await start();
  const before = server.pid();
  const idle = new pg.Client({ connectionString: server.url });
  idle.on("error", () => undefined);
  await idle.connect();
  process.kill(before, "SIGTERM");
  expect(await waitUntil(() => server.pid() !== before, 30_000)).toBe(true);
  expect(await queryUntilAnswered(server.ownerUrl, "select 'here' as value")).toBe("here");
});

it("says so where its socket can't be put", async () => {
  const before = process.env["TMPDIR"];
  process.env["TMPDIR"] = join(parent, "missing");
  try {
    const failed = await startEmbedded(directory, options).catch((error: unknown) => error as StartError);
    expect(failed).toBeInstanceOf(StartError);
    expect((failed as StartError).message).toContain(`can't be put into ${join(parent, "missing")}: ENOENT`);
    expect((failed as StartError).remedy).toContain("TMPDIR");
  } finally {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
  }
});

it("goes on after a kill: recovers if the server was killed too, takes it over if it runs on, and stops one with other settings", async () => {
  for (const left of ["nothing", "its server", "a server with other settings"]) {
    const script = `import { startEmbedded } from "./lib/db/embedded.ts";
      const server = await startEmbedded(${JSON.stringify(directory)}, ${JSON.stringify(options)});
      process.stdout.write(String(server.pid()));
      process.kill(process.pid, "SIGKILL");`;
    const { stdout, signal } = spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], { encoding: "utf8" });
    expect(signal).toBe("SIGKILL");
    const orphan = Number(stdout);
    expect(isAlive(orphan)).toBe(true);
    if (left === "nothing") process.kill(orphan, "SIGKILL");
    const settings = left === "its server" ? options.settings : { ...options.settings, work_mem: "5MB" };
    const server = await startEmbedded(directory, { ...options, settings });
    running.add(server);
    expect(server.pid() === orphan).toBe(left === "its server");
    expect(isAlive(orphan)).toBe(left === "its server");
    expect((await query(server.url, "select 'fine' as value")).rows).toEqual([{ value: "fine" }]);
    process.kill(server.pid(), "SIGKILL");
    expect(await queryUntilAnswered(server.url, "select 'back' as value")).toBe("back");
    const pid = server.pid();
    await server.stop();
    expect(isAlive(pid)).toBe(false);
  }
});

it("brings a directory of before, in which a superuser owned and did everything, to an owner and a role that works", async () => {
  const place = join(parent, "of-before");
  const before = await startEmbedded(place, options);
  running.add(before);
  await query(before.superuserUrl, "alter database webster owner to webster; drop role webster_owner, webster_app");
  const all = readMigrations();
  const ofBefore = all.slice(
    0,
    all.findIndex(({ name }) => name.endsWith("_days_by_owner")),
  );
  await migrate(before.superuserUrl, ofBefore);
  await query(
    before.superuserUrl,
    `create table message_20260101 partition of message for values from ('2026-01-01Z') to ('2026-01-02Z');
     insert into message (id, "createdAt", "environmentId", "applicationId", "eventType", payload, "payloadBytes")
       values ('msg_1', '2026-01-01 10:00Z', 'env_1', 'app_1', 'cafe.closed', '\\x7b7d', 2);
     insert into organization (id, name) values ('org_1', 'Cafés');
     insert into audit_entry (id, "organizationId", "actorKind", "actorId", "actorName", action, "targetKind", "targetId")
       values ('aud_1', 'org_1', 'system', 'x', 'x', 'kept', 'x', 'x')`,
  );
  await before.stop();

  const server = await startEmbedded(place, options);
  running.add(server);
  expect(await migrate(server.ownerUrl)).toEqual(all.slice(ofBefore.length).map(({ name }) => name));
  await grant(server.ownerUrl, server.url);
  const owners = await query(
    server.superuserUrl,
    `select string_agg(distinct relowner::regrole::text, ' ') as value from pg_class where relnamespace = 'public'::regnamespace`,
  );
  expect(owners.rows[0]?.value).toBe("webster_owner");
  const asked = async (sql: string): Promise<string | undefined> => (await query(server.url, sql)).rows[0]?.value;
  expect(await asked("select action as value from audit_entry")).toBe("kept");
  expect(await asked("update message_20260101 set payload = null returning id as value")).toBe("msg_1");
  expect(await asked("select drop_day('message', '2026-01-01')::text as value")).toBe("true");
  expect(await asked("select make_day('message', '2026-01-03')::text as value")).toBe("true");
  expect(await asked(`select nextval('"message_feed_place_seq"')::text as value`)).toBe("1");
  await expect(asked("delete from audit_entry")).rejects.toThrow("permission denied");
  await expect(asked("alter table audit_entry disable trigger all")).rejects.toThrow("must be owner");
  await expect(asked("set session_replication_role = replica")).rejects.toThrow("permission denied");
  await server.stop();
  // Another start has nothing to give away, and nobody loses anything.
  const again = await startEmbedded(place, options);
  running.add(again);
  expect((await query(again.url, "select action as value from audit_entry")).rows[0]?.value).toBe("kept");
});

it("can be found by another process while it runs, and not after", async () => {
  const server = await start();
  expect(attachEmbedded(directory)).toEqual({ url: server.url, ownerUrl: server.ownerUrl, superuserUrl: server.superuserUrl });
  await server.stop();
  expect(attachEmbedded(directory)).toBeNull();
});

it("a start that is given up ends what it has begun, and the next one begins anew", async () => {
  const place = mkdtempSync(join(parent, "given-up-"));
  chmodSync(place, 0o711);
  const fresh = join(place, "postgres");
  // As an initdb leaves it that was killed with its Webster.
  execFileSync("mkdir", ["-p", `${fresh}.new.1/base`]);
  const reason = new Error("asked to stop");
  const giveUp = (): Promise<unknown> =>
    startEmbedded(fresh, { ...options, signal: AbortSignal.abort(reason) }).catch((error: unknown) => error);
  expect([await giveUp(), readdirSync(place)]).toEqual([reason, []]);
  const server = await startEmbedded(fresh, options);
  running.add(server);
  expect((await query(server.url, "select 'fine' as value")).rows).toEqual([{ value: "fine" }]);
  await server.stop();
  expect([await giveUp(), existsSync(join(fresh, "postmaster.pid"))]).toEqual([reason, false]);
});

it("says what is wrong in words: a directory of another version", async () => {
  const server = await start();
  await server.stop();
  const version = join(directory, "PG_VERSION");
  execFileSync("sh", ["-c", `echo 12 > "${version}"`]);
  const refusal = await start().catch((error: unknown) => error);
  execFileSync("sh", ["-c", `echo 18 > "${version}"`]);
  expect(refusal).toBeInstanceOf(StartError);
  expect((refusal as StartError).message).toContain("initialized by PostgreSQL version 12");
  expect((refusal as StartError).remedy).toContain("Start the version of Webster that made it, take a backup");
});

it("says in words what is wrong: a directory in which a file is missing", async () => {
  await (await start()).stop();
  const control = join(directory, "global", "pg_control");
  renameSync(control, `${control}.away`);
  const refusal = await start().catch((error: unknown) => error);
  renameSync(`${control}.away`, control);
  expect(refusal).toBeInstanceOf(StartError);
  expect((refusal as StartError).remedy).toContain("Files of it are missing or damaged. Restore a backup");
});

it("starts on a copy of a directory while the server of that one runs", async () => {
  await (await start()).stop();
  const copy = join(parent, "copy");
  execFileSync("cp", ["-a", directory, copy]);
  const server = await start();
  // As if it had been copied now: the file names the server that runs, its socket and its memory.
  execFileSync("cp", ["-a", join(directory, "postmaster.pid"), copy]);
  const other = await startEmbedded(copy, options);
  running.add(other);
  for (const { url } of [server, other]) expect((await query(url, "select 'fine' as value")).rows).toEqual([{ value: "fine" }]);
  expect(other.pid()).not.toBe(server.pid());
});

const small = join(parent, "small");
execFileSync("mkdir", ["-p", small]);
const isMounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=20m,mode=755", "tmpfs", small], { stdio: "ignore" }).status === 0;
afterAll(() => {
  if (isMounted) spawnSync("umount", [small]);
});

it.runIf(isMounted)("says that the disk is full, and works once there is room", async () => {
  const place = join(small, "postgres");
  const refusal = await startEmbedded(place, options).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(StartError);
  expect((refusal as Error).message).toContain("the disk is full");
  spawnSync("mount", ["-o", "remount,size=200m", small]);
  const server = await startEmbedded(place, options);
  running.add(server);
  expect((await query(server.url, "select 'fine' as value")).rows).toEqual([{ value: "fine" }]);
});

it.runIf(isMounted)("says so, and where, when there is no room any more for what a start makes", async () => {
  const place = join(small, "postgres");
  const server = await startEmbedded(place, options);
  const ofPostgres = new URL(server.superuserUrl);
  ofPostgres.pathname = "/postgres";
  await query(ofPostgres.href, "drop database webster");
  await server.stop();
  const filler = join(small, "filler");
  spawnSync("dd", ["if=/dev/zero", `of=${filler}`, "bs=1M"], { stdio: "ignore" });
  truncateSync(filler, statSync(filler).size - 2 ** 19);
  const refusal = await startEmbedded(place, options).then(
    (started) => running.add(started),
    (error: unknown) => error,
  );
  rmSync(filler);
  expect(refusal).toBeInstanceOf(StartError);
  expect((refusal as Error).message).toContain(`The disk of PostgreSQL at ${place} is full`);
});
