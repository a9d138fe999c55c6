"use client";

import { useEffect, useRef } from "react";
import type { Option, useFinder } from "./useFinder.ts";

type OptionsProps = Pick<ReturnType<typeof useFinder>, "id" | "options" | "chosen" | "point" | "error" | "isSettled"> & {
  /** Ids that are chosen already. */
  taken: readonly string[];
  onChoose: (option: Option) => void;
};

/** The list below a field that finds by name. */
export function Options({ id, options, chosen, point, error, isSettled, taken, onChoose }: OptionsProps) {
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    list.current?.children[chosen]?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  return (
    <>
      <ul ref={list} id={`${id}-list`} aria-label="Found" className="max-h-64 overflow-y-auto overscroll-contain">
        {options.map((option, at) => (
          <li key={option.id}>
            <button
              type="button"
              tabIndex={-1}
              data-pointed={at === chosen ? "" : undefined}
              aria-pressed={taken.includes(option.id)}
              // The field keeps the focus.
              onPointerDown={(event) => event.preventDefault()}
              onPointerMove={() => point(at)}
              onClick={() => onChoose(option)}
              className={`block w-full rounded-sm px-2 py-1.5 text-left text-sm wrap-anywhere max-sm:py-2.5 ${at === chosen ? "bg-sunken" : ""} ${taken.includes(option.id) ? "font-medium text-accent" : ""}`}
            >
              {option.name}
              {option.detail && <span className="block truncate text-xs font-normal text-ink-muted">{option.detail}</span>}
            </button>
          </li>
        ))}
      </ul>
      <output className="sr-only">{options[chosen]?.name}</output>
      <output className="block text-sm text-ink-muted empty:hidden">
        {error !== null ? (
          <span className="block px-2 py-1.5 text-bad">{error.message}</span>
        ) : (
          options.length === 0 && <span className="block px-2 py-1.5">{isSettled ? "Nothing is called that." : "Searching…"}</span>
        )}
      </output>
    </>
  );
}
