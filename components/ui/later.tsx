"use client";

import { type ComponentType, lazy, type ReactNode, useState, useSyncExternalStore } from "react";
import { patiently } from "./patiently.ts";
import { whenIdleLoad } from "./whenIdle.ts";

type Load<P> = () => Promise<ComponentType<P>>;

/**
 * A part of a page that is loaded when it is first shown, by the browser alone. Until then, and as the server draws the page,
 * `loading` stands in its place.
 *
 *   const Palette = later(() => import("./palette.tsx").then((module) => module.Palette));
 */
export const later = <P extends object>(load: Load<P>, loading: ReactNode = null): ComponentType<P> =>
  inBrowser(() => patiently(load), loading).Part;

/** The same for what nobody waits for: it is loaded when the browser is idle. */
export const laterWhenIdle = <P extends object>(load: Load<P>): ComponentType<P> => inBrowser(() => whenIdleLoad(load), null).Part;

/** A part that the server draws too, where it is shown; else it is loaded when it is. */
export function whereShown<P extends object>(load: Load<P>): ComponentType<P> {
  const Drawn = lazy(async () => ({ default: await patiently(load) })) as unknown as ComponentType<P>;
  const Later = later(load);
  // What a server's component names is itself loaded lazily, and that must be a component, and not lazy once more.
  return function WhereShown(props: P) {
    const [isDrawn] = useState(
      useSyncExternalStore(
        never,
        () => false,
        () => true,
      ),
    );
    return isDrawn ? <Drawn {...props} /> : <Later {...props} />;
  };
}

const never = (): (() => void) => () => undefined;

type Loaded<P> = { Part: ComponentType<P> } | { fault: unknown };

/**
 * A part, and what begins to load it. Without Suspense, whose fallback React leaves standing for 300 ms even where the part is
 * there at once: one part within another took 600.
 */
export function inBrowser<P extends object>(load: Load<P>, loading: ReactNode): { Part: ComponentType<P>; begin: () => void } {
  const listeners = new Set<() => void>();
  let isBegun = false;
  let loaded: Loaded<P> | null = null;
  const tell = (now: Loaded<P>) => {
    loaded = now;
    for (const listener of listeners) listener();
  };
  const begin = () => {
    if (isBegun) return;
    isBegun = true;
    load().then(
      (Part) => tell({ Part }),
      (fault: unknown) => tell({ fault }),
    );
  };
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    begin();
    return () => void listeners.delete(listener);
  };
  function Later(props: P) {
    // Where the server has drawn the page, its first drawing here must be the same.
    const now = useSyncExternalStore(subscribe, () => loaded, nothing);
    if (now === null) return loading;
    if ("fault" in now) throw now.fault;
    const { Part } = now;
    return <Part {...props} />;
  }
  return { Part: Later, begin };
}

const nothing = () => null;
