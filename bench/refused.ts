/** What healthy deliveries take while a great many to receivers that refuse fail for the first time. */
import { freePort } from "../lib/testing/freePort.ts";
import { createCrowd } from "./crowd.ts";
import { median } from "./pairs.ts";
import { prefill, type Target } from "./prefill.ts";
import { count } from "./report.ts";
import { steadily, type Steady } from "./steady.ts";
import { Subject } from "./subject.ts";
import type { Stage } from "./workloads.ts";

/** `failed`: how many failed for the first time while the healthy ones were sent. `left`: how many had not been tried yet then. */
type Round = { before: Steady; beside: Steady; after: Steady; failed: number; left: number };
export type Refused = { name: string; rounds: Round[] };

const perSecond = 300;
const refused = 200_000;
const applications = 20;
const endpointsEach = 10;

/** `seconds`: how long healthy messages are posted, each time. */
export async function besideRefused(
  stage: Stage,
  build: { name: string; root: string },
  { seconds, rounds }: { seconds: number; rounds: number },
  progress: (text: string) => void,
): Promise<Refused> {
  const subject = await Subject.open(build.name, build.root);
  const result: Refused = { name: build.name, rounds: [] };
  try {
    await subject.begin("web,worker");
    const target = await subject.createTarget(stage.receiverUrl);
    const ports: number[] = [];
    while (ports.length < applications * endpointsEach) ports.push(await freePort());
    const originOf = (endpoint: number): string => `http://127.0.0.1:${ports[endpoint]}`;
    const crowd = await createCrowd(subject, target, { applications, endpointsEach, originOf });
    const run = (during: string, length = seconds): Promise<Steady> =>
      steadily(stage, subject, target, { total: length * perSecond, perSecond, during });
    await run("warming up", seconds / 2);
    for (let round = 0; round < rounds; round++) {
      progress(`(m) ${perSecond} posts a second, beside ${count(refused)} that are refused, and without; ${build.name}`);
      const before = await run("before the refused");
      await due(subject, crowd);
      const beside = await run("beside the refused");
      const [failed, left] = await tried(subject, crowd);
      await dropRefused(subject, crowd);
      result.rounds.push({ before, beside, after: await run("after the refused"), failed, left });
      progress(formatRefused([result]));
    }
  } finally {
    await subject.close();
  }
  return result;
}

/** Ratios of beside ÷ without, the median of the rounds, and each round. */
export function formatRefused(all: Refused[]): string {
  return all
    .flatMap(({ name, rounds }) => {
      const ratio = (of: (steady: Steady) => number): string =>
        median(rounds.map((round) => of(round.beside) / without(round, of))).toFixed(2);
      return [
        `(m) ${name}: beside refused deliveries ÷ without: p50 ${ratio(({ p50Ms }) => p50Ms)}, p99 ${ratio(({ p99Ms }) => p99Ms)}`,
        ...rounds.map(
          ({ before, beside, after, failed, left }) =>
            `      p50 ${inMs(before.p50Ms, beside.p50Ms, after.p50Ms)}, p99 ${inMs(before.p99Ms, beside.p99Ms, after.p99Ms)} ms before, beside, after; ${count(failed)} failed, ${count(left)} left, ${beside.turnedAway} turned away`,
        ),
      ];
    })
    .join("\n");
}

const without = ({ before, after }: Round, of: (steady: Steady) => number): number => (of(before) + of(after)) / 2;
const inMs = (...values: number[]): string => values.map((ms) => ms.toFixed(1)).join(" | ");

/** All of them are there at one moment. */
async function due({ client }: Subject, crowd: Target[]): Promise<void> {
  await client.query("begin");
  await prefill(client, crowd, refused);
  await client.query("commit");
}

async function tried({ client }: Subject, crowd: Target[]): Promise<[failed: number, left: number]> {
  const { rows } = await client.query<{ failed: number; left: number }>(
    `select count(*) filter (where "attemptCount" > 0)::int as "failed", count(*) filter (where "attemptCount" = 0)::int as "left"
     from "delivery" where "applicationId" = any($1) and "status" = 'pending'`,
    [crowd.map(({ applicationId }) => applicationId)],
  );
  return [rows[0]?.failed ?? 0, rows[0]?.left ?? 0];
}

/** Ends what is still to be tried, so that nothing of it is left when the next are measured. Rows that are being stored have their turn again. */
async function dropRefused({ client }: Subject, crowd: Target[]): Promise<void> {
  for (let left = true; left;) {
    const ofCrowd = `"applicationId" = any($1) and "status" = 'pending'`;
    const ids = [crowd.map(({ applicationId }) => applicationId)];
    await client.query(
      `update "delivery" d set "status" = 'cancelled', "nextAttemptAt" = null, "leaseId" = null
       from (select "messageId", "endpointId" from "delivery" where ${ofCrowd} for update skip locked) p
       where d."messageId" = p."messageId" and d."endpointId" = p."endpointId"`,
      ids,
    );
    left = (await client.query(`select from "delivery" where ${ofCrowd} limit 1`, ids)).rowCount !== 0;
  }
  await client.query('vacuum (analyze) "delivery"');
}
