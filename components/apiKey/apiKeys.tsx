"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useUrlState } from "../ui/urlState.ts";
import { Pages } from "../form/pages.tsx";
import type { ApiKeyOut } from "../../lib/contract/apiKey.ts";
import { Named } from "../search/named.tsx";
import { useMembership } from "../session/queries.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirmDialog.tsx";
import { PageHeader } from "../ui/pageHeader.tsx";
import { EmptyState, ErrorState } from "../ui/states.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { Time, useNow } from "../ui/time.tsx";
import { toast } from "../ui/toast.tsx";
import { useNew } from "../ui/useNew.ts";
import { apiKeysQuery, useRevokeApiKey } from "./queries.ts";
import { whenOpened } from "../ui/whenOpened.tsx";

const EditKeyDialog = whenOpened(
  () => import("./editKeyDialog.tsx").then((module) => module.EditKeyDialog),
  (props) => props.apiKey !== null,
);

const CreateKeyDialog = whenOpened(
  () => import("./createKeyDialog.tsx").then((module) => module.CreateKeyDialog),
  (props) => props.open,
);

/** The keys of the environment: made, shown once, revoked. */
export function ApiKeys() {
  const iterator = useUrlState().get("cursor");
  const { may, role, isOperational } = useMembership();
  const { data, error, refetch } = useQuery({ ...apiKeysQuery(iterator), enabled: may("admin") });
  const [isCreating, setCreating] = useNew();
  const [revoking, setRevoking] = useState<ApiKeyOut | null>(null);
  const [editing, setEditing] = useState<ApiKeyOut | null>(null);
  const revoke = useRevokeApiKey();
  const create = !isOperational && <Button onClick={() => setCreating(true)}>Create API key</Button>;

  return (
    <>
      <PageHeader
        title="API keys"
        lead="A key reaches only this environment, unless it manages. Revoke a key as soon as others may have seen it."
        actions={may("admin") && create}
      />
      {role !== null && !may("admin") ? (
        <EmptyState title="API keys are for admins">Ask an admin or an owner of the organization to make you one.</EmptyState>
      ) : error !== null && data === undefined ? (
        <ErrorState what="The API keys" error={error} onRetry={() => void refetch()} />
      ) : data?.data.length === 0 && iterator === null ? (
        <EmptyState title="No API keys yet" action={create}>
          Your servers send messages with a key. It is shown once, when it is created.
        </EmptyState>
      ) : (
        <>
          <Table caption="API keys" columns={columns(setEditing, setRevoking)} rows={data?.data} rowId={({ id }) => id} skeletonRows={3} />
          <Pages page={data} iterator={iterator} of="API keys" inItsOrder />
        </>
      )}
      <EditKeyDialog apiKey={editing} onClose={() => setEditing(null)} />
      {may("admin") && !isOperational && <CreateKeyDialog open={isCreating} onOpenChange={setCreating} />}
      <ConfirmDialog
        open={revoking !== null}
        onOpenChange={() => setRevoking(null)}
        title="Revoke API key"
        {...(revoking === null ? {} : { typed: revoking.name })}
        onConfirm={async () => {
          if (revoking === null) return;
          await revoke.mutateAsync(revoking.id);
          toast.good(`${revoking.name} is revoked`);
        }}
      >
        <p>
          Whatever uses this key is refused at once, and what was made with it ends too: other keys, portal links, integrations and
          AutoConfig tokens. A revoked key does not come back.
        </p>
      </ConfirmDialog>
    </>
  );
}

const words = { read: "read", write: "read and write", manage: "manage" } as const;

const columns = (onEdit: (key: ApiKeyOut) => void, onRevoke: (key: ApiKeyOut) => void): Column<ApiKeyOut>[] => [
  { key: "name", header: "Name", cell: (key) => <Name apiKey={key} />, phone: "title" },
  {
    key: "prefix",
    header: "Begins with",
    width: "w-28",
    cell: ({ prefix }) => <code className="font-mono text-xs">{prefix}…</code>,
    phone: "aside",
  },
  {
    key: "reach",
    header: "May",
    width: "w-44",
    cell: ({ permission, scopes, applicationId, requestsPerSecond, allowedNetworks }) => (
      <span className="flex min-w-0 items-center gap-1.5">
        <span className="truncate" title={scopes?.join(", ")}>
          {scopes?.some((scope) => scope.includes(":")) ? scopes.join(", ") : words[permission]}
        </span>
        {requestsPerSecond !== null && <span className="text-ink-muted tabular-nums">{requestsPerSecond}/s</span>}
        {allowedNetworks.length > 0 && (
          <Badge>{allowedNetworks.length === 1 ? allowedNetworks[0] : `${allowedNetworks.length} networks`}</Badge>
        )}
        {applicationId !== null && <Named kind="application" id={applicationId} />}
      </span>
    ),
    phone: "meta",
  },
  {
    key: "used",
    header: "Last used",
    width: "w-28",
    cell: ({ lastUsedAt }) => (lastUsedAt === null ? <span className="text-ink-muted">never</span> : <Time at={lastUsedAt} />),
    phone: "meta",
  },
  {
    key: "by",
    header: "Created by",
    width: "w-36",
    cell: ({ createdBy }) => createdBy ?? <span className="text-ink-muted">–</span>,
    phone: "hidden",
  },
  { key: "created", header: "Created", width: "w-28", cell: ({ createdAt }) => <Time at={createdAt} />, phone: "hidden" },
  {
    key: "actions",
    header: "Actions",
    width: "w-36",
    align: "right",
    cell: (key) => (
      <span className="whitespace-nowrap">
        <Button variant="quiet" size="small" aria-label={`Edit ${key.name}`} onClick={() => onEdit(key)}>
          Edit
        </Button>
        <Button variant="quiet" size="small" aria-label={`Revoke ${key.name}`} onClick={() => onRevoke(key)}>
          Revoke
        </Button>
      </span>
    ),
    phone: "meta",
  },
];

function Name({ apiKey: { name, expiresAt } }: { apiKey: ApiKeyOut }) {
  const nowMs = useNow();
  const hasExpired = expiresAt !== null && nowMs !== null && Date.parse(expiresAt) <= nowMs;
  return (
    <span className="flex min-w-0 items-center gap-2">
      <span className="truncate">{name}</span>
      {expiresAt !== null && (
        <Badge tone={hasExpired ? "bad" : "warn"}>
          {hasExpired ? "Expired" : "Expires"} <Time at={expiresAt} ahead />
        </Badge>
      )}
    </span>
  );
}
