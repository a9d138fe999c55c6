"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { AlertChannelOut } from "../../lib/contract/alertChannel.ts";
import { useMembership } from "../session/queries.ts";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirmDialog.tsx";
import { PageHeader } from "../ui/pageHeader.tsx";
import { EmptyState, ErrorState } from "../ui/states.tsx";
import { Status } from "../ui/status.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { Time } from "../ui/time.tsx";
import { toast } from "../ui/toast.tsx";
import { CreateChannelDialog } from "./createChannelDialog.tsx";
import { alertChannelsQuery, useDeleteAlertChannel, useTestAlertChannel } from "./queries.ts";

type Row = AlertChannelOut;

/** Whom the environment tells that something goes on failing. */
export function AlertChannels() {
  const { may } = useMembership();
  const { data, error, refetch } = useQuery(alertChannelsQuery);
  const [isCreating, setCreating] = useState(false);
  const [deleting, setDeleting] = useState<Row | null>(null);
  const test = useTestAlertChannel();
  const remove = useDeleteAlertChannel();
  const create = may("admin") && <Button onClick={() => setCreating(true)}>Add alert channel</Button>;
  const onTest = (row: Row) =>
    test.mutate(row.id, {
      onSuccess: ({ lastFailure }) => (lastFailure === null ? toast.good(`Test sent to ${row.target}`) : toast.bad(lastFailure)),
      onError: (fault) => toast.bad(fault.message),
    });
  return (
    <>
      <PageHeader
        title="Alerts"
        lead="Told when an incident opens or ends, and when an endpoint is disabled because of its answers."
        actions={data?.data.length !== 0 && create}
      />
      {error !== null && data === undefined ? (
        <ErrorState what="The alert channels" error={error} onRetry={() => void refetch()} />
      ) : data?.data.length === 0 ? (
        <EmptyState title="Nobody is told yet" action={create}>
          Alerts go to an e-mail address, or to a channel of Slack, Mattermost or Google Chat.
        </EmptyState>
      ) : (
        <Table
          caption="Alert channels"
          columns={may("admin") ? [...columns, actions(onTest, setDeleting)] : columns}
          rows={data?.data}
          rowId={({ id }) => id}
          skeletonRows={2}
        />
      )}
      <CreateChannelDialog open={isCreating} onOpenChange={setCreating} canMail={data?.canMail ?? false} />
      <ConfirmDialog
        open={deleting !== null}
        onOpenChange={() => setDeleting(null)}
        title="Delete alert channel"
        onConfirm={async () => {
          if (deleting === null) return;
          await remove.mutateAsync(deleting.id);
          toast.good("Alert channel deleted");
        }}
      >
        <p className="wrap-anywhere">{deleting?.target} is told nothing more.</p>
      </ConfirmDialog>
    </>
  );
}

const kindWords = { email: "E-mail", slack: "Chat" } as const;

const columns: Column<Row>[] = [
  { key: "target", header: "To", cell: ({ target }) => <span className="block truncate">{target}</span>, phone: "title" },
  { key: "kind", header: "By", width: "w-24", cell: ({ kind }) => kindWords[kind], phone: "meta" },
  {
    key: "state",
    header: "Last try",
    cell: ({ lastFailure, lastSentAt }) =>
      lastFailure !== null ? (
        <Status tone="bad">{lastFailure}</Status>
      ) : lastSentAt === null ? (
        <span className="text-ink-muted">None yet</span>
      ) : (
        <Status tone="good">Taken</Status>
      ),
    phone: "aside",
  },
  {
    key: "sent",
    header: "Last sent",
    width: "w-28",
    cell: ({ lastSentAt }) => (lastSentAt === null ? <span className="text-ink-muted">never</span> : <Time at={lastSentAt} />),
    phone: "meta",
  },
];

const actions = (onTest: (row: Row) => void, onDelete: (row: Row) => void): Column<Row> => ({
  key: "actions",
  header: "Actions",
  width: "w-48",
  align: "right",
  cell: (row) => (
    <span className="whitespace-nowrap">
      <Button variant="quiet" size="small" aria-label={`Send a test to ${row.target}`} onClick={() => onTest(row)}>
        Send test
      </Button>
      <Button variant="quiet" size="small" aria-label={`Delete ${row.target}`} onClick={() => onDelete(row)}>
        Delete
      </Button>
    </span>
  ),
  phone: "meta",
});
