import type { ReactNode } from "react";

type ContentFigureProps = { label: string; note?: string | undefined; /** Beside the label. */ actions: ReactNode; children: ReactNode };

/** Foreign content under its label. */
export const ContentFigure = ({ label, note, actions, children }: ContentFigureProps) => (
  <figure className="overflow-hidden rounded-md border border-line bg-surface">
    <figcaption className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-1.5 text-sm">
      <span className="mr-auto font-medium">
        {label}
        {note && <span className="ml-2 font-normal text-ink-muted">{note}</span>}
      </span>
      {actions}
    </figcaption>
    {children}
  </figure>
);
