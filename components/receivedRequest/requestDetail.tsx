"use client";

import { useQuery } from "@tanstack/react-query";
import { Link } from "../ui/link.tsx";
import type { ReceivedRequestDetail } from "../../lib/contract/receivedRequest.ts";
import { keptVerdicts } from "../../lib/words/verdict.ts";
import { useEnvironmentPath } from "../environmentPath.ts";
import { May } from "../session/may.tsx";
import { Alert } from "../ui/alert.tsx";
import { Id } from "../ui/id.tsx";
import { laterWhenIdle } from "../ui/later.tsx";
import { KeyValues } from "../ui/keyValues.tsx";
import { nameOr } from "../../lib/words/nameOr.ts";
import { PageError } from "../ui/notThere.tsx";
import { PageHeader } from "../ui/pageHeader.tsx";
import { Skeleton } from "../ui/states.tsx";
import { Time } from "../ui/time.tsx";
import { BodyView } from "./bodyView.tsx";
import { Doctor } from "./doctor.tsx";
import { DuplicateOf } from "./duplicateOf.tsx";
import { isAt } from "./pageQueries.ts";
import { requestQuery } from "./queries.ts";
import { ReleaseOne } from "./releaseOne.tsx";
import { reasonWords, VerdictStatus } from "./verdict.tsx";

const Replay = laterWhenIdle(() => import("./replay.tsx").then((module) => module.Replay));
const Reuse = laterWhenIdle(() => import("./reuse.tsx").then((module) => module.Reuse));

const signatureReasons = new Set(["bad_signature", "stale", "missing_header", "malformed", "misconfigured"]);

export function RequestDetail({ id, sourceId }: { id: string; sourceId: string }) {
  const path = useEnvironmentPath();
  const { data, error: failure, refetch } = useQuery(requestQuery(id));
  const error = data === undefined ? failure : isAt(sourceId)(data) ? null : { status: 404, message: "" };
  if (error !== null)
    return (
      <PageError noun="request" error={error} onRetry={() => void refetch()} back={{ href: path("/sources"), label: "All sources" }} />
    );
  if (data === undefined)
    return (
      <div aria-busy="true">
        <PageHeader title={<Skeleton className="h-7 w-72 max-w-full" />} lead={<Skeleton className="mt-1 h-5 w-40" />} />
        <Skeleton className="h-64 w-full" />
      </div>
    );
  return <Loaded request={data} />;
}

function Loaded({ request }: { request: ReceivedRequestDetail }) {
  const path = useEnvironmentPath();
  const { reason, detail } = request;
  const isKept = keptVerdicts.some((verdict) => verdict === request.verdict);
  return (
    <>
      <PageHeader
        tab={`${request.eventType ?? "Request"} at ${nameOr(request.source.name, request.source.id)}`}
        title={request.eventType ?? "Received request"}
        lead={
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <VerdictStatus verdict={request.verdict} />
            <Link className="underline underline-offset-2" href={path(`/sources/${request.source.id}?tab=requests`)}>
              {nameOr(request.source.name, request.source.id)}
            </Link>
            <Time at={request.createdAt} interactive />
          </span>
        }
        actions={
          isKept ? (
            <May least="member">
              <ReleaseOne request={request} />
            </May>
          ) : undefined
        }
      />
      <div className="space-y-6">
        {isKept && request.verdict !== "duplicate" && reason !== null && (
          <Alert tone={request.verdict === "rejected" ? "bad" : "warn"} title={reasonWords[reason]}>
            {detail}
          </Alert>
        )}
        {request.verdict === "duplicate" && (
          <Alert tone="info" title="The same event had come before">
            See <DuplicateOf request={request} />. No message was made of this one; if it is another event after all, release it.
          </Alert>
        )}
        {request.verdict === "rejected" && reason !== null && signatureReasons.has(reason) && request.body !== null && (
          <Doctor id={request.id} sourceId={request.source.id} />
        )}
        <KeyValues
          facts={{
            Request: <Id id={request.id} copy />,
            "Provider’s id": request.providerEventId,
            Message:
              request.messageId === null ? null : (
                <Link className="font-mono text-xs underline underline-offset-2" href={path(`/messages/${request.messageId}`)}>
                  {request.messageId}
                </Link>
              ),
            Answered: request.responseStatus,
            Method: `${request.method}${request.path === "" ? "" : ` ${request.path}`}${request.query === "" ? "" : ` ?${request.query}`}`,
            From: request.remoteAddress,
            Released: request.releasedAt === null ? null : <Time at={request.releasedAt} interactive />,
            "Was a duplicate of": request.verdict === "released" && request.duplicateOf !== null ? <DuplicateOf request={request} /> : null,
            "Was kept for": request.verdict === "released" && reason !== null ? reasonWords[reason] : null,
          }}
        />
        <section aria-labelledby="request-body">
          <h2 id="request-body" className="mb-2 font-semibold">
            Body
          </h2>
          <BodyView id={request.id} body={request.body} contentType={request.contentType} bytes={request.bodyBytes} />
        </section>
        <Headers headers={request.headers} />
        {request.body !== null && <Reuse request={request} />}
        {request.body !== null && (
          <May least="member">
            <Replay id={request.id} />
          </May>
        )}
      </div>
    </>
  );
}

const Headers = ({ headers }: { headers: Record<string, string> }) => (
  <details className="rounded-md border border-line">
    <summary className="cursor-pointer rounded-md px-3 py-2 text-sm font-medium">Headers ({Object.keys(headers).length})</summary>
    <dl className="divide-y divide-line border-t border-line font-mono text-xs">
      {Object.entries(headers).map(([name, value]) => (
        <div key={name} className="flex flex-wrap gap-x-4 px-3 py-1.5 sm:grid sm:grid-cols-[14rem_1fr]">
          <dt className="text-ink-muted wrap-anywhere">{name}</dt>
          <dd className="min-w-0 wrap-anywhere">{value}</dd>
        </div>
      ))}
    </dl>
  </details>
);
