"use client";

import { useQuery } from "@tanstack/react-query";
import { Alert } from "../ui/alert.tsx";
import { useHydrated } from "../ui/useHydrated.ts";
import { quarantineQuery } from "./queries.ts";
import { grouped } from "../ui/number.ts";

/** Said only when the environment's quarantine has its fill, and what then becomes of requests. */
export function QuarantineState() {
  const { data } = useQuery(quarantineQuery);
  // The shell asks too, and is hydrated before: as long as this isn't, it says no more than the server did.
  if (!useHydrated() || data?.full !== true) return null;
  return (
    <div className="mb-4">
      <Alert tone="warn" title={`The quarantine is full: ${inMegabytes(data.bytes)} of ${inMegabytes(data.maximumBytes)} MB`}>
        What is rejected now is recorded without its body, once a second a source. Room is made by releasing what waits; days older than 24
        hours give way by themselves, the oldest first.
      </Alert>
    </div>
  );
}

const inMegabytes = (bytes: number): string => grouped(Math.round(bytes / 1_048_576));
