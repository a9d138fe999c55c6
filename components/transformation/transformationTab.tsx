"use client";

import { useQuery } from "@tanstack/react-query";
import type { EndpointTransformationOut } from "../../lib/contract/transformation.ts";
import { Button } from "../ui/button.tsx";
import { ErrorState, Skeleton } from "../ui/states.tsx";
import { Status } from "../ui/status.tsx";
import { toast } from "../ui/toast.tsx";
import { Comparison } from "./comparison.tsx";
import { DraftFields, useDraft } from "./draft.tsx";
import { type CodeOwner, transformationQuery, useSaveTransformation } from "./queries.ts";
import { TryOut } from "./tryOut.tsx";
import { Versions } from "./versions.tsx";
import { words } from "./words.ts";

/** Code that changes what goes to an endpoint, or what comes from a source: written, tried out, saved, rolled back. */
export function TransformationTab({ owner }: { owner: CodeOwner }) {
  const { data, error, refetch } = useQuery(transformationQuery(owner));
  if (error !== null && data === undefined) return <ErrorState what="The transformation" error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Skeleton className="h-96 w-full" />;
  // A new editor begins when another version counts.
  return <Editor key={`${data.version}`} saved={data} owner={owner} />;
}

function Editor({ saved, owner }: { saved: EndpointTransformationOut; owner: CodeOwner }) {
  const said = words[owner.kind];
  const writing = useDraft(saved, said.example);
  const { draft, setCode, isChanged } = writing;
  const save = useSaveTransformation(owner);
  // Awaited, because another version makes another editor: what hangs on this one would never be told. The alert tells of faults.
  const store = (body: Parameters<typeof save.mutate>[0], told: string) =>
    void save.mutateAsync(body).then(
      () => toast.good(told),
      () => undefined,
    );
  return (
    <div className="space-y-8">
      <div className="grid gap-6 xl:grid-cols-[minmax(0,1fr)_minmax(0,26rem)]">
        <div className="min-w-0 space-y-4">
          <State
            saved={saved}
            none={said.none}
            pending={save.isPending}
            onSwitch={(enabled) => store({ enabled }, enabled ? "Transformation enabled" : "Transformation disabled")}
          />
          <DraftFields writing={writing} codeHelp={said.codeHelp} error={save.error} />
          <div className="flex flex-wrap gap-2 border-t border-line pt-4">
            <Button
              pending={save.isPending}
              disabled={!isChanged}
              onClick={() => store({ ...draft, ...(saved.version === null ? { enabled: true } : {}) }, "Version saved")}
            >
              {saved.version === null ? "Save and enable" : "Save version"}
            </Button>
            {isChanged && saved.code !== null && (
              <Button variant="quiet" onClick={() => setCode(saved.code ?? "")}>
                Discard changes
              </Button>
            )}
          </div>
        </div>
        <TryOut owner={owner} draft={draft} />
      </div>
      <Comparison owner={owner} draft={draft} />
      <Versions owner={owner} onShow={setCode} />
    </div>
  );
}

type StateProps = { saved: EndpointTransformationOut; none: string; pending: boolean; onSwitch: (enabled: boolean) => void };

function State({ saved, none, pending, onSwitch }: StateProps) {
  if (saved.version === null) return <p className="max-w-prose text-sm text-ink-muted">{none}</p>;
  return (
    <div className="flex flex-wrap items-center gap-3 text-sm">
      {saved.enabled ? <Status tone="good">Enabled</Status> : <Status tone="off">Disabled</Status>}
      <span className="text-ink-muted">Version {saved.version}</span>
      <Button variant="secondary" size="small" pending={pending} onClick={() => onSwitch(!saved.enabled)}>
        {saved.enabled ? "Disable transformation" : "Enable transformation"}
      </Button>
    </div>
  );
}
