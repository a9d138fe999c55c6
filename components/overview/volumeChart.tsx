import { Link } from "../ui/link.tsx";
import { barsOf } from "./bars.ts";
import { grouped } from "../ui/number.ts";

type Bucket = { start: string; succeeded: number; failed: number };
type VolumeChartProps = {
  buckets: readonly Bucket[];
  /** The log of a moment and what follows. */ hrefOf: (after: string, before: string) => string;
  until: string;
};

const box = { width: 720, height: 140 };

/** Attempts over time; each bar leads into its part of the log. The table below it says the same in words. */
export function VolumeChart({ buckets, hrefOf, until }: VolumeChartProps) {
  const { bars, most } = barsOf(buckets, box);
  return (
    <figure>
      <figcaption className="mb-2 flex flex-wrap items-center gap-x-4 text-sm text-ink-muted">
        <h2 className="mr-auto font-semibold text-ink">Attempts</h2>
        <span className="inline-flex items-center gap-1.5">
          <span className="size-2.5 bg-good" aria-hidden="true" /> Succeeded
        </span>
        <span className="inline-flex items-center gap-1.5">
          <span className="size-2.5 bg-bad" aria-hidden="true" /> Failed
        </span>
        <span>Highest bar: {grouped(most)}</span>
      </figcaption>
      <svg viewBox={`0 0 ${box.width} ${box.height + 1}`} preserveAspectRatio="none" className="h-36 w-full border-b border-line">
        <title>Attempts over time</title>
        {bars.map((bar, index) => {
          const before = bars[index + 1]?.start ?? until;
          const words = `${new Date(bar.start).toLocaleString()}: ${bar.succeeded} succeeded, ${bar.failed} failed`;
          if (bar.succeeded + bar.failed === 0) return null;
          return (
            <Link key={bar.start} href={hrefOf(bar.start, before)} prefetch={false} aria-label={words} className="group">
              <title>{words}</title>
              <rect x={bar.x} y={0} width={bar.width} height={box.height} className="fill-transparent group-hover:fill-sunken" />
              <rect x={bar.x} y={box.height - bar.goodHeight} width={bar.width} height={bar.goodHeight} className="fill-good" />
              <rect
                x={bar.x}
                y={Math.max(0, box.height - bar.goodHeight - bar.badHeight)}
                width={bar.width}
                height={bar.badHeight}
                className="fill-bad"
              />
            </Link>
          );
        })}
      </svg>
    </figure>
  );
}
