"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type KeyboardEvent, useRef, useState } from "react";
import { Options } from "../search/options.tsx";
import { namedQuery, searchQuery } from "../search/queries.ts";
import { useFinder } from "../search/useFinder.ts";
import { controlLook } from "../ui/control.ts";
import { nameOr } from "../../lib/words/nameOr.ts";
import { shortId } from "../ui/shortId.tsx";
import { Labelled, useLabel } from "../ui/labelled.tsx";
import { XIcon } from "../ui/lineIcons.ts";

type ApplicationPickerProps = {
  /** An id; "": none yet. */
  value: string;
  onChange: (id: string) => void;
  error?: string | undefined;
  label?: string;
  help?: string;
  /** What an empty field means. */
  placeholder?: string;
};

const usual = "Search by name, uid or id";

/** Choosing an application by typing a part of its name, uid or id. */
export function ApplicationPicker({ value, onChange, error, label = "Application", help, placeholder = usual }: ApplicationPickerProps) {
  // Why what was typed means no application; it stays to be corrected.
  const [missed, setMissed] = useState<string | null>(null);
  const fault = missed ?? error;
  const { id, aria } = useLabel(help, fault);
  const client = useQueryClient();
  // Null: nothing was typed, and the field shows what is chosen.
  const [typed, setTyped] = useState<string | null>(null);
  const [isOpen, setOpen] = useState(false);
  const latest = useRef(typed);
  const { data: chosen } = useQuery({ ...namedQuery("application", value), enabled: value !== "" });
  const write = (text: string | null) => {
    latest.current = text;
    setTyped(text);
    setMissed(null);
  };
  const choose = (option: { id: string }) => {
    onChange(option.id);
    write(null);
    setOpen(false);
  };
  const finder = useFinder({ kind: "application", text: typed ?? "", onChoose: choose });
  // A typed text means the application of this name, or the only one that it fits.
  const leave = async () => {
    setOpen(false);
    const text = (typed ?? "").trim();
    if (text === "") return write(null);
    const found = (await client.fetchQuery(searchQuery({ text, kinds: ["application"] })).catch(() => null))?.data ?? [];
    if (latest.current !== typed) return;
    const named = found.filter(({ name, uid, id }) => [name, uid, id].includes(text));
    const meant = named.length > 0 ? named : found;
    const [only] = meant;
    if (only === undefined) return setMissed("No application has that name, uid or id.");
    if (meant.length > 1) return setMissed("Several applications have that in their name: choose one.");
    onChange(only.id);
    write(null);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" && isOpen) {
      // The dialog around it stays.
      event.preventDefault();
      event.stopPropagation();
      setOpen(false);
    } else if (isOpen) finder.field.onKeyDown(event);
    else if (event.key === "ArrowDown") setOpen(true);
  };

  return (
    <Labelled id={id} label={label} help={help} error={fault}>
      <div className="relative">
        <input
          {...finder.field}
          {...aria}
          aria-controls={isOpen ? finder.field["aria-controls"] : undefined}
          onKeyDown={onKeyDown}
          className={`${controlLook} pr-9`}
          placeholder={placeholder}
          value={typed ?? (value === "" ? "" : chosen ? `${nameOr(chosen.name, chosen.id)} · ${chosen.uid ?? shortId(chosen.id)}` : value)}
          onFocus={(event) => event.target.select()}
          onClick={() => setOpen(true)}
          onChange={(event) => {
            write(event.target.value);
            setOpen(true);
            finder.reset();
            if (value !== "") onChange("");
          }}
          onBlur={() => void leave()}
        />
        {value !== "" && (
          <button
            type="button"
            aria-label="Choose none"
            onClick={() => onChange("")}
            className="absolute inset-y-0 right-0 inline-flex w-9 items-center justify-center text-ink-muted hover:text-ink"
          >
            <XIcon className="size-4" aria-hidden="true" />
          </button>
        )}
        {isOpen && (
          <div className="absolute inset-x-0 top-full z-20 mt-1 rounded-md border border-line-strong bg-surface p-1">
            <Options {...finder} taken={value === "" ? [] : [value]} onChoose={choose} />
          </div>
        )}
      </div>
    </Labelled>
  );
}
