/** What a worker does beside delivering: all its loops, and all tasks done now and then. */
import { sweepIncidents } from "../db/sql/figures/incidents.ts";
import { measureInHand, measureOverdue } from "../db/sql/figures/overdue.ts";
import { rollUp } from "../db/sql/figures/rollup.ts";
import { makeRoom } from "../db/sql/received/quarantine.ts";
import { expire } from "../db/sql/upkeep/expire.ts";
import { reseal } from "../db/sql/upkeep/reseal.ts";
import { env } from "../env.ts";
import { log } from "../log.ts";
import { type Loop, startLoop } from "../loop.ts";
import { Maintenance, type Task } from "../maintenance.ts";
import { alertOnce } from "../services/incident/alerts.ts";
import { tellSome } from "../services/operationalWebhook/operationalEvents.ts";
import { samplePayloads } from "../services/eventType/payloadSampling.ts";
import { readWords } from "../services/delivery/searchIndex.ts";
import { startPendingRequests } from "../services/receivedRequest/pendingRequests.ts";
import { isFirst } from "../siblings.ts";
import { minuteMs } from "../words/duration.ts";
import { startTaskRunner } from "./taskRunner.ts";

/** Loops, each of which runs beside the same loop of other processes, and stops after the step that it is at. */
export const loops = {
  tasks: startTaskRunner,
  pendingRequests: startPendingRequests,
  operationalWebhooks: () => startLoop({ everyMs: 500, failed: "operational_webhook.failed", run: tellSome }),
  alerts: () => startLoop({ everyMs: 10_000, failed: "alert.failed", run: alertOnce }),
  payloadWords: () => startLoop({ everyMs: 5_000, failed: "search_index.failed", run: readWords }),
  payloadShapes: () => startLoop({ everyMs: 5_000, failed: "payload_shape.failed", run: samplePayloads }),
} satisfies Record<string, () => Loop>;

/** Tasks that one of several processes does at a time. Upkeep of an engine's own deliveries is in lib/delivery/engine.ts. */
const maintenance: Task[] = [
  { name: "rollup", everyMs: 20_000, run: rollUp },
  { name: "incidents", everyMs: 10_000, run: sweepIncidents },
  { name: "overdue", everyMs: 15_000, run: measureOverdue },
  { name: "in hand, measured", everyMs: 15_000, run: measureInHand },
  { name: "quarantine", everyMs: 60_000, run: () => makeRoom(env().quarantineBytes, env().retentionDays) },
  { name: "reseal", everyMs: 60_000, run: resealOnce },
  { name: "expire", everyMs: 3_600_000, run: () => expire(env().retentionDays) },
];

// While other processes seal with an earlier key there is no end yet, and each run counts all values.
const waitForOthersMs = 10 * minuteMs;
let resealNotBeforeMs = 0;

async function resealOnce(): Promise<void> {
  if (performance.now() < resealNotBeforeMs) return;
  const done = await reseal();
  if (done !== null && done.waiting.length > 0) resealNotBeforeMs = performance.now() + waitForOthersMs;
  if (done !== null && done.resealed + done.retired.length > 0) log.info(done, "seal.resealed");
}

/** Those that one process of a machine is enough for; the others have as much to do as there are processes. */
const loopsOfFirst: ReadonlySet<string> = new Set([
  "operationalWebhooks",
  "alerts",
  "payloadWords",
  "payloadShapes",
] satisfies (keyof typeof loops)[]);

/** Starts the loops and tasks that are this process's. `stop` waits for the loops' steps that are under way. */
export function startBackground(): Loop {
  const wanted = Object.entries(loops).filter(([name]) => isFirst() || !loopsOfFirst.has(name));
  const running = wanted.map(([, start]): Loop => start());
  const upkeep = new Maintenance();
  if (isFirst()) for (const task of maintenance) upkeep.start(task);
  return {
    stop: async () => {
      upkeep.stop();
      await Promise.all(running.map((loop) => loop.stop()));
    },
  };
}
