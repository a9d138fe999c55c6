"use client";

import { useMemo } from "react";
import type { SentPlace, VolumeRange } from "../chart/queries.ts";
import { Volume } from "../chart/volume.tsx";
import { usePortal } from "../session/portalSession.tsx";
import { clockMs } from "../ui/clock.ts";
import { dayMs } from "../../lib/words/duration.ts";
import type { Filters } from "./filters.ts";
import { isMoment } from "./format.ts";

type LogVolumeProps = {
  filters: Filters;
  /** Whose the filter's endpoint is, as a row says; null: not known. */
  endpointOwner: string | null;
  change: (range: Pick<Filters, "after" | "before">) => void;
};

/** What was delivered over the log's range, to choose a part of it. Of the filters only those for an application, endpoint or event type count. */
export function LogVolume({ filters, endpointOwner, change }: LogVolumeProps) {
  const portal = usePortal();
  const { after, before, applicationId, endpointId, eventTypes } = filters;
  const range = useMemo(() => rangeOf(after, before), [after, before]);
  const place = placeOf(portal?.application.id ?? (applicationId === "" ? endpointOwner : applicationId), endpointId, eventTypes);
  return <Volume low place={place} range={range} title={titleOf(place, after !== "" || before !== "")} onChoose={change} />;
}

const maximumMs = 90 * dayMs;

/** The last day, unless something else is chosen; what is older than figures are kept is left out. */
export function rangeOf(after: string, before: string): VolumeRange {
  const until = isMoment(before) ? before : null;
  if (!isMoment(after))
    return until === null ? { since: dayMs, until } : { since: new Date(Date.parse(until) - dayMs).toISOString(), until };
  const endMs = until === null ? clockMs() : Date.parse(until);
  const sinceMs = Date.parse(after);
  return { since: sinceMs >= endMs - maximumMs ? after : new Date(endMs - maximumMs).toISOString(), until };
}

function placeOf(applicationId: string | null, endpointId: string, eventTypes: string[]): SentPlace {
  if (applicationId !== null && endpointId !== "") return { path: `/app/${applicationId}/endpoint/${endpointId}` };
  if (applicationId !== null) return { path: `/app/${applicationId}` };
  const [eventType] = eventTypes;
  return eventType !== undefined && eventTypes.length === 1 ? { path: "", eventType } : { path: "" };
}

function titleOf({ path, eventType }: SentPlace, isChosen: boolean): string {
  const whose = path.includes("/endpoint/")
    ? " of the endpoint"
    : path !== ""
      ? " of the application"
      : eventType === undefined
        ? ""
        : ` of ${eventType}`;
  return `All deliveries${whose}, ${isChosen ? "in the time chosen" : "last 24 hours"}`;
}
