/** Whether a delivery costs more the more are stored: the same posts beside few and beside many, and what the server does unasked. */
import { createCrowd } from "./crowd.ts";
import { pause } from "./memory.ts";
import type { Pair } from "./pairs.ts";
import { fillPast } from "./past.ts";
import type { Target } from "./prefill.ts";
import { count } from "./report.ts";
import { Subject } from "./subject.ts";
import { endToEnd, type Run, type Stage } from "./workloads.ts";

const few = 10_000;
const days = 28;
const applications = 100;
const endpointsEach = 10;
const quietSeconds = 60;
const caughtUpWithinMs = 1_200_000;

/** Pairs of few and many, every second one the other way round. `total`: posts of each run. */
export async function beside(
  stage: Stage,
  { stored, total, rounds }: { stored: number; total: number; rounds: number },
  progress: (text: string) => void,
): Promise<Pair[]> {
  const subjects: Subject[] = [];
  const open = async (count: number): Promise<{ subject: Subject; target: Target }> => {
    const subject = await Subject.open(`beside ${inWords(count)}`);
    subjects.push(subject);
    return { subject, target: await furnish(stage, subject, count, progress) };
  };
  try {
    const [base, now] = [await open(few), await open(stored)];
    const posts: Pair = { part: "k", name: `single posts, beside ${inWords(few)} → ${inWords(stored)}`, base: [], now: [] };
    const quiet: Pair = { part: "k", name: "a second without any, of its upkeep", base: [], now: [] };
    for (let round = 0; round < rounds; round++)
      for (const player of round % 2 === 0 ? [base, now] : [now, base]) {
        const side = player === base ? "base" : "now";
        progress(`(k) single posts, ${player.subject.name}`);
        posts[side].push(await endToEnd(stage, player.subject, player.target, total, 1));
      }
    // Both at once: whatever else the machine does then, it does to both.
    progress(`(k) ${quietSeconds} quiet seconds`);
    const [ofFew, ofMany] = await Promise.all([unasked(base.subject), unasked(now.subject)]);
    quiet.base.push(ofFew);
    quiet.now.push(ofMany);
    return [posts, quiet];
  } finally {
    for (const subject of subjects) await subject.close();
  }
}

const inWords = (stored: number): string => `${count(stored)} stored`;

/** Stores them, and waits until the server has counted them for its charts. */
async function furnish(stage: Stage, subject: Subject, stored: number, progress: (text: string) => void): Promise<Target> {
  await subject.begin("web,worker");
  const target = await subject.createTarget(stage.receiverUrl);
  const crowd = await createCrowd(subject, target, { applications, endpointsEach, originOf: () => stage.receiverUrl });
  await subject.end();
  progress(`(k) storing ${count(stored)}`);
  await fillPast(subject.client, [target, ...crowd], stored, days);
  await subject.begin("web,worker");
  const deadline = Date.now() + caughtUpWithinMs;
  while (!(await isCaughtUp(subject))) {
    if (Date.now() > deadline) throw new Error(`${subject.name}: the past was not counted`);
    await pause(500);
  }
  return target;
}

async function isCaughtUp({ client }: Subject): Promise<boolean> {
  const { rowCount } = await client.query(
    `select from "setting" where "name" = 'rollup_until' and convert_from("value", 'UTF8')::timestamptz > now() - interval '10 minutes'`,
  );
  return rowCount === 1;
}

async function unasked(subject: Subject): Promise<Run> {
  const cost = await subject.measure({});
  await pause(quietSeconds * 1000);
  return { perSecond: 1, cost: await cost(quietSeconds), notes: [] };
}
