"use client";

import { Link } from "../ui/link.tsx";
import { usePathname } from "next/navigation";
import { useState } from "react";
import { Button } from "../ui/button.tsx";
import { controlLook } from "../ui/control.ts";
import { Method } from "./method.tsx";
import type { Chapter, Entry } from "./reference.ts";

const row = "flex min-h-8 items-center gap-2 rounded-md px-2 text-sm hover:bg-sunken max-sm:min-h-11";

/** The chapters; of the open one its operations; or, once something is typed, the operations that have those words. */
export function ReferenceNavigation({ chapters }: { chapters: Chapter[] }) {
  const pathname = usePathname();
  const [text, setText] = useState("");
  const [isOpen, setOpen] = useState(false);
  const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const found = words.length === 0 ? null : chapters.flatMap(({ entries }) => entries.filter((entry) => has(entry, words)));
  const close = () => setOpen(false);
  return (
    <nav
      aria-label="Reference"
      className="shrink-0 border-b border-line bg-surface md:sticky md:top-13 md:h-[calc(100dvh-3.25rem)] md:w-72 md:overflow-y-auto md:border-r md:border-b-0"
    >
      <div className="flex gap-2 p-3">
        <input
          type="search"
          aria-label="Find an operation"
          placeholder="Find an operation"
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onFocus={() => setOpen(true)}
          className={controlLook}
        />
        <span className="md:hidden">
          <Button variant="secondary" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            Contents
          </Button>
        </span>
      </div>
      <div className={`px-3 pb-3 ${isOpen ? "" : "max-md:hidden"}`}>
        {found === null ? (
          <ul>
            {chapters.map(({ slug, name, entries }) => {
              const href = `/reference/${slug}`;
              const isCurrent = pathname === href;
              return (
                <li key={slug}>
                  <Link
                    href={href}
                    aria-current={isCurrent ? "page" : undefined}
                    onClick={close}
                    className={`${row} ${isCurrent ? "font-medium" : ""}`}
                  >
                    {name}
                  </Link>
                  {isCurrent && <Entries entries={entries} onGo={close} />}
                </li>
              );
            })}
          </ul>
        ) : (
          <Entries entries={found} onGo={close} />
        )}
        <output className="block px-2 text-sm text-ink-muted empty:hidden">
          {found?.length === 0 ? "No operation has these words." : ""}
        </output>
      </div>
    </nav>
  );
}

const Entries = ({ entries, onGo }: { entries: Entry[]; onGo: () => void }) => (
  <ul className="mb-1 border-l border-line pl-1">
    {entries.map(({ href, method, summary }) => (
      <li key={href}>
        <Link href={href} onClick={onGo} className={`${row} py-1 text-ink-muted hover:text-ink`}>
          <Method method={method} className="w-11 shrink-0" />
          <span className="min-w-0">{summary}</span>
        </Link>
      </li>
    ))}
  </ul>
);

const has = ({ method, path, summary, anchor }: Entry, words: string[]): boolean => {
  const text = `${method} ${path} ${summary} ${anchor}`.toLowerCase();
  return words.every((word) => text.includes(word));
};
