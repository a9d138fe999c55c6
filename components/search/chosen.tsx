"use client";

import { useQuery } from "@tanstack/react-query";
import type { SearchedKind } from "../../lib/words/searchedKind.ts";
import { shortUrl } from "../delivery/format.ts";
import { shortId } from "../ui/shortId.tsx";
import { namedQuery } from "./queries.ts";

/** What a picker's filter is set to: its name if it is one thing, else how many. */
export function Chosen({ kind, values }: { kind: SearchedKind; values: readonly string[] }) {
  const [value = ""] = values;
  const isOne = values.length === 1;
  const { data } = useQuery({ ...namedQuery(kind, value), enabled: isOne && kind !== "eventType" });
  const name = kind === "eventType" ? value : (data?.name ?? shortId(value));
  return <>: {isOne ? (kind === "endpoint" ? shortUrl(name) : name) : values.length}</>;
}
