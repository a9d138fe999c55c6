"use client";

import * as Radix from "@radix-ui/react-dropdown-menu";
import { Check } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";

/*
 * A menu behind a button: `<Menu trigger={<IconButton …/>}><MenuItem onSelect={…}>Disable endpoint</MenuItem></Menu>`.
 * It does not lock the page; arrow keys, typing ahead and Esc work.
 */

type MenuProps = { trigger: ReactNode; children: ReactNode; align?: "start" | "end"; side?: "top" | "bottom"; className?: string };

export function Menu({ trigger, children, align = "end", side = "bottom", className = "" }: MenuProps) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
          className={`z-50 max-h-(--radix-dropdown-menu-content-available-height) min-w-44 overflow-y-auto rounded-md border border-line-strong bg-surface p-1 text-sm ${className}`}
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

const row =
  "flex min-h-8 w-full cursor-pointer items-center gap-2 rounded-sm px-2 py-1 outline-none select-none data-disabled:cursor-default data-disabled:opacity-50 data-highlighted:bg-sunken max-sm:min-h-11";

type MenuItemProps = { children: ReactNode; onSelect: () => void; danger?: boolean; disabled?: boolean };

export const MenuItem = ({ children, onSelect, danger = false, disabled = false }: MenuItemProps) => (
  <Radix.Item onSelect={onSelect} disabled={disabled} className={`${row} ${danger ? "text-bad" : ""}`}>
    {children}
  </Radix.Item>
);

/** `document`: leaves the page for good, as another environment does. */
export const MenuLink = ({ href, children, document = false }: { href: string; children: ReactNode; document?: boolean }) => (
  <Radix.Item asChild className={row}>
    {document ? <a href={href}>{children}</a> : <Link href={href}>{children}</Link>}
  </Radix.Item>
);

type MenuCheckProps = { children: ReactNode; checked: boolean; onChange: (checked: boolean) => void };

/** Stays open, so that several can be ticked. */
export const MenuCheck = ({ children, checked, onChange }: MenuCheckProps) => (
  <Radix.CheckboxItem checked={checked} onCheckedChange={onChange} onSelect={(event) => event.preventDefault()} className={row}>
    <span className="flex size-4 shrink-0 items-center justify-center rounded-sm border border-line-strong">
      <Radix.ItemIndicator>
        <Check className="size-3" strokeWidth={3} aria-hidden="true" />
      </Radix.ItemIndicator>
    </span>
    {children}
  </Radix.CheckboxItem>
);

export const MenuLabel = ({ children }: { children: ReactNode }) => (
  <Radix.Label className="px-2 pt-1.5 pb-1 text-xs text-ink-muted">{children}</Radix.Label>
);

export const MenuSeparator = () => <Radix.Separator className="-mx-1 my-1 h-px bg-line" />;
