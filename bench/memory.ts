/** How much memory Webster's processes hold: idle, under single posts, and under the same beside retries that wait. */
import { readdirSync, readFileSync } from "node:fs";
import { prefill } from "./prefill.ts";
import { count } from "./report.ts";
import { Subject } from "./subject.ts";
import { endToEnd, type Stage } from "./workloads.ts";

/** Resident, in MB. `idle`: when it has been quiet for a while; the others: the most that was seen. */
export type Memory = { name: string; idleMb: number; postsMb: number; waitingMb: number };

const waiting = 200_000;
export const quietMs = 20_000;
const sampleEveryMs = 100;

/** `total`: how many posts. */
export async function memoryOf(stage: Stage, name: string, root: string, total: number): Promise<Memory> {
  const subject = await Subject.open(name, root);
  try {
    await subject.begin("web,worker");
    const target = await subject.createTarget(stage.receiverUrl);
    await subject.begin("web,worker");
    await pause(quietMs);
    const idleMb = residentMb(subject.pid);
    const posts = (): Promise<number> => mostWhile(subject, () => endToEnd(stage, subject, target, total, 1));
    const postsMb = await posts();
    await subject.end();
    await prefill(subject.client, [target], waiting);
    await subject.client.query(`update "delivery" set "nextAttemptAt" = now() + interval '1 day' where "status" = 'pending'`);
    await subject.begin("web,worker");
    return { name, idleMb, postsMb, waitingMb: await posts() };
  } finally {
    await subject.close();
  }
}

export const formatMemory = (all: Memory[]): string =>
  all
    .map(
      ({ name, idleMb, postsMb, waitingMb }) =>
        `(j) ${name.padEnd(7)} ${count(idleMb)} MB idle, ${count(postsMb)} under single posts, ${count(waitingMb)} under them beside ${count(waiting)} retries that wait`,
    )
    .join("\n");

/** The most that it held while something was done, in MB. */
export async function mostWhile({ pid }: Subject, work: () => Promise<unknown>): Promise<number> {
  let mostMb = 0;
  const sampling = setInterval(() => (mostMb = Math.max(mostMb, residentMb(pid))), sampleEveryMs);
  await work();
  clearInterval(sampling);
  return mostMb;
}

/** Of a process and all below it; the database of a benchmark is not. NaN elsewhere than on Linux. */
export const residentMb = (pid: number): number =>
  process.platform === "linux" ? familyOf(pid).reduce((sum, { residentKb }) => sum + residentKb, 0) / 1024 : NaN;

type Status = { pid: number; parent: number; residentKb: number };

/** A process and all below it (Linux). */
export function familyOf(pid: number): Status[] {
  const all = readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? (statusOf(name) ?? []) : []));
  const below = (parent: number): Status[] => all.flatMap((one) => (one.parent === parent ? [one, ...below(one.pid)] : []));
  return [...all.filter((one) => one.pid === pid), ...below(pid)];
}

/** Null: the process has ended meanwhile. */
function statusOf(name: string): Status | null {
  try {
    const text = readFileSync(`/proc/${name}/status`, "utf8");
    const field = (key: string): number => Number(new RegExp(`^${key}:\\s+(\\d+)`, "m").exec(text)?.[1] ?? 0);
    return { pid: Number(name), parent: field("PPid"), residentKb: field("VmRSS") };
  } catch {
    return null;
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
