"use client";

import { type KeyboardEvent, type PointerEvent, useId, useRef, useState } from "react";
import { grouped } from "../ui/number.ts";
import { wallText } from "../ui/wallClock.ts";
import { type Bar, barsOf, countTicks, timeTicks, type Volume } from "./bars.ts";

type VolumeChartProps = {
  volume: Volume;
  /** What the heading says of the range: "Deliveries, last 24 hours". */
  title: string;
  /** Said beside the title. */
  note?: string | null;
  /** A bar, or the bars that were dragged over; RFC 3339. Without it nothing can be chosen. */
  onChoose?: (range: { after: string; before: string }) => void;
  low?: boolean;
  words?: ChartWords;
};

/** What the parts of a bar are called. `aside` null: it has two parts. */
export type ChartWords = { good: string; aside: string | null; bad: string };

const wordsOfDeliveries: ChartWords = { good: "Succeeded", aside: null, bad: "Not yet, or never" };

type Chosen = { from: number; to: number };

/**
 * Deliveries over time by what became of them. With a pointer: what is pointed at is read out, a click or a drag chooses.
 * With keys: arrows read from bar to bar, with Shift they choose several, Enter opens what is chosen.
 */
export function VolumeChart({ volume, title, note = null, onChoose, low = false, words = wordsOfDeliveries }: VolumeChartProps) {
  const id = useId();
  const bars = barsOf(volume);
  const most = Math.max(0, ...bars.map(({ deliveries }) => deliveries));
  const ticks = countTicks(most);
  const top = ticks.at(-1) || 1;
  const [sinceMs, untilMs] = [bars[0]?.startMs ?? 0, bars.at(-1)?.untilMs ?? 0];
  const choice = useChoice(bars, onChoose);
  const read = choice.chosen === null ? null : sumOf(bars.slice(choice.chosen.from, choice.chosen.to + 1));
  return (
    <figure aria-labelledby={id}>
      <figcaption className="mb-2 flex flex-wrap items-baseline gap-x-4 gap-y-1 text-sm text-ink-muted">
        <h2 id={id} className="min-w-0 font-semibold wrap-anywhere text-ink">
          {title}
        </h2>
        {note !== null && <span>{note}</span>}
        <output className="min-h-5 tabular-nums max-sm:basis-full sm:ml-auto" aria-live="polite">
          {read === null ? <Legend words={words} /> : wordsOf(read, words)}
        </output>
      </figcaption>
      <div className="flex gap-2">
        <Counts ticks={ticks} low={low} />
        <div className="min-w-0 flex-1">
          <div className={`relative ${low ? "h-16" : "h-36"}`}>
            <svg
              viewBox={`0 0 ${bars.length} ${top}`}
              preserveAspectRatio="none"
              aria-hidden="true"
              className="size-full border-b border-line"
            >
              {ticks.slice(1).map((tick) => (
                <line
                  key={tick}
                  x1={0}
                  x2={bars.length}
                  y1={top - tick}
                  y2={top - tick}
                  className="stroke-line"
                  vectorEffect="non-scaling-stroke"
                />
              ))}
              {choice.chosen !== null && (
                <rect
                  x={choice.chosen.from}
                  width={choice.chosen.to - choice.chosen.from + 1}
                  y={0}
                  height={top}
                  className="fill-accent-wash"
                />
              )}
              {bars.map((bar, at) => (
                <Column key={bar.startMs} bar={bar} at={at} top={top} least={low ? 0.04 : 0.015} />
              ))}
            </svg>
            <input
              type="range"
              aria-label={title}
              aria-valuetext={read === null ? `${bars.length} bars; arrow keys read them` : wordsOf(read, words)}
              min={0}
              max={Math.max(0, bars.length - 1)}
              value={choice.chosen?.to ?? Math.max(0, bars.length - 1)}
              className={`absolute inset-0 m-0 size-full touch-pan-y appearance-none rounded-sm bg-transparent [&::-moz-range-thumb]:opacity-0 [&::-webkit-slider-thumb]:opacity-0 ${onChoose === undefined ? "" : "cursor-crosshair"}`}
              {...choice.handlers}
            />
          </div>
          <Moments sinceMs={sinceMs} untilMs={untilMs} />
        </div>
      </div>
    </figure>
  );
}

/** A bar; a single failure among thousands is still seen. `least`: the share of the height that is. */
function Column({ bar: { deliveries, delivered, aside }, at, top, least }: { bar: Bar; at: number; top: number; least: number }) {
  if (deliveries === 0) return null;
  const shown = (count: number): number => (count === 0 ? 0 : Math.max(count, top * least));
  const [good, middle, bad] = [shown(delivered), shown(aside), shown(deliveries - delivered - aside)];
  const over = Math.max(0, good + middle + bad - top);
  return (
    <>
      <rect x={at + 0.1} width={0.8} y={top - good + over} height={good - over} className="fill-line-strong" />
      {aside > 0 && <rect x={at + 0.1} width={0.8} y={top - good - middle + over} height={middle} className="fill-warn" />}
      <rect x={at + 0.1} width={0.8} y={top - good - middle - bad + over} height={bad} className="fill-bad" />
    </>
  );
}

/** What is pointed at, and what is being chosen. */
function useChoice(bars: readonly Bar[], onChoose: VolumeChartProps["onChoose"]) {
  const anchor = useRef<number | null>(null);
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const last = bars.length - 1;
  const range = (to: number, from: number = to): Chosen => ({ from: Math.min(from, to), to: Math.max(from, to) });
  const barAt = ({ clientX, currentTarget }: PointerEvent): number => {
    const { left, width } = currentTarget.getBoundingClientRect();
    return Math.max(0, Math.min(last, Math.floor(((clientX - left) / width) * bars.length)));
  };
  const choose = ({ from, to }: Chosen) => {
    const [first, final] = [bars[from], bars[to]];
    if (first === undefined || final === undefined || onChoose === undefined) return;
    onChoose({ after: new Date(first.startMs).toISOString(), before: new Date(final.untilMs).toISOString() });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const end = chosen === null ? last + 1 : anchor.current === chosen.to ? chosen.from : chosen.to;
    const next = { ArrowLeft: end - 1, ArrowRight: end + 1, Home: 0, End: last }[event.key];
    if (next !== undefined) {
      event.preventDefault();
      const to = Math.max(0, Math.min(last, next));
      if (event.shiftKey) anchor.current ??= Math.min(end, last);
      else anchor.current = null;
      setChosen(range(to, anchor.current ?? to));
    } else if (event.key === "Enter" && chosen !== null) choose(chosen);
    else if (event.key === "Escape" && chosen !== null) {
      event.stopPropagation();
      setChosen(null);
    }
  };
  const handlers = {
    onKeyDown,
    onChange: () => undefined,
    onBlur: () => setChosen(null),
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.button !== 0) return;
      // Or the browser moves its own thumb.
      event.preventDefault();
      event.currentTarget.focus();
      event.currentTarget.setPointerCapture(event.pointerId);
      anchor.current = barAt(event);
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => setChosen(range(barAt(event), anchor.current ?? undefined)),
    onPointerUp: (event: PointerEvent<HTMLElement>) => {
      if (anchor.current !== null) choose(range(barAt(event), anchor.current));
      anchor.current = null;
    },
    onPointerCancel: () => (anchor.current = null),
    onPointerLeave: () => anchor.current === null && setChosen(null),
  };
  return { chosen: bars.length === 0 ? null : chosen, handlers };
}

function sumOf(bars: readonly Bar[]): Bar {
  const sum = (name: "deliveries" | "delivered" | "aside") => bars.reduce((total, bar) => total + bar[name], 0);
  const range = { startMs: bars[0]?.startMs ?? 0, untilMs: bars.at(-1)?.untilMs ?? 0 };
  return { ...range, deliveries: sum("deliveries"), delivered: sum("delivered"), aside: sum("aside") };
}

/** When it was, and what became of how many. */
export function wordsOf({ startMs, untilMs, deliveries, delivered, aside }: Bar, words: ChartWords = wordsOfDeliveries): string {
  const said = (count: number, word: string) => `${grouped(count)} ${word.toLowerCase().replace(",", "")}`;
  const parts = [said(delivered, words.good), ...(words.aside === null ? [] : [said(aside, words.aside)])];
  return `${momentOf(startMs)} – ${momentOf(untilMs)}: ${[...parts, said(deliveries - delivered - aside, words.bad)].join(", ")}`;
}

const momentOf = (ms: number): string => wallText(ms, { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" });

const Legend = ({ words: { good, aside, bad } }: { words: ChartWords }) => (
  <span className="inline-flex flex-wrap gap-x-4">
    <span className="inline-flex items-center gap-1.5">
      <span data-swatch className="size-2.5 bg-line-strong" aria-hidden="true" /> {good}
    </span>
    {aside !== null && (
      <span className="inline-flex items-center gap-1.5">
        <span data-swatch className="size-2.5 bg-warn" aria-hidden="true" /> {aside}
      </span>
    )}
    <span className="inline-flex items-center gap-1.5">
      <span data-swatch className="size-2.5 bg-bad" aria-hidden="true" /> {bad}
    </span>
  </span>
);

const Counts = ({ ticks, low }: { ticks: number[]; low: boolean }) => (
  <div
    className={`flex flex-col-reverse justify-between text-right text-xs text-ink-muted tabular-nums ${low ? "h-16" : "h-36"}`}
    aria-hidden="true"
  >
    {(low ? [0, ticks.at(-1) ?? 0].filter((tick, at) => at === 0 || tick > 0) : ticks).map((tick) => (
      <span key={tick} className="leading-none">
        {grouped(tick)}
      </span>
    ))}
  </div>
);

/** Times; a day's beginning says the day. Where there is little room every other one is told, or every fourth. */
function Moments({ sinceMs, untilMs }: { sinceMs: number; untilMs: number }) {
  return (
    <div className="@container">
      <svg className="mt-1 h-4 w-full fill-ink-muted text-xs tabular-nums" aria-hidden="true">
        {timeTicks(sinceMs, untilMs).map((ms, at) => {
          const share = (ms - sinceMs) / (untilMs - sinceMs);
          const date = new Date(ms);
          const isDay = date.getHours() === 0 && date.getMinutes() === 0;
          return (
            <text
              key={ms}
              className={at % 2 === 1 ? "@max-md:hidden" : at % 4 === 2 ? "@max-2xs:hidden" : undefined}
              x={`${share * 100}%`}
              y={12}
              textAnchor={share < 0.07 ? "start" : share > 0.93 ? "end" : "middle"}
            >
              {date.toLocaleString(undefined, isDay ? { month: "short", day: "numeric" } : { hour: "2-digit", minute: "2-digit" })}
            </text>
          );
        })}
      </svg>
    </div>
  );
}
