"use client";

import { queryOptions, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { SystemOut } from "../../lib/contract/system.ts";
import { api } from "../api.ts";
import { useMembership } from "../session/queries.ts";
import { KeyValues } from "../ui/keyValues.tsx";
import { PageHeader } from "../ui/pageHeader.tsx";
import { EmptyState, ErrorState, Skeleton } from "../ui/states.tsx";
import { Status } from "../ui/status.tsx";
import { Time } from "../ui/time.tsx";
import { grouped } from "../ui/number.ts";

const systemQuery = queryOptions({
  queryKey: ["system"],
  queryFn: ({ signal }) => api.get<SystemOut>("/system", { signal }),
  refetchInterval: 10_000,
});

/** The server itself: what an operator would look at first. */
export function System() {
  const { may, role } = useMembership();
  const { data, error, refetch } = useQuery({ ...systemQuery, enabled: may("admin") });
  return (
    <>
      <PageHeader title="System" lead="This server. Figures for Prometheus are at /api/v1/metrics." />
      {role !== null && !may("admin") ? (
        <EmptyState title="The system is for admins">Ask an admin or an owner of the organization.</EmptyState>
      ) : error !== null && data === undefined ? (
        <ErrorState what="The system" error={error} onRetry={() => void refetch()} />
      ) : (
        <div className="max-w-2xl" aria-busy={data === undefined}>
          {data === undefined ? <Skeleton className="h-64 w-full" /> : <KeyValues facts={factsOf(data)} />}
        </div>
      )}
    </>
  );
}

const factsOf = (system: SystemOut): Record<string, ReactNode> => ({
  Deliveries: <Backlog {...system} />,
  "Sent by": system.delivers ? "This process, and workers if there are any" : "Workers; this process only serves",
  Database: `PostgreSQL ${system.databaseVersion}, ${megabytes(system.databaseBytes)}`,
  ...(system.replica === null ? {} : { Replica: replicaFact(system.replica) }),
  "Kept for": `${system.retentionDays} days (WEBSTER_RETENTION_DAYS)`,
  Mail: mailFact(system.mailServer),
  ...Object.fromEntries(
    system.secrets.filter(({ newest }) => !newest).map((secret) => [`Secret ${secret.keyId}`, <Rotation key={secret.keyId} {...secret} />]),
  ),
  Version: `Webster ${system.version}`,
});

function Backlog({ overdueSince, inHandSince }: SystemOut) {
  if (overdueSince !== null)
    return (
      <Status tone="warn">
        Overdue since <Time at={overdueSince} />
      </Status>
    );
  if (inHandSince === null) return <Status tone="good">Nothing is overdue</Status>;
  return (
    <>
      <Status tone="warn">
        Not looked after since <Time at={inHandSince} />
      </Status>
      <span className="block text-ink-muted">
        What a process has in hand and has not sent waits. The log says why (maintenance.failed).
      </span>
    </>
  );
}

function mailFact(server: SystemOut["mailServer"]): ReactNode {
  if (server === null) return "Not set up: links of invitations and resets are shown instead (WEBSTER_SMTP_URL)";
  if (server.takesMail === null || server.at === null) return "Set up; the mail server is being asked";
  return server.takesMail ? (
    <Status tone="good">
      The mail server was ready <Time at={server.at} />
    </Status>
  ) : (
    <>
      <Status tone="bad">
        The mail server refused <Time at={server.at} />
      </Status>
      <span className="block text-ink-muted">The log says why (mail.failed), and so does webster doctor.</span>
    </>
  );
}

/** How far an earlier secret is on its way out. */
function Rotation({ remaining, retiredAt }: SystemOut["secrets"][number]) {
  if (retiredAt !== null)
    return (
      <Status tone="good">
        Not needed since <Time at={retiredAt} />
      </Status>
    );
  return (
    <Status tone="warn">
      {remaining === null ? "Needed: not counted yet" : `Needed: ${grouped(remaining)} values are to be sealed anew`}
    </Status>
  );
}

const replicaFact = ({ lagSeconds, used }: NonNullable<SystemOut["replica"]>): ReactNode => {
  const lag = lagSeconds === null ? "Not reached" : `${lagSeconds} s behind`;
  return used ? `${lag}; the log is read from it` : <Status tone="warn">{lag}: the log is read from the primary</Status>;
};

const megabytes = (bytes: number): string => `${grouped(Math.round(bytes / 1_000_000))} MB`;
