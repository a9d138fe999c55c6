"use client";

import { useQuery } from "@tanstack/react-query";
import type { ApplicationOut } from "../../lib/contract/application.ts";
import { useEnvironmentPath } from "../environmentPath.ts";
import { Pages } from "../form/pages.tsx";
import { May } from "../session/may.tsx";
import { Button } from "../ui/button.tsx";
import { FilterBar, FilterText } from "../ui/filterBar.tsx";
import { Id } from "../ui/id.tsx";
import { nameOr } from "../../lib/words/nameOr.ts";
import { PageHeader } from "../ui/pageHeader.tsx";
import { EmptyState, ListError, NoMatch } from "../ui/states.tsx";
import { Status } from "../ui/status.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { Time } from "../ui/time.tsx";
import { useUrlState } from "../ui/urlState.ts";
import { useNew } from "../ui/useNew.ts";
import { applicationsQuery } from "./queries.ts";
import { whenOpened } from "../ui/whenOpened.tsx";

const ApplicationDialog = whenOpened(
  () => import("./applicationForm.tsx").then((module) => module.ApplicationDialog),
  (props) => props.open,
);

const columns: Column<ApplicationOut>[] = [
  { key: "name", header: "Application", cell: ({ name, id }) => <span className="font-medium">{nameOr(name, id)}</span> },
  { key: "uid", header: "uid", cell: ({ uid }) => uid && <span className="font-mono text-xs">{uid}</span>, phone: "hidden" },
  { key: "id", header: "Id", cell: ({ id }) => <Id id={id} />, width: "w-44", phone: "meta" },
  { key: "endpoints", header: "Endpoints", cell: ({ endpoints }) => <Endpoints counts={endpoints} />, width: "w-44", phone: "aside" },
  { key: "created", header: "Created", cell: ({ createdAt }) => <Time at={createdAt} />, width: "w-32", align: "right", phone: "meta" },
];

function Endpoints({ counts }: { counts: ApplicationOut["endpoints"] }) {
  const { total = 0, failing = 0, disabled = 0 } = counts ?? {};
  if (failing > 0) return <Status tone="warn">{`${failing} of ${total} failing`}</Status>;
  if (disabled > 0) return <Status tone="off">{`${disabled} of ${total} disabled`}</Status>;
  if (total === 0) return <span className="text-ink-muted">None</span>;
  return <Status tone="good">{String(total)}</Status>;
}

export function ApplicationList() {
  const url = useUrlState();
  const path = useEnvironmentPath();
  const [creating, setCreating] = useNew();
  const search = url.get("search") ?? "";
  const iterator = url.get("cursor");
  const { data, error, refetch } = useQuery(applicationsQuery({ search, iterator }));
  const clear = () => url.set({ search: null, cursor: null });
  const rows = data?.data;
  const create = (
    <May least="member" ordinary>
      <Button onClick={() => setCreating(true)}>Create application</Button>
    </May>
  );
  const isFirstUse = rows?.length === 0 && search === "" && iterator === null;

  return (
    <>
      <PageHeader title="Applications" lead="Your customers: each has its own endpoints and messages." actions={create} />
      {!isFirstUse && (
        <FilterBar onClear={search === "" ? null : clear}>
          <FilterText
            label="Name, uid or id"
            className="w-72 max-sm:w-full"
            value={search}
            onChange={(value, step) => url.set({ search: value, cursor: null }, step)}
          />
        </FilterBar>
      )}
      {error !== null && rows === undefined ? (
        <ListError what="The applications" error={error} isFiltered={search !== ""} onClear={clear} onRetry={() => void refetch()} />
      ) : isFirstUse ? (
        <EmptyState title="Create the first application" action={create}>
          An application stands for one customer of yours. It gets endpoints, the URLs that its messages are sent to; the API creates
          applications too, as customers sign up.
        </EmptyState>
      ) : rows?.length === 0 ? (
        <NoMatch what="applications" onClear={clear} />
      ) : (
        <>
          <Table
            caption="Applications"
            columns={columns}
            rows={rows}
            rowId={({ id }) => id}
            href={({ id }) => path(`/applications/${id}`)}
          />
          <Pages page={data} iterator={iterator} />
        </>
      )}
      <May least="member" ordinary>
        <ApplicationDialog open={creating} onOpenChange={setCreating} />
      </May>
    </>
  );
}
