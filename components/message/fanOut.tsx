"use client";

import { useQuery } from "@tanstack/react-query";
import { Link } from "../ui/link.tsx";
import type { DeliveryOut } from "../../lib/contract/delivery.ts";
import { duration } from "../delivery/format.ts";
import { DeliveryStatus } from "../delivery/status.tsx";
import { answerOf } from "../delivery/words.ts";
import { useEnvironmentPath } from "../environmentPath.ts";
import { useMembership } from "../session/queries.ts";
import { Button, buttonLook } from "../ui/button.tsx";
import { EmptyState, ErrorState } from "../ui/states.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { Url } from "../ui/url.tsx";
import { Time } from "../ui/time.tsx";
import { useResend } from "../delivery/resend.tsx";
import { fanOutQuery } from "./queries.ts";

const columnsWith = (again: (delivery: DeliveryOut) => void): Column<DeliveryOut>[] => [
  {
    key: "endpoint",
    header: "Endpoint",
    cell: ({ endpointUrl }) => <Url url={endpointUrl} whole />,
  },
  { key: "status", header: "Status", cell: (row) => <DeliveryStatus of={row} />, width: "w-32", phone: "aside" },
  { key: "answer", header: "Last answer", cell: (row) => answerAndTime(row), width: "w-36", phone: "meta" },
  {
    key: "attempts",
    header: "Tries",
    cell: (row) => `${row.attemptCount}/${Math.max(row.maxAttempts, row.attemptCount)}`,
    width: "w-24",
    align: "right",
    phone: "hidden",
  },
  {
    key: "next",
    header: "Next try",
    cell: ({ nextAttemptAt }) => nextAttemptAt && <Time at={nextAttemptAt} ahead />,
    width: "w-28",
    align: "right",
    phone: "hidden",
  },
  {
    key: "actions",
    header: "Action",
    cell: (row) =>
      row.endpointDeleted ? (
        <span className="text-xs text-ink-muted">Endpoint deleted</span>
      ) : (
        <Button
          variant="secondary"
          size="small"
          pending={row.sending}
          aria-label={`Resend to ${row.endpointUrl}`}
          onClick={() => again(row)}
        >
          Resend
        </Button>
      ),
    width: "w-28",
    align: "right",
    phone: "meta",
  },
];

/** To which endpoints the message goes, and what became of it at each. */
export function FanOutTable({ messageId, applicationId }: { messageId: string; applicationId: string }) {
  const path = useEnvironmentPath();
  const { data, error, refetch } = useQuery(fanOutQuery(messageId));
  const { mayResend } = useMembership();
  const { resend, question } = useResend();
  const again = (row: DeliveryOut) => resend([row]);
  return (
    <section aria-labelledby="fan-out">
      <h2 id="fan-out" className="mb-2 text-lg font-semibold">
        Deliveries
      </h2>
      {error !== null && data === undefined ? (
        <ErrorState what="The deliveries" error={error} onRetry={() => void refetch()} />
      ) : data?.data.length === 0 ? (
        <EmptyState
          title="No endpoint wanted it"
          action={
            <Link className={buttonLook("secondary", "small")} href={path(`/applications/${applicationId}`)}>
              Show the application’s endpoints
            </Link>
          }
        >
          When it was accepted, no enabled endpoint of the application subscribed to its event type and channels.
        </EmptyState>
      ) : (
        <Table
          caption="Deliveries of the message"
          columns={columnsWith(again).filter(({ key }) => key !== "actions" || mayResend)}
          rows={data?.data}
          skeletonRows={2}
          rowId={({ endpointId }) => endpointId}
          href={({ endpointId }) => path(`/deliveries/${messageId}/${endpointId}`)}
          rowKeys={mayResend ? [{ key: "r", does: "Resend", run: again }] : []}
        />
      )}
      {data?.done === false && (
        <p className="mt-3 text-sm text-ink-muted">
          There are more:{" "}
          <Link className="text-accent underline underline-offset-2" href={path(`/deliveries?message_id=${messageId}`)}>
            all of them in the log
          </Link>
        </p>
      )}
      {question}
    </section>
  );
}

function answerAndTime(row: DeliveryOut): string {
  const answer = answerOf(row);
  return answer === null || row.lastDurationMs === null ? (answer ?? "") : `${answer}, ${duration(row.lastDurationMs)}`;
}
