"use client";

import { useQuery } from "@tanstack/react-query";
import { Link } from "../ui/link.tsx";
import { useState } from "react";
import type { BackgroundTaskOut } from "../../lib/contract/backgroundTask.ts";
import { type ErrorClass, errorWords } from "../../lib/words/errorClass.ts";
import { useEnvironmentPath } from "../environmentPath.ts";
import { Pages } from "../form/pages.tsx";
import { useMembership } from "../session/queries.ts";
import { Button, buttonLook } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirmDialog.tsx";
import { FilterBar, FilterSelect } from "../ui/filterBar.tsx";
import { shortId } from "../ui/shortId.tsx";
import { PageHeader } from "../ui/pageHeader.tsx";
import { EmptyState, ListError, NoMatch } from "../ui/states.tsx";
import { Status, type Tone } from "../ui/status.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { Time } from "../ui/time.tsx";
import { toast } from "../ui/toast.tsx";
import { useUrlState } from "../ui/urlState.ts";
import { Outcome } from "./outcome.tsx";
import { tasksQuery, useChangeTask } from "./queries.ts";
import { grouped } from "../ui/number.ts";

type Task = BackgroundTaskOut;

const kinds: Record<Task["task"], string> = {
  "endpoint.recover": "Recover what failed",
  "endpoint.replay": "Replay what is missing",
  "endpoint.bulk-replay": "Replay everything",
  "delivery.bulk-resend": "Resend by filter",
  "application.stats": "Count usage by application",
  "event-type.aggregate": "List subscribed event types",
  "received-request.bulk-release": "Release from quarantine",
  "application.purge_content": "Delete payloads",
};

const looks = {
  running: { tone: "busy", word: "Running" },
  paused: { tone: "waiting", word: "Paused" },
  finished: { tone: "good", word: "Finished" },
  failed: { tone: "bad", word: "Failed" },
  cancelled: { tone: "off", word: "Cancelled" },
} as const satisfies Record<Task["status"], { tone: Tone; word: string }>;

const statuses = (Object.keys(looks) as Task["status"][]).map((value) => ({ value, label: looks[value].word }));

type Actions = { run: (id: string, how: "pause" | "resume") => void; cancel: (id: string) => void };

/** So many of the newest say what came of them without being asked. */
const outcomesShown = 10;

const columnsWith = ({ run, cancel }: Actions, asked: ReadonlySet<string>): Column<Task>[] => [
  { key: "task", header: "Background task", cell: (task) => <Named task={task} /> },
  {
    key: "status",
    header: "Status",
    cell: (task) => <Status tone={looks[task.status].tone}>{looks[task.status].word}</Status>,
    width: "w-28",
    phone: "aside",
  },
  {
    key: "progress",
    header: "Progress",
    cell: (task) => <Progress task={task} isAsked={asked.has(task.id)} />,
    width: "w-56",
    phone: "meta",
  },
  { key: "started", header: "Started", cell: ({ createdAt }) => <Time at={createdAt} />, width: "w-28", align: "right", phone: "hidden" },
  {
    key: "actions",
    header: "Actions",
    width: "w-48",
    align: "right",
    phone: "meta",
    cell: ({ id, status }) =>
      (status === "running" || status === "paused") && (
        <span className="inline-flex gap-2">
          <Button variant="secondary" size="small" onClick={() => run(id, status === "running" ? "pause" : "resume")}>
            {status === "running" ? "Pause" : "Resume"}
          </Button>
          <Button variant="secondary" size="small" onClick={() => cancel(id)}>
            Cancel
          </Button>
        </span>
      ),
  },
];

export function BackgroundTaskList() {
  const url = useUrlState();
  const path = useEnvironmentPath();
  const status = url.get("status") ?? "";
  const iterator = url.get("cursor");
  const { data, error, refetch } = useQuery(tasksQuery({ status, iterator }));
  const [cancelling, setCancelling] = useState<string | null>(null);
  const { may } = useMembership();
  const change = useChangeTask();
  const rows = data?.data;
  const asked = new Set(
    (rows ?? [])
      .filter((task) => task.status !== "running")
      .slice(0, outcomesShown)
      .map(({ id }) => id),
  );
  const isEmpty = rows?.length === 0 && status === "" && iterator === null;
  const clear = () => url.set({ status: null, cursor: null });
  const run = (id: string, how: "pause" | "resume") => change.mutate({ id, change: how }, { onError: (fault) => toast.bad(fault.message) });

  return (
    <>
      <PageHeader title="Background tasks" lead="Recoveries, replays and bulk resends. They survive restarts." />
      {!isEmpty && (
        <FilterBar onClear={status === "" ? null : clear}>
          <FilterSelect label="Status" options={statuses} value={status} onChange={(value) => url.set({ status: value, cursor: null })} />
        </FilterBar>
      )}
      {error !== null && rows === undefined ? (
        <ListError what="The background tasks" error={error} isFiltered={status !== ""} onClear={clear} onRetry={() => void refetch()} />
      ) : isEmpty ? (
        <EmptyState
          title="No background task yet"
          action={
            <Link className={buttonLook("secondary")} href={path("/endpoints")}>
              Show endpoints
            </Link>
          }
        >
          When a receiver is repaired, recover what failed from its endpoint’s page; the work shows here, and can be paused or cancelled.
        </EmptyState>
      ) : rows?.length === 0 ? (
        <NoMatch what="background tasks" onClear={clear} />
      ) : (
        <>
          <Table
            caption="Background tasks"
            wide
            columns={columnsWith({ run, cancel: setCancelling }, asked).filter(({ key }) => key !== "actions" || may("member"))}
            rows={rows}
            rowId={({ id }) => id}
          />
          <Pages page={data} iterator={iterator} />
        </>
      )}
      <ConfirmDialog
        open={cancelling !== null}
        onOpenChange={(open) => !open && setCancelling(null)}
        title="Cancel background task"
        onConfirm={async () => {
          if (cancelling !== null) await change.mutateAsync({ id: cancelling, change: "cancel" });
          toast.good("Background task cancelled");
        }}
      >
        <p>What it has queued already is still sent; the rest is not. It can’t be resumed.</p>
      </ConfirmDialog>
    </>
  );
}

function Named({ task: { id, task, data, ratePerSecond, pace, createdBy } }: { task: Task }) {
  const path = useEnvironmentPath();
  const { applicationId, endpointId } = data as { applicationId?: string | null; endpointId?: string | null };
  const about = [filterWords(data), createdBy !== null && `by ${createdBy}`].filter(Boolean).join(", ");
  return (
    <span title={id}>
      <span className="font-medium">{kinds[task]}</span>
      {applicationId && endpointId && (
        <Link className="ml-2 font-mono text-xs underline underline-offset-2" href={path(`/endpoints/${applicationId}/${endpointId}`)}>
          {shortId(endpointId)}
        </Link>
      )}
      {(pace ?? ratePerSecond) !== null && <span className="ml-2 text-ink-muted">{pace ?? ratePerSecond}/s</span>}
      {about !== "" && <span className="block truncate text-xs text-ink-muted">{about}</span>}
    </span>
  );
}

/** What a task of a filter is for, in a few words; "": it says nothing that its name doesn't. */
export function filterWords(data: unknown): string {
  const { filter } = data as { filter?: { status?: string[]; eventTypes?: string[]; errorClasses?: ErrorClass[] } };
  return [filter?.status, filter?.errorClasses?.map((each) => errorWords[each] ?? each), filter?.eventTypes]
    .flatMap((words) => words ?? [])
    .join(", ");
}

function Progress({ task: whole, isAsked }: { task: Task; isAsked: boolean }) {
  const { task, progress, status } = whole;
  const { done, queued, total } = progress;
  const share = status === "finished" ? 100 : total === null || total === 0 ? null : Math.min(100, Math.round((100 * done) / total));
  const did = task === "application.purge_content" ? "deleted" : "queued";
  const text = total === null ? `${grouped(done)} looked at, ${grouped(queued)} ${did}` : `${grouped(queued)} ${did} of ${grouped(total)}`;
  return (
    <>
      <span className="flex items-center gap-2">
        {share !== null && (
          <progress aria-label="Progress" value={share} max={100} className="h-1.5 w-16 shrink-0 accent-accent">
            {share} %
          </progress>
        )}
        <span className="truncate">{text}</span>
      </span>
      <Outcome task={whole} isAsked={isAsked} />
    </>
  );
}
