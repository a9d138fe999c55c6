/** Counting what a source received, by verdict and moment. */
import type { Verdict } from "../../../words/verdict.ts";
import { logPool } from "../../client.ts";
import { isOf } from "../isOf.ts";

export type ReceivedCount = { startMs: number; verdict: Verdict; count: number };

type Asked = { sourceId: string; sinceMs: number; untilMs: number; bucketMs: number; limit: number };

/** The counts of the newest requests, and the moment of the oldest if there are more of them than `limit`. */
export async function countReceived({
  sourceId,
  sinceMs,
  untilMs,
  bucketMs,
  limit,
}: Asked): Promise<{ counts: ReceivedCount[]; cutMs: number | null }> {
  const { rows } = await logPool().query<{ startMs: string; verdict: Verdict; count: number; oldestMs: string }>(
    `select floor(extract(epoch from r."createdAt") * 1000 / $4)::int8 * $4 as "startMs", r."verdict", count(*)::int as "count",
       (extract(epoch from min(r."createdAt")) * 1000)::int8 as "oldestMs"
     from (select "createdAt", "verdict" from received_request where ${isOf(`"sourceId"`, "$1")} and "createdAt" >= to_timestamp($2 / 1000.0)
       and "createdAt" < to_timestamp($3 / 1000.0) order by "createdAt" desc limit $5) r
     group by 1, 2 order by 1, 2`,
    [sourceId, sinceMs, untilMs, bucketMs, limit],
  );
  const counts = rows.map(({ startMs, verdict, count }) => ({ startMs: Number(startMs), verdict, count }));
  const isCut = counts.reduce((sum, { count }) => sum + count, 0) >= limit;
  return { counts, cutMs: isCut ? Math.min(...rows.map(({ oldestMs }) => Number(oldestMs))) : null };
}
