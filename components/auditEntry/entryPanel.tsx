"use client";

import type { AuditEntryOut } from "../../lib/contract/auditEntry.ts";
import { Beside } from "../ui/beside.tsx";
import { Id } from "../ui/id.tsx";
import { KeyValues } from "../ui/keyValues.tsx";
import { Time } from "../ui/time.tsx";
import { actionWords, actorWords, type Change, changesOf } from "./words.ts";

/** One change, whole, beside the log. */
export const EntryPanel = ({ entry, onClose }: { entry: AuditEntryOut; onClose: () => void }) => (
  <Beside title={actionWords(entry)} onClose={onClose}>
    <Entry entry={entry} />
  </Beside>
);

function Entry({ entry }: { entry: AuditEntryOut }) {
  const changes = changesOf(entry.changes);
  return (
    <>
      <KeyValues
        facts={{
          When: <Time at={entry.createdAt} interactive />,
          Who: `${entry.actorName} (${actorWords[entry.actorKind]})`,
          "Actor id": <Id id={entry.actorId} copy label="actor id" />,
          Of: <Id id={entry.targetId} copy label="target id" />,
          Environment: entry.environmentId === null ? null : <Id id={entry.environmentId} copy label="environment id" />,
          "IP address": entry.ip ?? "–",
          "User agent": entry.userAgent ?? "–",
          "Entry id": <Id id={entry.id} copy label="entry id" />,
        }}
      />
      {changes.length > 0 && (
        <>
          <h3 className="mt-6 mb-2 font-semibold">What changed</h3>
          <dl className="divide-y divide-line border-y border-line text-sm">
            {changes.map((change) => (
              <ChangeRow key={change.field} {...change} />
            ))}
          </dl>
        </>
      )}
    </>
  );
}

const ChangeRow = ({ field, from, to }: Change) => (
  <div className="gap-4 py-2 sm:grid sm:grid-cols-[9rem_1fr]">
    <dt className="text-ink-muted">{field}</dt>
    <dd className="min-w-0 font-mono text-xs/5 wrap-anywhere">
      {from !== null && (
        <>
          <del className="text-ink-muted">{from}</del>
          <span className="px-1.5 text-ink-muted" aria-hidden="true">
            →
          </span>
        </>
      )}
      <ins className="no-underline">{to}</ins>
    </dd>
  </div>
);
