"use client";

import type { MessageDetailOut } from "../../lib/contract/messageLog.ts";
import { useEnvironmentPath } from "../environmentPath.ts";
import { useMembership } from "../session/queries.ts";
import { Button } from "../ui/button.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { toast } from "../ui/toast.tsx";
import { Url } from "../ui/url.tsx";
import { useSendTo } from "./queries.ts";

type Row = MessageDetailOut["notSentTo"][number];

const reasons = {
  younger: "It was created after the message",
  disabled: "It is disabled",
  eventTypes: "Its event types don’t include this one",
  channels: "It has channels, and none of the message’s",
  filter: "Its filter doesn’t match",
  noContent: "Its filter asks for the payload, which is deleted",
} as const;

const unknown = "Nothing, by its settings of now";

const columns: Column<Row>[] = [
  { key: "endpoint", header: "Endpoint", cell: ({ url }) => <Url url={url} whole /> },
  { key: "reason", header: "What kept it from there", cell: ({ reason }) => (reason === null ? unknown : reasons[reason]), phone: "line" },
];

const columnsWith = (send: (row: Row) => void, pending: string | null): Column<Row>[] => [
  ...columns,
  {
    key: "send",
    header: "Action",
    cell: (row) => (
      <Button
        variant="secondary"
        size="small"
        pending={pending === row.endpointId}
        aria-label={`Send to ${row.url}`}
        onClick={() => send(row)}
      >
        Send
      </Button>
    ),
    width: "w-28",
    align: "right",
    phone: "meta",
  },
];

/** The application's other endpoints: why the message did not go there, by what they are now, and a way to send it. */
export function NotSentTo({ message }: { message: MessageDetailOut }) {
  const path = useEnvironmentPath();
  const { mayResend } = useMembership();
  const { mutate, isPending, variables } = useSendTo(message.application.id, message.id);
  const hasContent = message.payload !== null || message.payloadBase64 !== null;
  const send = ({ endpointId }: Row) =>
    mutate(endpointId, {
      onSuccess: () => toast.good("The message is being sent there"),
      onError: (error) => toast.bad(`Not sent: ${error.message}`),
    });
  if (message.notSentTo.length === 0) return null;
  return (
    <section aria-labelledby="not-sent-to">
      <h2 id="not-sent-to" className="mb-2 text-lg font-semibold">
        Not sent to
      </h2>
      <Table
        caption="Endpoints that the message was not sent to"
        columns={mayResend && hasContent ? columnsWith(send, isPending ? variables : null) : columns}
        rows={message.notSentTo}
        rowId={({ endpointId }) => endpointId}
        href={({ endpointId }) => path(`/endpoints/${message.application.id}/${endpointId}`)}
      />
    </section>
  );
}
