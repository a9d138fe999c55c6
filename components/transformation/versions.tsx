"use client";

import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirmDialog.tsx";
import { ErrorState, Skeleton } from "../ui/states.tsx";
import { Time } from "../ui/time.tsx";
import { toast } from "../ui/toast.tsx";
import { type CodeOwner, useRollBack, versionsQuery } from "./queries.ts";
import { words } from "./words.ts";

type VersionsProps = { owner: CodeOwner; /** What is in the editor. */ typed: string; onShow: (code: string) => void };

/** Each code that was saved, and the way back to it. */
export function Versions({ owner, typed, onShow }: VersionsProps) {
  const id = useId();
  const { data, error, refetch } = useQuery(versionsQuery(owner));
  const [rollingBack, setRollingBack] = useState<number | null>(null);
  const [replacing, setReplacing] = useState<string | null>(null);
  const rollBack = useRollBack(owner);
  const isSaved = data?.data.some(({ code }) => code === typed) ?? false;
  if (data?.data.length === 0) return null;
  return (
    <section aria-labelledby={id} className="border-t border-line pt-4">
      <h2 id={id} className="font-semibold">
        Versions
      </h2>
      <p className="mb-3 text-sm text-ink-muted">The last 20 that were saved.</p>
      {error !== null && data === undefined && <ErrorState what="The versions" error={error} onRetry={() => void refetch()} />}
      {error === null && data === undefined && <Skeleton className="h-24 w-full" />}
      <ul className="divide-y divide-line rounded-md border border-line bg-surface empty:hidden">
        {data?.data.map(({ version, code, createdAt, createdBy, current }) => (
          <li key={version} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2 text-sm">
            <span className="font-medium">Version {version}</span>
            {current && <Badge tone="accent">Counts</Badge>}
            <span className="min-w-0 flex-1 truncate text-ink-muted">
              <Time at={createdAt} />
              {createdBy !== null && ` by ${createdBy}`}
            </span>
            <Button
              variant="quiet"
              size="small"
              aria-label={`Show version ${version} in the editor`}
              onClick={() => (isSaved ? onShow(code) : setReplacing(code))}
            >
              Show
            </Button>
            {!current && (
              <Button
                variant="secondary"
                size="small"
                aria-label={`Roll back to version ${version}`}
                onClick={() => setRollingBack(version)}
              >
                Roll back
              </Button>
            )}
          </li>
        ))}
      </ul>
      <ConfirmDialog
        open={rollingBack !== null}
        onOpenChange={(open) => !open && setRollingBack(null)}
        title={`Roll back to version ${rollingBack ?? ""}`}
        onConfirm={async () => {
          await rollBack.mutateAsync(rollingBack ?? 0);
          toast.good(`Version ${rollingBack ?? ""} counts again`);
        }}
      >
        <p>{words[owner.kind].rollBack}</p>
      </ConfirmDialog>
      <ConfirmDialog
        open={replacing !== null}
        onOpenChange={() => setReplacing(null)}
        title="Replace the code in the editor"
        onConfirm={async () => onShow(replacing ?? "")}
      >
        <p>What you have written since the last version is not saved, and is lost.</p>
      </ConfirmDialog>
    </section>
  );
}
