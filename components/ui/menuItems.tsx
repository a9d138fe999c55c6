"use client";

import { type ReactNode, useEffect, useRef } from "react";
import { Link } from "./link.tsx";
import { CheckIcon } from "./lineIcons.ts";
import { menuItems } from "./menu.tsx";
import { closePanelOf } from "./panel.tsx";

/* What a menu (menu.tsx) has in it. Most are loaded when their menu is opened. */

/** Items that are loaded when their menu opens: the focus, which the menu has meanwhile, goes to the first of them. */
export function LaterItems({ children }: { children: ReactNode }) {
  const group = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const menu = group.current?.closest("[role=menu]");
    if (menu === document.activeElement) group.current?.querySelector<HTMLElement>(menuItems)?.focus();
  }, []);
  return (
    <div ref={group} role="presentation">
      {children}
    </div>
  );
}

const row =
  "flex min-h-8 w-full cursor-pointer items-center gap-2 rounded-sm px-2 py-1 text-left select-none hover:bg-sunken focus:bg-sunken focus-visible:-outline-offset-2 disabled:opacity-50 max-sm:min-h-11";

type MenuItemProps = { children: ReactNode; onSelect: () => void; danger?: boolean; disabled?: boolean };

export const MenuItem = ({ children, onSelect, danger = false, disabled = false }: MenuItemProps) => (
  <button
    type="button"
    role="menuitem"
    tabIndex={-1}
    disabled={disabled}
    onClick={(event) => {
      // The menu closes first: a dialog that is opened then gives the focus back to the menu's button.
      closePanelOf(event.currentTarget);
      onSelect();
    }}
    className={`${row} ${danger ? "text-bad" : ""}`}
  >
    {children}
  </button>
);

/** `document`: leaves the page for good, as another environment does. */
export function MenuLink({ href, children, document = false }: { href: string; children: ReactNode; document?: boolean }) {
  const props = { href, role: "menuitem", tabIndex: -1, className: row };
  if (document) return <a {...props}>{children}</a>;
  return (
    <Link {...props} onClick={(event) => closePanelOf(event.currentTarget)}>
      {children}
    </Link>
  );
}

type MenuChoiceProps = { children: ReactNode; chosen: boolean; onChoose: () => void };

/** One of several, of which one is chosen. */
export const MenuChoice = ({ children, chosen, onChoose }: MenuChoiceProps) => (
  <button
    type="button"
    role="menuitemradio"
    aria-checked={chosen}
    tabIndex={-1}
    onClick={(event) => {
      closePanelOf(event.currentTarget);
      onChoose();
    }}
    className={row}
  >
    <CheckIcon className={`size-4 shrink-0 text-accent ${chosen ? "" : "invisible"}`} aria-hidden="true" />
    {children}
  </button>
);

type MenuCheckProps = { children: ReactNode; checked: boolean; onChange: (checked: boolean) => void };

/** Stays open, so that several can be ticked. */
export const MenuCheck = ({ children, checked, onChange }: MenuCheckProps) => (
  <button type="button" role="menuitemcheckbox" aria-checked={checked} tabIndex={-1} onClick={() => onChange(!checked)} className={row}>
    <span className="flex size-4 shrink-0 items-center justify-center rounded-sm border border-line-strong">
      {checked && <CheckIcon className="size-3" strokeWidth={3} aria-hidden="true" />}
    </span>
    {children}
  </button>
);

export const MenuLabel = ({ children }: { children: ReactNode }) => (
  <div role="presentation" className="px-2 pt-1.5 pb-1 text-xs text-ink-muted">
    {children}
  </div>
);

export const MenuSeparator = () => <hr className="-mx-1 my-1 border-line" />;
