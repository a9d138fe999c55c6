"use client";

import { Link } from "../ui/link.tsx";
import { usePathname } from "next/navigation";
import { isWithin, pages } from "./pages.ts";

export function Navigation({ base, onGo }: { base: string; onGo: () => void }) {
  const pathname = usePathname();
  return (
    <nav aria-label="Main" className="overflow-y-auto px-2 py-1">
      <ul className="space-y-px">
        {pages.map(({ path, label, Icon }) => {
          const current = isWithin(pathname, base, path);
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
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
