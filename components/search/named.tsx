"use client";

import { useQuery } from "@tanstack/react-query";
import type { SearchedKind } from "../../lib/words/searchedKind.ts";
import { shortId } from "../ui/shortId.tsx";
import { namedQuery } from "./queries.ts";

/** The name of what an id stands for; until it is known, and where there is none, the id. */
export function Named({ kind, id }: { kind: SearchedKind; id: string }) {
  const { data } = useQuery(namedQuery(kind, id));
  return (
    <span className="truncate" title={id}>
      {data?.name ?? shortId(id)}
    </span>
  );
}
