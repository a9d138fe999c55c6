"use client";

import { useId } from "react";
import type { TransformationCompareOut } from "../../lib/contract/transformation.ts";
import { Alert } from "../ui/alert.tsx";
import { Button } from "../ui/button.tsx";
import { Id } from "../ui/id.tsx";
import { Status } from "../ui/status.tsx";
import { Time } from "../ui/time.tsx";
import type { EndpointKey } from "../endpoint/queries.ts";
import { type Draft, useCompare } from "./queries.ts";
import { resultText } from "./result.tsx";

/** The code in the editor on the endpoint's last real messages, beside what is sent today. */
export function Comparison({ endpoint, draft }: { endpoint: EndpointKey; draft: Draft }) {
  const id = useId();
  const compare = useCompare(endpoint);
  const rows = compare.data?.data;
  return (
    <section aria-labelledby={id} className="space-y-3 border-t border-line pt-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <div>
          <h2 id={id} className="font-semibold">
            On the last messages
          </h2>
          <p className="text-sm text-ink-muted">What the code in the editor would make of them, beside what is sent today.</p>
        </div>
        <Button variant="secondary" size="small" pending={compare.isPending} onClick={() => compare.mutate(draft)}>
          Compare
        </Button>
      </div>
      <div aria-live="polite" className="space-y-2">
        {compare.error && <Alert tone="bad" title={compare.error.message} />}
        {rows?.length === 0 && <p className="text-sm text-ink-muted">No message that this endpoint asks for has its payload still.</p>}
        {rows !== undefined && rows.length > 0 && (
          <p className="text-sm">
            {rows.filter(({ different }) => different).length} of {rows.length} would change.
          </p>
        )}
        {rows?.map((row) => (
          <Row key={row.messageId} row={row} />
        ))}
      </div>
    </section>
  );
}

function Row({ row }: { row: TransformationCompareOut["data"][number] }) {
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
        <Id id={row.messageId} label="message id" />
      </summary>
      <div className="grid gap-2 border-t border-line p-3 lg:grid-cols-2">
        <Side label="− Today" text={resultText(row.before)} tone="bg-bad-wash" />
        <Side label="+ With this code" text={resultText(row.after)} tone="bg-good-wash" />
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
