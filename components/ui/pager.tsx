import { ChevronLeftIcon, ChevronRightIcon } from "./lineIcons.ts";
import type { ReactNode } from "react";
import { Button } from "./button.tsx";

type PagerProps = {
  /** Leads to the newer page. Null: nothing lies there. */
  onNewer: (() => void) | null;
  onOlder: (() => void) | null;
  /** "1,204 deliveries" */
  children?: ReactNode;
};

/** Pages by keyset: towards the newer, towards the older. */
export function Pager({ onNewer, onOlder, children }: PagerProps) {
  return (
    <nav aria-label="Pages" className="flex items-center gap-2 py-2 text-sm text-ink-muted">
      <span className="mr-auto">{children}</span>
      <Button variant="secondary" size="small" disabled={onNewer === null} onClick={() => onNewer?.()}>
        <ChevronLeftIcon className="size-4" aria-hidden="true" />
        Newer
      </Button>
      <Button variant="secondary" size="small" disabled={onOlder === null} onClick={() => onOlder?.()}>
        Older
        <ChevronRightIcon className="size-4" aria-hidden="true" />
      </Button>
    </nav>
  );
}
