import type { ReactNode } from "react";

/** A part of a page of settings: what it is about on the left, what there is to do on the right. */
export function Section({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
  return (
    <section className="grid gap-x-8 gap-y-3 border-t border-line py-6 first-of-type:border-t-0 first-of-type:pt-0 lg:grid-cols-[16rem_1fr]">
      <div>
        <h2 className="font-semibold">{title}</h2>
        {lead && <div className="mt-0.5 text-sm text-ink-muted">{lead}</div>}
      </div>
      <div className="min-w-0">{children}</div>
    </section>
  );
}
