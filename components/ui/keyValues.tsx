import type { ReactNode } from "react";

/** Facts about one thing: a term, its value. Null leaves a fact out. */
export function KeyValues({ facts }: { facts: Record<string, ReactNode> }) {
  return (
    <dl className="@container divide-y divide-line border-y border-line text-sm">
      {Object.entries(facts).map(
        ([term, value]) =>
          value !== null && (
            <div key={term} className="flex flex-wrap gap-x-4 gap-y-0.5 py-2 sm:grid sm:grid-cols-[6.5rem_1fr] sm:@sm:grid-cols-[9rem_1fr]">
              <dt className="text-ink-muted max-sm:w-full">{term}</dt>
              <dd className="min-w-0 wrap-anywhere">{value}</dd>
            </div>
          ),
      )}
    </dl>
  );
}
