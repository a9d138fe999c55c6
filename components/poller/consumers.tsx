"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { PollerConsumerOut } from "../../lib/contract/poller.ts";
import { TextField } from "../form/fields.tsx";
import { Form } from "../form/form.tsx";
import { useApiForm } from "../form/useApiForm.ts";
import { May } from "../session/may.tsx";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirmDialog.tsx";
import { Dialog, DialogActions } from "../ui/overlay.tsx";
import { EmptyState, ErrorState } from "../ui/states.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { Time } from "../ui/time.tsx";
import { toast } from "../ui/toast.tsx";
import { type PollerKey, consumersQuery, useForgetConsumer, useSeek } from "./queries.ts";
import { clockMs } from "../ui/clock.ts";

/** Where each consumer stands. */
export function Consumers({ pollerKey }: { pollerKey: PollerKey }) {
  const { data, error, refetch } = useQuery(consumersQuery(pollerKey));
  if (error !== null && data === undefined) return <ErrorState what="The consumers" error={error} onRetry={() => void refetch()} />;
  if (data?.data.length === 0)
    return <EmptyState title="No consumer yet">A consumer is made by its first call, and remembered from then on.</EmptyState>;
  return <Table caption="Consumers" columns={columnsOf(pollerKey)} rows={data?.data} rowId={({ id }) => id} skeletonRows={1} />;
}

const columnsOf = (pollerKey: PollerKey): Column<PollerConsumerOut>[] => [
  { key: "id", header: "Consumer", cell: ({ id }) => <span className="font-mono text-xs">{id}</span> },
  {
    key: "iterator",
    header: "Acknowledged up to",
    cell: ({ iterator }) => <span className="font-mono text-xs">{iterator}</span>,
    width: "w-44",
    phone: "meta",
  },
  {
    key: "waiting",
    header: "Waiting",
    cell: ({ waiting, capped }) => (capped ? `${waiting}+` : waiting),
    align: "right",
    width: "w-24",
    phone: "aside",
  },
  {
    key: "polled",
    header: "Last call",
    cell: ({ polledAt }) => (polledAt === null ? "Never" : <Time at={polledAt} />),
    width: "w-32",
    phone: "meta",
  },
  {
    key: "actions",
    header: "Actions",
    cell: ({ id }) => <Actions pollerKey={pollerKey} id={id} />,
    align: "right",
    width: "w-44",
    phone: "meta",
  },
];

function Actions({ pollerKey, id }: { pollerKey: PollerKey; id: string }) {
  const [open, setOpen] = useState<"seek" | "forget" | null>(null);
  const forget = useForgetConsumer(pollerKey);
  const dialog = (name: "seek" | "forget") => ({ open: open === name, onOpenChange: (isOpen: boolean) => setOpen(isOpen ? name : null) });
  return (
    <May least="member">
      <span className="flex justify-end gap-1">
        <Button variant="quiet" size="small" aria-label={`Seek ${id}`} onClick={() => setOpen("seek")}>
          Seek…
        </Button>
        <Button variant="quiet" size="small" aria-label={`Forget ${id}`} onClick={() => setOpen("forget")}>
          Forget…
        </Button>
      </span>
      <Dialog {...dialog("seek")} title={`Seek ${id}`} lead="It then gets everything accepted since that moment again.">
        <SeekForm pollerKey={pollerKey} id={id} close={() => setOpen(null)} />
      </Dialog>
      <ConfirmDialog
        {...dialog("forget")}
        title="Forget consumer"
        onConfirm={async () => {
          await forget.mutateAsync(id);
          toast.good("Consumer forgotten");
        }}
      >
        <p>If {id} calls again, it begins at the first message of this polling endpoint.</p>
      </ConfirmDialog>
    </May>
  );
}

/** The moment as the browser's field wants it: local, to the minute. */
function localMinute(moment: Date): string {
  return new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function SeekForm({ pollerKey, id, close }: { pollerKey: PollerKey; id: string; close: () => void }) {
  const seek = useSeek(pollerKey);
  const [initial] = useState(() => ({ at: localMinute(new Date(clockMs() - 3_600_000)) }));
  const form = useApiForm({
    initial,
    title: "The consumer was not moved",
    check: ({ at }) => (Number.isNaN(Date.parse(at)) ? { at: "Enter a date and a time." } : {}),
    save: async ({ at }) => {
      await seek.mutateAsync({ consumerId: id, after: new Date(at).toISOString() });
      toast.good("Consumer moved");
      close();
    },
  });
  return (
    <Form form={form} className="space-y-4">
      <TextField
        name="at"
        label="From"
        type="datetime-local"
        help="Your local time. Nothing from before the polling endpoint was created."
      />
      <DialogActions>
        <Button variant="secondary" onClick={close}>
          Cancel
        </Button>
        <Button type="submit" pending={form.isSubmitting}>
          Seek consumer
        </Button>
      </DialogActions>
    </Form>
  );
}
