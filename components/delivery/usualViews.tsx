import type { Filters } from "./filters.ts";
import type { FilterLink } from "./useFilters.ts";

const views: { label: string; status: Filters["status"]; title?: string }[] = [
  { label: "All", status: [] },
  { label: "Failed", status: ["failed"], title: "Given up: every try failed" },
  { label: "Retrying", status: ["retrying"], title: "Has failed so far, and is tried again" },
  { label: "Never delivered", status: ["failed", "cancelled"], title: "Ended without a success: given up, or cancelled" },
];

type UsualViewsProps = { status: Filters["status"]; linkTo: (part: Partial<Filters>) => FilterLink };

/** What the log is opened for most, in one click; the other filters stay. */
export const UsualViews = ({ status, linkTo }: UsualViewsProps) => (
  <nav aria-label="Usual views" className="mb-3 flex flex-wrap gap-1">
    {views.map((view) => {
      const current = view.status.join() === status.join();
      return (
        <a
          key={view.label}
          {...linkTo({ status: view.status })}
          title={view.title}
          aria-current={current ? "true" : undefined}
          className={`inline-flex h-8 items-center rounded-md px-2.5 text-sm max-sm:h-11 ${current ? "bg-accent-wash font-medium text-accent" : "text-ink-muted hover:bg-sunken hover:text-ink"}`}
        >
          {view.label}
        </a>
      );
    })}
  </nav>
);
