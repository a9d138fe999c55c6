import { existsSync, readdirSync, readFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import { Client } from "pg";
import { expect, inject, it } from "vitest";
import { locks } from "../lib/db/locks.ts";
import { isAlive } from "../lib/db/processes.ts";
import { emptyDatabase } from "../lib/testing/database.ts";
import { type Program, runProgram } from "../lib/testing/program.ts";
import { programsOfEachTest } from "../lib/testing/programs.ts";
import { testSecret } from "../lib/testing/settings.ts";

// Each of these tests starts databases or whole programs, on machines that may be busy.

const apiKey = "a-key-for-scripts-0123456789";
const programs = programsOfEachTest();

const server = (env: Record<string, string> = {}, args = ["--no-pages"]): Program => programs.start("bin/server.ts", args, env);

const urlOf = async (program: Program): Promise<string> => (await program.waitFor(/API +(http:\S+)\/api\/v1/))[1] ?? "";
const databasePid = (): number =>
  Number(readFileSync(join(programs.directory, "data", "postgres", "postmaster.pid"), "utf8").split("\n")[0]);
const ended = async (program: Program): Promise<[number | null, string]> => [(await program.exited).code, program.output()];

it("starts on an empty directory, serves, prints what to do next, and stops cleanly", async () => {
  const program = server();
  const url = await urlOf(program);
  expect((await fetch(`${url}/health`)).status).toBe(204);
  expect(program.output()).toContain(join(programs.directory, "data"));
  expect(program.output()).toMatch(/Targets +public addresses, by https; and this machine \(loopback\)/);
  expect(program.output()).toMatch(new RegExp(`${url}/setup#token=[\\w-]{43}`));
  const postgres = databasePid();
  program.kill("SIGTERM");
  expect(await ended(program)).toEqual([0, expect.stringContaining("Stopped.")]);
  expect(isAlive(postgres)).toBe(false);
  expect(program.output()).not.toMatch(/ {4}at .*:\d+/);
});

it("says at once what DATABASE_REPLICA_URL leads to that is no replica, and goes on without it", async () => {
  const url = await emptyDatabase();
  const program = server({ DATABASE_URL: url, WEBSTER_SECRET: testSecret, DATABASE_REPLICA_URL: inject("databaseServerUrl") });
  await program.waitFor(
    /"problem":"[^"]* is no standby: it takes writes of its own\.","hint":"Set DATABASE_REPLICA_URL to [^\n]*replica\.unfit/,
  );
  expect((await fetch(`${await urlOf(program)}/health/ready`)).status).toBe(204);
});

it("goes on, and stops cleanly, when nobody reads its output any more", async () => {
  const program = server();
  const url = await urlOf(program);
  program.stopReading();
  // Of this the log says much.
  const before = databasePid();
  process.kill(before, "SIGKILL");
  await expect.poll(databasePid, { timeout: 60_000 }).not.toBe(before);
  await expect.poll(async () => (await fetch(`${url}/health/ready`)).status, { timeout: 60_000 }).toBe(204);
  program.kill("SIGTERM");
  expect((await program.exited).code).toBe(0);
});

it("one Ctrl-C, even if npm passes it on a second time, is a clean stop", async () => {
  const program = server();
  await urlOf(program);
  program.kill("SIGINT");
  program.kill("SIGINT");
  expect((await program.exited).code).toBe(0);
});

it("a second Ctrl-C a while later ends it at once, and its database with it", async () => {
  const program = server({ WEBSTER_BOOTSTRAP_API_KEY: apiKey });
  const { port } = new URL(await urlOf(program));
  const postgres = databasePid();
  // A request under way, which the first Ctrl-C waits for.
  const upload = connect(Number(port), "127.0.0.1").on("error", () => undefined);
  upload.write(
    `POST /api/v1/app HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${apiKey}\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n`,
  );
  expect(String((await once(upload, "data"))[0])).toContain("100 Continue");
  program.kill("SIGINT");
  await program.waitFor(/Ctrl-C again ends it at once/);
  const again = setInterval(() => program.kill("SIGINT"), 200);
  expect((await program.exited).code).toBe(130);
  clearInterval(again);
  await expect.poll(() => isAlive(postgres)).toBe(false);
});

it("told to stop, it says that it is not ready, takes requests until the load balancer knows, and ends within its deadline", async () => {
  const env = {
    WEBSTER_BOOTSTRAP_API_KEY: apiKey,
    WEBSTER_STOP_DELAY_SECONDS: "8",
    WEBSTER_STOP_SECONDS: "9",
    WEBSTER_OPERATIONS_PORT: "0",
  };
  const program = server({ ...env, WEBSTER_ATTEMPT_TIMEOUT_SECONDS: "120", WEBSTER_HTTPS_ONLY: "false" });
  const url = await urlOf(program);
  const operations = (await program.waitFor(/Operations (http:\S+)\/health\/ready/))[1] ?? "";
  const post = (path: string, body: object): Promise<Response> =>
    fetch(`${url}/api/v1${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const hanging = createServer().listen(0, "127.0.0.1");
  await once(hanging, "listening");
  const { port } = hanging.address() as { port: number };
  await post("/app", { name: "A", uid: "a" });
  await post("/app/a/endpoint", { url: `http://127.0.0.1:${port}/` });
  const called = once(hanging, "connection");
  expect((await post("/app/a/msg", { eventType: "t", payload: {} })).status).toBe(202);
  await called;
  for (const path of ["/health/ready", "/health/live"]) expect((await fetch(operations + path)).status).toBe(204);
  expect(await (await fetch(`${operations}/metrics`)).text()).toContain("webster_messages_accepted_total 1");
  program.kill("SIGTERM");
  await program.waitFor(/Stopping/);
  const statuses = [(await fetch(`${operations}/health/ready`)).status, (await fetch(`${url}/health/live`)).status];
  expect(statuses).toEqual([503, 204]);
  expect((await post("/app/a/msg", { eventType: "t", payload: {} })).status).toBe(202);
  // The attempt may take two minutes more; the process has nine seconds.
  const [code, output] = await ended(program);
  hanging.close();
  expect([code, output]).toEqual([0, expect.stringMatching(/delivery\.drain_incomplete[^]*Stopped\./)]);
});

it("works again after kill -9, and the key of the first start still opens", async () => {
  const env = { WEBSTER_BOOTSTRAP_API_KEY: apiKey };
  const first = server(env);
  await urlOf(first);
  const orphan = databasePid();
  first.kill("SIGKILL");
  expect((await first.exited).signal).toBe("SIGKILL");
  expect(isAlive(orphan)).toBe(true);
  const second = server(env);
  const url = await urlOf(second);
  // Its database went on, and is the second one's now; only Linux tells that it is what would be started.
  expect(databasePid() === orphan).toBe(process.platform === "linux");
  const answer = await fetch(`${url}/api/v1/app`, { headers: { authorization: `Bearer ${apiKey}` } });
  expect(answer.status).toBe(200);
  const postgres = databasePid();
  second.kill("SIGTERM");
  expect((await second.exited).code).toBe(0);
  expect(isAlive(postgres)).toBe(false);
});

it("comes back by itself when its database is killed", async () => {
  const program = server();
  const url = await urlOf(program);
  process.kill(databasePid(), "SIGKILL");
  await program.waitFor(/database\.restarted/);
  await expect.poll(async () => (await fetch(`${url}/health`)).status).toBe(204);
});

it("a second one on the same directory says which process has it", async () => {
  const first = server();
  const url = await urlOf(first);
  // At the port of the first one too, where the port is what it meets first.
  for (const PORT of ["0", new URL(url).port]) {
    const [code, output] = await ended(server({ PORT }));
    expect(code).toBe(1);
    expect(output).toContain(`(process ${first.pid}, at ${url})`);
    expect(output).toMatch(/Another Webster is running on the data directory .*\n\nWhat to do: Stop that one first/);
  }
});

it.each([
  ["PORT", {}, "in use by another program"],
  ["PORT", { WEBSTER_PROCESSES: "2" }, "in use by another program"],
  ["WEBSTER_OPERATIONS_PORT", {}, "can't be had"],
])("says that %s is taken before it starts anything %o", async (name, env, words) => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as { port: number };
  const [code, output] = await ended(server({ ...env, [name]: String(port) }));
  other.close();
  expect(code).toBe(1);
  expect(output).toContain(String(port));
  expect(output).toContain(words);
  expect(output).toContain("What to do: ");
  expect(output).not.toMatch(/ {4}at .*:\d+/);
  expect(existsSync(join(programs.directory, "data"))).toBe(false);
});

it.each([
  ["server", "1"],
  ["server", "2"],
  ["worker", "1"],
])("told to stop while the database is silent, a %s (%s) stops, and doesn't wait for it", async (program, WEBSTER_PROCESSES) => {
  const silent = createServer((socket) => socket.on("error", () => undefined)).listen(0, "127.0.0.1");
  await once(silent, "listening");
  const { port } = silent.address() as { port: number };
  const asked = once(silent, "connection") as Promise<[Socket]>;
  const DATABASE_URL = `postgresql://webster@127.0.0.1:${port}/webster`;
  const starting = programs.start(`bin/${program}.ts`, program === "server" ? ["--no-pages"] : [], {
    DATABASE_URL,
    WEBSTER_PROCESSES,
    WEBSTER_SECRET: testSecret,
    WEBSTER_URL: "http://a",
  });
  const [socket] = await asked;
  starting.kill("SIGTERM");
  // Whoever waits for the database is told that it does not answer, and ends with 1.
  expect(await ended(starting)).toEqual([0, expect.stringContaining("Stopped before it had started.")]);
  socket.destroy();
  silent.close();
});

it("told to stop after its database has fallen silent, it leaves behind what waits for that", async () => {
  const database = new URL(await emptyDatabase());
  const socket = join(database.searchParams.get("host") ?? "", `.s.PGSQL.${database.port}`);
  let onAsked: (() => void) | null = null;
  const relay = createServer((client) => {
    const server = connect(socket);
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const)
      from
        .on("error", () => undefined)
        .on("close", () => to.destroy())
        .on("data", (bytes) => (onAsked === null ? to.write(bytes) : onAsked()));
  }).listen(0, "127.0.0.1");
  await once(relay, "listening");
  const { port } = relay.address() as { port: number };
  const DATABASE_URL = `postgresql://${database.username}@127.0.0.1:${port}${database.pathname}`;
  const program = server({ DATABASE_URL, WEBSTER_SECRET: testSecret, WEBSTER_STOP_SECONDS: "300" });
  await urlOf(program);
  await new Promise<void>((resolve) => (onAsked = resolve));
  program.kill("SIGTERM");
  const [code, output] = await ended(program);
  relay.close();
  expect([code, output]).toEqual([0, expect.stringMatching(/stop\.database_silent[^]*Stopped\./)]);
  expect(output).not.toContain("stop.deadline_passed");
});

it("told to stop while it makes its database, it stops, and leaves nothing that is half made", async () => {
  const program = server();
  await program.waitFor(/Creating the database/);
  program.kill("SIGTERM");
  // A machine that is quick enough has made it by then.
  expect(await ended(program)).toEqual([0, expect.stringContaining("Stopped")]);
  expect(readdirSync(join(programs.directory, "data")).filter((name) => /lock|new/.test(name))).toEqual([]);
});

it("a worker shares the running server's database, and says so when there is none", async () => {
  const env = { WEBSTER_DATA_DIR: join(programs.directory, "data") };
  const [code, output] = await ended(runProgram("bin/worker.ts", [], env));
  expect([code, output]).toEqual([1, expect.stringContaining("No Webster is running on the data directory")]);
  await urlOf(server());
  const worker = programs.start("bin/worker.ts", [], env);
  await worker.waitFor(/A Webster worker is running[^]*Targets +public addresses, by https; and this machine/);
  const postgres = databasePid();
  worker.kill("SIGTERM");
  expect((await worker.exited).code).toBe(0);
  expect(isAlive(postgres)).toBe(true);
});

it("a worker that can't know where its links lead doesn't start", async () => {
  const env = { DATABASE_URL: "postgresql://webster@127.0.0.1:1/webster", WEBSTER_SECRET: testSecret };
  const [code, output] = await ended(runProgram("bin/worker.ts", [], env));
  expect([code, output]).toEqual([1, expect.stringContaining("WEBSTER_URL: required for a worker")]);
});

it("starts while another process expires old rows, or does whatever else takes long", async () => {
  const DATABASE_URL = await emptyDatabase();
  const other = new Client({ connectionString: DATABASE_URL });
  await other.connect();
  const ofStarts = new Set<number>([locks.migrate, locks.partitions, locks.bootstrap, locks.sealKeys, locks.opensSealed]);
  for (const number of Object.values(locks).filter((lock) => !ofStarts.has(lock)))
    await other.query("select pg_advisory_lock($1)", [number]);
  const program = server({ DATABASE_URL, WEBSTER_SECRET: testSecret, WEBSTER_BOOTSTRAP_API_KEY: apiKey });
  expect((await fetch(`${await urlOf(program)}/health`)).status).toBe(204);
  await other.end();
});

it.each([
  [
    "an unreachable server",
    { DATABASE_URL: "postgresql://webster@127.0.0.1:1/webster", WEBSTER_SECRET: testSecret },
    /can't be reached at 127\.0\.0\.1:1/,
  ],
  [
    "no secret beside DATABASE_URL",
    { DATABASE_URL: "postgresql://webster@127.0.0.1:1/webster" },
    /WEBSTER_SECRET: required with DATABASE_URL/,
  ],
  ["a nonsense variable", { PORT: "many" }, /PORT: "many" is not a whole number from 0 to 65535/],
  ["a host that is not ours", { HOST: "192.0.2.1" }, /HOST=192\.0\.2\.1 is not an address of this machine/],
])("says in words what is wrong: %s", async (_case, env: Record<string, string>, message) => {
  const [code, output] = await ended(server(env));
  expect(code).toBe(1);
  expect(output).toMatch(message);
  expect(output).toContain("What to do: ");
  expect(output).not.toMatch(/ {4}at .*:\d+/);
});

it("refuses a database that was filled with another secret, and leaves it alone", async () => {
  const DATABASE_URL = await emptyDatabase();
  expect(DATABASE_URL).toContain(new URL(inject("databaseServerUrl")).search);
  const first = server({ DATABASE_URL, WEBSTER_SECRET: testSecret });
  await urlOf(first);
  const [code, output] = await ended(server({ DATABASE_URL, WEBSTER_SECRET: testSecret.replace("master", "wrong ") }));
  expect([code, output]).toEqual([1, expect.stringContaining("WEBSTER_SECRET is not the one that this database was filled with")]);
  expect((await fetch(`${await urlOf(first)}/health`)).status).toBe(204);
});
