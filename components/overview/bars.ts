/** The geometry of the volume chart. */
type Bucket = { start: string; succeeded: number; failed: number };

export type Bar = { start: string; x: number; width: number; succeeded: number; failed: number; goodHeight: number; badHeight: number };

export type Box = { width: number; height: number };

/** One bar a bucket, at most `maximumBars`: neighbours are put together. Heights are of the fullest bar. */
export function barsOf(buckets: readonly Bucket[], { width, height }: Box, maximumBars = 60): { bars: Bar[]; most: number } {
  const size = Math.max(1, Math.ceil(buckets.length / maximumBars));
  const groups: Bucket[] = [];
  for (let at = 0; at < buckets.length; at += size) {
    const group = buckets.slice(at, at + size);
    groups.push({ start: group[0]?.start ?? "", succeeded: sum(group, "succeeded"), failed: sum(group, "failed") });
  }
  const most = Math.max(0, ...groups.map(({ succeeded, failed }) => succeeded + failed));
  const step = groups.length === 0 ? width : width / groups.length;
  const gap = Math.min(2, step / 4);
  const scale = most === 0 ? 0 : height / most;
  const bars = groups.map(({ start, succeeded, failed }, index) => ({
    start,
    x: round(index * step + gap / 2),
    width: round(step - gap),
    succeeded,
    failed,
    goodHeight: heightOf(succeeded * scale),
    badHeight: heightOf(failed * scale),
  }));
  return { bars, most };
}

const sum = (group: readonly Bucket[], name: "succeeded" | "failed"): number => group.reduce((total, bucket) => total + bucket[name], 0);

/** A bar's height; a little is still seen. */
const heightOf = (height: number): number => (height === 0 ? 0 : Math.max(2, round(height)));

const round = (value: number): number => Math.round(value * 100) / 100;
