"use client";

import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useDeferredValue, useId, useState, type KeyboardEvent } from "react";
import { ErrorIcon } from "../ui/icons.tsx";
import { searchQuery } from "../search/queries.ts";

type EventTypePickerProps = { value: string[]; onChange: (names: string[]) => void; error?: string | undefined };

/** Any number of event types; none means all. Typed names that exist are taken with Enter. */
export function EventTypePicker({ value, onChange, error }: EventTypePickerProps) {
  const id = useId();
  const [text, setText] = useState("");
  const { data } = useQuery(searchQuery({ text: useDeferredValue(text.trim()), kinds: ["eventType"], limit: 20 }));
  const known = (data?.data ?? []).map(({ name }) => name).filter((name) => !value.includes(name));
  const add = (name: string) => {
    const trimmed = name.trim();
    if (trimmed !== "" && !value.includes(trimmed)) onChange([...value, trimmed]);
    setText("");
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" || event.key === ",") {
      if (text.trim() === "" && event.key === "Enter") return;
      event.preventDefault();
      add(text);
    } else if (event.key === "Backspace" && text === "") onChange(value.slice(0, -1));
  };
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block text-sm font-medium">
        Event types
      </label>
      <div
        className={`flex min-h-9 flex-wrap items-center gap-1.5 rounded-md border bg-surface p-1 focus-within:outline-2 focus-within:outline-focus max-sm:min-h-11 ${error ? "border-bad" : "border-line-strong"}`}
      >
        {value.map((name) => (
          <span
            key={name}
            className="inline-flex max-w-full items-center gap-0.5 rounded-sm border border-line bg-sunken pl-1.5 font-mono text-xs"
          >
            <span className="truncate">{name}</span>
            <button
              type="button"
              aria-label={`Remove ${name}`}
              onClick={() => onChange(value.filter((one) => one !== name))}
              className="inline-flex size-6 items-center justify-center text-ink-muted hover:text-ink"
            >
              <X className="size-3" aria-hidden="true" />
            </button>
          </span>
        ))}
        <input
          id={id}
          list={`${id}-known`}
          value={text}
          onChange={(event) => {
            // Choosing from the list comes as a whole name.
            const { inputType } = event.nativeEvent as InputEvent;
            const isChosen = inputType === undefined || inputType === "insertReplacementText";
            if (isChosen && known.includes(event.target.value)) add(event.target.value);
            else setText(event.target.value);
          }}
          onKeyDown={onKeyDown}
          onBlur={() => add(text)}
          placeholder={value.length === 0 ? "All event types" : "Add another"}
          autoComplete="off"
          spellCheck={false}
          aria-invalid={error ? true : undefined}
          aria-describedby={`${id}-help${error ? ` ${id}-error` : ""}`}
          className="h-7 min-w-32 flex-1 bg-transparent px-1.5 font-mono text-xs outline-none placeholder:font-sans placeholder:text-sm placeholder:text-ink-muted max-sm:h-9 max-sm:text-lg"
        />
        <datalist id={`${id}-known`}>
          {known.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </datalist>
      </div>
      {error && (
        <p id={`${id}-error`} className="mt-1.5 flex items-start gap-1.5 text-sm text-bad">
          <ErrorIcon className="mt-0.5 size-4" />
          {error}
        </p>
      )}
      <p id={`${id}-help`} className="mt-1.5 text-sm text-ink-muted">
        Only messages of these types are sent. None: all of them.
      </p>
    </div>
  );
}
