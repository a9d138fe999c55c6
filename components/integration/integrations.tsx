"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useUrlState } from "../ui/urlState.ts";
import { Pages } from "../form/pages.tsx";
import type { IntegrationOut } from "../../lib/contract/integration.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirmDialog.tsx";
import { Id } from "../ui/id.tsx";
import { nameOr } from "../../lib/words/nameOr.ts";
import { EmptyState, ErrorState } from "../ui/states.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { Time } from "../ui/time.tsx";
import { toast } from "../ui/toast.tsx";
import { integrationsQuery, useDeleteIntegration } from "./queries.ts";
import { whenOpened } from "../ui/whenOpened.tsx";

const IntegrationFormDialog = whenOpened(
  () => import("./integrationDialogs.tsx").then((module) => module.IntegrationFormDialog),
  (props) => props.editing !== null,
);
const IntegrationKeyDialog = whenOpened(
  () => import("./integrationDialogs.tsx").then((module) => module.IntegrationKeyDialog),
  (props) => props.integration !== null,
);

/** Their iterator's name in the address, beside that of the AutoConfig tokens. */
const cursor = "integrations";

/** Keys of their own for services that act for an application. */
export function Integrations({ applicationId }: { applicationId: string }) {
  const iterator = useUrlState().get(cursor);
  const { data, error, refetch } = useQuery(integrationsQuery(applicationId, iterator));
  const [editing, setEditing] = useState<IntegrationOut | "new" | null>(null);
  const [revealing, setRevealing] = useState<IntegrationOut | null>(null);
  const [deleting, setDeleting] = useState<IntegrationOut | null>(null);
  const remove = useDeleteIntegration(applicationId);
  const create = (
    <Button variant="secondary" size="small" onClick={() => setEditing("new")}>
      Create integration
    </Button>
  );
  const isEmpty = data?.data.length === 0 && iterator === null;
  return (
    <section aria-labelledby="integrations">
      <div className="mb-3 flex items-center justify-between gap-3">
        <h2 id="integrations" className="text-lg font-semibold">
          Integrations
        </h2>
        {!isEmpty && create}
      </div>
      {error !== null && data === undefined ? (
        <ErrorState what="The integrations" error={error} onRetry={() => void refetch()} />
      ) : isEmpty ? (
        <EmptyState title="No integration yet" action={create}>
          A service such as Zapier gets a key that reaches this application alone.
        </EmptyState>
      ) : (
        <>
          <Table
            caption="Integrations"
            columns={columnsOf({ edit: setEditing, reveal: setRevealing, remove: setDeleting })}
            rows={data?.data}
            rowId={({ id }) => id}
            skeletonRows={1}
          />
          <Pages page={data} iterator={iterator} of="Integrations" name={cursor} inItsOrder />
        </>
      )}
      <IntegrationFormDialog applicationId={applicationId} editing={editing} onClose={() => setEditing(null)} onCreated={setRevealing} />
      <IntegrationKeyDialog applicationId={applicationId} integration={revealing} onClose={() => setRevealing(null)} />
      <ConfirmDialog
        open={deleting !== null}
        onOpenChange={() => setDeleting(null)}
        title="Delete integration"
        onConfirm={async () => {
          await remove.mutateAsync(deleting?.id ?? "");
          toast.good("Integration deleted");
        }}
      >
        <p>The key of {deleting && nameOr(deleting.name, deleting.id)} is refused from now on.</p>
      </ConfirmDialog>
    </section>
  );
}

type Act = (integration: IntegrationOut) => void;

const columnsOf = ({ edit, reveal, remove }: { edit: Act; reveal: Act; remove: Act }): Column<IntegrationOut>[] => [
  { key: "name", header: "Integration", cell: (row) => <Name integration={row} />, phone: "title" },
  {
    key: "flags",
    header: "Feature flags",
    cell: ({ featureFlags }) => <span className="block truncate">{featureFlags.length === 0 ? "None" : featureFlags.join(", ")}</span>,
    width: "w-44",
    phone: "meta",
  },
  { key: "id", header: "Id", cell: ({ id }) => <Id id={id} />, width: "w-36", phone: "hidden" },
  { key: "created", header: "Created", cell: ({ createdAt }) => <Time at={createdAt} />, width: "w-28", phone: "hidden" },
  {
    key: "actions",
    header: "Actions",
    width: "w-60",
    align: "right",
    cell: (row) => (
      <span className="flex justify-end gap-1">
        <Button variant="quiet" size="small" aria-label={`Key of ${nameOr(row.name, row.id)}`} onClick={() => reveal(row)}>
          Key…
        </Button>
        <Button variant="quiet" size="small" aria-label={`Edit ${nameOr(row.name, row.id)}`} onClick={() => edit(row)}>
          Edit
        </Button>
        <Button variant="quiet" size="small" aria-label={`Delete ${nameOr(row.name, row.id)}`} onClick={() => remove(row)}>
          Delete
        </Button>
      </span>
    ),
    phone: "meta",
  },
];

function Name({ integration: { name, id, expiresAt } }: { integration: IntegrationOut }) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      <span className="truncate">{nameOr(name, id)}</span>
      {expiresAt !== null && (
        <Badge tone="warn">
          Ends <Time at={expiresAt} ahead />
        </Badge>
      )}
    </span>
  );
}
