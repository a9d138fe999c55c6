/** How much a source received, over time. */
import type { Actor } from "../../actor.ts";
import type { SourceVolumeOut } from "../../contract/sourceVolume.ts";
import { databaseNowMs } from "../../db/clock.ts";
import { countReceived } from "../../db/sql/received/volume.ts";
import { dayMs, hourMs, minuteMs } from "../../words/duration.ts";
import { type RangeQuery, bucketSizeOf, hasMinutes, rangeOf } from "../statistics/range.ts";
import { sourceOf } from "./sources.ts";

const countedRequests = 200_000;
const usualMs = 7 * dayMs;

export async function volumeOfSource(actor: Actor, idOrUid: string, query: RangeQuery): Promise<SourceVolumeOut> {
  const { id: sourceId } = await sourceOf(actor, idOrUid);
  const nowMs = databaseNowMs();
  const range = rangeOf(query, nowMs, usualMs);
  const { since, until } = range;
  const [sinceMs, untilMs] = [since.getTime(), until.getTime()];
  const bucketMs = bucketSizeOf(range, hasMinutes(sinceMs, nowMs) ? minuteMs : hourMs);
  const { counts, cutMs } = await countReceived({ sourceId, sinceMs, untilMs, bucketMs, limit: countedRequests });
  const buckets = new Map<number, SourceVolumeOut["buckets"][number]>();
  for (const { startMs, verdict, count } of counts) {
    const bucket = buckets.get(startMs) ?? { start: new Date(startMs).toISOString(), ...none };
    buckets.set(startMs, { ...bucket, [verdict]: count });
  }
  const from = cutMs === null ? since : new Date(cutMs);
  return { since: from.toISOString(), until: until.toISOString(), bucketSeconds: bucketMs / 1000, buckets: [...buckets.values()] };
}

const none = { accepted: 0, duplicate: 0, rejected: 0, filtered: 0, pending: 0, released: 0 };
