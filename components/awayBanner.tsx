"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useAwaySince } from "./away.ts";
import { isThere, stayWhileAway } from "./awayGuard.ts";
import { WarningIcon } from "./ui/icons.tsx";
import { toast } from "./ui/toast.tsx";

const againMs = 3_000;

/** Says that Webster doesn't answer, since when, and what that means; goes when it is back, and asks for all again. */
export function AwayBanner() {
  const since = useAwaySince();
  const client = useQueryClient();
  useEffect(() => stayWhileAway(() => toast.bad("This page stays: Webster can’t be reached, so the next one can’t be loaded.")), []);
  useEffect(() => {
    if (since === null) return;
    const timer = setInterval(() => {
      void isThere().then((answers) => {
        if (answers) void client.invalidateQueries();
      });
    }, againMs);
    return () => {
      clearInterval(timer);
      // Whichever request was the first to be answered: what failed before is asked for again.
      void client.invalidateQueries();
    };
  }, [since, client]);
  if (since === null) return null;
  const time = new Date(since).toLocaleTimeString();
  return (
    <div role="alert" className="sticky top-0 z-30 flex gap-2 border-b border-warn/30 bg-warn-wash px-4 py-2 text-sm">
      <WarningIcon className="mt-0.5 size-4 shrink-0 text-warn" />
      <p>
        <strong className="font-medium">Webster can’t be reached since {time}.</strong> What you see is from before; what you do now is not
        sent. It is tried again all the time.
      </p>
    </div>
  );
}
