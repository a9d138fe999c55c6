import { later } from "./later.tsx";
import type { ReactNode } from "react";
import { Alert } from "./alert.tsx";
import { Button } from "./button.tsx";
import { filterFaultOf } from "./filterFault.ts";

const CopyButton = later(() => import("./copyButton.tsx").then((module) => module.CopyButton));

/*
 * A page's states in place of its rows: nothing there yet (EmptyState), nothing that fits the filters (NoMatch),
 * not to be had (ErrorState), not yet there (Skeleton; Table draws its own). Each keeps the rest of the page in place.
 */

/** The state at first use: what this place is for, and what to do next. */
export function EmptyState({ title, children, action }: { title: string; children: ReactNode; action?: ReactNode }) {
  return (
    <div className="rounded-md border border-line bg-surface px-4 py-10 text-center">
      <h2 className="font-semibold">{title}</h2>
      <div className="mx-auto mt-1 max-w-prose text-sm text-ink-muted">{children}</div>
      {action && <div className="mt-4 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}

type NoMatchProps = { /** "deliveries" */ what: string; /** What else to try. */ hint?: string | null; onClear: () => void };

export function NoMatch({ what, hint = null, onClear }: NoMatchProps) {
  return (
    <div className="rounded-md border border-line bg-surface px-4 py-10 text-center">
      <p className="font-semibold">No {what} match these filters</p>
      {hint !== null && <p className="mx-auto mt-1 max-w-prose text-sm text-ink-muted">{hint}</p>}
      <Button variant="secondary" size="small" className="mt-3" onClick={onClear}>
        Clear filters
      </Button>
    </div>
  );
}

/** In place of rows that no filter of theirs would find: the API can't take what was chosen or typed. */
export function BadFilter({ why, onClear }: { why: string; onClear: () => void }) {
  return (
    <div role="alert" className="rounded-md border border-line bg-surface px-4 py-10 text-center">
      <p className="font-semibold">These filters can’t be used</p>
      <p className="mx-auto mt-1 max-w-prose text-sm text-ink-muted">{why}</p>
      <Button variant="secondary" size="small" className="mt-3" onClick={onClear}>
        Clear filters
      </Button>
    </div>
  );
}

type ListErrorProps = { what: string; error: Error; isFiltered: boolean; onClear: () => void; onRetry: () => void };

/** A list that can't be shown: because of its filters, or because it was not to be had. */
export function ListError({ what, error, isFiltered, onClear, onRetry }: ListErrorProps) {
  const fault = isFiltered ? filterFaultOf(error) : null;
  return fault === null ? <ErrorState what={what} error={error} onRetry={onRetry} /> : <BadFilter why={fault.text} onClear={onClear} />;
}

export type ShownError = { status?: number; detail?: string; message: string; requestId?: string | null };

/** `what` could not be loaded: "The deliveries". Takes what the query failed with. */
export function ErrorState({ what, error, onRetry }: { what: string; error: ShownError; onRetry?: () => void }) {
  // Asking again for what isn't there finds it no sooner.
  if (error.status === 404)
    return (
      <Alert tone="info" live title={`${what} can’t be found`}>
        {error.detail ?? error.message}
      </Alert>
    );
  return (
    <Alert tone="bad" live title={`${what} could not be loaded`}>
      <p>{error.detail ?? error.message}</p>
      {error.requestId && (
        <p className="mt-1.5 flex flex-wrap items-center gap-2">
          Request <code className="font-mono text-xs text-ink">{error.requestId}</code>
          <CopyButton text={error.requestId} label="request id" />
        </p>
      )}
      {onRetry && (
        <Button variant="secondary" size="small" className="mt-3" onClick={onRetry}>
          Try again
        </Button>
      )}
    </Alert>
  );
}

/** A place held for what is coming; give it the size of that. */
export const Skeleton = ({ className = "h-4 w-24" }: { className?: string }) => (
  <span aria-hidden="true" className={`block animate-pulse rounded-sm bg-line ${className}`} />
);
