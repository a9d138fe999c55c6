"use client";

import { useQuery } from "@tanstack/react-query";
import type { LeftBehindOut } from "../../lib/contract/leftBehind.ts";
import { Pages } from "../form/pages.tsx";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { ErrorState } from "../ui/states.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { Time, useNow } from "../ui/time.tsx";
import { toast } from "../ui/toast.tsx";
import { useUrlState } from "../ui/urlState.ts";
import { leftBehindQuery, useTakeOver } from "./queries.ts";

/** Their iterator's name in the address, beside the members'. */
const cursor = "keys";

/** The keys of members who have left, in all environments; nothing while there is none. */
export function LeftBehind() {
  const iterator = useUrlState().get(cursor);
  const { data, error, refetch } = useQuery(leftBehindQuery(iterator));
  if (error !== null && data === undefined)
    return (
      <div className="mt-8">
        <ErrorState what="The keys of former members" error={error} onRetry={() => void refetch()} />
      </div>
    );
  if (data === undefined || (data.data.length === 0 && iterator === null)) return null;
  return (
    <section className="mt-8">
      <h2 className="font-semibold">Keys of former members</h2>
      <p className="mb-2 text-sm text-ink-muted">Whoever made them may still have them. They stop unless you take them over.</p>
      <Table caption="Keys of former members" columns={columns} rows={data.data} rowId={({ id }) => id} />
      <Pages page={data} iterator={iterator} of="Keys of former members" name={cursor} inItsOrder />
    </section>
  );
}

const kindWords = { apiKey: "API key", integration: "Integration", autoconfig: "AutoConfig token" } as const;

const columns: Column<LeftBehindOut>[] = [
  { key: "name", header: "Name", cell: ({ name }) => <span className="block truncate">{name}</span>, phone: "title" },
  { key: "kind", header: "Kind", width: "w-36", cell: ({ kind }) => kindWords[kind], phone: "aside" },
  { key: "environment", header: "Environment", width: "w-32", cell: ({ environmentName }) => environmentName, phone: "meta" },
  { key: "by", header: "Made by", width: "w-40", cell: ({ madeBy }) => madeBy ?? "–", phone: "meta" },
  { key: "stops", header: "Stops", width: "w-36", cell: ({ stopsAt }) => <Stop at={stopsAt} />, phone: "meta" },
  { key: "actions", header: "Actions", width: "w-28", align: "right", cell: (one) => <TakeOver credential={one} />, phone: "meta" },
];

function Stop({ at }: { at: string | null }) {
  const nowMs = useNow();
  if (at === null) return <span className="text-ink-muted">goes on</span>;
  const isPast = nowMs !== null && Date.parse(at) <= nowMs;
  return (
    <Badge tone={isPast ? "bad" : "warn"}>
      {isPast ? "Stopped" : "Stops"} <Time at={at} ahead />
    </Badge>
  );
}

function TakeOver({ credential: { id, name } }: { credential: LeftBehindOut }) {
  const { mutateAsync, isPending } = useTakeOver();
  const takeOver = () =>
    void mutateAsync(id).then(
      () => toast.good(`${name} is yours and goes on`),
      (error: Error) => toast.bad(error.message),
    );
  return (
    <Button variant="quiet" size="small" pending={isPending} aria-label={`Take over ${name}`} onClick={takeOver}>
      Take over
    </Button>
  );
}
