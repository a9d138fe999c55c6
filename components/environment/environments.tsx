"use client";

import { useQuery } from "@tanstack/react-query";
import { useParams } from "next/navigation";
import { useState } from "react";
import { useUrlState } from "../ui/urlState.ts";
import { Pages } from "../form/pages.tsx";
import type { EnvironmentOut } from "../../lib/contract/environment.ts";
import { useMembership } from "../session/queries.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirmDialog.tsx";
import { IconButton } from "../ui/iconButton.tsx";
import { Menu } from "../ui/menu.tsx";
import { MenuItem } from "../ui/menuItems.tsx";
import { Id } from "../ui/id.tsx";
import { PageHeader } from "../ui/pageHeader.tsx";
import { later } from "../ui/later.tsx";
import { ErrorState, Skeleton } from "../ui/states.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { Time } from "../ui/time.tsx";
import { toast } from "../ui/toast.tsx";
import { EnvironmentSettings } from "./environmentSettings.tsx";
import { environmentsQuery, useDeleteEnvironment } from "./queries.ts";
import { MoreHorizontalIcon } from "../ui/moreIcons.ts";
import { whenOpened } from "../ui/whenOpened.tsx";

const OrganizationForm = later(
  () => import("./organizationForm.tsx").then((module) => module.OrganizationForm),
  <Skeleton className="mt-10 h-40 max-w-md" />,
);
const CreateEnvironmentDialog = whenOpened(
  () => import("./environmentDialogs.tsx").then((module) => module.CreateEnvironmentDialog),
  (props) => props.open,
);
const EditEnvironmentDialog = whenOpened(
  () => import("./environmentDialogs.tsx").then((module) => module.EditEnvironmentDialog),
  (props) => props.environment !== null,
);

/** The walls between data sets, and the organization around them. */
export function Environments() {
  const iterator = useUrlState().get("cursor");
  const { data, error, refetch } = useQuery(environmentsQuery(iterator));
  const { may, organization } = useMembership();
  const { environment: current } = useParams<{ environment: string }>();
  const [isCreating, setCreating] = useState(false);
  const [editing, setEditing] = useState<EnvironmentOut | null>(null);
  const [deleting, setDeleting] = useState<EnvironmentOut | null>(null);
  // On whichever page of the list it stands.
  const openOne = organization?.environments.find(({ id, operationalOfId }) => id === current && operationalOfId === null);
  const columns = columnsOf({ current, mayManage: may("admin"), onEdit: setEditing, onDelete: setDeleting });
  return (
    <>
      <PageHeader
        title="Environments"
        lead="Production, staging…: nothing passes from one to another. API keys belong to one."
        actions={may("admin") && <Button onClick={() => setCreating(true)}>Create environment</Button>}
      />
      {error !== null && data === undefined ? (
        <ErrorState what="The environments" error={error} onRetry={() => void refetch()} />
      ) : (
        <>
          <Table caption="Environments" columns={columns} rows={data?.data} rowId={({ id }) => id} skeletonRows={2} />
          <Pages page={data} iterator={iterator} of="Environments" inItsOrder />
        </>
      )}
      {openOne !== undefined && <EnvironmentSettings key={openOne.id} name={openOne.name} />}
      {may("owner") && <OrganizationForm />}
      <CreateEnvironmentDialog open={isCreating} onOpenChange={setCreating} />
      <EditEnvironmentDialog environment={editing} onClose={() => setEditing(null)} />
      <DeleteDialog environment={deleting} onClose={() => setDeleting(null)} />
    </>
  );
}

function DeleteDialog({ environment, onClose }: { environment: EnvironmentOut | null; onClose: () => void }) {
  const remove = useDeleteEnvironment();
  return (
    <ConfirmDialog
      open={environment !== null}
      onOpenChange={onClose}
      title="Delete environment"
      {...(environment === null ? {} : { typed: environment.name })}
      onConfirm={async () => {
        if (environment === null) return;
        await remove.mutateAsync(environment.id);
        toast.good(`${environment.name} is deleted`);
      }}
    >
      <p>Its API keys stop working at once, and its event types are gone. This can't be undone.</p>
    </ConfirmDialog>
  );
}

type Look = {
  /** The environment that is open. */
  current: string;
  mayManage: boolean;
  onEdit: (environment: EnvironmentOut) => void;
  onDelete: (environment: EnvironmentOut) => void;
};

const columnsOf = (look: Look): Column<EnvironmentOut>[] => [
  {
    key: "name",
    header: "Name",
    cell: ({ id, name }) => (
      <span className="flex min-w-0 items-center gap-2">
        <span className="truncate">{name}</span>
        {id === look.current && <Badge>Open</Badge>}
      </span>
    ),
    phone: "title",
  },
  { key: "id", header: "Id", width: "w-56", cell: ({ id }) => <Id id={id} copy label="environment id" />, phone: "meta" },
  {
    key: "applications",
    header: "Applications",
    width: "w-28",
    align: "right",
    cell: ({ applicationCount }) => applicationCount,
    phone: "hidden",
  },
  { key: "created", header: "Created", width: "w-32", cell: ({ createdAt }) => <Time at={createdAt} />, phone: "hidden" },
  {
    key: "actions",
    header: "Actions",
    width: "w-20",
    align: "right",
    cell: (environment) => look.mayManage && <Actions environment={environment} look={look} />,
    phone: "aside",
  },
];

const Actions = ({ environment, look }: { environment: EnvironmentOut; look: Look }) => (
  <Menu
    trigger={
      <IconButton label={`Actions for ${environment.name}`}>
        <MoreHorizontalIcon className="size-4" aria-hidden="true" />
      </IconButton>
    }
  >
    <MenuItem onSelect={() => look.onEdit(environment)}>Edit environment</MenuItem>
    <MenuItem
      danger
      disabled={environment.applicationCount > 0 || environment.id === look.current}
      onSelect={() => look.onDelete(environment)}
    >
      Delete environment
    </MenuItem>
  </Menu>
);
