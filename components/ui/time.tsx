"use client";

import { later } from "./later.tsx";
import { type ComponentType, createContext, type ReactNode, useContext, useRef, useState, useSyncExternalStore } from "react";
import { clockMs } from "./clock.ts";
import { Popover } from "./popover.tsx";
import { relativeTime } from "./relativeTime.ts";
import { Skeleton } from "./states.tsx";

const Spellings = later(() => import("./spellings.tsx").then((module) => module.Spellings), <Skeleton className="h-20 w-full" />);

type TimeProps = {
  /** RFC 3339, or milliseconds since 1970. */
  at: string | number | Date;
  /** A button that opens local, UTC and unix time, for the keyboard and for touch; for detail pages, not for rows. */
  interactive?: boolean;
  /** A moment that is planned. What has happened is never told as to come, not even by a clock that is a little off. */
  ahead?: boolean;
};

/** A moment, told relative to now and kept up to date; pointed at, it tells local, UTC and unix time, each to copy. */
export function Time({ at, interactive = false, ahead = false }: TimeProps) {
  const date = new Date(at);
  const text = useText((nowMs, isDrawn) => {
    if (nowMs === null) return date.toISOString();
    return relativeTime(ahead ? date.getTime() : Math.min(date.getTime(), nowMs), nowMs, isDrawn);
  });
  const element = (
    <time dateTime={date.toISOString()} className="whitespace-nowrap">
      {text}
    </time>
  );
  if (!interactive) return <Tipped date={date}>{element}</Tipped>;
  return (
    <Popover
      label="The same moment"
      trigger={
        <button type="button" className="rounded-sm underline decoration-dotted underline-offset-4">
          {element}
        </button>
      }
    >
      <Spellings date={date} />
    </Popover>
  );
}

/** Rows have many times: the tooltip is loaded, and made, for the one that is pointed at. */
function Tipped({ date, children }: { date: Date; children: ReactNode }) {
  const [Tip, setTip] = useState<ComponentType<{ date: Date; isPointed: () => boolean; children: ReactNode }> | null>(null);
  const isOver = useRef(false);
  if (Tip !== null)
    return (
      <Tip date={date} isPointed={() => isOver.current}>
        {children}
      </Tip>
    );
  const arm = () => {
    isOver.current = true;
    import("./timeTip.tsx").then(
      ({ TimeTip }) => isOver.current && setTip(() => TimeTip),
      () => undefined,
    );
  };
  return (
    // A pointer that was there before the scripts were is never told to have entered; it is seen as soon as it moves.
    <span onPointerEnter={arm} onPointerMove={() => isOver.current || arm()} onPointerLeave={() => (isOver.current = false)}>
      {children}
    </span>
  );
}

const tickMs = 5000;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let nowMs = 0;

/** The moment when the server drew the page, milliseconds since 1970: its times are of that moment until the browser's clock takes over. */
export const RenderedAt = createContext<number | null>(null);

/** Now, for all times of the page. Null on the server of a page that doesn't say when it was drawn. */
export function useNow(): number | null {
  const renderedAtMs = useContext(RenderedAt);
  return useSyncExternalStore(subscribe, readNow, () => renderedAtMs);
}

/**
 * A text that speaks of now. It is drawn again when its words change, not with each tick. `isDrawn`: as the server drew it, which
 * knows nothing of where the reader is.
 */
export function useText(textOf: (nowMs: number | null, isDrawn: boolean) => string): string {
  const renderedAtMs = useContext(RenderedAt);
  return useSyncExternalStore(
    subscribe,
    () => textOf(readNow(), false),
    () => textOf(renderedAtMs, true),
  );
}

/** Stands still from tick to tick; while nobody listens there is none, and it is never older than that. */
function readNow(): number {
  const currentMs = clockMs();
  if (timer === undefined && Math.abs(currentMs - nowMs) > tickMs) nowMs = currentMs;
  return nowMs;
}

function tick(): void {
  nowMs = clockMs();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) {
    readNow();
    timer = setInterval(tick, tickMs);
    // Browsers let the timers of pages wait that nobody sees.
    document.addEventListener("visibilitychange", tick);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    document.removeEventListener("visibilitychange", tick);
    timer = undefined;
  };
}
