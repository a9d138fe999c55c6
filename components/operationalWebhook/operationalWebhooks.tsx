"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useUrlState } from "../ui/urlState.ts";
import { Pages } from "../form/pages.tsx";
import type { OperationalWebhookEndpointOut } from "../../lib/contract/operationalWebhook.ts";
import { EndpointState } from "../endpoint/endpointTable.tsx";
import { useMembership } from "../session/queries.ts";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirmDialog.tsx";
import { IconButton } from "../ui/iconButton.tsx";
import { Menu } from "../ui/menu.tsx";
import { MenuItem, MenuLink } from "../ui/menuItems.tsx";
import { PageHeader } from "../ui/pageHeader.tsx";
import { EmptyState, ErrorState } from "../ui/states.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { Url } from "../ui/url.tsx";
import { Time } from "../ui/time.tsx";
import { toast } from "../ui/toast.tsx";
import { operationalWebhooksQuery, useDeleteOperationalWebhook, useSwitchOperationalWebhook } from "./queries.ts";
import { SecretDialog } from "./secretDialog.tsx";
import { MoreHorizontalIcon } from "../ui/moreIcons.ts";
import { whenOpened } from "../ui/whenOpened.tsx";

const CreateDialog = whenOpened(
  () => import("./createDialog.tsx").then((module) => module.CreateDialog),
  (props) => props.open,
);

type Row = OperationalWebhookEndpointOut;

/** Who is told what happens in the environment. */
export function OperationalWebhooks() {
  const iterator = useUrlState().get("cursor");
  const { may, organization, isOperational } = useMembership();
  const { data, error, refetch } = useQuery(operationalWebhooksQuery(iterator));
  const [isCreating, setCreating] = useState(false);
  const [revealing, setRevealing] = useState<Row | null>(null);
  const [deleting, setDeleting] = useState<Row | null>(null);
  const change = useSwitchOperationalWebhook();
  const create = may("admin") && !isOperational && <Button onClick={() => setCreating(true)}>Create operational webhook</Button>;
  const columns = columnsOf({
    organizationId: organization?.id ?? "",
    mayManage: may("admin"),
    onReveal: setRevealing,
    onDelete: setDeleting,
    onSwitch: (row) =>
      change.mutate(row, {
        onSuccess: ({ disabled }) => toast.good(disabled ? "Operational webhook disabled" : "Operational webhook enabled"),
        onError: (fault) => toast.bad(fault.message),
      }),
  });
  return (
    <>
      <PageHeader
        title="Operational webhooks"
        lead="Webster tells your own servers when endpoints change or are disabled, when deliveries fail, and when background tasks end."
        actions={create}
      />
      {error !== null && data === undefined ? (
        <ErrorState what="The operational webhooks" error={error} onRetry={() => void refetch()} />
      ) : data?.data.length === 0 && iterator === null ? (
        <EmptyState title={isOperational ? "This is where operational webhooks are kept" : "No operational webhooks yet"} action={create}>
          {isOperational
            ? "Those of the environment that they are about are in its settings."
            : "Such as: tell a customer when their endpoint was disabled, or page somebody when a delivery was given up."}
        </EmptyState>
      ) : (
        <>
          <Table caption="Operational webhooks" columns={columns} rows={data?.data} rowId={({ id }) => id} skeletonRows={2} />
          <Pages page={data} iterator={iterator} of="Operational webhooks" />
        </>
      )}
      <CreateDialog open={isCreating} onOpenChange={setCreating} onCreated={setRevealing} />
      <SecretDialog endpoint={revealing} onClose={() => setRevealing(null)} />
      <DeleteDialog endpoint={deleting} onClose={() => setDeleting(null)} />
    </>
  );
}

function DeleteDialog({ endpoint, onClose }: { endpoint: Row | null; onClose: () => void }) {
  const remove = useDeleteOperationalWebhook();
  return (
    <ConfirmDialog
      open={endpoint !== null}
      onOpenChange={onClose}
      title="Delete operational webhook"
      onConfirm={async () => {
        if (endpoint === null) return;
        await remove.mutateAsync(endpoint.id);
        toast.good("Operational webhook deleted");
      }}
    >
      <p className="wrap-anywhere">Nothing more is told to {endpoint?.url}. What is still to be sent to it is cancelled.</p>
    </ConfirmDialog>
  );
}

type Look = {
  organizationId: string;
  mayManage: boolean;
  onReveal: (row: Row) => void;
  onSwitch: (row: Row) => void;
  onDelete: (row: Row) => void;
};

const columnsOf = (look: Look): Column<Row>[] => [
  {
    key: "url",
    header: "Endpoint",
    cell: ({ url, description }) => (
      <>
        <Url url={url} whole />
        {description !== "" && <span className="block truncate text-xs text-ink-muted">{description}</span>}
      </>
    ),
    phone: "title",
  },
  { key: "state", header: "State", width: "w-36", cell: (row) => <EndpointState endpoint={row} />, phone: "meta" },
  {
    key: "events",
    header: "Told of",
    width: "w-56",
    cell: ({ eventTypes }) => <span className="block truncate">{eventTypes === null ? "everything" : eventTypes.join(", ")}</span>,
    phone: "meta",
  },
  { key: "created", header: "Created", width: "w-28", cell: ({ createdAt }) => <Time at={createdAt} />, phone: "hidden" },
  {
    key: "actions",
    header: "Actions",
    width: "w-20",
    align: "right",
    cell: (row) => <Actions row={row} look={look} />,
    phone: "aside",
  },
];

/** The actions of a row. Its deliveries and other settings are where the endpoint is kept: in an environment of its own. */
function Actions({ row, look: { organizationId, mayManage, onReveal, onSwitch, onDelete } }: { row: Row; look: Look }) {
  const { id, environmentId, applicationId } = row;
  const home = `/${organizationId}/${environmentId}`;
  return (
    <Menu
      trigger={
        <IconButton label={`Actions for ${row.url}`}>
          <MoreHorizontalIcon className="size-4" aria-hidden="true" />
        </IconButton>
      }
    >
      <MenuLink href={`${home}/deliveries?endpoint_id=${id}`} document>
        Deliveries
      </MenuLink>
      <MenuLink href={`${home}/endpoints/${applicationId}/${id}`} document>
        Test, rotate, settings
      </MenuLink>
      {mayManage && <MenuItem onSelect={() => onReveal(row)}>Reveal secret</MenuItem>}
      {mayManage && <MenuItem onSelect={() => onSwitch(row)}>{row.disabled ? "Enable" : "Disable"}</MenuItem>}
      {mayManage && (
        <MenuItem danger onSelect={() => onDelete(row)}>
          Delete operational webhook
        </MenuItem>
      )}
    </Menu>
  );
}
