"use client";

import type { KeyboardEvent, ReactElement, ReactNode } from "react";
import type { Placement } from "./floating.ts";
import { closePanelOf, usePanel } from "./panel.tsx";

/*
 * A menu behind a button: `<Menu trigger={<IconButton …/>}><MenuItem onSelect={…}>Disable endpoint</MenuItem></Menu>`.
 * Arrow keys, Home, End, the first letter and Esc work (WAI-ARIA Authoring Practices, menu button).
 */

type MenuProps = Placement & { trigger: ReactElement; children: ReactNode; className?: string };

export function Menu({ trigger, children, align = "end", side = "bottom", className = "" }: MenuProps) {
  const { open, triggerOf, panelProps, panelLook } = usePanel("menu", menuItems, { align, side });
  return (
    <>
      {triggerOf(trigger)}
      <div role="menu" {...panelProps} tabIndex={-1} onKeyDown={moveFocus} className={`${panelLook} min-w-44 p-1 ${className}`}>
        {open && children}
      </div>
    </>
  );
}

/** Selects what of a menu the keys go to. */
export const menuItems = "[role^=menuitem]:not(:disabled)";

function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>(menuItems)];
  const at = all.indexOf(document.activeElement as HTMLElement);
  const next = {
    ArrowDown: () => all[(at + 1) % all.length],
    ArrowUp: () => all.at(at <= 0 ? -1 : at - 1),
    Home: () => all[0],
    End: () => all.at(-1),
  }[event.key];
  if (event.key === "Tab") return closePanelOf(event.currentTarget);
  const target = next ? next() : event.key.length === 1 && event.key !== " " ? startingWith(event.key, all, at) : undefined;
  if (next || target) event.preventDefault();
  target?.focus();
}

function startingWith(letter: string, all: HTMLElement[], at: number): HTMLElement | undefined {
  const fromHere = [...all.slice(at + 1), ...all.slice(0, at + 1)];
  return fromHere.find(({ textContent }) => textContent.trim().toLowerCase().startsWith(letter.toLowerCase()));
}
