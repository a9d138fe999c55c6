/**
 * `npm run bench`: how near Webster comes to what HTTP alone costs on this machine. README.md says how to read it.
 *   --deliveries N   how many to drain (100,000); the other runs scale with it
 *   --only a,b,c,d,e these parts only
 *   --profile        writes CPU profiles of the server beside the results
 */
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, chmodSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import pg from "pg";
import { startEmbedded } from "../lib/db/embedded.ts";
import { api } from "./api.ts";
import { measureCpu } from "./cpu.ts";
import type { ListenerCalls } from "./listener.ts";
import type { LoadCalls } from "./load.ts";
import { prefill, type Target } from "./prefill.ts";
import { startPart, startWebster, type Webster } from "./processes.ts";
import { count, format, type Measured, rowsOf } from "./report.ts";
import type { ReceiverCalls } from "./receiver.ts";
import { endpointCount, eventTypeOf, pathOf, secretOf } from "./workload.ts";

const { values: flags } = parseArgs({
  options: {
    deliveries: { type: "string", default: "100000" },
    only: { type: "string", default: "a,b,c,d,e" },
    profile: { type: "boolean", default: false },
  },
});
const deliveries = Number(flags.deliveries);
const parts = new Set(flags.only.split(","));
if (!Number.isInteger(deliveries) || deliveries < 100 || [...parts].some((part) => !/^[abcde]$/.test(part))) {
  console.error("Usage: npm run bench -- [--deliveries N] [--only a,b,c,d,e] [--profile]");
  process.exit(2);
}

const connections = 64;
const batchSize = 100;
const idleMs = 20_000;
const receivingNames = {
  stored: "without an endpoint",
  delivered: "delivered to an endpoint",
  transformed: "through a transformation to an endpoint",
};
const transformation = `function handler(webhook) { webhook.payload.seen = true; return webhook; }`;
const resultsDirectory = join(import.meta.dirname, "results");
const stamp = new Date().toISOString().replaceAll(":", "-").slice(0, 19);
const profileDirectory = flags.profile ? join(resultsDirectory, `${stamp}-profiles`) : null;

const directory = mkdtempSync(join(tmpdir(), "webster-bench-"));
// PostgreSQL runs as another user if we are root.
chmodSync(directory, 0o711);
const measured: Measured[] = [];
const faults: string[] = [];
const bareRates: number[] = [];
const bareCpu: string[] = [];

const load = startPart<LoadCalls>("load.ts");
const receiver = startPart<ReceiverCalls>("receiver.ts");
const listener = startPart<ListenerCalls>("listener.ts");
const receiverUrl = await receiver.call("listen");
const database = await startEmbedded(join(directory, "postgres"));
const client = new pg.Client({ connectionString: database.url });
const apiKey = `wk_${randomBytes(24).toString("base64url")}`;
const environment = {
  DATABASE_URL: database.url,
  WEBSTER_SECRET: randomBytes(32).toString("base64"),
  WEBSTER_BOOTSTRAP_API_KEY: apiKey,
  WEBSTER_ALLOWED_NETWORKS: "127.0.0.0/8",
};
const running: { webster: Webster | null } = { webster: null };

try {
  await client.connect();
  progress(
    `Bare loop, drain, end to end and reads on ${availableParallelism()} cores (${cpus()[0]?.model ?? "?"}), Node.js ${process.versions.node}`,
  );
  await bareLoop();
  if (["b", "c", "d", "e"].some((part) => parts.has(part))) await measureWebster();
} finally {
  await running.webster?.stop();
  await client.end();
  await database.stop();
  for (const part of [load, receiver, listener]) part.stop();
  rmSync(directory, { recursive: true, force: true });
}
const table = rowsOf(measured, bareRates, bareCpu.at(-1) ?? "");
console.log(`\n${format(table)}`);
mkdirSync(resultsDirectory, { recursive: true });
const file = join(resultsDirectory, `${stamp}.json`);
const machine = { cores: availableParallelism(), cpu: cpus()[0]?.model, node: process.versions.node };
writeFileSync(
  file,
  `${JSON.stringify({ at: new Date().toISOString(), machine, deliveries, connections, batchSize, rows: table, faults }, null, 2)}\n`,
);
console.log(`\nWritten to ${file}`);
if (profileDirectory !== null) console.log(`CPU profiles in ${profileDirectory}`);
for (const fault of faults) console.error(`FAULT: ${fault}`);
process.exitCode = faults.length === 0 ? 0 : 1;

async function measureWebster(): Promise<void> {
  let webster = await begin("web");
  const target = await createTarget(webster.url);
  if (parts.has("b")) {
    progress(`Storing ${count(deliveries)} deliveries`);
    const ids = await prefill(client, target, deliveries);
    await webster.stop();
    webster = await drain(ids);
    await bareLoop();
  } else {
    await webster.stop();
    webster = await begin("web,worker");
  }
  if (parts.has("c")) {
    await endToEnd(webster, target, Math.round(deliveries / 2), 1);
    await bareLoop();
    await endToEnd(webster, target, deliveries, batchSize);
    await bareLoop();
  }
  if (parts.has("d")) await reads(webster, target);
  if (parts.has("e")) await receiving(webster);
}

/** Measures the bare loop, the reference. It runs between the others, because the speed of a machine wanders. */
async function bareLoop(): Promise<void> {
  progress("(a) bare loop");
  const total = Math.max(1000, Math.round(deliveries / 2));
  await load.call("bare", { origin: receiverUrl, total: Math.round(total / 5), connections });
  await receiver.call("reset");
  const cpu = measureCpu({ loop: load.pid, receiver: receiver.pid });
  const { startedAtMs, endedAtMs } = await load.call("bare", { origin: receiverUrl, total, connections });
  bareRates.push(total / seconds(startedAtMs, endedAtMs));
  bareCpu.push(cpu(total));
}

async function drain(ids: string[]): Promise<Webster> {
  progress(`(b) draining ${count(ids.length)} deliveries`);
  await receiver.call("reset");
  const webster = await begin("web,worker");
  const cpu = measureCpu(processesOf(webster));
  const received = await receiver.call("wait", { count: ids.length, idleMs });
  await settled();
  add("b", `drain of ${count(ids.length)} stored deliveries`, ids.length / seconds(received.firstAtMs, Date.now()), [
    `${received.hits - received.distinct} sent twice`,
    cpu(ids.length),
  ]);
  await check("drain", ids, received.refused);
  return webster;
}

async function endToEnd(webster: Webster, target: Target, total: number, batch: number): Promise<void> {
  const name = batch === 1 ? `end to end, ${count(total)} single posts` : `end to end, ${count(total)} in batches of ${batch}`;
  progress(`(c) ${name}`);
  const options = { url: webster.url, apiKey, application: target.applicationId, connections: batch === 1 ? connections : 8, batch };
  await receiver.call("reset");
  const warmUp = await load.call("post", { ...options, total: Math.round(total / 5) });
  await receiver.call("wait", { count: warmUp.ids.length, idleMs });
  await settled();
  await receiver.call("reset");
  const cpu = measureCpu(processesOf(webster));
  const posted = await load.call("post", { ...options, total });
  const received = await receiver.call("wait", { count: posted.ids.length, idleMs });
  await settled();
  const accepted = count(Math.round(posted.ids.length / seconds(posted.startedAtMs, posted.endedAtMs)));
  const note = `accepted ${accepted}/s, answered in ${posted.p50Ms.toFixed(0)} ms (p99 ${posted.p99Ms.toFixed(0)}), ${posted.turnedAway} times 503, ${received.hits - received.distinct} sent twice`;
  add("c", name, posted.ids.length / seconds(posted.startedAtMs, received.lastAtMs), [note, cpu(total)]);
  if (posted.ids.length !== total) faults.push(`${name}: ${total - posted.ids.length} not accepted`);
  await check(name, posted.ids, received.refused);
}

async function reads(webster: Webster, target: Target): Promise<void> {
  const found = await client.query<{ id: string }>(`select "id" from "message" where "applicationId" = $1 limit 500`, [
    target.applicationId,
  ]);
  const base = `/api/v1/app/${target.applicationId}`;
  const cases = [
    { name: "get a message", paths: found.rows.map(({ id }) => `${base}/msg/${id}?with_content=true`) },
    { name: "list a message's attempts", paths: found.rows.map(({ id }) => `${base}/attempt/msg/${id}`) },
    { name: "list an endpoint's attempts (50)", paths: target.endpointIds.map((id) => `${base}/attempt/endpoint/${id}`) },
  ];
  const listenerUrl = await listener.call("listen");
  for (const { name, paths } of cases) {
    progress(`(d) ${name}`);
    const answer = await (await fetch(`${webster.url}${paths[0]}`, { headers: { authorization: `Bearer ${apiKey}` } })).text();
    await listener.call("answerWith", answer);
    const options = { paths, apiKey, connections: 32, durationMs: Math.min(5000, deliveries / 20) };
    for (const url of [listenerUrl, webster.url]) await load.call("read", { ...options, url, durationMs: options.durationMs / 5 });
    const bare = await load.call("read", { ...options, url: listenerUrl });
    const cpu = measureCpu(processesOf(webster));
    const real = await load.call("read", { ...options, url: webster.url });
    const bareRate = bare.count / seconds(bare.startedAtMs, bare.endedAtMs);
    const rate = real.count / seconds(real.startedAtMs, real.endedAtMs);
    measured.push({
      part: "d",
      name,
      perSecond: rate,
      reference: bareRate,
      notes: [`bare listener ${count(bareRate)}/s, ${count(answer.length)} bytes`, cpu(real.count)],
    });
  }
}

/** Sources that store what they accept: with no endpoint, and with one that all is delivered to, as it came and through code. */
async function receiving(webster: Webster): Promise<void> {
  const listenerUrl = await listener.call("listen");
  const secret = "the source's secret";
  for (const kind of ["stored", "delivered", "transformed"] as const) {
    const withEndpoint = kind !== "stored";
    // Requests come one after the other, so that they keep their order.
    const total = Math.round(deliveries / (kind === "transformed" ? 20 : 2));
    const name = `a signed request at a source, ${receivingNames[kind]}`;
    progress(`(e) ${name}`);
    const source = await api({ url: webster.url, apiKey }, "/source", {
      name: "Bench",
      provider: "github",
      secrets: [secret],
      rateLimit: 100_000,
    });
    const application = source["application"] as { id: string };
    if (withEndpoint)
      await api({ url: webster.url, apiKey }, `/app/${application.id}/endpoint`, {
        url: `${receiverUrl}${pathOf(0)}`,
        secret: secretOf(0),
      });
    if (kind === "transformed")
      await api({ url: webster.url, apiKey }, `/source/${source.id}/transformation`, { code: transformation, enabled: true }, "PATCH");
    const options = { path: new URL(String(source["url"])).pathname, secret, connections };
    await receiver.call("reset");
    for (const url of [listenerUrl, webster.url]) await load.call("deliver", { ...options, url, total: Math.round(total / 5) });
    const bare = await load.call("deliver", { ...options, url: listenerUrl, total });
    if (withEndpoint) await receiver.call("wait", { count: Math.round(total / 5), idleMs });
    await settled();
    await receiver.call("reset");
    const cpu = measureCpu(processesOf(webster));
    const real = await load.call("deliver", { ...options, url: webster.url, total });
    const received = withEndpoint ? await receiver.call("wait", { count: total, idleMs }) : null;
    await settled();
    const bareRate = bare.accepted / seconds(bare.startedAtMs, bare.endedAtMs);
    const endedAtMs = kind === "transformed" ? (received?.lastAtMs ?? 0) : real.endedAtMs;
    const rate = real.accepted / seconds(real.startedAtMs, endedAtMs);
    measured.push({
      part: "e",
      name,
      perSecond: rate,
      reference: bareRate,
      notes: [`bare listener ${count(Math.round(bareRate))}/s, ${real.turnedAway} times 429 or 503`, cpu(total)],
    });
    const stored = await client.query<{ count: number }>(
      `select count(*)::int as "count" from "received_request" r join "message" m on m."id" = r."messageId"
       where r."sourceId" = $1 and r."verdict" = 'accepted'`,
      [source.id],
    );
    const expected = total + Math.round(total / 5);
    if (stored.rows[0]?.count !== expected) faults.push(`${name}: ${stored.rows[0]?.count} of ${expected} are stored`);
  }
}

function processesOf({ pid }: Webster): Record<string, number> {
  return { Webster: pid, PostgreSQL: database.pid(), receiver: receiver.pid, load: load.pid };
}

/** Checks that every id that Webster answers for has arrived, and that nothing came with a wrong signature. */
async function check(name: string, ids: string[], refused: number): Promise<void> {
  const missing = await receiver.call("missing", ids);
  if (missing > 0) faults.push(`${name}: ${missing} of ${ids.length} never arrived`);
  if (refused > 0) faults.push(`${name}: ${refused} came with a signature that does not match`);
}

/** Waits until no delivery is pending: what was sent is not yet recorded. */
async function settled(): Promise<void> {
  const deadline = Date.now() + idleMs;
  for (;;) {
    const pending = await client.query(`select 1 from "delivery" where "status" = 'pending' limit 1`);
    if (pending.rowCount === 0) return;
    if (Date.now() > deadline) return void faults.push("Deliveries were still pending after all had arrived");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function createTarget(url: string): Promise<Target> {
  const application = await api({ url, apiKey }, "/app", { name: "Bench" });
  const endpointIds: string[] = [];
  for (let endpoint = 0; endpoint < endpointCount; endpoint++) {
    await api({ url, apiKey }, "/event-type", { name: eventTypeOf(endpoint), description: "" });
    const body = { url: `${receiverUrl}${pathOf(endpoint)}`, secret: secretOf(endpoint), eventTypes: [eventTypeOf(endpoint)] };
    endpointIds.push((await api({ url, apiKey }, `/app/${application.id}/endpoint`, body)).id);
  }
  const found = await client.query<{ environmentId: string }>(`select "environmentId" from "application" where "id" = $1`, [
    application.id,
  ]);
  return { environmentId: found.rows[0]?.environmentId ?? "", applicationId: application.id, endpointIds };
}

async function begin(roles: string): Promise<Webster> {
  running.webster = await startWebster({
    environment: { ...environment, WEBSTER_ROLES: roles },
    logFile: join(directory, "server.log"),
    profileDirectory: roles === "web" ? null : profileDirectory,
  });
  return running.webster;
}

/** Adds a rate, compared with the bare loops right before it and right after. */
function add(part: string, name: string, perSecond: number, notes: string[]): void {
  measured.push({ part, name, perSecond, reference: { bareLoop: bareRates.length - 1 }, notes });
}

function progress(text: string): void {
  console.log(text);
}

function seconds(fromMs: number, toMs: number): number {
  return Math.max(1, toMs - fromMs) / 1000;
}
