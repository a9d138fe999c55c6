/**
 * `npm run faults`: a server, two workers and their database under load, killed, stopped and restarted at random; then
 * everything that must hold is checked (faults/check.ts) against what was posted and what arrived. README.md says more.
 *   --seconds N   how long faults happen (60)
 *   --seed N      which ones (random; printed)
 */
import { randomBytes, randomInt } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import pg from "pg";
import { randomness } from "../bin/seed/random.ts";
import { startEmbedded } from "../lib/db/embedded.ts";
import { type Program, runProgram } from "../lib/testing/program.ts";
import { type Fault, type Hit, type Posted, type Stored, violations } from "./faults/check.ts";
import { api } from "./api.ts";
import { type Entrance, post } from "./faults/post.ts";
import type { FaultsReceiverCalls } from "./faults/receiver.ts";
import { calmTenant, endpoints, secretOf, tenants } from "./faults/scene.ts";
import { freePort, isHealthy, startPart } from "./processes.ts";

const { values: flags } = parseArgs({
  options: { seconds: { type: "string", default: "60" }, seed: { type: "string", default: String(randomInt(1_000_000)) } },
});
const [seconds, seed] = [Number(flags.seconds), Number(flags.seed)];
if (!Number.isInteger(seconds) || seconds < 5 || !Number.isInteger(seed)) {
  console.error("Usage: npm run faults -- [--seconds N, at least 5] [--seed N]");
  process.exit(2);
}

const leaseSeconds = 4;
const attemptTimeoutSeconds = 3;
const quietMs = 10_000;
const calmAtMostMs = 2_000;
// After a timeout a delivery waits for a minute, give or take a fifth; and one more minute.
const endWithinMs = 132_000;
const memoryAtMostMb = 700;
// The schedule has as many waits as there may be, so that none is given up before all receivers are well.
const waits = Array.from({ length: 30 }, (_, n) => (n < 3 ? 0.3 * 2 ** n : Math.max(2, seconds / 20)));

const beganAtMs = Date.now();
const directory = mkdtempSync(join(tmpdir(), "webster-faults-"));
// PostgreSQL runs as another user if we are root.
chmodSync(directory, 0o711);
const database = await startEmbedded(join(directory, "postgres"));
const receiver = startPart<FaultsReceiverCalls>("faults/receiver.ts");
const receiverUrl = await receiver.call("listen");
const apiKey = `wk_${randomBytes(24).toString("base64url")}`;
const port = await freePort();
const url = `http://127.0.0.1:${port}`;
const access = { url, apiKey };
const environment = {
  DATABASE_URL: database.url,
  DATABASE_OWNER_URL: database.ownerUrl,
  WEBSTER_SECRET: randomBytes(32).toString("base64"),
  WEBSTER_BOOTSTRAP_API_KEY: apiKey,
  WEBSTER_ALLOWED_NETWORKS: "127.0.0.0/8",
  WEBSTER_LEASE_SECONDS: String(leaseSeconds),
  WEBSTER_ATTEMPT_TIMEOUT_SECONDS: String(attemptTimeoutSeconds),
  WEBSTER_RETRY_SCHEDULE: waits.join(","),
  WEBSTER_ROLES: "web",
  WEBSTER_URL: url,
  HOST: "127.0.0.1",
  PORT: String(port),
};

type Player = { name: string; file: string; args: string[]; program: Program };
const players: Player[] = [];
/** Programs that we have ended ourselves. */
const ended = new WeakSet<Program>();
const faults: Fault[] = [];
const found: string[] = [];
const mostMemoryMb = new Map<string, number>();
const over = new AbortController();

try {
  console.log(`Faults for ${seconds} s, --seed ${seed}`);
  const server = start("server", "bin/server.ts", ["--no-pages"]);
  await untilHealthy();
  const entrances = await furnish();
  const workers = [start("worker 1", "bin/worker.ts"), start("worker 2", "bin/worker.ts")];
  const sampling = setInterval(sample, 500);
  const posting = post(entrances, access);
  await wreak(server, workers, Date.now() + seconds * 1000);
  await untilHealthy();
  say("no more faults; the calm tenant's deliveries are timed");
  const quietFromMs = Date.now() + leaseSeconds * 1000;
  await sleep(leaseSeconds * 1000 + quietMs);
  await receiver.call("heal");
  say("all receivers are well, nothing more is posted");
  const { posted, strange, times } = await posting.stop();
  found.push(...strange);
  const endedAfterMs = await untilEnded();
  clearInterval(sampling);
  const hits = await receiver.call("hits");
  const stored = await read(entrances, posted);
  found.push(...violations({ endpoints, posted, hits, faults, stored, triesAtMost: waits.length + 1 }));
  const calm = timesOf(times, hits, stored, quietFromMs, quietFromMs + quietMs - calmAtMostMs);
  if (!(calm.p95 <= calmAtMostMs)) found.push(`I11: the calm tenant's p95 was ${calm.p95} ms`);
  for (const [name, mb] of mostMemoryMb) if (mb > memoryAtMostMb) found.push(`I12: ${name} took ${mb} MB`);
  report(posted, hits, calm, endedAfterMs);
} finally {
  over.abort();
  for (const { program } of players) program.kill("SIGCONT");
  for (const { program } of players) program.kill("SIGKILL");
  await Promise.all(players.map(({ program }) => program.exited));
  receiver.stop();
  await database.stop();
  rmSync(directory, { recursive: true, force: true });
}

function start(name: string, file: string, args: string[] = []): Player {
  const player: Player = { name, file, args, program: runProgram(file, args, environment) };
  players.push(player);
  void watch(player);
  return player;
}

/** Starts a program again when it ends, as a supervisor does. One that ends although nobody ended it is a fault of ours. */
async function watch(player: Player): Promise<void> {
  while (!over.signal.aborted) {
    const { program } = player;
    const { code, signal } = await program.exited;
    if (over.signal.aborted) return;
    const wasAway = faults.some(({ kind, untilMs }) => kind === "database killed" && untilMs > Date.now() - 10_000);
    if (!ended.has(program) && !wasAway)
      found.push(`${player.name} ended by itself (${signal ?? code}):\n${program.output().slice(-2000)}`);
    player.program = runProgram(player.file, player.args, environment);
  }
}

/** Causes one fault after the other, each at a random moment of the last one's consequences. */
async function wreak(server: Player, workers: Player[], untilMs: number): Promise<void> {
  const random = randomness(seed);
  const pick = <T>(all: T[]): T => all[Math.floor(random() * all.length)] as T;
  while (Date.now() < untilMs) {
    await sleep(500 + random() * 3000);
    const kind = pick([
      "worker killed",
      "worker killed",
      "worker stopped",
      "worker ended",
      "server killed",
      "server ended",
      "database killed",
    ]);
    const player = kind.startsWith("server") ? server : pick(workers);
    const fault: Fault = { kind, fromMs: Date.now(), untilMs: Infinity };
    faults.push(fault);
    say(kind.startsWith("database") ? kind : kind.replace(/^\w+/, player.name));
    if (kind.endsWith("stopped")) {
      player.program.kill("SIGSTOP");
      await sleep(leaseSeconds * 1000 * (0.5 + random() * 2));
      player.program.kill("SIGCONT");
      // Requests that the program had under way still arrive.
      fault.untilMs = Date.now() + attemptTimeoutSeconds * 1000;
    } else if (kind === "database killed") {
      process.kill(database.pid(), "SIGKILL");
      await untilHealthy();
      fault.untilMs = Date.now() + leaseSeconds * 1000;
    } else {
      ended.add(player.program);
      player.program.kill(kind.endsWith("killed") ? "SIGKILL" : "SIGTERM");
      fault.untilMs = Date.now();
    }
  }
}

async function furnish(): Promise<Entrance[]> {
  const entrances: Entrance[] = [];
  for (const tenant of tenants) {
    const source =
      tenant.entrance === "api"
        ? null
        : await api(access, "/source", { name: tenant.name, provider: "github", secrets: [secretOf(tenant.name)], rateLimit: 10_000 });
    const made = source === null ? await api(access, "/app", { name: tenant.name }) : (source["application"] as { id: string });
    const ids = new Map<string, string>();
    for (const { name, ordering } of endpoints.filter((endpoint) => endpoint.tenant === tenant.name)) {
      const body = { url: `${receiverUrl}/${name}`, secret: secretOf(name), ...(ordering === undefined ? {} : { ordering }) };
      ids.set((await api(access, `/app/${made.id}/endpoint`, body)).id, name);
    }
    const path = source === null ? `/api/v1/app/${made.id}/msg?with_content=false` : new URL(String(source["url"])).pathname;
    entrances.push({ tenant, applicationId: made.id, path, endpoints: ids });
  }
  return entrances;
}

/** Waits until all deliveries have ended (I2): within a minute of what the last fault made them wait for. */
async function untilEnded(): Promise<number> {
  const fromMs = Date.now();
  while (Date.now() - fromMs < endWithinMs) {
    const { rowCount } = await query(`select 1 from delivery where status = 'pending' or "leaseId" is not null limit 1`);
    if (rowCount === 0) break;
    await sleep(100);
  }
  return Date.now() - fromMs;
}

async function read(entrances: Entrance[], posted: Posted[]): Promise<Stored> {
  const tenantOf = new Map(entrances.map(({ applicationId, tenant }) => [applicationId, tenant.name]));
  const nameOf = new Map(entrances.flatMap(({ endpoints: ids }) => [...ids]));
  const messages = await query<{ id: string; applicationId: string }>(`select id, "applicationId" from message`);
  const deliveries = await query<{
    messageId: string;
    endpointId: string;
    status: string;
    attemptCount: number;
    leaseId: string;
    recorded: number[];
  }>(
    `select d."messageId", d."endpointId", d.status, d."attemptCount", d."leaseId", coalesce(array_agg(a."attemptNumber") filter (where a.id is not null), '{}') as recorded
     from delivery d left join attempt a on a."messageId" = d."messageId" and a."endpointId" = d."endpointId" group by 1, 2, 3, 4, 5`,
  );
  // A provider is not told the message's id: the request that was kept knows it.
  const received = await query<{ key: string; messageId: string }>(
    `select "providerEventId" as key, "messageId" from received_request where "messageId" is not null`,
  );
  const messageOf = new Map<string, Set<string>>();
  for (const { key, messageId } of received.rows) messageOf.set(key, (messageOf.get(key) ?? new Set()).add(messageId));
  for (const one of posted) if (one.ids.length === 0) one.ids.push(...(messageOf.get(`${one.line}-${one.number}`) ?? ["nothing"]));
  return {
    messages: messages.rows.map(({ id, applicationId }) => ({ id, tenant: tenantOf.get(applicationId) ?? applicationId })),
    deliveries: deliveries.rows.map(({ messageId, endpointId, status, attemptCount, leaseId, recorded }) => ({
      id: messageId,
      endpoint: nameOf.get(endpointId) ?? endpointId,
      status,
      attempts: attemptCount,
      recorded,
      isLeased: leaseId !== null,
    })),
  };
}

/** The times from the post to the first arrival, of what the calm tenant posted then. */
function timesOf(
  postedAt: Map<string, number>,
  hits: Hit[],
  stored: Stored,
  fromMs: number,
  untilMs: number,
): { count: number; p50: number; p95: number } {
  const calm = new Set(stored.messages.filter(({ tenant }) => tenant === calmTenant).map(({ id }) => id));
  const first = new Map<string, number>();
  for (const { id, endpoint, endedAtMs, status } of hits)
    if (status === 204 && calm.has(id)) first.set(`${id} ${endpoint}`, Math.min(first.get(`${id} ${endpoint}`) ?? Infinity, endedAtMs));
  const times: number[] = [];
  for (const [pair, atMs] of first) {
    const posted = postedAt.get(pair.slice(0, pair.indexOf(" "))) ?? 0;
    if (posted >= fromMs && posted < untilMs) times.push(atMs - posted);
  }
  times.sort((a, b) => a - b);
  return {
    count: times.length,
    p50: times[Math.floor(times.length * 0.5)] ?? Number.NaN,
    p95: times[Math.floor(times.length * 0.95)] ?? Number.NaN,
  };
}

function report(posted: Posted[], hits: Hit[], calm: { count: number; p50: number; p95: number }, endedAfterMs: number): void {
  const successes = hits.filter(({ status }) => status === 204);
  const twice = successes.length - new Set(successes.map(({ id, endpoint }) => `${id} ${endpoint}`)).size;
  const kinds = [...new Set(faults.map(({ kind }) => kind))].map(
    (kind) => `${faults.filter((fault) => fault.kind === kind).length} × ${kind}`,
  );
  console.log(`
${posted.length} messages accepted, ${hits.length} requests arrived, ${twice} deliveries came twice
${faults.length} faults: ${kinds.join(", ")}
All ended ${(endedAfterMs / 1000).toFixed(1)} s after the last receiver was well
The calm tenant, without faults and beside the stuck ones: p50 ${calm.p50} ms, p95 ${calm.p95} ms (${calm.count} deliveries)
Most memory: ${[...mostMemoryMb].map(([name, mb]) => `${name} ${mb} MB`).join(", ")}`);
  const results = join(import.meta.dirname, "results");
  mkdirSync(results, { recursive: true });
  const file = join(results, `faults-${seed}.json`);
  writeFileSync(file, `${JSON.stringify({ seed, seconds, faults, posted, hits, found }, null, 1)}\n`);
  for (const violation of found.slice(0, 30)) console.error(`VIOLATED ${violation}`);
  console.log(found.length === 0 ? "\nEvery invariant holds" : `\n${found.length} violations; the run is in ${file}`);
  process.exitCode = found.length === 0 ? 0 : 1;
}

/** Asks the database by a connection of its own each time: the server may be restarted at any moment. */
async function query<Row extends pg.QueryResultRow = pg.QueryResultRow>(text: string): Promise<pg.QueryResult<Row>> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    return await client.query<Row>(text);
  } finally {
    await client.end();
  }
}

function sample(): void {
  for (const { name, program } of players) {
    const mb = memoryMbOf(program.pid);
    if (mb > (mostMemoryMb.get(name) ?? 0)) mostMemoryMb.set(name, mb);
  }
}

/** A process's memory in MB; 0 where it has just ended, and elsewhere than on Linux. */
function memoryMbOf(pid: number): number {
  try {
    return Math.round(Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024);
  } catch {
    return 0;
  }
}

async function untilHealthy(): Promise<void> {
  while (!(await isHealthy(url))) await sleep(50);
}

function say(text: string): void {
  console.log(`${((Date.now() - beganAtMs) / 1000).toFixed(1).padStart(6)} s  ${text}`);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
