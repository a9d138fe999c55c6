"use client";

import { type KeyboardEvent, type MouseEvent, type ReactElement, useId, useLayoutEffect, useMemo, useRef, useState } from "react";
import { CopyButton } from "../ui/copyButton.tsx";
import { FindBar } from "./findBar.tsx";
import {
  around,
  countOf,
  find,
  type JsonLines,
  linesOf,
  type Match,
  openerOf,
  opens,
  pathOf,
  seenLines,
  textOf,
  valueOf,
} from "./jsonLines.ts";
import { ChevronDownIcon, ChevronRightIcon } from "../ui/lineIcons.ts";

type JsonViewProps = { label: string; /** What JSON.parse accepts; foreign, so never anything but text. */ json: string };

const linePx = 20;
const paddingPx = 8;
const heightPx = 384;
/** Lines above and below what is seen. */
const spare = 20;
/** JSON of so few lines is drawn whole. */
const wholeLines = 300;
/** JSON of so few lines has nothing to be searched or folded for. */
const plainLines = 12;

/** JSON that folds and finds. Of long JSON only the lines that are seen are drawn. Other JSON begins anew. */
export function JsonView({ label, json }: JsonViewProps) {
  const [shown, setShown] = useState({ json, count: 0 });
  if (shown.json !== json) setShown({ json, count: shown.count + 1 });
  return <Tree key={shown.count} label={label} json={json} />;
}

function Tree({ label, json }: JsonViewProps) {
  const id = useId();
  const lines = useMemo(() => linesOf(json), [json]);
  const [folded, setFolded] = useState<ReadonlySet<number>>(new Set());
  const [chosen, setChosen] = useState<number | null>(null);
  const [topPx, setTopPx] = useState(0);
  const [search, setSearch] = useState<{ text: string; matches: Match[]; at: number }>({ text: "", matches: [], at: 0 });
  const box = useRef<HTMLDivElement>(null);
  /** A line to be scrolled to once it is drawn. */
  const wanted = useRef<number | null>(null);
  const seen = useMemo(() => seenLines(lines, folded), [lines, folded]);
  const current = search.matches[search.at];
  const isWhole = seen.length <= wholeLines;
  const first = isWhole ? 0 : Math.max(0, Math.floor((topPx - paddingPx) / linePx) - spare);
  const last = isWhole ? seen.length : Math.min(seen.length, first + Math.ceil(heightPx / linePx) + 2 * spare);

  const drawn = seen.subarray(first, last);

  useLayoutEffect(() => {
    if (wanted.current === null) return;
    if (box.current !== null) scrollTo(box.current, paddingPx + indexIn(seen, wanted.current) * linePx);
    wanted.current = null;
  });

  const fold = (at: number, isFolded: boolean) =>
    setFolded((before) => new Set(isFolded ? [...before, at] : [...before].filter((one) => one !== at)));

  const go = (line: number) => {
    wanted.current = line;
    setChosen(line);
  };

  const showMatch = (text: string, matches: Match[], at: number) => {
    const line = matches[at]?.line;
    setSearch({ text, matches, at });
    if (line === undefined) return;
    const openers = new Set(around(lines, line));
    if ([...folded].some((one) => openers.has(one))) setFolded(new Set([...folded].filter((one) => !openers.has(one))));
    wanted.current = line;
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const at = chosen ?? 0;
    const place = indexIn(seen, at);
    const isOpen = opens(lines, at) && !folded.has(at);
    switch (event.key) {
      case "ArrowDown":
        go(seen[Math.min(seen.length - 1, chosen === null ? 0 : place + 1)] ?? 0);
        break;
      case "ArrowUp":
        go(seen[Math.max(0, place - 1)] ?? 0);
        break;
      case "ArrowLeft":
        if (isOpen) fold(at, true);
        else go(Math.max(0, lines.parents[openerOf(lines, at)] ?? 0));
        break;
      case "ArrowRight":
        if (folded.has(at)) fold(at, false);
        break;
      case "Home":
        go(0);
        break;
      case "End":
        go(seen.at(-1) ?? 0);
        break;
      default:
        return;
    }
    // The page's own arrow keys go to other deliveries.
    event.preventDefault();
  };

  const onClick = ({ target, currentTarget }: MouseEvent<HTMLElement>) => {
    const line = (target as HTMLElement).closest<HTMLElement>("[data-line]");
    // A selection of text is no click.
    if (line === null || window.getSelection()?.isCollapsed === false) return;
    const at = Number(line.dataset["line"]);
    if ((target as HTMLElement).closest("[data-fold]") === null) setChosen(at);
    else fold(at, !folded.has(at));
    currentTarget.focus({ preventScroll: true });
  };

  const isLong = countOf(lines) > plainLines;
  return (
    <div className="bg-sunken">
      {isLong && (
        <FindBar
          label={label}
          text={search.text}
          onText={(text) => showMatch(text, find(lines, text), 0)}
          count={search.matches.length}
          at={search.at}
          onStep={(step) => {
            const { text, matches, at } = search;
            showMatch(text, matches, (at + step + matches.length) % matches.length);
          }}
          isFolded={folded.size > 0}
          onFold={(isFolded) => setFolded(isFolded ? new Set(inner(lines)) : new Set())}
        />
      )}
      <div
        ref={box}
        role="tree"
        aria-label={label}
        tabIndex={0}
        aria-activedescendant={chosen !== null && drawn.includes(chosen) ? `${id}-${chosen}` : undefined}
        onKeyDown={onKeyDown}
        onClick={onClick}
        onScroll={(event) => setTopPx(event.currentTarget.scrollTop)}
        className="max-h-96 overflow-auto overscroll-contain py-2 font-mono text-xs -outline-offset-2"
      >
        <div role="none" style={{ height: seen.length * linePx, paddingTop: first * linePx }} className="w-max min-w-full">
          {[...drawn].map((at) => (
            <Line
              key={at}
              id={`${id}-${at}`}
              lines={lines}
              at={at}
              isFolded={folded.has(at)}
              isChosen={chosen === at}
              wanted={search.matches.length === 0 ? "" : search.text}
              current={current?.line === at ? current : null}
            />
          ))}
        </div>
      </div>
      {chosen !== null && <Place lines={lines} at={chosen} />}
    </div>
  );
}

/** Everything that opens within the outermost. */
const inner = (lines: JsonLines): number[] => [...lines.ends.keys()].filter((at) => at > 0 && opens(lines, at));

/** Where a line is among those that are seen; of one that is folded away, the one it is in. */
function indexIn(seen: Int32Array, at: number): number {
  let [low, high] = [0, seen.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((seen[middle] ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Unless the place is in view already. */
function scrollTo(element: HTMLElement, placePx: number): void {
  const { scrollTop, clientHeight } = element;
  if (placePx < scrollTop || placePx > scrollTop + clientHeight - 2 * linePx) element.scrollTop = Math.max(0, placePx - clientHeight / 3);
  element.scrollIntoView({ block: "nearest" });
}

/** Of a path this much is shown, its end; a copy has all. */
const shownPath = 500;

function Place({ lines, at }: { lines: JsonLines; at: number }) {
  const path = useMemo(() => pathOf(lines, at), [lines, at]);
  return (
    <div className="flex flex-wrap items-center gap-2 border-t border-line px-3 py-1.5 text-xs">
      <code className="mr-auto min-w-0 font-mono wrap-anywhere">{path.length > shownPath ? `…${path.slice(-shownPath)}` : path}</code>
      <span className="inline-flex items-center gap-1.5">
        Path <CopyButton text={path} label="path" />
      </span>
      <span className="inline-flex items-center gap-1.5">
        Value <CopyButton text={() => valueOf(lines, at)} label="value" />
      </span>
    </div>
  );
}

/** Of a line this much is drawn; a copy of its value has all. */
const drawnCharacters = 1_000;

type LineProps = {
  id: string;
  lines: JsonLines;
  at: number;
  isFolded: boolean;
  isChosen: boolean;
  /** What is searched for; "": nothing, or it is not found. */
  wanted: string;
  /** The match that is shown, if it is in this line. */
  current: Match | null;
};

function Line({ id, lines, at, isFolded, isChosen, wanted, current }: LineProps) {
  const whole = textOf(lines, at);
  const isOpener = opens(lines, at);
  const from = current !== null && current.from > drawnCharacters - 200 ? current.from - 100 : 0;
  const drawn = whole.slice(from, from + drawnCharacters);
  const left = whole.length - from - drawn.length;
  const end = lines.ends[at] ?? at;
  const Icon = isFolded ? ChevronRightIcon : ChevronDownIcon;
  return (
    // Clicks and keys are the tree's, which has the focus.
    <div
      id={id}
      data-line={at}
      role="treeitem"
      tabIndex={-1}
      aria-selected={isChosen}
      aria-expanded={isOpener ? !isFolded : undefined}
      className={`flex h-[20px] pr-3 leading-[20px] whitespace-pre ${isChosen ? "bg-accent-wash" : ""}`}
    >
      <span aria-hidden="true" className="w-7 shrink-0 select-none">
        {isOpener && (
          <span data-fold className="flex h-full cursor-pointer items-center justify-center text-ink-muted hover:text-ink">
            <Icon className="size-3.5" />
          </span>
        )}
      </span>
      {from > 0 && <span className="text-ink-muted">… </span>}
      <span>{wanted === "" ? drawn : marked(drawn, wanted, current === null ? -1 : current.from - from)}</span>
      {isFolded && <span className="text-ink-muted">{` ${end - at - 1} ${end - at === 2 ? "line" : "lines"} `}</span>}
      {isFolded && textOf(lines, end).trim()}
      {left > 0 && <span className="text-ink-muted">{` … ${left} more characters`}</span>}
    </div>
  );
}

/** The text with what is searched for marked. `shown`: where the match begins that is shown. */
function marked(text: string, wanted: string, shown: number) {
  const parts: (string | ReactElement)[] = [];
  const lower = text.toLowerCase();
  let done = 0;
  for (let from = lower.indexOf(wanted.toLowerCase()); from >= 0; from = lower.indexOf(wanted.toLowerCase(), done)) {
    const end = from + wanted.length;
    parts.push(
      text.slice(done, from),
      <mark key={from} className={from === shown ? "bg-solid text-on-solid" : "bg-accent-wash text-ink outline outline-accent"}>
        {text.slice(from, end)}
      </mark>,
    );
    done = end;
  }
  return [...parts, text.slice(done)];
}
