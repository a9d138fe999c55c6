/** What the parts of the benchmark do to a build: each runs once, checks that nothing is lost, and says what a unit cost. */
import { api } from "./api.ts";
import type { Cost } from "./cost.ts";
import type { LoadCalls } from "./load.ts";
import { prefill, type Target } from "./prefill.ts";
import type { Part } from "./processes.ts";
import type { ReceiverCalls } from "./receiver.ts";
import { count } from "./report.ts";
import type { Subject } from "./subject.ts";
import { pathOf, secretOf } from "./workload.ts";

export const connections = 64;
export const batchSize = 100;
const idleMs = 20_000;

export type Stage = {
  load: Part<LoadCalls>;
  receiver: Part<ReceiverCalls>;
  receiverUrl: string;
  /** What must not happen, in words. */
  faults: string[];
};

export type Run = { perSecond: number; cost: Cost; notes: string[] };

const others = ({ load, receiver }: Stage): Record<string, number> => ({ receiver: receiver.pid, load: load.pid });

/** Deliveries that wait when the server starts. It is stopped and started again, and finds them locked until it is up and measured. */
export async function drain(
  stage: Stage,
  subject: Subject,
  target: Target,
  total: number,
  profileDirectory: string | null = null,
): Promise<Run> {
  const { receiver } = stage;
  await subject.end();
  const ids = await prefill(subject.client, [target], total);
  await receiver.call("reset");
  const holder = await subject.connect();
  await holder.query(`begin; lock table "delivery" in exclusive mode`);
  await subject.begin("web,worker", profileDirectory);
  const cost = await subject.measure(others(stage));
  await holder.query("commit");
  await holder.end();
  const received = await receiver.call("wait", { count: ids.length, idleMs });
  await settled(stage, subject);
  const perSecond = ids.length / seconds(received.firstAtMs, Date.now());
  const run = { perSecond, cost: await cost(total), notes: [`${received.hits - received.distinct} sent twice`] };
  await check(stage, `${subject.name}, drain`, ids, received.refused);
  return run;
}

/** Messages posted to the API, `batch` at a time (1: single posts), each delivered to one endpoint. Warmed up with a fifth. */
export async function endToEnd(
  stage: Stage,
  subject: Subject,
  target: Target,
  total: number,
  batch: number,
  clients = batch === 1 ? connections : 8,
): Promise<Run> {
  const { load, receiver } = stage;
  const options = { ...subject.access, application: target.applicationId, connections: clients, batch };
  await receiver.call("reset");
  const warmUp = await load.call("post", { ...options, total: Math.round(total / 5) });
  await receiver.call("wait", { count: warmUp.ids.length, idleMs });
  await settled(stage, subject);
  await receiver.call("reset");
  const cost = await subject.measure(others(stage));
  const posted = await load.call("post", { ...options, total });
  const received = await receiver.call("wait", { count: posted.ids.length, idleMs });
  await settled(stage, subject);
  const accepted = count(Math.round(posted.ids.length / seconds(posted.startedAtMs, posted.endedAtMs)));
  const note = `accepted ${accepted}/s, answered in ${posted.p50Ms.toFixed(0)} ms (p99 ${posted.p99Ms.toFixed(0)}), ${posted.turnedAway} times 503, ${received.hits - received.distinct} sent twice`;
  const run = { perSecond: posted.ids.length / seconds(posted.startedAtMs, received.lastAtMs), cost: await cost(total), notes: [note] };
  const name = `${subject.name}, end to end`;
  if (posted.ids.length !== total) stage.faults.push(`${name}: ${total - posted.ids.length} not accepted`);
  await check(stage, name, posted.ids, received.refused);
  return run;
}

export const sourceKinds = ["stored", "delivered", "transformed"] as const;
export type SourceKind = (typeof sourceKinds)[number];
export const sourceNames: Record<SourceKind, string> = {
  stored: "without an endpoint",
  delivered: "delivered to an endpoint",
  transformed: "through a transformation to an endpoint",
};
const transformation = `function handler(webhook) { webhook.payload.seen = true; return webhook; }`;
export const sourceSecret = "the source's secret";

export type Source = { id: string; kind: SourceKind; path: string };

/** A source that stores what it accepts, with no endpoint, or with one that all is delivered to, as it came or through code. */
export async function createSource({ receiverUrl }: Stage, subject: Subject, kind: SourceKind): Promise<Source> {
  const settings = { name: "Bench", provider: "github", secrets: [sourceSecret], rateLimit: 100_000 };
  const source = await api(subject.access, "/source", settings);
  const application = source["application"] as { id: string };
  if (kind !== "stored")
    await api(subject.access, `/app/${application.id}/endpoint`, { url: `${receiverUrl}${pathOf(0)}`, secret: secretOf(0) });
  if (kind === "transformed")
    await api(subject.access, `/source/${source.id}/transformation`, { code: transformation, enabled: true }, "PATCH");
  return { id: source.id, kind, path: new URL(String(source["url"])).pathname };
}

/** Signed requests to a source, warmed up with a fifth. */
export async function receiving(stage: Stage, subject: Subject, source: Source, total: number): Promise<Run> {
  const { load, receiver } = stage;
  const options = { url: subject.access.url, path: source.path, secret: sourceSecret, connections };
  const withEndpoint = source.kind !== "stored";
  const before = await storedOf(subject, source);
  await receiver.call("reset");
  await load.call("deliver", { ...options, total: Math.round(total / 5) });
  if (withEndpoint) await receiver.call("wait", { count: Math.round(total / 5), idleMs });
  await settled(stage, subject);
  await receiver.call("reset");
  const cost = await subject.measure(others(stage));
  const real = await load.call("deliver", { ...options, total });
  const received = withEndpoint ? await receiver.call("wait", { count: total, idleMs }) : null;
  await settled(stage, subject);
  const endedAtMs = source.kind === "transformed" ? (received?.lastAtMs ?? 0) : real.endedAtMs;
  const run = {
    perSecond: real.accepted / seconds(real.startedAtMs, endedAtMs),
    cost: await cost(total),
    notes: [`${real.turnedAway} times 429 or 503`],
  };
  const stored = (await storedOf(subject, source)) - before;
  const expected = total + Math.round(total / 5);
  if (stored !== expected) stage.faults.push(`${subject.name}, a source: ${stored} of ${expected} are stored`);
  return run;
}

async function storedOf({ client }: Subject, { id }: Source): Promise<number> {
  const stored = await client.query<{ count: number }>(
    `select count(*)::int as "count" from "received_request" r join "message" m on m."id" = r."messageId"
     where r."sourceId" = $1 and r."verdict" = 'accepted'`,
    [id],
  );
  return stored.rows[0]?.count ?? 0;
}

async function settled({ faults }: Stage, subject: Subject): Promise<void> {
  if (!(await subject.settled())) faults.push(`${subject.name}: deliveries were still pending after all had arrived`);
}

/** Checks that every id that Webster answers for has arrived, and that nothing came with a wrong signature. */
async function check({ receiver, faults }: Stage, name: string, ids: string[], refused: number): Promise<void> {
  const missing = await receiver.call("missing", ids);
  if (missing > 0) faults.push(`${name}: ${missing} of ${ids.length} never arrived`);
  if (refused > 0) faults.push(`${name}: ${refused} came with a signature that does not match`);
}

export function seconds(fromMs: number, toMs: number): number {
  return Math.max(1, toMs - fromMs) / 1000;
}
