import type { ReactNode } from "react";
import { usePageTitle } from "./pageTitle.ts";

type PageHeaderProps = {
  title: ReactNode;
  /** What the browser's tab says; the title, if that is a text. */ tab?: string;
  lead?: ReactNode;
  /** The page's main actions. */ actions?: ReactNode;
};

/** The head of a page of the dashboard: its one h1. */
export function PageHeader({ title, tab, lead, actions }: PageHeaderProps) {
  usePageTitle(tab ?? (typeof title === "string" ? title : null));
  return (
    <div className="mb-4 flex flex-wrap items-start gap-x-4 gap-y-3">
      <div className="min-w-0 flex-1 basis-60">
        <h1 className="text-xl font-semibold tracking-tight wrap-anywhere">{title}</h1>
        {lead && <div className="mt-0.5 max-w-prose text-sm wrap-anywhere text-ink-muted">{lead}</div>}
      </div>
      {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </div>
  );
}
