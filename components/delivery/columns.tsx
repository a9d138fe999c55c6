"use client";

import type { ReactNode } from "react";
import type { DeliveryOut, WantedStatus } from "../../lib/contract/delivery.ts";
import { FilterIcon } from "../ui/icons.tsx";
import { nameOr } from "../../lib/words/nameOr.ts";
import { ShortId, shortId } from "../ui/shortId.tsx";
import type { Column } from "../ui/table.tsx";
import { Time, useText } from "../ui/time.tsx";
import { Url } from "../ui/url.tsx";
import type { Filters } from "./filters.ts";
import { duration, shortUrl, until } from "./format.ts";
import type { DeliveryKey } from "./pageQueries.ts";
import { RowActions } from "./rowActions.tsx";
import { DeliveryStatus } from "./status.tsx";
import type { FilterLink } from "./useFilters.ts";
import { answerOf, shownStatus, statusWords } from "./words.ts";

type Acts = {
  /** Where every row is of one application. */
  isPortal: boolean;
  linkTo: (part: Partial<Filters>) => FilterLink;
  onResend: (row: DeliveryOut) => void;
  onCancel: (key: DeliveryKey) => void;
};

// Two such links, one above the other, are each tall enough to be hit.
const quietLink =
  "inline-block max-w-full truncate rounded-sm underline-offset-4 hover:underline card:align-bottom row:align-top row:leading-6";

/** `linkTo`: the log with some filters more. */
export const columnsOf = ({ isPortal, linkTo, onResend, onCancel }: Acts): Column<DeliveryOut>[] => [
  {
    key: "status",
    header: "Status",
    width: "w-28",
    phone: "title",
    aside: (row) => <OnlyThose what={statusWords[shownStatus(row)]} {...linkTo({ status: [wantedOf(row)] })} />,
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
    under: "status",
    cell: (row) => <Answer row={row} linkTo={linkTo} />,
    standIn: (row) => <Answer row={row} />,
  },
  {
    key: "event",
    header: "Event type",
    phone: "meta",
    leastPx: 112,
    wishPx: 130,
    cell: (row) => (
      <>
        <a {...linkTo({ eventTypes: [row.eventType] })} className={`font-mono text-xs ${quietLink} compact:@3xl/table:max-w-[70%]`}>
          {row.eventType}
        </a>
        <span className="flex text-xs row:hidden">
          <span className="shrink-0">to&nbsp;</span>
          <Url url={row.endpointUrl} />
        </span>
        <span className="block truncate text-xs row:hidden">{isPortal ? row.endpointDescription : applicationOf(row)}</span>
        <SecondLine>
          {row.eventId ?? (
            <code className="font-sans" title={row.messageId}>
              {shortId(row.messageId)}
            </code>
          )}
        </SecondLine>
      </>
    ),
  },
  {
    key: "endpoint",
    header: "Endpoint",
    rank: 1,
    phone: "hidden",
    leastPx: 124,
    wishPx: 170,
    cell: (row) => (
      <>
        <a {...linkTo({ endpointId: row.endpointId })} className={`${quietLink} compact:@3xl/table:max-w-[65%]`}>
          <Url url={row.endpointUrl} />
        </a>
        <SecondLine>
          {isPortal ? (
            row.endpointDescription
          ) : row.applicationDeleted ? (
            applicationOf(row)
          ) : (
            <a {...linkTo({ applicationId: row.applicationId })} className={quietLink}>
              {applicationOf(row)}
            </a>
          )}
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
  {
    key: "lastAttempt",
    header: "Last attempt",
    width: "w-28",
    align: "right",
    phone: "hidden",
    extra: true,
    cell: (row) => (row.lastAttemptAt === null ? <None /> : <Time at={row.lastAttemptAt} />),
  },
  { key: "message", header: "Message id", width: "w-40", phone: "hidden", extra: true, cell: (row) => <ShortId id={row.messageId} /> },
  { key: "time", header: "Time", width: "w-24", rank: 1, align: "right", phone: "meta", cell: (row) => <Time at={row.createdAt} /> },
  {
    key: "actions",
    header: "Actions",
    // Two buttons; as large as a finger, where rows begin below 640 px.
    width: "w-24 max-sm:w-32",
    align: "right",
    phone: "aside",
    cell: (row) => <RowActions row={row} onResend={() => onResend(row)} onCancel={() => onCancel(row)} />,
  },
];

const applicationOf = (row: DeliveryOut): string => nameOr(row.applicationName, row.applicationId);

function Answer({ row, linkTo }: { row: DeliveryOut; linkTo?: Acts["linkTo"] }) {
  const answer = answerOf(row);
  if (answer === null) return <None />;
  const look = row.lastErrorClass === null ? "" : "text-bad";
  if (linkTo === undefined) return <span className={look}>{answer}</span>;
  const { lastStatusCode, lastErrorClass } = row;
  const same = lastStatusCode ? { httpStatus: [String(lastStatusCode)] } : { errorClass: lastErrorClass === null ? [] : [lastErrorClass] };
  return (
    <a {...linkTo(same)} title={answer} className={`${quietLink} ${look}`}>
      {answer}
    </a>
  );
}

/** The status by which the log finds what stands as the row does. */
const wantedOf = (row: DeliveryOut): WantedStatus => (shownStatus(row) === "retrying" ? "retrying" : row.status);

/** Filters by what the cell says; there for the keyboard, and for a pointer that is at the cell. */
const OnlyThose = ({ what, ...link }: FilterLink & { what: string }) => (
  <a
    {...link}
    aria-label={`Only ${what.toLowerCase()}`}
    title={`Only ${what.toLowerCase()}`}
    className="absolute inset-y-0 right-1 my-auto flex size-6 items-center justify-center rounded-sm bg-surface text-ink-muted opacity-0 group-hover/cell:opacity-100 hover:text-ink focus-visible:opacity-100 card:hidden"
  >
    <FilterIcon className="size-3.5" />
  </a>
);

function NextTry({ at }: { at: string }) {
  const text = useText((nowMs) => (nowMs === null ? at : until(at, nowMs)));
  return <time dateTime={at}>{text}</time>;
}

const SecondLine = ({ children }: { children: ReactNode }) => (
  <span className="block truncate text-xs leading-6 text-ink-muted compact:ml-2 compact:inline-block compact:max-w-[32%] compact:align-top compact:@max-3xl/table:hidden card:hidden!">
    {children}
  </span>
);

const None = () => <span className="text-ink-muted">–</span>;
