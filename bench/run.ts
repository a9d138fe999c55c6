/**
 * `npm run bench`: how near Webster comes to what HTTP alone costs on this machine. README.md says how to read it.
 *   --deliveries N    how many to drain (100,000); the other runs scale with it
 *   --only a,b,c,…    these parts only; k, l, m and n, which take minutes, gigabytes or the built pages, run only where they are named
 *   --profile         writes CPU profiles of the server beside the results
 *   --base COMMIT     b, c, d, e, i, j, l and m in pairs with that commit's build, instead of all that
 *   --rounds N        how many pairs, and how many runs of each in g, k, m and n (3)
 *   --stored N        how many are stored in k (1,000,000)
 *   --pending N       how many are due in l (1,000,000)
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Backlog, formatBacklog, memoryOfBacklog } from "./backlog.ts";
import { buildOf } from "./base.ts";
import { cpuText, measureCpu } from "./cpu.ts";
import { beside } from "./growth.ts";
import { atHalfLoad } from "./halfLoad.ts";
import type { ListenerCalls } from "./listener.ts";
import type { LoadCalls } from "./load.ts";
import { formatMemory, type Memory, memoryOf } from "./memory.ts";
import { comparePairs, formatPairs } from "./pairs.ts";
import { root, startPart } from "./processes.ts";
import { count, format, type Measured, rowsOf } from "./report.ts";
import type { ReceiverCalls } from "./receiver.ts";
import { besidePages } from "./pages.ts";
import { besideRelay } from "./besideRelay.ts";
import { besideRefused, formatRefused, type Refused } from "./refused.ts";
import { bothOf, medianOf, nameOf, severalProcesses } from "./several.ts";
import { formatStarts, killedAndStarted, type Starts } from "./starts.ts";
import { Subject } from "./subject.ts";
import type { Target } from "./prefill.ts";
import {
  batchSize,
  connections,
  createSource,
  drain,
  endToEnd,
  receiving,
  type Run,
  seconds,
  sourceKinds,
  sourceNames,
  sourceSecret,
  type Stage,
} from "./workloads.ts";

const { values: flags } = parseArgs({
  options: {
    deliveries: { type: "string", default: "100000" },
    only: { type: "string", default: "a,b,c,d,e,f,g,h,i,j,o" },
    profile: { type: "boolean", default: false },
    base: { type: "string" },
    rounds: { type: "string", default: "3" },
    stored: { type: "string", default: "1000000" },
    pending: { type: "string", default: "1000000" },
  },
});
const [deliveries = 0, rounds = 0, stored = 0, pending = 0] = [flags.deliveries, flags.rounds, flags.stored, flags.pending].map(Number);
const parts = new Set(flags.only.split(","));
const known = [...parts].every((part) => /^[a-o]$/.test(part));
const whole = [deliveries, rounds, stored, pending].every((number) => Number.isInteger(number) && number >= 1);
if (!whole || deliveries < 100 || !known) {
  console.error(
    "Usage: npm run bench -- [--deliveries N] [--only a,b,c,d,e,f,g,h,i,j,k,l,m,n,o] [--profile] [--base COMMIT] [--rounds N] [--stored N] [--pending N]",
  );
  process.exit(2);
}

const resultsDirectory = join(import.meta.dirname, "results");
const stamp = new Date().toISOString().replaceAll(":", "-").slice(0, 19);
const profileDirectory = flags.profile ? join(resultsDirectory, `${stamp}-profiles`) : null;
const machine = { cores: availableParallelism(), cpu: cpus()[0]?.model, node: process.versions.node };
const base = flags.base === undefined ? null : buildOf(flags.base);

/** Of each run in m. */
const steadySeconds = 20;

const measured: Measured[] = [];
const bareRates: number[] = [];
const bareCpu: string[] = [];
const load = startPart<LoadCalls>("load.ts");
const receiver = startPart<ReceiverCalls>("receiver.ts");
const listener = startPart<ListenerCalls>("listener.ts");
const stage: Stage = { load, receiver, receiverUrl: await receiver.call("listen"), faults: [] };

try {
  progress(`On ${machine.cores} cores (${machine.cpu ?? "?"}), Node.js ${machine.node}`);
  if (base === null) await alone();
  else await besideBase(base);
} finally {
  for (const part of [load, receiver, listener]) part.stop();
}
for (const fault of stage.faults) console.error(`FAULT: ${fault}`);
process.exitCode = stage.faults.length === 0 ? 0 : 1;

async function besideBase({ hash, folder }: { hash: string; folder: string }): Promise<void> {
  const total = Math.round(deliveries / 2);
  const pairs = await comparePairs(stage, folder, { total, rounds, parts }, progress);
  if (pairs.length > 0) console.log(`\nnow ÷ ${hash.slice(0, 12)}, the median of ${rounds}, and each pair\n${formatPairs(pairs)}`);
  keep({
    base: hash,
    pairs,
    ...(await byBuild([
      { name: "base", root: folder },
      { name: "now", root },
    ])),
  });
}

async function alone(): Promise<void> {
  await bareLoop();
  if (["b", "c", "d", "e", "f", "g", "h", "o"].some((part) => parts.has(part))) await measureWebster();
  const table = rowsOf(measured, bareRates, bareCpu.at(-1) ?? "");
  console.log(`\n${format(table)}`);
  const growth = parts.has("k") ? await beside(stage, { stored, total: Math.round(deliveries / 2), rounds }, progress) : [];
  const pages = parts.has("n") ? await besidePages(stage, { total: Math.round(deliveries / 2), rounds }, progress) : [];
  if (pages.length > 0) console.log(`after a page ÷ without pages, the median of ${rounds}, and each pair\n${formatPairs(pages)}`);
  if (growth.length > 0) console.log(`beside many stored ÷ beside few, the median of ${rounds}, and each pair\n${formatPairs(growth)}`);
  keep({ rows: table, growth, pages, ...(await byBuild([{ name: "Webster", root }])) });
  if (profileDirectory !== null) console.log(`CPU profiles in ${profileDirectory}`);
}

/** What is told of a build, and not of a rate. */
async function byBuild(
  builds: { name: string; root: string }[],
): Promise<{ starts: Starts[]; memory: Memory[]; backlog: Backlog[]; refused: Refused[] }> {
  const [starts, memory, backlog, refused]: [Starts[], Memory[], Backlog[], Refused[]] = [[], [], [], []];
  if (parts.has("i")) {
    progress("(i) killed, and started again");
    starts.push(...(await killedAndStarted(builds, rounds)));
    console.log(formatStarts(starts));
  }
  if (parts.has("j")) {
    progress("(j) memory");
    for (const { name, root: folder } of builds) memory.push(await memoryOf(stage, name, folder, Math.round(deliveries / 2)));
    console.log(formatMemory(memory));
  }
  if (parts.has("l")) {
    progress(`(l) memory beside ${count(pending)} that are due`);
    for (const { name, root: folder } of builds) backlog.push(await memoryOfBacklog(stage, name, folder, pending));
    console.log(formatBacklog(backlog));
  }
  if (parts.has("m")) {
    for (const build of builds) refused.push(await besideRefused(stage, build, { seconds: steadySeconds, rounds }, progress));
    console.log(formatRefused(refused));
  }
  return { starts, memory, backlog, refused };
}

function keep(results: object): void {
  mkdirSync(resultsDirectory, { recursive: true });
  const file = join(resultsDirectory, `${stamp}.json`);
  const all = { at: new Date().toISOString(), machine, deliveries, connections, batchSize, ...results, faults: stage.faults };
  writeFileSync(file, `${JSON.stringify(all, null, 2)}\n`);
  console.log(`\nWritten to ${file}`);
}

async function measureWebster(): Promise<void> {
  const subject = await Subject.open("Webster");
  try {
    await subject.begin("web,worker", parts.has("b") ? null : profileDirectory);
    const target = await subject.createTarget(stage.receiverUrl);
    if (parts.has("b")) {
      progress(`(b) draining ${count(deliveries)} deliveries`);
      addToBareLoop(
        "b",
        `drain of ${count(deliveries)} stored deliveries`,
        await drain(stage, subject, target, deliveries, profileDirectory),
      );
      await bareLoop();
    }
    if (parts.has("c")) {
      for (const [total, batch, name] of [
        [Math.round(deliveries / 2), 1, "single posts"],
        [deliveries, batchSize, `in batches of ${batchSize}`],
      ] as const) {
        progress(`(c) ${count(total)} ${name}`);
        addToBareLoop("c", `end to end, ${count(total)} ${name}`, await endToEnd(stage, subject, target, total, batch));
        await bareLoop();
      }
    }
    if (parts.has("d")) await reads(subject, target);
    if (parts.has("e")) await sources(subject);
    if (parts.has("f")) await beholden(subject, target);
    if (parts.has("h")) await half(subject, target);
    if (parts.has("o")) await relayed(subject, target);
    if (parts.has("g")) await inSeveral(subject, target);
  } finally {
    await subject.close();
  }
}

/** Measures the bare loop, the reference. It runs between the others, because the speed of a machine wanders. */
async function bareLoop(): Promise<void> {
  progress("(a) bare loop");
  const total = Math.max(1000, Math.round(deliveries / 2));
  const { receiverUrl: origin } = stage;
  await load.call("bare", { origin, total: Math.round(total / 5), connections });
  await receiver.call("reset");
  const cpu = measureCpu({ loop: load.pid, receiver: receiver.pid });
  const { startedAtMs, endedAtMs } = await load.call("bare", { origin, total, connections });
  bareRates.push(total / seconds(startedAtMs, endedAtMs));
  bareCpu.push(cpuText(cpu(total)));
}

async function reads(subject: Subject, target: Target): Promise<void> {
  // There is something to read, whatever ran before.
  await endToEnd(stage, subject, target, 500, 1);
  const found = await subject.client.query<{ id: string }>(`select "id" from "message" where "applicationId" = $1 limit 500`, [
    target.applicationId,
  ]);
  const base = `/api/v1/app/${target.applicationId}`;
  const cases = [
    { name: "get a message", paths: found.rows.map(({ id }) => `${base}/msg/${id}?with_content=true`) },
    { name: "list a message's attempts", paths: found.rows.map(({ id }) => `${base}/attempt/msg/${id}`) },
    { name: "list an endpoint's attempts (50)", paths: target.endpointIds.map((id) => `${base}/attempt/endpoint/${id}`) },
  ];
  const listenerUrl = await listener.call("listen");
  const { url, apiKey } = subject.access;
  for (const { name, paths } of cases) {
    progress(`(d) ${name}`);
    const answer = await (await fetch(`${url}${paths[0]}`, { headers: { authorization: `Bearer ${apiKey}` } })).text();
    await listener.call("answerWith", answer);
    const options = { paths, apiKey, connections: 32, durationMs: Math.min(5000, deliveries / 20) };
    for (const warmed of [listenerUrl, url]) await load.call("read", { ...options, url: warmed, durationMs: options.durationMs / 5 });
    const bare = await load.call("read", { ...options, url: listenerUrl });
    const cost = await subject.measure({ load: load.pid });
    const real = await load.call("read", { ...options, url });
    const bareRate = bare.count / seconds(bare.startedAtMs, bare.endedAtMs);
    const run = { perSecond: real.count / seconds(real.startedAtMs, real.endedAtMs), cost: await cost(real.count), notes: [] };
    addTo(bareRate, "d", name, run, [`bare listener ${count(bareRate)}/s, ${count(answer.length)} bytes`]);
  }
}

async function sources(subject: Subject): Promise<void> {
  const url = await listener.call("listen");
  for (const kind of sourceKinds) {
    const total = Math.round(deliveries / (kind === "transformed" ? 4 : 2));
    const name = `a signed request at a source, ${sourceNames[kind]}`;
    progress(`(e) ${name}`);
    const source = await createSource(stage, subject, kind);
    const options = { url, path: source.path, secret: sourceSecret, connections };
    await load.call("deliver", { ...options, total: Math.round(total / 5) });
    const bare = await load.call("deliver", { ...options, total });
    const bareRate = bare.accepted / seconds(bare.startedAtMs, bare.endedAtMs);
    addTo(bareRate, "e", name, await receiving(stage, subject, source, total), [`bare listener ${count(bareRate)}/s`]);
  }
}

/** Single posts while another connection holds a transaction open, between two runs without: what it keeps from being cleared away. */
async function beholden(subject: Subject, target: Target): Promise<void> {
  const total = Math.round(deliveries / 2);
  progress(`(f) ${count(total)} single posts three times, the second beside an idle transaction`);
  const before = await endToEnd(stage, subject, target, total, 1);
  const holder = await subject.connect();
  try {
    await holder.query(`begin isolation level repeatable read; select count(*) from "setting"`);
    const held = await endToEnd(stage, subject, target, total, 1);
    await holder.query("rollback");
    const after = await endToEnd(stage, subject, target, total, 1);
    const without = [before, after].map(({ perSecond, cost }) => `without it ${count(perSecond)}/s, ${cpuText(cost.cpuUs)}`);
    addTo((before.perSecond + after.perSecond) / 2, "f", "single posts beside an idle transaction", held, without);
  } finally {
    await holder.end();
  }
}

/** Single posts at half of what the server has just shown that it can do. */
async function half(subject: Subject, target: Target): Promise<void> {
  const total = Math.round(deliveries / 4);
  progress(`(h) ${count(total)} single posts at half load`);
  const { fullPerSecond, run } = await atHalfLoad(stage, subject, target, total);
  addTo(fullPerSecond, "h", "single posts at half load", run, []);
}

/** Single posts, and the same traffic with nothing behind it. */
async function relayed(subject: Subject, target: Target): Promise<void> {
  const total = Math.round(deliveries / 2);
  progress(`(o) ${count(total)} single posts, beside a relay`);
  const { relay, run } = await besideRelay(stage, subject, target, total);
  addTo(relay.perSecond, "o", "single posts beside a relay", run, [
    `the relay ${count(relay.perSecond)}/s, ${Math.round(relay.cpuUs)} µs of its CPU`,
    `Webster's: ${((run.cost.cpuUs["Webster"] ?? NaN) / relay.cpuUs).toFixed(2)} times that`,
  ]);
}

/** Single posts to one process, and to several. */
async function inSeveral(subject: Subject, target: Target): Promise<void> {
  const total = Math.round(deliveries / 4);
  const [one, ...others] = await severalProcesses(stage, subject, target, { total, rounds }, progress);
  if (one === undefined) return;
  const alone = medianOf(one.runs);
  for (const { form, runs } of others) {
    const run = medianOf(runs);
    const cpu = `CPU of Webster and PostgreSQL: ${(bothOf(run) / bothOf(alone)).toFixed(2)} of one process's`;
    addTo(alone.perSecond, "g", `single posts, ${nameOf(form)}`, run, [
      `${nameOf(one.form)} ${count(alone.perSecond)}/s, ${cpuText(alone.cost.cpuUs)}`,
      cpu,
    ]);
  }
}

/** Compares with the bare loops right before it and right after. */
function addToBareLoop(part: string, name: string, run: Run): void {
  measured.push({
    part,
    name,
    perSecond: run.perSecond,
    reference: { bareLoop: bareRates.length - 1 },
    notes: [...run.notes, ...notesOf(run)],
  });
}

function addTo(reference: number, part: string, name: string, run: Run, notes: string[]): void {
  measured.push({ part, name, perSecond: run.perSecond, reference, notes: [...notes, ...run.notes, ...notesOf(run)] });
}

function notesOf({ cost: { cpuUs, walBytes, storedBytes } }: Run): string[] {
  return [cpuText(cpuUs), ...(storedBytes > 1 ? [`bytes each: ${count(walBytes)} of WAL, ${count(storedBytes)} stored`] : [])];
}

function progress(text: string): void {
  console.log(text);
}
