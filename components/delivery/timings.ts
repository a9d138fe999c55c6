/** The steps of an attempt, as the bar shows them. */
import type { Attempt } from "./difference.ts";

export type Step = {
  name: "DNS" | "TCP" | "TLS" | "First byte" | "Waiting" | "Rest";
  ms: number;
  /** The step's part of the whole, 0 to 1. */
  share: number;
};

/** The steps in order, with the rest at the end: of the answer, or a wait that no answer ended. Null: not measured. */
export function stepsOf({ timings, durationMs }: Pick<Attempt, "timings" | "durationMs">): Step[] | null {
  if (timings === null) return null;
  const { dnsMs, tcpMs, tlsMs, firstByteMs } = timings;
  const known: [Step["name"], number | null][] = [
    ["DNS", dnsMs],
    ["TCP", tcpMs],
    ["TLS", tlsMs],
    ["First byte", firstByteMs],
  ];
  const left = durationMs - known.reduce((sum, [, ms]) => sum + (ms ?? 0), 0);
  // Each step is rounded: a millisecond more or less is none.
  if (left > 1) known.push([firstByteMs === null ? "Waiting" : "Rest", left]);
  const whole = Math.max(1, durationMs, durationMs - left);
  return known.flatMap(([name, ms]) => (ms === null ? [] : [{ name, ms, share: ms / whole }]));
}
