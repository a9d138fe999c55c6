"use client";

import { useQuery } from "@tanstack/react-query";
import { examplesOf } from "../eventType/examples.ts";
import { type EventType, eventTypeChoicesQuery } from "../eventType/queries.ts";
import { indentJson } from "../form/prettyJson.ts";
import { jsonParts } from "../form/jsonParts.ts";
import { Badge } from "../ui/badge.tsx";
import { CodeBlock } from "../ui/codeBlock.tsx";
import { FilterBar, FilterText } from "../ui/filterBar.tsx";
import { PageHeader } from "../ui/pageHeader.tsx";
import { EmptyState, ErrorState, NoMatch, Skeleton } from "../ui/states.tsx";
import { useUrlState } from "../ui/urlState.ts";

/** What the product sends: each event type with what it means, and how its payload looks. */
export function EventCatalogue() {
  const url = useUrlState();
  const search = url.get("search") ?? "";
  const clear = () => url.set({ search: null });
  const { data: first, error, refetch } = useQuery(eventTypeChoicesQuery());
  // What one page doesn't hold is searched where it is.
  const isCut = first?.done === false;
  const { data } = useQuery({ ...eventTypeChoicesQuery(isCut ? search.trim() : ""), enabled: first !== undefined });
  const words = isCut ? [] : search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = data?.data.filter(({ name, description }) => words.every((word) => `${name} ${description}`.toLowerCase().includes(word)));
  return (
    <>
      <PageHeader title="Event types" lead="What you can subscribe an endpoint to." />
      {error !== null && data === undefined ? (
        <ErrorState what="The event types" error={error} onRetry={() => void refetch()} />
      ) : found === undefined ? (
        <div aria-busy="true" className="space-y-2">
          <Skeleton className="h-12 w-full" />
          <Skeleton className="h-12 w-full" />
          <Skeleton className="h-12 w-full" />
        </div>
      ) : first?.data.length === 0 ? (
        <EmptyState title="No event types are described yet">An endpoint without a choice gets every message.</EmptyState>
      ) : (
        <>
          <FilterBar onClear={search === "" ? null : clear}>
            <FilterText
              label="Name or description"
              className="w-72 max-sm:w-full"
              value={search}
              onChange={(text, step) => url.set({ search: text }, step)}
            />
          </FilterBar>
          {found.length === 0 ? (
            <NoMatch what="event types" onClear={clear} />
          ) : (
            <>
              <ul className="divide-y divide-line border-y border-line">
                {found.map((eventType) => (
                  <li key={eventType.name}>
                    <Entry {...eventType} />
                  </li>
                ))}
              </ul>
              {data?.done === false && <p className="mt-3 text-sm text-ink-muted">There are more: the field above finds them.</p>}
            </>
          )}
        </>
      )}
    </>
  );
}

function Entry({ name, description, deprecated, schemasText }: EventType) {
  const examples = examplesOf(schemasText);
  const latest = [...jsonParts(schemasText ?? "{}")].at(-1);
  return (
    <details>
      <summary className="cursor-pointer px-1 py-2.5 hover:bg-sunken">
        <span className="font-mono text-xs font-medium wrap-anywhere">{name}</span>
        {deprecated && (
          <span className="ml-2">
            <Badge tone="warn">Deprecated</Badge>
          </span>
        )}
        <span className="block text-sm wrap-anywhere text-ink-muted sm:ml-2 sm:inline">{description}</span>
      </summary>
      <div className="min-w-0 space-y-3 px-1 pb-4">
        {examples.map(({ version, number, text }) => (
          <CodeBlock key={`${version} ${number}`} title={`Example of version ${version}`} code={text} />
        ))}
        {latest !== undefined && <CodeBlock title={`JSON Schema of version ${latest[0]}`} code={indentJson(latest[1])} />}
        {latest === undefined && <p className="text-sm text-ink-muted">Its payload is not described.</p>}
      </div>
    </details>
  );
}
