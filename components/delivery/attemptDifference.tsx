import { type Attempt, differenceOf } from "./difference.ts";

/** What changed from one attempt to another. */
export function AttemptDifference({ before, after }: { before: Attempt; after: Attempt }) {
  const rows = differenceOf(before, after);
  if (rows.length === 0)
    return (
      <p className="text-sm text-ink-muted">
        Attempts {before.attemptNumber} and {after.attemptNumber} are the same in every respect.
      </p>
    );
  return (
    <dl className="rounded-md border border-line bg-surface text-sm">
      {rows.map(({ what, before: one, after: other }) => (
        <div key={what} className="border-line p-3 not-last:border-b">
          <dt className="mb-1 font-medium">{what}</dt>
          <dd className="grid gap-2 sm:grid-cols-2">
            <Side label={`Attempt ${before.attemptNumber}`} text={one} mark="−" tone="bg-bad-wash" />
            <Side label={`Attempt ${after.attemptNumber}`} text={other} mark="+" tone="bg-good-wash" />
          </dd>
        </div>
      ))}
    </dl>
  );
}

const Side = ({ label, text, mark, tone }: { label: string; text: string; mark: string; tone: string }) => (
  <div className={`rounded-sm px-2 py-1.5 ${tone}`}>
    <p className="text-xs text-ink-muted">
      {mark} {label}
    </p>
    <p className="font-mono text-xs wrap-anywhere whitespace-pre-wrap">{text}</p>
  </div>
);
