"use client";

import { Link } from "../ui/link.tsx";
import type { ReactNode } from "react";
import type { DeliveryOut } from "../../lib/contract/delivery.ts";
import { shortId } from "../ui/id.tsx";
import type { Column } from "../ui/table.tsx";
import { Time, useNow } from "../ui/time.tsx";
import { Url } from "../ui/url.tsx";
import { duration, shortUrl, until } from "./format.ts";
import type { DeliveryKey } from "./pageQueries.ts";
import { RowActions } from "./rowActions.tsx";
import { DeliveryStatus } from "./status.tsx";
import { answerOf } from "./words.ts";

type Acts = { onResend: (row: DeliveryOut) => void; onCancel: (key: DeliveryKey) => void };

// Two such links, one above the other, are each tall enough to be hit.
const quietLink =
  "inline-block max-w-full truncate rounded-sm underline-offset-4 hover:underline card:align-bottom row:align-top row:leading-6";

/** `base` is the log's address. */
export const columnsOf = (base: string, { onResend, onCancel }: Acts): Column<DeliveryOut>[] => [
  {
    key: "status",
    header: "Status",
    width: "w-28",
    phone: "title",
    cell: (row) => (
      <>
        <DeliveryStatus of={row} />
        <span className="sr-only">
          : {row.eventType} to {shortUrl(row.endpointUrl)}
        </span>
      </>
    ),
  },
  {
    key: "answer",
    header: "Answer",
    width: "w-28",
    phone: "hidden",
    cell: (row) => <Answer row={row} />,
  },
  {
    key: "event",
    header: "Event type",
    phone: "meta",
    cell: (row) => (
      <>
        <Link
          href={`${base}?event_types=${encodeURIComponent(row.eventType)}`}
          prefetch={false}
          className={`font-mono text-xs ${quietLink}`}
        >
          {row.eventType}
        </Link>
        <span className="flex text-xs row:hidden">
          <span className="shrink-0">to&nbsp;</span>
          <Url url={row.endpointUrl} />
        </span>
        <span className="block truncate text-xs row:hidden">{row.applicationName}</span>
        <SecondLine title={row.messageId}>{row.eventId ?? shortId(row.messageId)}</SecondLine>
      </>
    ),
  },
  {
    key: "endpoint",
    header: "Endpoint, application",
    rank: 1,
    phone: "hidden",
    cell: (row) => (
      <>
        <Link href={`${base}?endpoint_id=${row.endpointId}`} prefetch={false} className={quietLink}>
          <Url url={row.endpointUrl} />
        </Link>
        <SecondLine>
          <Link href={`${base}?application_id=${row.applicationId}`} prefetch={false} className={quietLink}>
            {row.applicationName}
          </Link>
        </SecondLine>
      </>
    ),
  },
  {
    key: "attempts",
    header: "Tries",
    width: "w-16",
    align: "right",
    phone: "hidden",
    cell: (row) => (
      <>
        {row.attemptCount}
        <span className="text-ink-muted">/{Math.max(row.maxAttempts, row.attemptCount)}</span>
      </>
    ),
  },
  {
    key: "next",
    header: "Next try",
    width: "w-20",
    phone: "hidden",
    cell: (row) => (row.nextAttemptAt === null ? <None /> : <NextTry at={row.nextAttemptAt} />),
  },
  {
    key: "latency",
    header: "Latency",
    width: "w-20",
    align: "right",
    phone: "hidden",
    cell: (row) => (row.lastDurationMs === null ? <None /> : duration(row.lastDurationMs)),
  },
  { key: "time", header: "Time", width: "w-24", align: "right", phone: "meta", cell: (row) => <Time at={row.createdAt} /> },
  {
    key: "actions",
    header: "Actions",
    // Two buttons as large as a finger, where rows begin below 640 px.
    width: "w-32",
    align: "right",
    phone: "aside",
    cell: (row) => <RowActions row={row} onResend={() => onResend(row)} onCancel={() => onCancel(row)} />,
  },
];

const Answer = ({ row }: { row: DeliveryOut }) => {
  const answer = answerOf(row);
  if (answer === null) return <None />;
  return <span className={row.lastErrorClass === null ? "" : "text-bad"}>{answer}</span>;
};

function NextTry({ at }: { at: string }) {
  const nowMs = useNow();
  return <time dateTime={at}>{nowMs === null ? at : until(at, nowMs)}</time>;
}

const SecondLine = ({ title, children }: { title?: string; children: ReactNode }) => (
  <span className="block truncate text-xs leading-6 text-ink-muted card:hidden" title={title}>
    {children}
  </span>
);

const None = () => <span className="text-ink-muted">–</span>;
