"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { IdentityOut, SessionListedOut } from "../../lib/contract/identity.ts";
import { Pages } from "../form/pages.tsx";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirmDialog.tsx";
import { ErrorState, Skeleton } from "../ui/states.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { Time } from "../ui/time.tsx";
import { toast } from "../ui/toast.tsx";
import { useUrlState } from "../ui/urlState.ts";
import { browserWords } from "./browserWords.ts";
import { identitiesQuery, sessionsQuery, useEndSession, useUnlinkIdentity } from "./queries.ts";

/** The accounts at providers that one signs in with. */
export function Identities() {
  const { data, error, refetch } = useQuery(identitiesQuery);
  const [unlinking, setUnlinking] = useState<IdentityOut | null>(null);
  const unlink = useUnlinkIdentity();
  if (error !== null && data === undefined) return <ErrorState what="Your accounts" error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Skeleton className="h-16 max-w-md" />;
  if (data.data.length === 0) return <p className="text-sm text-ink-muted">None is linked.</p>;
  return (
    <>
      <Table caption="Linked accounts" columns={identityColumns(setUnlinking)} rows={data.data} rowId={({ id }) => id} />
      <ConfirmDialog
        open={unlinking !== null}
        onOpenChange={() => setUnlinking(null)}
        title="Unlink account"
        onConfirm={async () => {
          if (unlinking === null) return;
          await unlink.mutateAsync(unlinking.id);
          toast.good("Account unlinked");
        }}
      >
        <p>Every other session of yours ends. Whoever signs in there with your verified address is linked again.</p>
      </ConfirmDialog>
    </>
  );
}

const identityColumns = (onUnlink: (identity: IdentityOut) => void): Column<IdentityOut>[] => [
  { key: "provider", header: "Account at", cell: ({ provider }) => <span className="block truncate">{provider}</span>, phone: "title" },
  { key: "linked", header: "Linked", width: "w-32", cell: ({ linkedAt }) => <Time at={linkedAt} />, phone: "meta" },
  {
    key: "actions",
    header: "Actions",
    width: "w-24",
    align: "right",
    phone: "meta",
    cell: (identity) => (
      <Button variant="quiet" size="small" aria-label={`Unlink ${identity.provider}`} onClick={() => onUnlink(identity)}>
        Unlink
      </Button>
    ),
  },
];

/** Their iterator's name in the address. */
const sessionsCursor = "sessions";

/** Where one is signed in. */
export function Sessions() {
  const iterator = useUrlState().get(sessionsCursor);
  const { data, error, refetch } = useQuery(sessionsQuery(iterator));
  const { mutate } = useEndSession();
  if (error !== null && data === undefined) return <ErrorState what="Your sessions" error={error} onRetry={() => void refetch()} />;
  const end = ({ id }: SessionListedOut) =>
    mutate(id, { onSuccess: () => toast.good("Signed out there"), onError: (fault) => toast.bad(fault.message) });
  return (
    <div className="mb-4">
      <Table caption="Sessions" columns={sessionColumns(end)} rows={data?.data} rowId={({ id }) => id} skeletonRows={1} />
      <Pages page={data} iterator={iterator} of="Sessions" name={sessionsCursor} />
    </div>
  );
}

const sessionColumns = (onEnd: (session: SessionListedOut) => void): Column<SessionListedOut>[] => [
  { key: "device", header: "Browser", cell: (session) => <Device session={session} />, phone: "title" },
  {
    key: "ip",
    header: "From",
    width: "w-40",
    cell: ({ ip }) => <span className="block truncate font-mono text-xs">{ip ?? "–"}</span>,
    phone: "meta",
  },
  { key: "since", header: "Since", width: "w-32", cell: ({ createdAt }) => <Time at={createdAt} />, phone: "meta" },
  {
    key: "actions",
    header: "Actions",
    width: "w-24",
    align: "right",
    phone: "meta",
    cell: (session) =>
      session.current ? null : (
        <Button variant="quiet" size="small" aria-label={`Sign out ${browserWords(session.userAgent)}`} onClick={() => onEnd(session)}>
          Sign out
        </Button>
      ),
  },
];

const Device = ({ session: { userAgent, current } }: { session: SessionListedOut }) => (
  <span className="flex min-w-0 items-center gap-2">
    <span className="truncate" title={userAgent ?? undefined}>
      {browserWords(userAgent)}
    </span>
    {current && <Badge>This one</Badge>}
  </span>
);
