"use client";

import Link from "next/link";
import { type KeyboardEvent, type ReactNode, useId } from "react";

const tab =
  "-mb-px inline-flex h-9 shrink-0 items-center border-b-2 border-transparent px-2.5 text-sm text-ink-muted transition-colors hover:text-ink max-sm:h-11";
const bar = "flex gap-1 overflow-x-auto overflow-y-hidden border-b border-line";
const chosen = "border-accent! text-ink! font-medium";

/** Tabs that are pages of their own, or views of one: the address says which one is open. */
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

/** Several views of one thing in one place; keep `value` in the address. Arrow keys go from one to the next. */
export function Tabs({ label, tabs, value, onChange }: TabsProps) {
  const id = useId();
  const current = tabs.find((tab) => tab.value === value);
  return (
    <>
      <div role="tablist" tabIndex={-1} aria-label={label} onKeyDown={moveFocus} className={bar}>
        {tabs.map(({ value: one, label }) => (
          <button
            key={one}
            type="button"
            role="tab"
            id={`${id}-${one}`}
            aria-selected={one === value}
            aria-controls={one === value ? `${id}-panel` : undefined}
            tabIndex={one === value ? 0 : -1}
            onClick={() => onChange(one)}
            className={`${tab} ${one === value ? chosen : ""}`}
          >
            {label}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${value}`} className="pt-4">
        {current?.content}
      </div>
    </>
  );
}

/** WAI-ARIA Authoring Practices, tabs: what has the focus is shown. */
function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>("[role=tab]")];
  const at = all.indexOf(document.activeElement as HTMLElement);
  const next = {
    ArrowRight: all[(at + 1) % all.length],
    ArrowLeft: all.at(at - 1),
    Home: all[0],
    End: all.at(-1),
  }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
  next.click();
}
