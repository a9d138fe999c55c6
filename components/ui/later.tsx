"use client";

import { type ComponentType, lazy, type ReactNode, Suspense, useSyncExternalStore } from "react";
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
  inBrowser(() => patiently(load), loading);

/** The same for what nobody waits for: it is loaded when the browser is idle. */
export const laterWhenIdle = <P extends object>(load: Load<P>): ComponentType<P> => inBrowser(() => whenIdleLoad(load), null);

/** A part that the server draws too, where it is shown; else it is loaded when it is. */
export function whereShown<P extends object>(load: Load<P>): ComponentType<P> {
  const Part = lazily(() => patiently(load));
  // What a server's component names is itself loaded lazily, and that must be a component, and not lazy once more.
  return function WhereShown(props: P) {
    return <Part {...props} />;
  };
}

function inBrowser<P extends object>(load: Load<P>, loading: ReactNode): ComponentType<P> {
  const Part = lazily(load);
  return function Later(props: P) {
    // Where the server has drawn the page, its first drawing here must be the same.
    const isBrowser = useSyncExternalStore(
      never,
      () => true,
      () => false,
    );
    return isBrowser ? (
      <Suspense fallback={loading}>
        <Part {...props} />
      </Suspense>
    ) : (
      loading
    );
  };
}

const lazily = <P extends object>(load: Load<P>) => lazy(async () => ({ default: await load() })) as unknown as ComponentType<P>;

const never = (): (() => void) => () => undefined;
