import type { ReactNode } from "react";

/** A part of a form that most people leave alone. */
export const Fold = ({ title, open = false, children }: { title: string; open?: boolean; children: ReactNode }) => (
  <details className="group rounded-md border border-line" open={open}>
    <summary className="cursor-pointer rounded-md px-3 py-2 text-sm font-medium">{title}</summary>
    <div className="space-y-5 border-t border-line p-3">{children}</div>
  </details>
);
