"use client";

import { useQuery } from "@tanstack/react-query";
import { Link } from "../ui/link.tsx";
import { useEnvironmentPath } from "../environmentPath.ts";
import { Pages } from "../form/pages.tsx";
import { FilterPicker } from "../search/filterPicker.tsx";
import { May } from "../session/may.tsx";
import { usePortal } from "../session/portalSession.tsx";
import { buttonLook } from "../ui/button.tsx";
import { ColumnsMenu } from "../ui/columnsMenu.tsx";
import { FilterBar, FilterSelect, FilterText } from "../ui/filterBar.tsx";
import { PageHeader } from "../ui/pageHeader.tsx";
import { EmptyState, ListError, NoMatch } from "../ui/states.tsx";
import { useUrlState } from "../ui/urlState.ts";
import { EgressAddresses } from "./egressAddresses.tsx";
import { EndpointTable, endpointColumns } from "./endpointTable.tsx";
import { endpointsQuery } from "./queries.ts";

const states = [
  { value: "enabled", label: "Enabled" },
  { value: "failing", label: "Failing" },
  { value: "disabled", label: "Disabled" },
];

export function EndpointList() {
  const url = useUrlState();
  const path = useEnvironmentPath();
  const isPortal = usePortal() !== null;
  const search = url.get("search") ?? "";
  const state = url.get("state") ?? "";
  const application = url.get("application_id") ?? "";
  const iterator = url.get("cursor");
  const { data, error, refetch } = useQuery(endpointsQuery({ search, state, application_id: application, iterator }));
  const isFiltered = search !== "" || state !== "" || application !== "";
  const clear = () => url.set({ search: null, state: null, application_id: null, cursor: null });
  const create = (
    <May least="member" ordinary>
      <Link className={buttonLook()} href={path("/endpoints/new")}>
        Create endpoint
      </Link>
    </May>
  );
  const rows = data?.data;
  const isFirstUse = rows?.length === 0 && !isFiltered && iterator === null;

  return (
    <>
      <PageHeader
        title="Endpoints"
        lead={isPortal ? "Your URLs that messages are sent to." : "The URLs of your customers that messages are sent to."}
        actions={
          <>
            {!isFirstUse && <ColumnsMenu list="endpoints" columns={endpointColumns(!isPortal)} />}
            {create}
          </>
        }
      />
      {!isFirstUse && (
        <FilterBar onClear={isFiltered ? clear : null}>
          <FilterText
            label="URL, description, uid or id"
            className="w-72 max-sm:w-full"
            value={search}
            onChange={(value, step) => url.set({ search: value, cursor: null }, step)}
          />
          <FilterSelect label="State" options={states} value={state} onChange={(value) => url.set({ state: value, cursor: null })} />
          {!isPortal && (
            <FilterPicker
              label="Application"
              kind="application"
              values={application === "" ? [] : [application]}
              onChange={([id = ""]) => url.set({ application_id: id, cursor: null })}
            />
          )}
        </FilterBar>
      )}
      {error !== null && rows === undefined ? (
        <ListError what="The endpoints" error={error} isFiltered={isFiltered} onClear={clear} onRetry={() => void refetch()} />
      ) : isFirstUse ? (
        <EmptyState title="Create the first endpoint" action={create}>
          {isPortal ? "An endpoint" : "An endpoint belongs to an application and"} says where messages go. You choose the event types, and
          get a secret with which the receiver verifies what it is sent.
        </EmptyState>
      ) : rows?.length === 0 ? (
        <NoMatch what="endpoints" onClear={clear} />
      ) : (
        <>
          <EndpointTable rows={rows} withApplication={!isPortal} />
          <Pages page={data} iterator={iterator} />
          <EgressAddresses />
        </>
      )}
    </>
  );
}
