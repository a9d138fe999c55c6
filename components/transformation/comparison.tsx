"use client";

import { useId } from "react";
import { Alert } from "../ui/alert.tsx";
import { Button } from "../ui/button.tsx";
import { Id } from "../ui/id.tsx";
import { Status } from "../ui/status.tsx";
import { Time } from "../ui/time.tsx";
import { type CodeOwner, type ComparedRow, type Draft, useCompare } from "./queries.ts";
import { resultText } from "./result.tsx";
import { words } from "./words.ts";

/** The code in the editor on what really came last, beside what becomes of it today. */
export function Comparison({ owner, draft }: { owner: CodeOwner; draft: Draft }) {
  const id = useId();
  const compare = useCompare(owner);
  const rows = compare.data;
  const said = words[owner.kind];
  return (
    <section aria-labelledby={id} className="space-y-3 border-t border-line pt-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <div>
          <h2 id={id} className="font-semibold">
            {said.compareTitle}
          </h2>
          <p className="text-sm text-ink-muted">{said.compareLead}</p>
        </div>
        <Button variant="secondary" size="small" pending={compare.isPending} onClick={() => compare.mutate(draft)}>
          Compare
        </Button>
      </div>
      <div aria-live="polite" className="space-y-2">
        {compare.error && <Alert tone="bad" title={compare.error.message} />}
        {rows?.length === 0 && <p className="text-sm text-ink-muted">{said.nothingToCompare}</p>}
        {rows !== undefined && rows.length > 0 && (
          <p className="text-sm">
            {rows.filter(({ different }) => different).length} of {rows.length} would change.
          </p>
        )}
        {rows?.map((row) => (
          <Row key={row.id} row={row} kind={owner.kind} />
        ))}
      </div>
    </section>
  );
}

function Row({ row, kind }: { row: ComparedRow; kind: CodeOwner["kind"] }) {
  return (
    <details className="rounded-md border border-line bg-surface">
      <summary className="flex cursor-pointer flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2 text-sm">
        {row.after.status === "failed" ? (
          <Status tone="bad">Fails</Status>
        ) : row.different ? (
          <Status tone="warn">Changes</Status>
        ) : (
          <Status tone="good">Same</Status>
        )}
        <span className="font-mono text-xs">{row.eventType}</span>
        <span className="text-ink-muted">
          <Time at={row.timestamp} />
        </span>
        <Id id={row.id} label={kind === "source" ? "request id" : "message id"} />
      </summary>
      <div className="grid gap-2 border-t border-line p-3 lg:grid-cols-2">
        <Side label="− Today" text={resultText(row.before, kind)} tone="bg-bad-wash" />
        <Side label="+ With this code" text={resultText(row.after, kind)} tone="bg-good-wash" />
      </div>
    </details>
  );
}

const Side = ({ label, text, tone }: { label: string; text: string; tone: string }) => (
  <div className={`min-w-0 rounded-sm px-2 py-1.5 ${tone}`}>
    <p className="text-xs text-ink-muted">{label}</p>
    <p className="font-mono text-xs wrap-anywhere whitespace-pre-wrap">{text}</p>
  </div>
);
