"use client";

import { Link } from "./link.tsx";

const tab = "-mb-px inline-flex h-9 shrink-0 items-center border-b-2 px-2.5 text-sm transition-colors max-sm:h-11";
const other = "border-transparent text-ink-muted hover:text-ink";
const chosen = "border-accent font-medium text-ink";

/** Tabs that are pages of their own, or views of one: the address says which one is open. */
export function TabLinks({ label, tabs }: { label: string; tabs: readonly { href: string; label: string; current: boolean }[] }) {
  return (
    <nav aria-label={label} className="flex flex-wrap gap-x-1 border-b border-line">
      {tabs.map(({ href, label, current }) => (
        <Link
          key={href}
          href={href}
          scroll={false}
          aria-current={current ? "page" : undefined}
          className={`${tab} ${current ? chosen : other}`}
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}
