"use client";

import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { Field } from "../ui/field.tsx";
import { type Example, examplesOf } from "./examples.ts";
import { eventTypeChoicesQuery } from "./queries.ts";

/** name: the event type's. */
export type NamedExample = Example & { name: string };

export const keyOf = ({ name, version, number }: NamedExample): string => `${name} ${version} ${number}`;

/** Examples of event types: of the first, or of those that are looked for. `isAll`: there are no more event types; undefined: not yet known. */
export function useExamples() {
  const [search, setSearch] = useState("");
  const { data: first } = useQuery(eventTypeChoicesQuery());
  const { data: types } = useQuery(eventTypeChoicesQuery(useDeferredValue(search.trim())));
  const found = (types?.data ?? []).flatMap((type) =>
    examplesOf(type.schemasText).map((example): NamedExample => ({ name: type.name, ...example })),
  );
  return { found, isAll: first?.done, search, setSearch };
}

type ExampleSearchProps = ReturnType<typeof useExamples> & {
  /** Where the examples are that are found. */
  help: string;
};

/** Looks for event types, where there are more than are read at once. */
export function ExampleSearch({ found, isAll, search, setSearch, help }: ExampleSearchProps) {
  if (isAll !== false) return null;
  return (
    <Field
      name="search"
      label="Find an event type"
      autoComplete="off"
      spellCheck={false}
      value={search}
      onChange={(event) => setSearch(event.target.value)}
      help={found.length === 0 ? "None of those that were found has an example." : help}
    />
  );
}
