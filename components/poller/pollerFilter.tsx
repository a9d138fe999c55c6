"use client";

import { useState, type FormEvent } from "react";
import type { DestinationOut } from "../../lib/contract/destination.ts";
import { ApiError } from "../api.ts";
import { DryRun } from "../filter/dryRun.tsx";
import { draftOfFilter, filterOf } from "../filter/filterDraft.ts";
import { FilterField } from "../filter/filterField.tsx";
import { faultsOfIssues } from "../form/faults.ts";
import { Button } from "../ui/button.tsx";
import { toast } from "../ui/toast.tsx";
import { type PollerKey, usePatchPoller } from "./queries.ts";

/** What a polling endpoint lets pass, beyond event types and channels. */
export function PollerFilter({ poller, pollerKey }: { poller: DestinationOut; pollerKey: PollerKey }) {
  const [draft, setDraft] = useState(() => draftOfFilter(poller.filter));
  const [fault, setFault] = useState<string>();
  const patch = usePatchPoller(pollerKey);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (patch.isPending) return;
    const filter = filterOf(draft);
    if ("fault" in filter) return setFault(filter.fault);
    setFault(undefined);
    try {
      await patch.mutateAsync({ filter: filter.document });
      toast.good("Filter saved");
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setFault(error.issues.length > 0 ? Object.values(faultsOfIssues(error.issues)).join(". ") : error.detail);
    }
  };
  return (
    <section aria-labelledby="poller-filter" className="max-w-2xl">
      <h2 id="poller-filter" className="mb-3 text-lg font-semibold">
        Filter by content
      </h2>
      <form onSubmit={(event) => void submit(event)} noValidate className="space-y-4">
        <FilterField value={draft} onChange={setDraft} error={fault} />
        <DryRun applicationId={pollerKey.applicationId} draft={draft} eventTypes={poller.eventTypes} channels={poller.channels} />
        <Button type="submit" variant="secondary" pending={patch.isPending}>
          Save filter
        </Button>
      </form>
    </section>
  );
}
