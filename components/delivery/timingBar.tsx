import type { Attempt } from "./difference.ts";
import { duration } from "./format.ts";
import { type Step, stepsOf } from "./timings.ts";

const looks: Record<Step["name"], string> = {
  DNS: "fill-ink-muted",
  TCP: "fill-line-strong",
  TLS: "fill-ink",
  "First byte": "fill-accent",
  Waiting: "fill-bad",
  Rest: "fill-good",
};

/** Where the time of an attempt went. */
export function TimingBar({ attempt }: { attempt: Attempt }) {
  const steps = stepsOf(attempt);
  if (steps === null) return null;
  const startOf = (index: number): number => steps.slice(0, index).reduce((sum, { share }) => sum + share, 0);
  return (
    <div>
      <svg className="block h-2 w-full rounded-sm bg-sunken" viewBox="0 0 1000 8" preserveAspectRatio="none" aria-hidden="true">
        {steps.map(({ name, share }, index) => (
          <rect key={name} x={startOf(index) * 1000} width={Math.max(share * 1000, 2)} height="8" className={looks[name]} />
        ))}
      </svg>
      <dl className="mt-1.5 flex flex-wrap gap-x-4 gap-y-1 text-xs" aria-label="Where the time went">
        {steps.map(({ name, ms }) => (
          <div key={name} className="flex items-center gap-1.5">
            <dt className="flex items-center gap-1.5 text-ink-muted">
              <svg className="size-2" viewBox="0 0 8 8" aria-hidden="true">
                <rect width="8" height="8" className={looks[name]} />
              </svg>
              {name}
            </dt>
            <dd>{duration(ms)}</dd>
          </div>
        ))}
      </dl>
      {attempt.timings?.reused && <p className="mt-1 text-xs text-ink-muted">The connection was open already.</p>}
    </div>
  );
}
