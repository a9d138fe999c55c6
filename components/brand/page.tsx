import type { ReactNode } from "react";
import { Wordmark } from "./wordmark.tsx";

// A new document: after an error nothing of the broken one is carried on. And it saves every page the code of links.
const start = "/";

type PageProps = { title: string; lead?: ReactNode; /** Whose page it is, if not Webster's own. */ brand?: string; children?: ReactNode };

/** The frame of the pages that stand outside the dashboard. */
export function Page({ title, lead, brand, children }: PageProps) {
  return (
    <>
      <header className="border-b border-line bg-surface">
        <div className="mx-auto flex h-13 max-w-3xl items-center px-4 sm:px-6">
          {brand === undefined ? (
            <a href={start} className="-mx-1 rounded-sm px-1" aria-label="Webster, start page">
              <Wordmark />
            </a>
          ) : (
            <span className="truncate text-lg font-semibold tracking-tight">{brand}</span>
          )}
        </div>
      </header>
      <main className="mx-auto w-full max-w-3xl flex-1 px-4 py-8 sm:px-6 sm:py-10">
        <h1 className="text-xl font-semibold tracking-tight text-balance">{title}</h1>
        {lead && <p className="mt-1.5 max-w-prose text-ink-muted">{lead}</p>}
        {children && <div className="mt-6">{children}</div>}
      </main>
    </>
  );
}
