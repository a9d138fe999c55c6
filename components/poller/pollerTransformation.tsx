"use client";

import { useQuery } from "@tanstack/react-query";
import type { DestinationTransformationOut } from "../../lib/contract/destination.ts";
import { Form } from "../form/form.tsx";
import { useAskAnew } from "../form/useAskAnew.ts";
import { Button } from "../ui/button.tsx";
import { ErrorState, Skeleton } from "../ui/states.tsx";
import { DraftFields, draftOf, useCodeForm } from "../transformation/draft.tsx";
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

function Editor({ saved, pollerKey }: { saved: DestinationTransformationOut; pollerKey: PollerKey }) {
  const save = useSavePollerTransformation(pollerKey);
  const ask = useAskAnew();
  const form = useCodeForm({
    saved,
    fresh: () => ask(pollerTransformationQuery(pollerKey)),
    example: said.example,
    save: async (written) => {
      await save.mutateAsync({ ...written, enabled: saved.code === null || saved.enabled });
      toast.good("Transformation saved");
    },
  });
  const onSwitch = () =>
    save.mutate(
      { enabled: !saved.enabled },
      {
        onSuccess: () => toast.good(saved.enabled ? "Transformation disabled" : "Transformation enabled"),
        onError: (error) => toast.bad(error.message),
      },
    );
  return (
    <div className="grid gap-6 xl:grid-cols-[minmax(0,1fr)_minmax(0,26rem)]">
      <Form form={form} className="min-w-0 space-y-4">
        {saved.code !== null && (saved.enabled ? <Status tone="good">Enabled</Status> : <Status tone="off">Disabled</Status>)}
        <DraftFields form={form} codeHelp={said.codeHelp} />
        <div className="flex flex-wrap gap-2">
          <Button type="submit" variant="secondary" pending={form.isSubmitting} disabled={saved.code !== null && !form.isUnsaved}>
            {saved.code === null ? "Save and enable" : "Save code"}
          </Button>
          {saved.code !== null && (
            <Button variant="quiet" pending={save.isPending} onClick={onSwitch}>
              {saved.enabled ? "Disable transformation" : "Enable transformation"}
            </Button>
          )}
        </div>
      </Form>
      <TryOut owner={{ kind: "poller", ...pollerKey }} draft={draftOf(form.draft)} />
    </div>
  );
}
