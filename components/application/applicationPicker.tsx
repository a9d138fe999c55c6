"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useDeferredValue, useId, useRef, useState } from "react";
import type { ApplicationOut } from "../../lib/contract/application.ts";
import { controlLook } from "../ui/control.ts";
import { ErrorIcon } from "../ui/icons.tsx";
import { shortId } from "../ui/id.tsx";
import { applicationQuery, applicationSearchQuery } from "./queries.ts";

type ApplicationPickerProps = {
  /** An id; "": none yet. */
  value: string;
  onChange: (id: string) => void;
  error?: string | undefined;
};

/** Choosing an application by typing a part of its name, uid or id; the browser's own list of suggestions. */
export function ApplicationPicker({ value, onChange, error }: ApplicationPickerProps) {
  const id = useId();
  const client = useQueryClient();
  const [typed, setTyped] = useState<string | null>(null);
  const latest = useRef(typed);
  const { data } = useQuery(applicationSearchQuery(useDeferredValue(searchOf(typed))));
  const { data: chosen } = useQuery({ ...applicationQuery(value), enabled: value !== "" });
  const options = data?.data ?? [];

  const change = (text: string | null) => {
    latest.current = text;
    setTyped(text);
  };
  const type = (text: string) => {
    change(text);
    const found = options.find((application) => [labelOf(application), application.id, application.uid].includes(text));
    if (found !== undefined || value !== "") onChange(found?.id ?? "");
  };
  // A typed text means the application of this name, or the only one that it fits.
  const leave = async () => {
    const search = searchOf(typed);
    if (value === "" && search.trim() !== "") {
      const found = (await client.fetchQuery(applicationSearchQuery(search)).catch(() => null))?.data ?? [];
      if (latest.current !== typed) return;
      const named = found.filter(({ name }) => name === search.trim());
      const meant = named.length > 0 ? named : found;
      if (meant.length === 1) onChange(meant[0]?.id ?? "");
    }
    change(null);
  };

  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block text-sm font-medium">
        Application
      </label>
      <input
        id={id}
        list={`${id}-options`}
        aria-invalid={error ? true : undefined}
        aria-describedby={error ? `${id}-error` : undefined}
        className={controlLook}
        placeholder="Search by name, uid or id"
        autoComplete="off"
        spellCheck={false}
        value={typed ?? (chosen === undefined ? value : labelOf(chosen))}
        onChange={(event) => type(event.target.value)}
        onBlur={() => void leave()}
      />
      <datalist id={`${id}-options`}>
        {options.map((application) => (
          <option key={application.id} value={labelOf(application)}>
            {labelOf(application)}
          </option>
        ))}
      </datalist>
      {error && (
        <p id={`${id}-error`} className="mt-1.5 flex items-start gap-1.5 text-sm text-bad">
          <ErrorIcon className="mt-0.5 size-4" />
          {error}
        </p>
      )}
    </div>
  );
}

const separator = " · ";

const searchOf = (typed: string | null): string => (typed ?? "").split(separator)[0] ?? "";

const labelOf = ({ id, uid, name }: ApplicationOut): string => `${name}${separator}${uid ?? shortId(id)}`;
