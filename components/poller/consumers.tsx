"use client";

import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import type { PollerConsumerOut } from "../../lib/contract/poller.ts";
import { May } from "../session/may.tsx";
import { Alert } from "../ui/alert.tsx";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirmDialog.tsx";
import { Field } from "../ui/field.tsx";
import { Dialog, DialogActions } from "../ui/overlay.tsx";
import { EmptyState, ErrorState } from "../ui/states.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { Time } from "../ui/time.tsx";
import { toast } from "../ui/toast.tsx";
import { type PollerKey, consumersQuery, useForgetConsumer, useSeek } from "./queries.ts";

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
      <Dialog {...dialog("seek")} title={`Seek ${id}`} lead="It then gets what was accepted from that moment on, again.">
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
  const [at, setAt] = useState(() => localMinute(new Date(Date.now() - 3_600_000)));
  const moment = new Date(at);
  const isWrong = Number.isNaN(moment.getTime());
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isWrong) return;
    seek.mutate(
      { consumerId: id, after: moment.toISOString() },
      {
        onSuccess: () => {
          toast.good("Consumer moved");
          close();
        },
      },
    );
  };
  return (
    <form onSubmit={submit} noValidate className="space-y-4">
      {seek.error && <Alert tone="bad" live title={seek.error.message} />}
      <Field
        label="From"
        type="datetime-local"
        value={at}
        error={isWrong ? "Enter a date and a time." : undefined}
        help="Your local time. Nothing from before the polling endpoint was created."
        onChange={(event) => setAt(event.target.value)}
      />
      <DialogActions>
        <Button variant="secondary" onClick={close}>
          Cancel
        </Button>
        <Button type="submit" pending={seek.isPending}>
          Seek consumer
        </Button>
      </DialogActions>
    </form>
  );
}
