"use client";

import { useQuery } from "@tanstack/react-query";
import { Link } from "../ui/link.tsx";
import { useState } from "react";
import { useUrlState } from "../ui/urlState.ts";
import { Pages } from "../form/pages.tsx";
import type { AutoConfigSubscriptionOut } from "../../lib/contract/autoconfig.ts";
import { useEnvironmentPath } from "../environmentPath.ts";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirmDialog.tsx";
import { shortId } from "../ui/shortId.tsx";
import { Dialog, DialogActions } from "../ui/overlay.tsx";
import { SecretText } from "../ui/secretText.tsx";
import { EmptyState, ErrorState } from "../ui/states.tsx";
import { Status } from "../ui/status.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { Time } from "../ui/time.tsx";
import { toast } from "../ui/toast.tsx";
import { autoconfigQuery, useDeleteAutoconfig, useMakeToken } from "./queries.ts";

type Row = AutoConfigSubscriptionOut;

/** Their iterator's name in the address, beside that of the integrations. */
const cursor = "autoconfig";

/** Tokens with which receivers configure their own endpoint, in code. */
export function Autoconfig({ applicationId }: { applicationId: string }) {
  const iterator = useUrlState().get(cursor);
  const { data, error, refetch } = useQuery(autoconfigQuery(applicationId, iterator));
  const make = useMakeToken(applicationId);
  const remove = useDeleteAutoconfig(applicationId);
  const [token, setToken] = useState<string | null>(null);
  const [rotating, setRotating] = useState<Row | null>(null);
  const [deleting, setDeleting] = useState<Row | null>(null);
  const create = (
    <Button
      variant="secondary"
      size="small"
      pending={make.isPending}
      onClick={() => make.mutate(null, { onSuccess: (made) => setToken(made.token), onError: (fault) => toast.bad(fault.message) })}
    >
      Create AutoConfig token
    </Button>
  );
  const isEmpty = data?.data.length === 0 && iterator === null;
  return (
    <section aria-labelledby="autoconfig">
      <div className="mb-3 flex items-center justify-between gap-3">
        <h2 id="autoconfig" className="text-lg font-semibold">
          AutoConfig
        </h2>
        {!isEmpty && create}
      </div>
      {error !== null && data === undefined ? (
        <ErrorState what="The AutoConfig tokens" error={error} onRetry={() => void refetch()} />
      ) : isEmpty ? (
        <EmptyState title="No AutoConfig token yet" action={create}>
          With one, the receiver’s own code sets URL and event types and verifies what arrives: the AutoConfig class of the svix package.
        </EmptyState>
      ) : (
        <>
          <Table
            caption="AutoConfig tokens"
            columns={columnsOf({ applicationId, rotate: setRotating, remove: setDeleting })}
            rows={data?.data}
            rowId={({ id }) => id}
            skeletonRows={1}
          />
          <Pages page={data} iterator={iterator} of="AutoConfig tokens" name={cursor} inItsOrder />
        </>
      )}
      <Dialog open={token !== null} onOpenChange={() => setToken(null)} title="Copy the AutoConfig token now">
        <p className="mb-3 text-sm text-ink-muted">This is the only time that it is shown. It holds the endpoint’s signing secret.</p>
        <SecretText text={token ?? ""} label="AutoConfig token" />
        <DialogActions>
          <Button once onClick={() => setToken(null)}>
            Done
          </Button>
        </DialogActions>
      </Dialog>
      <ConfirmDialog
        open={rotating !== null}
        onOpenChange={() => setRotating(null)}
        title="Rotate AutoConfig token"
        onConfirm={async () => setToken((await make.mutateAsync(rotating?.id ?? "")).token)}
      >
        <p>The old token is refused at once; the old signing secret goes on signing for a day, beside the new one.</p>
      </ConfirmDialog>
      <ConfirmDialog
        open={deleting !== null}
        onOpenChange={() => setDeleting(null)}
        title="Delete AutoConfig token"
        onConfirm={async () => {
          await remove.mutateAsync(deleting?.id ?? "");
          toast.good("AutoConfig token deleted");
        }}
      >
        <p>It is refused from now on. The endpoint that it configured stays.</p>
      </ConfirmDialog>
    </section>
  );
}

type Look = { applicationId: string; rotate: (row: Row) => void; remove: (row: Row) => void };

const columnsOf = ({ applicationId, rotate, remove }: Look): Column<Row>[] => [
  {
    key: "token",
    header: "Token",
    cell: ({ tokenCensored }) => <code className="font-mono text-xs">{tokenCensored}</code>,
    phone: "title",
  },
  {
    key: "state",
    header: "State",
    cell: ({ status }) => (status === "active" ? <Status tone="good">In use</Status> : <Status tone="off">Not used yet</Status>),
    width: "w-32",
    phone: "aside",
  },
  {
    key: "endpoint",
    header: "Endpoint",
    cell: ({ endpId }) =>
      endpId === null ? <span className="text-ink-muted">None</span> : <To applicationId={applicationId} id={endpId} />,
    width: "w-36",
    phone: "meta",
  },
  { key: "created", header: "Created", cell: ({ createdAt }) => <Time at={createdAt} />, width: "w-28", phone: "hidden" },
  {
    key: "actions",
    header: "Actions",
    width: "w-44",
    align: "right",
    cell: (row) => (
      <span className="flex justify-end gap-1">
        <Button variant="quiet" size="small" aria-label={`Rotate ${row.tokenCensored}`} onClick={() => rotate(row)}>
          Rotate
        </Button>
        <Button variant="quiet" size="small" aria-label={`Delete ${row.tokenCensored}`} onClick={() => remove(row)}>
          Delete
        </Button>
      </span>
    ),
    phone: "meta",
  },
];

function To({ applicationId, id }: { applicationId: string; id: string }) {
  const path = useEnvironmentPath();
  return (
    <Link className="font-mono text-xs underline underline-offset-2" href={path(`/endpoints/${applicationId}/${id}`)}>
      {shortId(id)}
    </Link>
  );
}
