"use client";

import { useEffect, useLayoutEffect, useRef, useSyncExternalStore } from "react";

/*
 * Keys of a page. `useShortcut("r", "Resend", run)` works while the component is there, and stands in the help that
 * `?` opens. Single keys are silent in fields and most dialogs, and when they are switched off; "mod+k" never is.
 */

/** `run` answers false if the key is not its own just now: then the one that came before it is asked. */
type Run = (event: KeyboardEvent) => unknown;
type Shortcut = { keys: string; does: string; run: Run };

const active = new Set<Shortcut>();
const preference = "webster-single-keys";
const listeners = new Set<() => void>();

export function useShortcut(keys: string, does: string, run: Run, enabled = true): void {
  const latest = useRef(run);
  // The newest function counts before its row is drawn: who sees the new row may press the next key at once.
  useLayoutEffect(() => {
    latest.current = run;
  });
  useEffect(() => {
    if (!enabled) return;
    const shortcut: Shortcut = { keys, does, run: (event) => latest.current(event) };
    if (active.size === 0) window.addEventListener("keydown", onKeyDown);
    active.add(shortcut);
    return () => {
      active.delete(shortcut);
      if (active.size === 0) window.removeEventListener("keydown", onKeyDown);
    };
  }, [keys, does, enabled]);
}

/** The keys that do something now, each once, for the help. */
export const activeShortcuts = (): Pick<Shortcut, "keys" | "does">[] => [
  ...new Map([...active].map(({ keys, does }) => [keys, { keys, does }])).values(),
];

/** Whether keys without ⌘ or Ctrl do something; people who use speech input switch them off (WCAG 2.1.4). */
export function useSingleKeys(): [boolean, (on: boolean) => void] {
  const on = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    singleKeysAreOn,
    () => true,
  );
  return [on, switchSingleKeys];
}

const singleKeysAreOn = (): boolean => localStorage.getItem(preference) !== "off";

function switchSingleKeys(on: boolean): void {
  if (on) localStorage.removeItem(preference);
  else localStorage.setItem(preference, "off");
  for (const listener of listeners) listener();
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || event.altKey) return;
  const mod = event.metaKey || event.ctrlKey;
  const pressed = mod ? `mod+${event.key.toLowerCase()}` : event.key;
  if (!mod && (!singleKeysAreOn() || isTyping(event.target) || document.querySelector(silencing) !== null)) return;
  // The shortcut that came last counts: a page's key goes before the layout's.
  const shortcut = [...active].toReversed().find(({ keys, run }) => keys === pressed && run(event) !== false);
  if (shortcut !== undefined) event.preventDefault();
}

const silencing = "dialog[open]:not([data-keys]),:popover-open:not([role=tooltip],[data-toasts])";

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || target.matches("input:not([type=checkbox],[type=radio],[type=range]),textarea,select"));
