/** Traces of a program, if a collector is set: from the start of its work to its end. */
import { env } from "../lib/env.ts";
import { setTracing, tracing } from "../lib/tracing.ts";

export async function startTraces(): Promise<void> {
  const { traces } = env();
  if (traces === null) return;
  const { openTracing } = await import("../lib/tracingSdk.ts");
  setTracing(openTracing(traces));
}

const lastSpansMs = 2_000;

/** Sends the last spans; a collector that hangs is not waited for. */
export async function stopTraces(): Promise<void> {
  const current = tracing();
  setTracing(null);
  await current?.stop(lastSpansMs);
}
