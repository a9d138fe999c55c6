/** Percentiles of durations, from the histograms that the rollups keep. */
import { durationSteps } from "../../db/sql/figures/rollup.ts";
import { env } from "../../env.ts";

/**
 * A percentile in milliseconds: durations within a step of the histogram count as evenly spread. `share`: from 0 to 1. Null:
 * there are none.
 */
export function percentile(durations: number[] | null, share: number): number | null {
  const total = (durations ?? []).reduce((sum, count) => sum + count, 0);
  if (durations === null || total === 0) return null;
  let below = 0;
  for (const [step, count] of durations.entries()) {
    if (count > 0 && below + count >= total * share) {
      const from = durationSteps[step - 1] ?? 0;
      const to = durationSteps[step] ?? Math.max(from, env().attemptTimeoutMs);
      return Math.round(from + ((to - from) * (total * share - below)) / count);
    }
    below += count;
  }
  return null;
}
