"use client";

import { useQuery } from "@tanstack/react-query";
import { Link } from "../ui/link.tsx";
import type { QuarantineOut } from "../../lib/contract/receivedRequest.ts";
import type { SourceOut } from "../../lib/contract/source.ts";
import { useEnvironmentPath } from "../environmentPath.ts";
import { Pages } from "../form/pages.tsx";
import { quarantineQuery } from "../receivedRequest/queries.ts";
import { May } from "../session/may.tsx";
import { buttonLook } from "../ui/button.tsx";
import { CopyButton } from "../ui/copyButton.tsx";
import { FilterBar, FilterText } from "../ui/filterBar.tsx";
import { Id } from "../ui/id.tsx";
import { grouped } from "../ui/number.ts";
import { nameOr } from "../../lib/words/nameOr.ts";
import { PageHeader } from "../ui/pageHeader.tsx";
import { EmptyState, ListError, NoMatch } from "../ui/states.tsx";
import { Status } from "../ui/status.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { Url } from "../ui/url.tsx";
import { Time } from "../ui/time.tsx";
import { useUrlState } from "../ui/urlState.ts";
import { providersQuery, sourcesQuery } from "./queries.ts";

export function SourceList() {
  const url = useUrlState();
  const path = useEnvironmentPath();
  const search = url.get("search") ?? "";
  const iterator = url.get("cursor");
  const { data, error, refetch } = useQuery(sourcesQuery({ search, iterator }));
  const { data: providers } = useQuery(providersQuery);
  const { data: quarantine } = useQuery(quarantineQuery);
  const clear = () => url.set({ search: null, cursor: null });
  const create = (
    <May least="member" ordinary>
      <Link className={buttonLook()} href={path("/sources/new")}>
        Create source
      </Link>
    </May>
  );
  const rows = data?.data;
  const isFirstUse = rows?.length === 0 && search === "" && iterator === null;
  const labelOf = (kind: string): string => providers?.find((provider) => provider.kind === kind)?.label ?? kind;

  return (
    <>
      <PageHeader
        title="Sources"
        lead="URLs that receive the webhooks of providers, prove who sent them, and pass them on."
        actions={create}
      />
      {!isFirstUse && (
        <FilterBar onClear={search === "" ? null : clear}>
          <FilterText
            label="Name, uid or id"
            className="w-72 max-sm:w-full"
            value={search}
            onChange={(text, step) => url.set({ search: text, cursor: null }, step)}
          />
        </FilterBar>
      )}
      {error !== null && rows === undefined ? (
        <ListError what="The sources" error={error} isFiltered={search !== ""} onClear={clear} onRetry={() => void refetch()} />
      ) : isFirstUse ? (
        <EmptyState title="Create the first source" action={create}>
          Choose who sends, GitHub or Stripe for example, and give them the URL that you get. What comes is verified, kept, and passed on to
          endpoints of your own; what fails waits in quarantine until you have fixed the secret.
        </EmptyState>
      ) : rows?.length === 0 ? (
        <NoMatch what="sources" onClear={clear} />
      ) : (
        <>
          <Table
            caption="Sources"
            columns={columnsOf({ labelOf, rejected: quarantine?.rejected, hrefOf: (id) => path(`/sources/${id}?tab=quarantine`) })}
            rows={rows}
            rowId={({ id }) => id}
            href={({ id }) => path(`/sources/${id}`)}
          />
          <Pages page={data} iterator={iterator} />
        </>
      )}
    </>
  );
}

type Look = {
  labelOf: (kind: string) => string;
  rejected: QuarantineOut["rejected"] | undefined;
  /** A source's quarantine, by its id. */
  hrefOf: (id: string) => string;
};

const columnsOf = ({ labelOf, rejected, hrefOf }: Look): Column<SourceOut>[] => [
  { key: "name", header: "Source", cell: ({ name, id }) => <span className="font-medium">{nameOr(name, id)}</span> },
  { key: "provider", header: "Provider", cell: ({ provider }) => labelOf(provider), width: "w-44", phone: "meta" },
  { key: "state", header: "State", cell: (source) => <SourceState source={source} />, width: "w-36", phone: "aside" },
  {
    key: "quarantine",
    header: "Quarantine, 24 h",
    cell: ({ id }) => <Waiting id={id} rejected={rejected} href={hrefOf(id)} />,
    width: "w-36",
    phone: "meta",
  },
  {
    key: "url",
    header: "URL",
    phone: "hidden",
    cell: ({ url }) =>
      url === null ? (
        <span className="text-ink-muted">Hidden</span>
      ) : (
        <span className="flex items-center gap-2">
          <Url url={url} />
          <CopyButton text={url} label="URL" />
        </span>
      ),
  },
  { key: "id", header: "Id", cell: ({ id }) => <Id id={id} />, width: "w-36", phone: "hidden" },
  { key: "created", header: "Created", cell: ({ createdAt }) => <Time at={createdAt} />, width: "w-28", align: "right", phone: "meta" },
];

type WaitingProps = { id: string; rejected: Look["rejected"]; href: string };

/** How many of a source's requests wait in quarantine, of those that the navigation counts. */
function Waiting({ id, rejected, href }: WaitingProps) {
  const count = rejected?.sources.find((source) => source.id === id)?.count;
  if (count === undefined) return <span className="text-ink-muted card:hidden">–</span>;
  return (
    <Link href={href} className="text-bad underline underline-offset-2">
      {grouped(count)}
      {rejected?.capped && "+"} rejected
    </Link>
  );
}

export function SourceState({ source: { disabled, problem } }: { source: Pick<SourceOut, "disabled" | "problem"> }) {
  if (disabled) return <Status tone="off">Disabled</Status>;
  return problem === null ? <Status tone="good">Receiving</Status> : <Status tone="bad">Rejects all</Status>;
}
