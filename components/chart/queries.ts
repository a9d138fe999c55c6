"use client";

/** Volumes over time: of the environment, one of its event types, an application or an endpoint. */
import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import type { SourceVolumeOut } from "../../lib/contract/sourceVolume.ts";
import type { LatencyOut, VolumeOut } from "../../lib/contract/statistics.ts";
import { api } from "../api.ts";
import { clockMs } from "../ui/clock.ts";
import { type Volume, zoomOf } from "./bars.ts";

/** `path` "": the environment's; else of an application or an endpoint, as the API has it. `sourceId`: what a source received. */
export type SentPlace = { path: string; eventType?: string };
export type VolumePlace = SentPlace | { sourceId: string };
/** `since`: RFC 3339, or how many milliseconds ago. `until` null: until now. */
export type VolumeRange = { since: string | number; until: string | null };

const refreshMs = 20_000;

const volumeQuery = (place: VolumePlace, range: VolumeRange | null) =>
  queryOptions({
    queryKey: ["statistics", "volume", place, range],
    queryFn: ({ signal }) => read(place, range ?? { since: 0, until: null }, signal),
    enabled: range !== null,
    placeholderData: keepPreviousData,
    refetchInterval: range?.until === null ? refreshMs : false,
  });

async function read(place: VolumePlace, { since, until }: VolumeRange, signal: AbortSignal): Promise<Volume> {
  const query = { since: typeof since === "number" ? new Date(clockMs() - since).toISOString() : since, until };
  if ("sourceId" in place)
    return receivedVolume(await api.get<SourceVolumeOut>(`/source/${place.sourceId}/stats/volume`, { query, signal }));
  const { path, eventType } = place;
  if (path !== "") return api.get<LatencyOut>(`${path}/stats/latency`, { query, signal });
  return api.get<VolumeOut>("/stats/volume", { query: { ...query, event_type: eventType }, signal });
}

/** What came, as a chart has it: taken, set aside, and refused. */
const receivedVolume = ({ buckets, ...range }: SourceVolumeOut): Volume => ({
  ...range,
  buckets: buckets.map(({ start, accepted, released, pending, duplicate, filtered, rejected }) => {
    const [delivered, aside] = [accepted + released + pending, duplicate + filtered];
    return { start, delivered, aside, deliveries: delivered + aside + rejected };
  }),
});

/** The volume of a range; where only its end has deliveries, of that end, in finer steps. `isZoomed`: it is. */
export function useVolume(place: VolumePlace, range: VolumeRange) {
  const whole = useQuery(volumeQuery(place, range));
  const begin = whole.data === undefined ? null : zoomOf(whole.data);
  const { data: end } = useQuery(volumeQuery(place, begin === null ? null : { since: begin, until: range.until }));
  const isZoomed = begin !== null && end !== undefined;
  return { volume: isZoomed ? end : whole.data, isZoomed, error: whole.error, refetch: whole.refetch };
}
