"use client";

import { useEffect, useState } from "react";
import type { SourceOut } from "../../lib/contract/source.ts";
import type { SourceProviderOut } from "../../lib/contract/sourceTools.ts";
import { May } from "../session/may.tsx";
import { Alert } from "../ui/alert.tsx";
import { Button } from "../ui/button.tsx";
import { CopyButton } from "../ui/copyButton.tsx";
import { Time } from "../ui/time.tsx";
import { whenOpened } from "../ui/whenOpened.tsx";
import { revealSecrets } from "./queries.ts";

const ChangeSecret = whenOpened(
  () => import("./changeSecret.tsx").then((module) => module.ChangeSecret),
  ({ kind }) => kind !== null,
);

/** A source's secrets: masked; an admin can reveal them, which is noted. */
export function SourceSecrets({ source, provider }: { source: SourceOut; provider: SourceProviderOut }) {
  const [revealed, setRevealed] = useState<{ texts: string[]; of: string } | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const [changing, setChanging] = useState<"add" | "replace" | null>(null);
  // Pages that are left stay in the document, hidden: what is revealed goes.
  useEffect(() => () => setRevealed(null), []);
  // Once others count, those that were revealed stand beside none of them.
  const of = JSON.stringify(source.secrets);
  const shown = revealed?.of === of ? revealed.texts : null;
  const toggle = async () => {
    if (shown !== null) return setRevealed(null);
    setFault(null);
    try {
      setRevealed({ texts: (await revealSecrets(source.id)).secrets, of });
    } catch (error) {
      setFault((error as Error).message);
    }
  };
  return (
    <>
      {source.secrets.length === 0 ? (
        <p className="text-sm text-ink-muted">There is none yet: everything is rejected.</p>
      ) : (
        <ul className="divide-y divide-line rounded-md border border-line bg-surface" data-testid="source-secrets">
          {source.secrets.map(({ hint, expiresAt }, at) => (
            <li key={at} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-3 py-2 text-sm">
              <code className="min-w-0 flex-1 font-mono text-xs break-all">{shown?.[at] ?? `••••••••${hint}`}</code>
              {shown?.[at] !== undefined && <CopyButton text={shown[at]} label="secret" />}
              {expiresAt !== null && (
                <span className="text-ink-muted">
                  Counts until <Time at={expiresAt} ahead interactive />
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
      {fault !== null && (
        <div className="mt-3">
          <Alert tone="bad" live title={fault} />
        </div>
      )}
      <May least="admin">
        <div className="mt-3 flex flex-wrap gap-2">
          <Button variant="secondary" size="small" onClick={() => setChanging("add")}>
            Add secret
          </Button>
          <Button variant="secondary" size="small" onClick={() => setChanging("replace")}>
            Replace secrets
          </Button>
          {source.secrets.length > 0 && (
            <Button variant="quiet" size="small" aria-pressed={shown !== null} onClick={() => void toggle()}>
              {shown === null ? "Reveal secrets" : "Hide secrets"}
            </Button>
          )}
        </div>
        <ChangeSecret source={source} provider={provider} kind={changing} close={() => setChanging(null)} />
      </May>
    </>
  );
}
