"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import type { SourceOut } from "../../lib/contract/source.ts";
import type { SourceProviderOut } from "../../lib/contract/sourceTools.ts";
import { useEnvironmentPath } from "../environmentPath.ts";
import { useAskAnew } from "../form/useAskAnew.ts";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirmDialog.tsx";
import { nameOr } from "../../lib/words/nameOr.ts";
import { Section } from "../ui/section.tsx";
import { Skeleton } from "../ui/states.tsx";
import { toast } from "../ui/toast.tsx";
import { sourceQuery, useDeleteSource, usePatchSource } from "./queries.ts";
import { changeOf, draftOf } from "./sourceDraft.ts";
import { SourceForm } from "./sourceForm.tsx";

export function SourceSettings({ source, provider }: { source: SourceOut; provider: SourceProviderOut | undefined }) {
  const router = useRouter();
  const path = useEnvironmentPath();
  const patch = usePatchSource(source.id);
  const ask = useAskAnew();
  const remove = useDeleteSource(source.id);
  const [asking, setAsking] = useState(false);
  if (provider === undefined) return <Skeleton className="h-64 w-full" />;
  return (
    <>
      <Section title="Settings" lead="They take effect with the next request.">
        <SourceForm
          version={source.updatedAt}
          provider={provider}
          initial={draftOf(source)}
          fresh={async () => draftOf(await ask(sourceQuery(source.id)))}
          kept={source.secretSettings}
          sourceId={source.id}
          action="Save changes"
          onSave={async (draft, kept) => {
            await patch.mutateAsync(changeOf(draft, kept, provider));
            toast.good("Source changed");
          }}
        />
      </Section>
      <Section title={source.disabled ? "Enable" : "Disable"} lead="While it is disabled, requests are kept but rejected.">
        <Button
          variant="secondary"
          pending={patch.isPending}
          onClick={() => patch.mutate({ disabled: !source.disabled }, { onError: (error) => toast.bad(error.message) })}
        >
          {source.disabled ? "Enable source" : "Disable source"}
        </Button>
      </Section>
      <Section title="Delete" lead="Its URL stops answering, and what it received is deleted.">
        <Button variant="danger" onClick={() => setAsking(true)}>
          Delete source
        </Button>
        <ConfirmDialog
          open={asking}
          onOpenChange={setAsking}
          title="Delete source"
          typed={nameOr(source.name, source.id)}
          onConfirm={async () => {
            await remove.mutateAsync();
            router.push(path("/sources"));
          }}
        >
          <p>
            The provider is refused from now on.
            {source.ownsApplication && " The source’s own application and its endpoints are deleted with it."}
          </p>
        </ConfirmDialog>
      </Section>
    </>
  );
}
