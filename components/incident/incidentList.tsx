"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { IncidentOut } from "../../lib/contract/incident.ts";
import { causeOf } from "../delivery/cause.ts";
import { noFilters } from "../delivery/filters.ts";
import { hostOf } from "../delivery/format.ts";
import { errorWords } from "../../lib/words/errorClass.ts";
import { useEnvironmentPath } from "../environmentPath.ts";
import { Pages } from "../form/pages.tsx";
import { useMembership } from "../session/queries.ts";
import { Button } from "../ui/button.tsx";
import { FilterBar, FilterSelect } from "../ui/filterBar.tsx";
import { nameOr } from "../../lib/words/nameOr.ts";
import { PageHeader } from "../ui/pageHeader.tsx";
import { EmptyState, ListError, NoMatch } from "../ui/states.tsx";
import { Status, type Tone } from "../ui/status.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { Url } from "../ui/url.tsx";
import { Time } from "../ui/time.tsx";
import { toast } from "../ui/toast.tsx";
import { useUrlState } from "../ui/urlState.ts";
import { incidentsQuery, useTurnIncident } from "./queries.ts";
import { grouped } from "../ui/number.ts";
import { dayMs } from "../../lib/words/duration.ts";
import { whenOpened } from "../ui/whenOpened.tsx";

const BulkResendDialog = whenOpened(
  () => import("../delivery/bulkResendDialog.tsx").then((module) => module.BulkResendDialog),
  () => true,
);

const looks = {
  open: { tone: "bad", word: "Open" },
  acknowledged: { tone: "waiting", word: "Acknowledged" },
  resolved: { tone: "good", word: "Resolved" },
} as const satisfies Record<IncidentOut["status"], { tone: Tone; word: string }>;

const filters = [
  { value: "open", label: "Open" },
  { value: "acknowledged", label: "Acknowledged" },
  { value: "resolved", label: "Resolved" },
  { value: "all", label: "All" },
];

/** What fails, by endpoint and kind of error. */
export function IncidentList() {
  const url = useUrlState();
  const path = useEnvironmentPath();
  const { may } = useMembership();
  const status = url.get("status") ?? "";
  const iterator = url.get("cursor");
  const { data, error, refetch } = useQuery(incidentsQuery({ status: status === "all" ? "" : status || "unresolved", iterator }));
  const [replaying, setReplaying] = useState<IncidentOut | null>(null);
  const { mutate } = useTurnIncident();
  const rows = data?.data;
  const clear = () => url.set({ status: null, cursor: null });
  const turn = (id: string, how: "acknowledge" | "resolve") => mutate({ id, turn: how }, { onError: (fault) => toast.bad(fault.message) });
  const columns = may("member") ? [...facts, actionsWith({ turn, replay: setReplaying })] : facts;
  return (
    <>
      <PageHeader title="Incidents" lead="An endpoint that keeps failing with one kind of error. The next success resolves it." />
      <FilterBar onClear={status === "" ? null : clear}>
        <FilterSelect
          label="Status"
          none="Not resolved"
          options={filters}
          value={status}
          onChange={(value) => url.set({ status: value, cursor: null })}
        />
      </FilterBar>
      {error !== null && rows === undefined ? (
        <ListError what="The incidents" error={error} isFiltered={status !== ""} onClear={clear} onRetry={() => void refetch()} />
      ) : rows?.length === 0 ? (
        status === "" ? (
          <EmptyState title="No incident">Every endpoint that was sent to answers, or has not failed three times yet.</EmptyState>
        ) : (
          <NoMatch what="incidents" onClear={clear} />
        )
      ) : (
        <>
          <Table
            caption="Incidents, newest first"
            wide
            columns={columns}
            rows={rows}
            rowId={({ id }) => id}
            href={({ endpointId, errorClass, firstFailureAt }) =>
              path(`/deliveries?endpoint_id=${endpointId}&error_class=${errorClass}&after=${encodeURIComponent(dayBefore(firstFailureAt))}`)
            }
          />
          <Pages page={data} iterator={iterator} />
        </>
      )}
      {replaying !== null && (
        <BulkResendDialog
          title="Replay what the incident left"
          lead="What the endpoint was sent since it opened and has not taken: failed, given up, or still to be retried. One attempt each, now."
          filters={{
            ...noFilters,
            endpointId: replaying.endpointId,
            status: ["failed", "pending"],
            attemptedAfter: replaying.firstFailureAt,
          }}
          close={() => setReplaying(null)}
          onStarted={() => undefined}
        />
      )}
    </>
  );
}

/** Messages are older than their attempts: the log is asked from a day earlier on. */
const dayBefore = (moment: string): string => new Date(Date.parse(moment) - dayMs).toISOString();

const facts: Column<IncidentOut>[] = [
  {
    key: "what",
    header: "What fails",
    cell: ({ errorClass, statusCode, endpointUrl }) => (
      <span className="block py-1.5 card:py-0">
        {statusCode > 0 ? `Answers ${statusCode}` : errorWords[errorClass]}
        <span className="sr-only">: {hostOf(endpointUrl)}</span>
        <span className="line-clamp-2 text-xs whitespace-normal text-ink-muted">{causeOf({ statusCode, errorClass })?.cause}</span>
      </span>
    ),
  },
  {
    key: "endpoint",
    header: "Endpoint, application",
    phone: "meta",
    rank: 1,
    leastPx: 180,
    cell: ({ endpointUrl, applicationName, applicationId }) => (
      <>
        <Url url={endpointUrl} />
        <span className="block truncate text-xs text-ink-muted">{nameOr(applicationName, applicationId)}</span>
      </>
    ),
  },
  {
    key: "status",
    header: "Status",
    width: "w-36",
    phone: "aside",
    cell: ({ status, acknowledgedBy, resolvedBy }) => {
      const by = status === "acknowledged" ? acknowledgedBy : status === "resolved" ? (resolvedBy ?? "itself") : null;
      return (
        <>
          <Status tone={looks[status].tone}>{looks[status].word}</Status>
          {by && <span className="block truncate text-xs text-ink-muted">by {by}</span>}
        </>
      );
    },
  },
  {
    key: "failures",
    header: "Failures",
    width: "w-20",
    align: "right",
    phone: "meta",
    rank: 3,
    cell: ({ failures }) => (
      <>
        {grouped(failures)}
        {failures >= countedUpTo && "+"}
        <span className="row:hidden">{failures === 1 ? " failure" : " failures"}</span>
      </>
    ),
  },
  { key: "first", header: "Since", width: "w-24", align: "right", phone: "meta", cell: (row) => <Since at={row.firstFailureAt} /> },
  { key: "last", header: "Last", width: "w-24", align: "right", phone: "hidden", cell: (row) => <Time at={row.lastFailureAt} /> },
];

const Since = ({ at }: { at: string }) => (
  <>
    <span className="row:hidden">since </span>
    <Time at={at} />
  </>
);

const countedUpTo = 1_000;

type Actions = { turn: (id: string, how: "acknowledge" | "resolve") => void; replay: (incident: IncidentOut) => void };

const actionsWith = ({ turn, replay }: Actions): Column<IncidentOut> => ({
  key: "actions",
  header: "Actions",
  width: "w-72",
  align: "right",
  phone: "line",
  cell: (incident) => (
    <span className="inline-flex flex-wrap justify-end gap-2 card:flex card:justify-start">
      {incident.status === "open" && (
        <Button variant="secondary" size="small" onClick={() => turn(incident.id, "acknowledge")}>
          Acknowledge
        </Button>
      )}
      {incident.endpointDeleted ? (
        <span className="self-center text-xs text-ink-muted">Endpoint deleted</span>
      ) : (
        <Button variant="secondary" size="small" onClick={() => replay(incident)}>
          Replay
        </Button>
      )}
      {incident.status !== "resolved" && (
        <Button variant="secondary" size="small" onClick={() => turn(incident.id, "resolve")}>
          Resolve
        </Button>
      )}
    </span>
  ),
});
