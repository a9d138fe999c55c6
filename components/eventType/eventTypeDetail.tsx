"use client";

import { useQuery } from "@tanstack/react-query";
import { Link } from "../ui/link.tsx";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { useEnvironmentPath } from "../environmentPath.ts";
import { May } from "../session/may.tsx";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirmDialog.tsx";
import { CopyButton } from "../ui/copyButton.tsx";
import { KeyValues } from "../ui/keyValues.tsx";
import { PageError } from "../ui/notThere.tsx";
import { PageHeader } from "../ui/pageHeader.tsx";
import { Skeleton } from "../ui/states.tsx";
import { Time } from "../ui/time.tsx";
import { toast } from "../ui/toast.tsx";
import { EventTypeState } from "./eventTypeList.tsx";
import { examplesOf } from "./examples.ts";
import { type EventType, eventTypeQuery, useArchiveEventType, useDeleteEventType } from "./queries.ts";
import { PayloadShape } from "./payloadShape.tsx";
import { SchemaVersions } from "./schemaVersions.tsx";
import { EventTypeUsage } from "./usage.tsx";
import { whenOpened } from "../ui/whenOpened.tsx";

const SendSampleDialog = whenOpened(
  () => import("./sendSample.tsx").then((module) => module.SendSampleDialog),
  (props) => props.open,
);

const EditEventTypeDialog = whenOpened(
  () => import("./eventTypeForm.tsx").then((module) => module.EditEventTypeDialog),
  (props) => props.open,
);

export function EventTypeDetail({ name }: { name: string }) {
  const path = useEnvironmentPath();
  const { data, error, refetch } = useQuery(eventTypeQuery(name));
  if (error !== null && data === undefined)
    return (
      <PageError
        noun="event type"
        error={error}
        onRetry={() => void refetch()}
        back={{ href: path("/event-types"), label: "All event types" }}
      />
    );
  if (data !== undefined) return <Loaded type={data} />;
  return (
    <div aria-busy="true">
      <PageHeader title={<Skeleton className="h-7 w-56" />} lead={<Skeleton className="mt-1 h-5 w-72" />} />
      <Skeleton className="h-40 w-full" />
    </div>
  );
}

type Open = "edit" | "archive" | "delete" | "sample" | null;

function Loaded({ type }: { type: EventType }) {
  const { name, description, archived, groupName, featureFlags, schemas, schemasText, createdAt, updatedAt } = type;
  const path = useEnvironmentPath();
  const router = useRouter();
  const archive = useArchiveEventType(name);
  const remove = useDeleteEventType(name);
  const [open, setOpen] = useState<Open>(null);
  const [newSchemas, setNewSchemas] = useState<string | null>(null);
  const dialog = (name: Open) => ({ open: open === name, onOpenChange: (isOpen: boolean) => setOpen(isOpen ? name : null) });
  const versions = Object.entries(schemas ?? {});
  const examples = examplesOf(schemasText);
  const unarchive = () =>
    archive.mutate(false, { onSuccess: () => toast.good("Event type restored"), onError: (error) => toast.bad(error.message) });

  return (
    <div className="space-y-6">
      <div>
        <PageHeader
          tab={name}
          title={<span className="font-mono text-lg">{name}</span>}
          lead={
            <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <EventTypeState type={type} />
              {description !== "" && <span>{description}</span>}
            </span>
          }
          actions={
            <May least="member" ordinary>
              {!archived && examples.length > 0 && (
                <Button variant="secondary" onClick={() => setOpen("sample")}>
                  Send sample
                </Button>
              )}
              {archived ? (
                <Button variant="secondary" pending={archive.isPending} onClick={unarchive}>
                  Restore event type
                </Button>
              ) : (
                <Button variant="secondary" onClick={() => setOpen("archive")}>
                  Archive event type
                </Button>
              )}
              <Button
                variant="secondary"
                onClick={() => {
                  setNewSchemas(null);
                  setOpen("edit");
                }}
              >
                Edit event type
              </Button>
            </May>
          }
        />
        <KeyValues
          facts={{
            Name: <CopyName name={name} />,
            Group: groupName,
            "Feature flags": featureFlags === null ? null : featureFlags.join(", "),
            Log: (
              <span className="flex flex-wrap gap-x-3">
                <Link className="underline underline-offset-2" href={path(`/messages?event_types=${name}`)}>
                  Messages
                </Link>
                <Link className="underline underline-offset-2" href={path(`/deliveries?event_types=${name}`)}>
                  Deliveries
                </Link>
              </span>
            ),
            Created: <Time at={createdAt} interactive />,
            Changed: <Time at={updatedAt} interactive />,
          }}
        />
      </div>
      <section aria-labelledby="schemas" className="space-y-3">
        <h2 id="schemas" className="text-lg font-semibold">
          Schemas
        </h2>
        {versions.length === 0 && (
          <p className="max-w-prose text-sm text-ink-muted">
            None. A JSON Schema tells your customers what to expect; its <code className="font-mono text-xs">examples</code> can be sent as
            tests.
          </p>
        )}
        {versions.length > 0 && <SchemaVersions schemas={schemas ?? {}} schemasText={schemasText} />}
      </section>
      <PayloadShape
        type={type}
        onMakeSchema={(text) => {
          setNewSchemas(text);
          setOpen("edit");
        }}
      />
      <EventTypeUsage name={name} hasSchema={versions.length > 0} />
      <May least="member" ordinary>
        <section aria-labelledby="delete-event-type" className="border-t border-line pt-4">
          <h2 id="delete-event-type" className="font-semibold">
            Delete event type
          </h2>
          <p className="mt-0.5 mb-3 max-w-prose text-sm text-ink-muted">
            Its schemas and description are lost. To take it out of use and keep them, archive it instead.
          </p>
          <Button variant="danger" size="small" onClick={() => setOpen("delete")}>
            Delete event type
          </Button>
        </section>
      </May>
      <EditEventTypeDialog type={type} schemasText={newSchemas} {...dialog("edit")} />
      <SendSampleDialog type={type} {...dialog("sample")} />
      <ConfirmDialog
        title="Archive event type"
        {...dialog("archive")}
        onConfirm={async () => {
          await archive.mutateAsync(true);
          toast.good("Event type archived");
        }}
      >
        <p>No endpoint can subscribe to it any more. Endpoints that have it keep it, and messages of it are still sent.</p>
      </ConfirmDialog>
      <ConfirmDialog
        title="Delete event type"
        typed={name}
        {...dialog("delete")}
        onConfirm={async () => {
          await remove.mutateAsync();
          toast.good(`Event type ${name} deleted`);
          router.push(path("/event-types"));
        }}
      >
        <p>This can’t be undone.</p>
      </ConfirmDialog>
    </div>
  );
}

const CopyName = ({ name }: { name: string }) => (
  <span className="inline-flex max-w-full items-center gap-2">
    <code className="min-w-0 font-mono text-xs wrap-anywhere">{name}</code>
    <CopyButton text={name} label="name" />
  </span>
);
