"use client";

import { useQuery } from "@tanstack/react-query";
import type { BackgroundTaskOut } from "../../lib/contract/backgroundTask.ts";
import { useEnvironmentPath } from "../environmentPath.ts";
import { searchOf } from "../api.ts";
import { Link } from "../ui/link.tsx";
import { grouped } from "../ui/number.ts";
import { taskQuery } from "./queries.ts";

type Task = Pick<BackgroundTaskOut, "id" | "data" | "createdAt">;

/** What a task's `data` says of the deliveries that it is for, with ids for what the filter's words named. */
type Sent = {
  endpointId?: string | null;
  applicationId?: string | null;
  since?: string;
  until?: string;
  filter?: { eventTypes?: string[]; endpointIds?: string[]; applicationId?: string; messageIds?: string[]; since: string; until: string };
};

/** The log's address of what a task sent again and ended so. */
export function logOf({ data, createdAt }: Task, status: "succeeded" | "failed"): string {
  const { endpointId, applicationId, since, until, filter } = data as Sent;
  const endpoint = endpointId ?? (filter?.endpointIds?.length === 1 ? filter.endpointIds[0] : null);
  const message = filter?.messageIds?.length === 1 ? filter.messageIds[0] : null;
  return `/deliveries${searchOf({
    status: status === "failed" ? "failed,cancelled" : status,
    event_types: filter?.eventTypes?.join(","),
    endpoint_id: endpoint,
    application_id: endpoint ? null : (filter?.applicationId ?? applicationId),
    message_id: message,
    before: filter?.until ?? until,
    after: filter?.since ?? since,
    attempted_after: createdAt,
  })}`;
}

const look = "underline underline-offset-2";

/** How what a task sent again has ended, each number with its log. */
export function Outcome({ task, isAsked }: { task: BackgroundTaskOut; isAsked: boolean }) {
  const path = useEnvironmentPath();
  const { data } = useQuery({ ...taskQuery(task.id), enabled: isAsked });
  const outcome = data?.outcome;
  if (outcome === undefined) return null;
  return (
    <span className="flex flex-wrap gap-x-3">
      <Link className={look} href={path(logOf(task, "succeeded"))}>
        {grouped(outcome.succeeded)} succeeded
      </Link>
      {outcome.failed > 0 && (
        <Link className={`${look} text-bad`} href={path(logOf(task, "failed"))}>
          {grouped(outcome.failed)} failed
        </Link>
      )}
    </span>
  );
}
