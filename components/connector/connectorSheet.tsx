"use client";

import { useQuery } from "@tanstack/react-query";
import { Link } from "../ui/link.tsx";
import { useState } from "react";
import type { ConnectorOut } from "../../lib/contract/connector.ts";
import { useEnvironmentPath } from "../environmentPath.ts";
import { May } from "../session/may.tsx";
import { Button, buttonLook } from "../ui/button.tsx";
import { CodeBlock } from "../ui/codeBlock.tsx";
import { ConfirmDialog } from "../ui/confirmDialog.tsx";
import { Id } from "../ui/id.tsx";
import { KeyValues } from "../ui/keyValues.tsx";
import { nameOr } from "../../lib/words/nameOr.ts";
import { Sheet } from "../ui/overlay.tsx";
import { ErrorState, Skeleton } from "../ui/states.tsx";
import { Time } from "../ui/time.tsx";
import { toast } from "../ui/toast.tsx";
import { ConnectorForm } from "./connectorForm.tsx";
import { connectorQuery, useDeleteConnector } from "./queries.ts";

/** One connector, beside the list. `id` null: closed. */
export function ConnectorSheet({ id, onClose }: { id: string | null; onClose: () => void }) {
  const { data, error, refetch } = useQuery({ ...connectorQuery(id ?? ""), enabled: id !== null });
  return (
    <Sheet open={id !== null} onOpenChange={onClose} title={data === undefined ? "Connector" : nameOr(data.name, data.id)}>
      {error !== null && data === undefined && <ErrorState what="The connector" error={error} onRetry={() => void refetch()} />}
      {error === null && data === undefined && <Skeleton className="h-64 w-full" />}
      {data !== undefined && <Loaded key={data.id} connector={data} onClose={onClose} />}
    </Sheet>
  );
}

function Loaded({ connector, onClose }: { connector: ConnectorOut; onClose: () => void }) {
  const [isEditing, setEditing] = useState(false);
  const [isDeleting, setDeleting] = useState(false);
  const remove = useDeleteConnector();
  const path = useEnvironmentPath();
  const { id, uid, name, kind, description, instructions, allowedEventTypes, featureFlags, logo } = connector;
  if (isEditing)
    return (
      <ConnectorForm
        connector={connector}
        onCancel={() => setEditing(false)}
        onSaved={() => {
          setEditing(false);
          toast.good("Connector saved");
        }}
      />
    );
  return (
    <div className="space-y-5">
      <KeyValues
        facts={{
          Id: <Id id={id} copy label="connector id" />,
          uid: uid === null ? null : <code className="font-mono text-xs">{uid}</code>,
          Kind: kind,
          Description: description || null,
          Instructions: instructions || null,
          "Event types": allowedEventTypes?.join(", ") ?? "All",
          "Feature flags": featureFlags?.join(", ") ?? null,
          Logo: logo === null ? null : <span className="font-mono text-xs wrap-anywhere">{logo}</span>,
          Created: <Time at={connector.createdAt} interactive />,
          "Code changed": <Time at={connector.transformationUpdatedAt} interactive />,
        }}
      />
      <May least="member">
        <CodeBlock title="Transformation" code={connector.transformation} />
        <div className="flex flex-wrap gap-2 border-t border-line pt-4">
          <Link className={buttonLook()} href={path(`/endpoints/new?connector=${id}`)}>
            Create endpoint
          </Link>
          <Button variant="secondary" onClick={() => setEditing(true)}>
            Edit connector
          </Button>
          <Button variant="danger" onClick={() => setDeleting(true)}>
            Delete connector
          </Button>
        </div>
      </May>
      <ConfirmDialog
        open={isDeleting}
        onOpenChange={setDeleting}
        title="Delete connector"
        typed={nameOr(name, id)}
        onConfirm={async () => {
          await remove.mutateAsync(id);
          toast.good("Connector deleted");
          onClose();
        }}
      >
        <p>Endpoints that were made of it stay as they are.</p>
      </ConfirmDialog>
    </div>
  );
}
