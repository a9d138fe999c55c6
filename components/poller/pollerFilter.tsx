"use client";

import type { DestinationOut } from "../../lib/contract/destination.ts";
import { draftOfFilter, filterOf } from "../filter/filterDraft.ts";
import { DryRun, FilterField } from "../filter/loadedFilter.tsx";
import { Form } from "../form/form.tsx";
import { useApiForm } from "../form/useApiForm.ts";
import { useAskAnew } from "../form/useAskAnew.ts";
import { Button } from "../ui/button.tsx";
import { toast } from "../ui/toast.tsx";
import { type PollerKey, pollerQuery, usePatchPoller } from "./queries.ts";

const draftOf = ({ filter }: DestinationOut) => ({ filter: draftOfFilter(filter) });

/** What a polling endpoint lets pass, beyond event types and channels. */
export function PollerFilter({ poller, pollerKey }: { poller: DestinationOut; pollerKey: PollerKey }) {
  const ask = useAskAnew();
  const patch = usePatchPoller(pollerKey);
  const form = useApiForm({
    initial: draftOf(poller),
    fresh: async () => draftOf(await ask(pollerQuery(pollerKey))),
    title: "The filter was not saved",
    check: ({ filter }) => {
      const read = filterOf(filter);
      return "fault" in read ? { filter: read.fault } : {};
    },
    save: async ({ filter }) => {
      const read = filterOf(filter);
      await patch.mutateAsync({ filter: "document" in read ? read.document : null });
      toast.good("Filter saved");
    },
  });
  const { filter } = form.draft;
  return (
    <section aria-labelledby="poller-filter" className="max-w-2xl">
      <h2 id="poller-filter" className="mb-3 text-lg font-semibold">
        Filter by content
      </h2>
      <Form form={form} className="space-y-4">
        <FilterField value={filter} onChange={(next) => form.set({ filter: next })} error={form.faults["filter"]} />
        <DryRun applicationId={pollerKey.applicationId} draft={filter} eventTypes={poller.eventTypes} channels={poller.channels} />
        <Button type="submit" variant="secondary" pending={form.isSubmitting}>
          Save filter
        </Button>
      </Form>
    </section>
  );
}
