/** Single posts beside a relay that does nothing but HTTP: how much of what a message costs is Webster's own. */
import { measureCpu } from "./cpu.ts";
import { startPart } from "./processes.ts";
import type { RelayCalls } from "./relay.ts";
import type { Target } from "./prefill.ts";
import type { Subject } from "./subject.ts";
import { connections, endToEnd, type Run, seconds, type Stage } from "./workloads.ts";

/** `relay`: the mean of a run right before and one right after; `cpuUs` of its own process for one post. */
export type BesideRelay = { relay: { perSecond: number; cpuUs: number }; run: Run };

export async function besideRelay(stage: Stage, subject: Subject, target: Target, total: number): Promise<BesideRelay> {
  const { load, receiver, receiverUrl } = stage;
  const relay = startPart<RelayCalls>("relay.ts");
  try {
    const options = { url: await relay.call("listen", receiverUrl), apiKey: "", application: "app", connections, batch: 1 };
    const relayed = async (): Promise<BesideRelay["relay"]> => {
      await load.call("post", { ...options, total: Math.round(total / 5) });
      await receiver.call("reset");
      const cpu = measureCpu({ relay: relay.pid });
      const posted = await load.call("post", { ...options, total });
      const received = await receiver.call("wait", { count: total, idleMs: 20_000 });
      if (received.distinct !== total || received.refused > 0) stage.faults.push(`the relay: ${received.distinct} of ${total} arrived`);
      return { perSecond: total / seconds(posted.startedAtMs, received.lastAtMs), cpuUs: cpu(total).relay ?? NaN };
    };
    const before = await relayed();
    const run = await endToEnd(stage, subject, target, total, 1);
    const after = await relayed();
    const mean = (of: "perSecond" | "cpuUs"): number => (before[of] + after[of]) / 2;
    return { relay: { perSecond: mean("perSecond"), cpuUs: mean("cpuUs") }, run };
  } finally {
    relay.stop();
  }
}
