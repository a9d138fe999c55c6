"use client";

import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import type { EndpointOut } from "../../lib/contract/endpoint.ts";
import { Authentication } from "../authentication/authentication.tsx";
import { useEnvironmentPath } from "../environmentPath.ts";
import { changesOf } from "../form/changes.ts";
import { useAskAnew } from "../form/useAskAnew.ts";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirmDialog.tsx";
import { ErrorState, Skeleton } from "../ui/states.tsx";
import { toast } from "../ui/toast.tsx";
import { draftOf, headerChanges, updateOf } from "./endpointDraft.ts";
import { EndpointForm } from "./endpointForm.tsx";
import { type EndpointKey, endpointHeadersQuery, endpointQuery, useDeleteEndpoint, useUpdateEndpoint } from "./queries.ts";

type SettingsProps = { endpoint: EndpointOut; endpointKey: EndpointKey };

export function EndpointSettings({ endpoint, endpointKey }: SettingsProps) {
  const { data: headers, error, refetch } = useQuery({ ...endpointHeadersQuery(endpointKey), staleTime: 0 });
  const update = useUpdateEndpoint(endpointKey);
  const ask = useAskAnew();
  if (error !== null && headers === undefined) return <ErrorState what="The settings" error={error} onRetry={() => void refetch()} />;
  if (headers === undefined) return <Skeleton className="h-96 w-full max-w-2xl" />;
  return (
    <div className="space-y-8">
      <EndpointForm
        version={`${endpoint.updatedAt} ${JSON.stringify(headers)}`}
        initial={draftOf(endpoint, headers)}
        fresh={async () => draftOf(...(await Promise.all([ask(endpointQuery(endpointKey)), ask(endpointHeadersQuery(endpointKey))])))}
        isNew={false}
        applicationId={endpointKey.applicationId}
        action="Save endpoint"
        onSave={async (draft, kept) => {
          const fields = changesOf(updateOf(kept), updateOf(draft));
          const dropped = await update.mutateAsync({ fields, headers: headerChanges(kept.headers, draft.headers) });
          if (dropped.length === 0) toast.good("Endpoint saved");
          else toast.bad(`Endpoint saved without ${dropped.join(", ")}: hidden values don’t move to another origin. Enter them again.`);
        }}
      />
      <Authentication {...endpointKey} />
      <Delete endpoint={endpoint} endpointKey={endpointKey} />
    </div>
  );
}

function Delete({ endpoint, endpointKey }: SettingsProps) {
  const [open, setOpen] = useState(false);
  const remove = useDeleteEndpoint(endpointKey);
  const router = useRouter();
  const path = useEnvironmentPath();
  return (
    <section aria-labelledby="delete-endpoint" className="max-w-2xl border-t border-line pt-4">
      <h2 id="delete-endpoint" className="font-semibold">
        Delete endpoint
      </h2>
      <p className="mt-0.5 mb-3 text-sm text-ink-muted">
        What is still to be sent to it is cancelled, and its secret is lost. The record of past deliveries stays until it expires.
      </p>
      <Button variant="danger" size="small" onClick={() => setOpen(true)}>
        Delete endpoint
      </Button>
      <ConfirmDialog
        open={open}
        onOpenChange={setOpen}
        title="Delete endpoint"
        typed={new URL(endpoint.url).host}
        onConfirm={async () => {
          await remove.mutateAsync();
          toast.good("Endpoint deleted");
          router.push(path(`/applications/${endpointKey.applicationId}`));
        }}
      >
        <p className="wrap-anywhere">Nothing more is sent to {endpoint.url}. This can’t be undone.</p>
      </ConfirmDialog>
    </section>
  );
}
