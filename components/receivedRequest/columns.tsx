import type { ReceivedRequestOut } from "../../lib/contract/receivedRequest.ts";
import { shortId } from "../ui/shortId.tsx";
import type { Column } from "../ui/table.tsx";
import { Time } from "../ui/time.tsx";
import { DuplicateOf } from "./duplicateOf.tsx";
import { reasonWords, VerdictStatus } from "./verdict.tsx";
import { grouped } from "../ui/number.ts";

export const columns: Column<ReceivedRequestOut>[] = [
  {
    key: "verdict",
    header: "Verdict",
    width: "w-28",
    cell: ({ verdict, eventType, id }) => (
      <>
        <VerdictStatus verdict={verdict} />
        <span className="sr-only">
          : {eventType ?? "request"} {shortId(id)}
        </span>
      </>
    ),
  },
  {
    key: "event",
    header: "Event type",
    cell: ({ eventType, providerEventId, id }) => (
      <>
        <span className="font-mono text-xs">{eventType ?? "–"}</span>
        <span className="block truncate text-xs text-ink-muted card:hidden" title={providerEventId ?? id}>
          {providerEventId ?? shortId(id)}
        </span>
      </>
    ),
  },
  {
    key: "reason",
    header: "Reason",
    phone: "meta",
    cell: (request) =>
      request.duplicateOf !== null ? (
        <span className="block truncate" title={request.duplicateOf.by ?? undefined}>
          Same as <DuplicateOf request={request} />
        </span>
      ) : request.reason === null ? (
        <span className="text-ink-muted card:hidden">–</span>
      ) : (
        <span title={request.detail ?? undefined}>{reasonWords[request.reason]}</span>
      ),
  },
  { key: "answer", header: "Answered", width: "w-24", phone: "hidden", cell: ({ responseStatus }) => responseStatus },
  {
    key: "bytes",
    header: "Bytes",
    width: "w-24",
    align: "right",
    phone: "hidden",
    cell: ({ bodyBytes }) => grouped(bodyBytes),
  },
  { key: "time", header: "Time", width: "w-24", align: "right", phone: "meta", cell: ({ createdAt }) => <Time at={createdAt} /> },
];
