"use client";

import * as Radix from "@radix-ui/react-tabs";
import Link from "next/link";
import type { ReactNode } from "react";

const tab =
  "-mb-px inline-flex h-9 shrink-0 items-center border-b-2 border-transparent px-2.5 text-sm text-ink-muted transition-colors hover:text-ink max-sm:h-11";
const chosen = "border-accent! text-ink! font-medium";
const bar = "flex gap-1 overflow-x-auto border-b border-line";

/** Tabs that are pages of their own: the address says which one is open. */
export function TabLinks({ label, tabs }: { label: string; tabs: readonly { href: string; label: string; current: boolean }[] }) {
  return (
    <nav aria-label={label} className={bar}>
      {tabs.map(({ href, label, current }) => (
        <Link
          key={href}
          href={href}
          scroll={false}
          aria-current={current ? "page" : undefined}
          className={`${tab} ${current ? chosen : ""}`}
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}

type TabsProps = {
  label: string;
  tabs: readonly { value: string; label: string; content: ReactNode }[];
  value: string;
  onChange: (value: string) => void;
};

/** Several views of one thing in one place; keep `value` in the address. */
export function Tabs({ label, tabs, value, onChange }: TabsProps) {
  return (
    <Radix.Root value={value} onValueChange={onChange}>
      <Radix.List aria-label={label} className={bar}>
        {tabs.map(({ value: one, label }) => (
          <Radix.Trigger key={one} value={one} className={`${tab} ${one === value ? chosen : ""}`}>
            {label}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map(({ value: one, content }) => (
        <Radix.Content key={one} value={one} className="pt-4">
          {content}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
