"use client";

import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useDeferredValue, useId, useRef, useState } from "react";
import type { EventTypeOut } from "../../lib/contract/eventType.ts";
import { ErrorIcon } from "../ui/icons.tsx";
import { Skeleton } from "../ui/states.tsx";
import { type EventTypeGroup, groupsOf } from "./groups.ts";
import { eventTypeOptionsQuery } from "./queries.ts";
import { XIcon } from "../ui/lineIcons.ts";

type EventTypePickerProps = { value: string[]; onChange: (names: string[]) => void; error?: string | undefined };

/**
 * Any number of event types; none means all. A list to tick, in groups that are ticked whole; the field above it searches, and
 * takes a name that is typed out with Enter. Arrow keys go from the field into the list and through it.
 */
export function EventTypePicker({ value, onChange, error }: EventTypePickerProps) {
  const id = useId();
  const [text, setText] = useState("");
  const search = useDeferredValue(text.trim());
  const list = useRef<HTMLFieldSetElement>(null);
  const { data } = useQuery(eventTypeOptionsQuery(search));
  const groups = data && groupsOf(data.data, data.done);
  // However long the list is, it is one stop of the Tab key: the tick that had the focus last, or the first.
  const [last, setLast] = useState<string | null>(null);
  const ticks = (groups ?? []).flatMap(({ prefix, types, isWhole }) => [
    ...(prefix !== "" && isWhole ? [allOf(prefix)] : []),
    ...types.map(({ name }) => name),
  ]);
  const stop = last !== null && ticks.includes(last) ? last : ticks[0];
  /** Something was ticked since the text was typed: it was a search, and no name. */
  const isSearch = useRef(false);
  const set = (names: readonly string[], isChosen: boolean) => {
    isSearch.current = true;
    const others = value.filter((name) => !names.includes(name));
    onChange(isChosen ? [...others, ...names] : others);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const name = text.trim();
    if ((event.key === "Enter" || event.key === ",") && name !== "") {
      event.preventDefault();
      set([name], true);
      setText("");
    } else if (event.key === "Backspace" && text === "") onChange(value.slice(0, -1));
    else if (event.key === "ArrowDown") {
      event.preventDefault();
      ticksOf(list.current)[0]?.focus();
    }
  };
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block text-sm font-medium">
        Event types
      </label>
      <div
        className={`rounded-md border bg-surface focus-within:outline-2 focus-within:outline-focus ${error ? "border-bad" : "border-line-strong"}`}
      >
        <div className="flex min-h-9 flex-wrap items-center gap-1.5 p-1 max-sm:min-h-11">
          {value.map((name) => (
            <Chosen key={name} name={name} onRemove={() => set([name], false)} />
          ))}
          <input
            id={id}
            type="text"
            value={text}
            onChange={(event) => {
              isSearch.current = false;
              setText(event.target.value);
            }}
            onBlur={({ relatedTarget }) => {
              if (list.current?.contains(relatedTarget)) return;
              // A name that was typed out and left is meant: without it, all event types would be sent.
              if (text.trim() !== "" && !isSearch.current) set([text.trim()], true);
              setText("");
            }}
            onKeyDown={onKeyDown}
            placeholder={value.length === 0 ? "All event types" : "Find another"}
            autoComplete="off"
            spellCheck={false}
            aria-invalid={error ? true : undefined}
            aria-controls={`${id}-list`}
            aria-describedby={`${id}-help${error ? ` ${id}-error` : ""}`}
            className="h-7 min-w-32 flex-1 bg-transparent px-1.5 font-mono text-xs outline-none placeholder:font-sans placeholder:text-sm placeholder:text-ink-muted max-sm:h-9 max-sm:text-lg"
          />
        </div>
        <fieldset
          ref={list}
          id={`${id}-list`}
          data-choices
          // The field keeps the focus, and with it what is searched for.
          onPointerDown={(event) => event.preventDefault()}
          aria-label="Event types to choose from"
          className="max-h-64 min-w-0 overflow-y-auto overscroll-contain border-t border-line"
        >
          {groups === undefined ? (
            <Skeleton className="m-3 h-4 w-48" />
          ) : (
            groups.map((group) => <Group key={group.prefix} group={group} value={value} set={set} stop={stop} onFocus={setLast} />)
          )}
          {data?.data.length === 0 && <Empty search={search} />}
          {data?.done === false && (
            <p className="border-t border-line px-3 py-2 text-sm text-ink-muted">There are more: the field above finds them.</p>
          )}
        </fieldset>
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

const Chosen = ({ name, onRemove }: { name: string; onRemove: () => void }) => (
  <span className="inline-flex max-w-full items-center gap-0.5 rounded-sm border border-line bg-sunken pl-1.5 font-mono text-xs">
    <span className="truncate">{name}</span>
    <button
      type="button"
      aria-label={`Remove ${name}`}
      onClick={onRemove}
      className="inline-flex size-6 items-center justify-center text-ink-muted hover:text-ink"
    >
      <XIcon className="size-3" aria-hidden="true" />
    </button>
  </span>
);

const Empty = ({ search }: { search: string }) => (
  <p className="px-3 py-2 text-sm text-ink-muted">
    {search === "" ? "There are no event types yet: every message is sent." : "No event type is called that."}
  </p>
);

const allOf = (prefix: string): string => `All of ${prefix}`;

/** `stop`: the label of the tick that the Tab key leads to. */
type GroupProps = {
  group: EventTypeGroup;
  value: string[];
  set: (names: readonly string[], isChosen: boolean) => void;
  stop: string | undefined;
  onFocus: (label: string) => void;
};

function Group({ group: { prefix, types, isWhole }, value, set, stop, onFocus }: GroupProps) {
  const names = types.map(({ name }) => name);
  const chosen = names.filter((name) => value.includes(name)).length;
  const tick = (type: EventTypeOut) => (
    <Tick
      key={type.name}
      isStop={type.name === stop}
      onFocus={onFocus}
      isChosen={value.includes(type.name)}
      onChange={(isChosen) => set([type.name], isChosen)}
      {...type}
    />
  );
  if (prefix === "") return types.map(tick);
  const Head = isWhole ? "label" : "div";
  return (
    <fieldset aria-label={prefix} className="min-w-0 not-first:border-t not-first:border-line">
      <Head className={`${isWhole ? rowLook : flatRowLook} bg-sunken font-medium`}>
        {/* A tick would leave out those that were not read. */}
        {isWhole && (
          <input
            type="checkbox"
            aria-label={allOf(prefix)}
            tabIndex={allOf(prefix) === stop ? 0 : -1}
            onFocus={() => onFocus(allOf(prefix))}
            checked={chosen === names.length}
            ref={(box) => {
              if (box !== null) box.indeterminate = chosen > 0 && chosen < names.length;
            }}
            onChange={(event) => set(names, event.target.checked)}
            onKeyDown={move}
            className={boxLook}
          />
        )}
        <span className="font-mono text-xs">{prefix}</span>
        <span className="ml-auto text-xs font-normal text-ink-muted">
          {chosen > 0 && `${chosen} of `}
          {isWhole ? names.length : `${names.length} or more`}
        </span>
      </Head>
      {types.map(tick)}
    </fieldset>
  );
}

type TickProps = Pick<EventTypeOut, "name" | "description" | "deprecated"> & {
  isStop: boolean;
  onFocus: (label: string) => void;
  isChosen: boolean;
  onChange: (isChosen: boolean) => void;
};

const Tick = ({ name, description, deprecated, isStop, onFocus, isChosen, onChange }: TickProps) => (
  <label className={`${rowLook} hover:bg-sunken`}>
    <input
      type="checkbox"
      aria-label={name}
      tabIndex={isStop ? 0 : -1}
      onFocus={() => onFocus(name)}
      checked={isChosen}
      onChange={(event) => onChange(event.target.checked)}
      onKeyDown={move}
      className={boxLook}
    />
    <span className="min-w-0">
      <span className="font-mono text-xs wrap-anywhere">{name}</span>
      {deprecated && <span className="ml-2 text-xs text-warn">deprecated</span>}
      {description !== "" && <span className="block text-sm wrap-anywhere text-ink-muted sm:ml-2 sm:inline">{description}</span>}
    </span>
  </label>
);

const flatRowLook = "flex items-baseline gap-2.5 px-3 py-1.5 max-sm:py-2.5";
const rowLook = `${flatRowLook} cursor-pointer`;
const boxLook = "size-4 shrink-0 translate-y-0.5 accent-solid";

const ticksOf = (list: HTMLElement | null): HTMLInputElement[] => [
  ...(list?.querySelectorAll<HTMLInputElement>("input[type=checkbox]") ?? []),
];

/** Up and down through the list, and out of its top into the field; Enter ticks, and sends no form. */
function move(event: KeyboardEvent<HTMLInputElement>): void {
  const list = event.currentTarget.closest<HTMLElement>("[data-choices]");
  const ticks = ticksOf(list);
  const at = ticks.indexOf(event.currentTarget);
  const field = list?.previousElementSibling?.querySelector("input");
  const targets: Record<string, HTMLElement | null | undefined> = {
    ArrowDown: ticks[at + 1],
    ArrowUp: at === 0 ? field : ticks[at - 1],
    Home: ticks[0],
    End: ticks.at(-1),
  };
  if (event.key === "Enter") event.currentTarget.click();
  else if (event.key in targets) targets[event.key]?.focus();
  else return;
  event.preventDefault();
}
