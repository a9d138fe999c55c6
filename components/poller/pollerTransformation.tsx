"use client";

import { useQuery } from "@tanstack/react-query";
import type { DestinationTransformationOut } from "../../lib/contract/destination.ts";
import { Button } from "../ui/button.tsx";
import { ErrorState, Skeleton } from "../ui/states.tsx";
import { DraftFields, useDraft } from "../transformation/draft.tsx";
import { TryOut } from "../transformation/tryOut.tsx";
import { words } from "../transformation/words.ts";
import { Status } from "../ui/status.tsx";
import { toast } from "../ui/toast.tsx";
import { type PollerKey, pollerTransformationQuery, useSavePollerTransformation } from "./queries.ts";

const said = words.poller;

/** The code that makes what a polling endpoint gives. */
export function PollerTransformation({ pollerKey }: { pollerKey: PollerKey }) {
  const { data, error, refetch } = useQuery(pollerTransformationQuery(pollerKey));
  return (
    <section aria-labelledby="poller-transformation" className="max-w-5xl">
      <h2 id="poller-transformation" className="text-lg font-semibold">
        Transformation
      </h2>
      <p className="mt-0.5 mb-3 text-sm text-ink-muted">
        It runs on each message that is asked for. One that it fails on is not given, nor is what comes after it, until the code is
        corrected or the consumer is moved.
      </p>
      {error !== null && data === undefined && <ErrorState what="The transformation" error={error} onRetry={() => void refetch()} />}
      {error === null && data === undefined && <Skeleton className="h-72 w-full" />}
      {data !== undefined && <Editor saved={data} pollerKey={pollerKey} />}
    </section>
  );
}

type Saving = Parameters<ReturnType<typeof useSavePollerTransformation>["mutate"]>[0];

function Editor({ saved, pollerKey }: { saved: DestinationTransformationOut; pollerKey: PollerKey }) {
  const writing = useDraft(saved, said.example);
  const { draft, isChanged } = writing;
  const save = useSavePollerTransformation(pollerKey);
  const store = (body: Saving, told: string) => save.mutate(body, { onSuccess: () => toast.good(told) });
  return (
    <div className="grid gap-6 xl:grid-cols-[minmax(0,1fr)_minmax(0,26rem)]">
      <div className="min-w-0 space-y-4">
        {saved.code !== null && (saved.enabled ? <Status tone="good">Enabled</Status> : <Status tone="off">Disabled</Status>)}
        <DraftFields writing={writing} codeHelp={said.codeHelp} error={save.error} />
        <div className="flex flex-wrap gap-2">
          <Button
            variant="secondary"
            pending={save.isPending}
            disabled={!isChanged}
            onClick={() => store({ ...draft, enabled: saved.code === null || saved.enabled }, "Transformation saved")}
          >
            {saved.code === null ? "Save and enable" : "Save code"}
          </Button>
          {saved.code !== null && (
            <Button
              variant="quiet"
              onClick={() => store({ enabled: !saved.enabled }, saved.enabled ? "Transformation disabled" : "Transformation enabled")}
            >
              {saved.enabled ? "Disable transformation" : "Enable transformation"}
            </Button>
          )}
        </div>
      </div>
      <TryOut owner={{ kind: "poller", ...pollerKey }} draft={draft} />
    </div>
  );
}
