/** How much memory a server takes to send a backlog: a great many deliveries that are due, of many endpoints. */
import { createCrowd } from "./crowd.ts";
import { mostWhile, pause, quietMs, residentMb } from "./memory.ts";
import { prefill } from "./prefill.ts";
import { startPart } from "./processes.ts";
import type { ReceiverCalls } from "./receiver.ts";
import { count } from "./report.ts";
import { Subject } from "./subject.ts";
import { seconds, type Stage } from "./workloads.ts";

/** Resident, in MB: when it has been quiet for a while, and the most while it sent. `perSecond`: how many it sent. */
export type Backlog = { name: string; pending: number; idleMb: number; sendingMb: number; perSecond: number };

const applications = 1_000;
const endpointsEach = 10;
const watchedMs = 60_000;

export async function memoryOfBacklog({ faults }: Stage, name: string, root: string, pending: number): Promise<Backlog> {
  const receiver = startPart<ReceiverCalls>("receiver.ts");
  const everywhere = process.platform === "linux";
  const url = new URL(await receiver.call("listen", { everywhere }));
  // Each endpoint has a host of its own, as it would have: no connection serves two.
  const originOf = (endpoint: number): string => (everywhere ? `http://127.1.${endpoint >> 8}.${endpoint & 255}:${url.port}` : url.origin);
  const subject = await Subject.open(name, root);
  try {
    await subject.begin("web,worker");
    const target = await subject.createTarget(url.origin);
    const crowd = await createCrowd(subject, target, { applications, endpointsEach, originOf });
    await subject.begin("web,worker");
    await pause(quietMs);
    const idleMb = residentMb(subject.pid);
    await subject.end();
    await prefill(subject.client, crowd, pending);
    await receiver.call("reset");
    await subject.begin("web,worker");
    const sendingMb = await mostWhile(subject, () => pause(watchedMs));
    const { hits, refused, firstAtMs, lastAtMs } = await receiver.call("wait", { count: 0, idleMs: 0 });
    if (refused > 0) faults.push(`${name}, backlog: ${refused} came with a signature that does not match`);
    if (hits === 0) faults.push(`${name}, backlog: nothing was sent`);
    return { name, pending, idleMb, sendingMb, perSecond: hits / seconds(firstAtMs, lastAtMs) };
  } finally {
    await subject.close();
    receiver.stop();
  }
}

export const formatBacklog = (all: Backlog[]): string =>
  all
    .map(
      ({ name, pending, idleMb, sendingMb, perSecond }) =>
        `(l) ${name.padEnd(7)} ${count(idleMb)} MB idle, ${count(sendingMb)} while it sent ${count(perSecond)} a second of ${count(pending)} that were due at ${count(applications * endpointsEach)} endpoints: ${count(sendingMb - idleMb)} more`,
    )
    .join("\n");
