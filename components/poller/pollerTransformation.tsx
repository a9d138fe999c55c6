"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { DestinationTransformationOut } from "../../lib/contract/destination.ts";
import { ApiError } from "../api.ts";
import { PairRows } from "../form/pairRows.tsx";
import { pairsOf, recordOf } from "../form/pairs.ts";
import { Alert } from "../ui/alert.tsx";
import { Button } from "../ui/button.tsx";
import { CodeEditor } from "../ui/codeEditor.tsx";
import { ErrorState, Skeleton } from "../ui/states.tsx";
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
  const [code, setCode] = useState(saved.code ?? said.example);
  const [rows, setRows] = useState(() => pairsOf(saved.variables));
  const save = useSavePollerTransformation(pollerKey);
  const variables = recordOf(rows);
  const isChanged = code !== saved.code || JSON.stringify(variables) !== JSON.stringify(saved.variables ?? {});
  const store = (body: Saving, told: string) => save.mutate(body, { onSuccess: () => toast.good(told) });
  const fault = save.error instanceof ApiError ? save.error.issues.find(({ loc }) => loc[1] === "code")?.msg : undefined;
  return (
    <div className="grid gap-6 xl:grid-cols-[minmax(0,1fr)_minmax(0,26rem)]">
      <div className="min-w-0 space-y-4">
        {saved.code !== null && (saved.enabled ? <Status tone="good">Enabled</Status> : <Status tone="off">Disabled</Status>)}
        {save.error && fault === undefined && <Alert tone="bad" live title={save.error.message} />}
        <CodeEditor label="Code" help={said.codeHelp} value={code} onChange={setCode} error={fault} />
        <PairRows
          legend="Variables"
          noun="variable"
          help="What the code finds in variables. Stored sealed."
          rows={rows}
          onChange={setRows}
          empty={{ name: "", value: "" }}
        />
        <div className="flex flex-wrap gap-2">
          <Button
            variant="secondary"
            pending={save.isPending}
            disabled={!isChanged}
            onClick={() => store({ code, variables, enabled: saved.code === null || saved.enabled }, "Transformation saved")}
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
      <TryOut owner={{ kind: "poller", ...pollerKey }} draft={{ code, variables }} />
    </div>
  );
}
