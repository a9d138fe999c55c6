"use client";

import { useState } from "react";
import { Button } from "../ui/button.tsx";
import { BulkResendDialog } from "./bulkResendDialog.tsx";
import type { Filters } from "./filters.ts";
import { counted } from "./format.ts";

type SelectionBarProps = {
  size: number;
  all: boolean;
  count: { count: number; capped: boolean } | undefined;
  filters: Filters;
  onResend: () => void;
  onClear: () => void;
};

/** What can be done with the rows that are ticked, and with all that the filters find. */
export function SelectionBar({ size, all, count, filters, onResend, onClear }: SelectionBarProps) {
  const [asking, setAsking] = useState(false);
  const hasMore = all && count !== undefined && (count.capped || count.count > size);
  return (
    <section
      aria-label="Selection"
      className="sticky bottom-0 z-10 mt-3 flex flex-wrap items-center gap-2 rounded-md border border-line-strong bg-surface px-3 py-2 text-sm max-sm:bottom-14"
    >
      <p className="mr-auto font-medium" aria-live="polite">
        {size} selected
      </p>
      {hasMore && (
        <Button variant="secondary" size="small" onClick={() => setAsking(true)}>
          Resend all {counted(count)} matching…
        </Button>
      )}
      <Button variant="quiet" size="small" onClick={onClear}>
        Clear selection
      </Button>
      <Button size="small" onClick={onResend}>
        Resend {size} {size === 1 ? "delivery" : "deliveries"}
      </Button>
      {asking && <BulkResendDialog filters={filters} close={() => setAsking(false)} onStarted={onClear} />}
    </section>
  );
}
