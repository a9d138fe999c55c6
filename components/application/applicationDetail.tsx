"use client";

import { useQuery } from "@tanstack/react-query";
import { Link } from "../ui/link.tsx";
import { useRouter } from "next/navigation";
import { useState } from "react";
import type { ApplicationOut } from "../../lib/contract/application.ts";
import { EndpointTable } from "../endpoint/endpointTable.tsx";
import { endpointsQuery } from "../endpoint/queries.ts";
import { useEnvironmentPath } from "../environmentPath.ts";
import { Pages } from "../form/pages.tsx";
import { Latency } from "../statistics/latency.tsx";
import { May } from "../session/may.tsx";
import { useMembership } from "../session/queries.ts";
import { Button, buttonLook } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirmDialog.tsx";
import { Id } from "../ui/id.tsx";
import { later } from "../ui/later.tsx";
import { KeyValues } from "../ui/keyValues.tsx";
import { nameOr } from "../../lib/words/nameOr.ts";
import { PageError } from "../ui/notThere.tsx";
import { PageHeader } from "../ui/pageHeader.tsx";
import { EmptyState, ErrorState, Skeleton } from "../ui/states.tsx";
import { TabLinks } from "../ui/tabs.tsx";
import { Time } from "../ui/time.tsx";
import { toast } from "../ui/toast.tsx";
import { useUrlState } from "../ui/urlState.ts";
import { applicationQuery, useDeleteApplication, usePortalLink } from "./queries.ts";
import { whenOpened } from "../ui/whenOpened.tsx";

const list = <Skeleton className="h-24 w-full" />;
const Pollers = later(() => import("../poller/pollers.tsx").then((module) => module.Pollers), list);
const Integrations = later(() => import("../integration/integrations.tsx").then((module) => module.Integrations), list);
const Autoconfig = later(() => import("../autoconfig/autoconfig.tsx").then((module) => module.Autoconfig), list);

const PortalLinkDialog = whenOpened(
  () => import("./portalLink.tsx").then((module) => module.PortalLinkDialog),
  (props) => props.open,
);

const EditApplicationDialog = whenOpened(
  () => import("./applicationForm.tsx").then((module) => module.EditApplicationDialog),
  (props) => props.open,
);

export function ApplicationDetail({ id }: { id: string }) {
  const path = useEnvironmentPath();
  const { data, error, refetch } = useQuery(applicationQuery(id));
  if (error !== null && data === undefined)
    return (
      <PageError
        noun="application"
        error={error}
        onRetry={() => void refetch()}
        back={{ href: path("/applications"), label: "All applications" }}
      />
    );
  return data === undefined ? <Waiting /> : <Loaded application={data} />;
}

const Waiting = () => (
  <div aria-busy="true">
    <PageHeader title={<Skeleton className="h-7 w-56" />} lead={<Skeleton className="mt-1 h-5 w-40" />} />
    <Skeleton className="h-40 w-full" />
  </div>
);

type Open = "edit" | "portal" | "delete" | null;

function Loaded({ application }: { application: ApplicationOut }) {
  const { id, uid, metadata, throttleRate, createdAt, updatedAt } = application;
  const name = nameOr(application.name, id);
  const path = useEnvironmentPath();
  const router = useRouter();
  const remove = useDeleteApplication(id);
  const look = usePortalLink(id);
  const view = () => {
    // Opened by the click itself, or browsers keep it from opening at all.
    const opened = window.open("about:blank", "_blank");
    look.mutate(
      { expiry: 3600 },
      {
        onSuccess: ({ url }) => {
          if (opened === null) toast.bad("The browser did not open a window. Create a portal link instead.");
          else opened.location.href = url;
        },
        onError: (error) => {
          opened?.close();
          toast.bad(error.message);
        },
      },
    );
  };
  const url = useUrlState();
  const { may, isOperational } = useMembership();
  const mayLetIn = may("admin") && !isOperational;
  const isAccess = mayLetIn && url.get("tab") === "access";
  const [open, setOpen] = useState<Open>(null);
  const dialog = (name: Open) => ({ open: open === name, onOpenChange: (isOpen: boolean) => setOpen(isOpen ? name : null) });
  const entries = Object.entries(metadata);

  return (
    <div className="space-y-6">
      <div>
        <PageHeader
          title={name}
          lead={
            <span className="flex flex-wrap gap-x-3">
              <Link className="underline underline-offset-2" href={path(`/deliveries?application_id=${id}`)}>
                Deliveries
              </Link>
              <Link className="underline underline-offset-2" href={path(`/messages?application_id=${id}`)}>
                Messages
              </Link>
            </span>
          }
          actions={
            <>
              <May least="admin" ordinary>
                <Button variant="secondary" pending={look.isPending} onClick={view}>
                  View as customer
                </Button>
                <Button variant="secondary" onClick={() => setOpen("portal")}>
                  Create portal link
                </Button>
              </May>
              <May least="member" ordinary>
                <Button variant="secondary" onClick={() => setOpen("edit")}>
                  Edit application
                </Button>
              </May>
            </>
          }
        />
        <KeyValues
          facts={{
            Id: <Id id={id} copy label="application id" />,
            uid: uid === null ? null : <code className="font-mono text-xs">{uid}</code>,
            Throttle: throttleRate === null ? null : `${throttleRate} messages a second`,
            Metadata:
              entries.length === 0
                ? null
                : entries.map(([key, value]) => (
                    <div key={key} className="font-mono text-xs">
                      {key}: {value}
                    </div>
                  )),
            Created: <Time at={createdAt} interactive />,
            Changed: createdAt === updatedAt ? null : <Time at={updatedAt} interactive />,
          }}
        />
      </div>
      {mayLetIn && (
        <TabLinks
          label="Application"
          tabs={[
            { label: "Endpoints", href: url.href({ tab: null, integrations: null, autoconfig: null }), current: !isAccess },
            { label: "Integrations and AutoConfig", href: url.href({ tab: "access", cursor: null, pollers: null }), current: isAccess },
          ]}
        />
      )}
      {isAccess ? (
        <>
          <Integrations applicationId={id} />
          <Autoconfig applicationId={id} />
        </>
      ) : (
        <>
          <Latency
            path={`/app/${id}`}
            onChoose={({ after, before }) =>
              router.push(path(`/deliveries?${new URLSearchParams({ application_id: id, after, before }).toString()}`))
            }
          />
          <Endpoints applicationId={id} />
          <Pollers applicationId={id} />
        </>
      )}
      <May least="member" ordinary>
        <section aria-labelledby="delete-application" className="border-t border-line pt-4">
          <h2 id="delete-application" className="font-semibold">
            Delete application
          </h2>
          <p className="mt-0.5 mb-3 max-w-prose text-sm text-ink-muted">
            Its endpoints go with it, and what is still to be sent to them is cancelled. The record of past deliveries stays until it
            expires.
          </p>
          <Button variant="danger" size="small" onClick={() => setOpen("delete")}>
            Delete application
          </Button>
        </section>
      </May>
      <EditApplicationDialog application={application} {...dialog("edit")} />
      <PortalLinkDialog application={application} {...dialog("portal")} />
      <ConfirmDialog
        title="Delete application"
        typed={name}
        {...dialog("delete")}
        onConfirm={async () => {
          await remove.mutateAsync();
          toast.good(`Application ${name} deleted`);
          router.push(path("/applications"));
        }}
      >
        <p>All endpoints of this application are deleted too, and its portal links stop working. This can’t be undone.</p>
      </ConfirmDialog>
    </div>
  );
}

function Endpoints({ applicationId }: { applicationId: string }) {
  const iterator = useUrlState().get("cursor");
  const path = useEnvironmentPath();
  const { data, error, refetch } = useQuery(endpointsQuery({ application_id: applicationId, iterator }));
  const create = (
    <May least="member" ordinary>
      <Link className={buttonLook("primary", "small")} href={path(`/endpoints/new?application_id=${applicationId}`)}>
        Create endpoint
      </Link>
    </May>
  );
  const isEmpty = data?.data.length === 0 && iterator === null;
  return (
    <section aria-labelledby="endpoints">
      <div className="mb-3 flex items-center justify-between gap-3">
        <h2 id="endpoints" className="text-lg font-semibold">
          Endpoints
        </h2>
        {!isEmpty && create}
      </div>
      {error !== null && data === undefined ? (
        <ErrorState what="The endpoints" error={error} onRetry={() => void refetch()} />
      ) : isEmpty ? (
        <EmptyState title="No endpoint yet" action={create}>
          An endpoint is a URL that this application’s messages are sent to. Without one, messages are stored and go nowhere.
        </EmptyState>
      ) : (
        <>
          <EndpointTable rows={data?.data} withApplication={false} skeletonRows={3} />
          <Pages page={data} iterator={iterator} of="Endpoints" />
        </>
      )}
    </section>
  );
}
