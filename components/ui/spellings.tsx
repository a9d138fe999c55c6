"use client";

import { CopyButton } from "./copyButton.tsx";

/** A moment in local, UTC and unix time, each to copy. */
export function Spellings({ date }: { date: Date }) {
  const spellings = {
    Local: date.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "long" }),
    UTC: date.toISOString(),
    Unix: (date.getTime() / 1000).toFixed(3),
  };
  return (
    <dl className="grid grid-cols-[auto_1fr_auto] items-center gap-x-3 gap-y-1 text-left text-xs">
      {Object.entries(spellings).map(([name, text]) => (
        <div key={name} className="contents">
          <dt className="text-ink-muted">{name}</dt>
          <dd className="font-mono">{text}</dd>
          <dd>
            <CopyButton text={text} label={`${name} time`} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
