import { ChevronLeftIcon, ChevronRightIcon } from "./lineIcons.ts";
import type { ReactNode } from "react";
import { Button } from "./button.tsx";

type PagerProps = {
  /** "Pages of integrations", where a page has several lists. */
  label?: string;
  /** How the list leads back and on. */
  words?: readonly [back: string, on: string];
  /** Leads back. Null: nothing lies there. */
  onNewer: (() => void) | null;
  onOlder: (() => void) | null;
  /** "1,204 deliveries" */
  children?: ReactNode;
};

/** Pages by keyset: back, which mostly is towards the newer, and on. */
export function Pager({ label = "Pages", words: [back, on] = ["Newer", "Older"], onNewer, onOlder, children }: PagerProps) {
  return (
    <nav aria-label={label} className="flex items-center gap-2 py-2 text-sm text-ink-muted">
      <span className="mr-auto">{children}</span>
      <Button variant="secondary" size="small" disabled={onNewer === null} onClick={() => onNewer?.()}>
        <ChevronLeftIcon className="size-4" aria-hidden="true" />
        {back}
      </Button>
      <Button variant="secondary" size="small" disabled={onOlder === null} onClick={() => onOlder?.()}>
        {on}
        <ChevronRightIcon className="size-4" aria-hidden="true" />
      </Button>
    </nav>
  );
}
