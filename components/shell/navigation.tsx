"use client";

import { laterWhenIdle } from "../ui/later.tsx";
import { usePathname } from "next/navigation";
import { type ComponentType, useId } from "react";
import { Link } from "../ui/link.tsx";
import { isWithin, type NavigationPage, pageGroups } from "./pages.ts";

// Counts come when the page stands.
const badges: Record<string, ComponentType> = {
  "/incidents": laterWhenIdle(() => import("./badges.tsx").then((module) => module.IncidentsBadge)),
  "/sources": laterWhenIdle(() => import("./badges.tsx").then((module) => module.QuarantineBadge)),
};

export function Navigation({ base, onGo }: { base: string; onGo: () => void }) {
  return (
    <nav aria-label="Main" className="space-y-3 overflow-y-auto px-2 py-1">
      {pageGroups.map(({ label, pages }) => (
        <Group key={label} label={label} pages={pages} base={base} onGo={onGo} />
      ))}
    </nav>
  );
}

function Group({ label, pages, base, onGo }: { label: string; pages: NavigationPage[]; base: string; onGo: () => void }) {
  const id = useId();
  const pathname = usePathname();
  return (
    <div>
      <p id={id} className="px-2 pb-0.5 text-xs text-ink-muted">
        {label}
      </p>
      <ul aria-labelledby={id} className="space-y-px">
        {pages.map(({ path, label, Icon }) => {
          const current = isWithin(pathname, base, path);
          const Badge = badges[path];
          return (
            <li key={path}>
              <Link
                href={base + path}
                onClick={onGo}
                aria-current={current ? "page" : undefined}
                className={`flex h-8 items-center gap-2.5 rounded-md px-2 text-sm transition-colors max-sm:h-11 ${current ? "bg-accent-wash font-medium text-accent" : "text-ink-muted hover:bg-sunken hover:text-ink"}`}
              >
                <Icon className="size-4 shrink-0" strokeWidth={1.75} aria-hidden="true" />
                {label}
                {Badge !== undefined && <Badge />}
              </Link>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
