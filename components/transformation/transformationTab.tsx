"use client";

import { useQuery } from "@tanstack/react-query";
import type { EndpointTransformationOut } from "../../lib/contract/transformation.ts";
import { Form } from "../form/form.tsx";
import { useAskAnew } from "../form/useAskAnew.ts";
import { Button } from "../ui/button.tsx";
import { ErrorState, Skeleton } from "../ui/states.tsx";
import { Status } from "../ui/status.tsx";
import { toast } from "../ui/toast.tsx";
import { Comparison } from "./comparison.tsx";
import { DraftFields, draftOf, typedOf, useCodeForm } from "./draft.tsx";
import { type CodeOwner, transformationQuery, useSaveTransformation } from "./queries.ts";
import { TryOut } from "./tryOut.tsx";
import { Versions } from "./versions.tsx";
import { words } from "./words.ts";

/** Code that changes what goes to an endpoint, or what comes from a source: written, tried out, saved, rolled back. */
export function TransformationTab({ owner }: { owner: CodeOwner }) {
  const { data, error, refetch } = useQuery(transformationQuery(owner));
  if (error !== null && data === undefined) return <ErrorState what="The transformation" error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Skeleton className="h-96 w-full" />;
  return <Editor saved={data} owner={owner} />;
}

function Editor({ saved, owner }: { saved: EndpointTransformationOut; owner: CodeOwner }) {
  const said = words[owner.kind];
  const save = useSaveTransformation(owner);
  const ask = useAskAnew();
  const form = useCodeForm({
    saved,
    fresh: () => ask(transformationQuery(owner)),
    example: said.example,
    save: async (written) => {
      await save.mutateAsync({ ...written, ...(saved.version === null ? { enabled: true } : {}) });
      toast.good("Version saved");
    },
  });
  const draft = draftOf(form.draft);
  const onSwitch = (enabled: boolean) =>
    void save.mutateAsync({ enabled }).then(
      () => toast.good(enabled ? "Transformation enabled" : "Transformation disabled"),
      (error: Error) => toast.bad(error.message),
    );
  return (
    <div className="space-y-8">
      <div className="grid gap-6 xl:grid-cols-[minmax(0,1fr)_minmax(0,26rem)]">
        <Form form={form} className="min-w-0 space-y-4">
          <State saved={saved} none={said.none} pending={save.isPending} onSwitch={onSwitch} />
          <DraftFields form={form} codeHelp={said.codeHelp} />
          <div className="flex flex-wrap gap-2 border-t border-line pt-4">
            <Button type="submit" pending={form.isSubmitting} disabled={saved.code !== null && !form.isUnsaved}>
              {saved.version === null ? "Save and enable" : "Save version"}
            </Button>
            {form.isUnsaved && saved.code !== null && (
              <Button variant="quiet" onClick={() => form.reset(typedOf(saved, said.example))}>
                Discard changes
              </Button>
            )}
          </div>
        </Form>
        <TryOut owner={owner} draft={draft} />
      </div>
      <Comparison owner={owner} draft={draft} />
      <Versions owner={owner} typed={draft.code} onShow={(code) => form.set({ code })} />
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
