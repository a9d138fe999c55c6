"use client";

import { useSyncExternalStore } from "react";
import { isOutdatedNow, subscribe } from "./away.ts";
import { Button } from "./ui/button.tsx";
import { WarningIcon } from "./ui/icons.tsx";

/** Says that parts of this page can't be loaded any more, and how they can be had. What has been typed stays until somebody reloads. */
export function OutdatedBanner() {
  const isOutdated = useSyncExternalStore(subscribe, isOutdatedNow, () => false);
  if (!isOutdated) return null;
  return (
    <div role="alert" className="sticky top-0 z-30 flex items-start gap-2 border-b border-warn/30 bg-warn-wash px-4 py-2 text-sm">
      <WarningIcon className="mt-0.5 size-4 shrink-0 text-warn" />
      <p className="flex-1">
        <strong className="font-medium">Webster has been updated since this page was opened.</strong> A part of it can’t be loaded until you
        reload the page.
      </p>
      <Button variant="secondary" size="small" onClick={() => window.location.reload()}>
        Reload
      </Button>
    </div>
  );
}
