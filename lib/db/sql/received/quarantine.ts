/** The quarantine's size by day, and making room in it. A request that verified when it came is not counted, and never dropped for room. */
import type { EnvironmentId } from "../../../ids.ts";
import { logPool, pool } from "../../client.ts";
import { isOf } from "../isOf.ts";

/** SQL: whether a received_request, or a row about to be one, counts. */
export const countsForQuarantine = (of: string): string => `${of}."verdict" = 'rejected' and ${of}."reason" <> 'transformation'`;

export async function quarantinedBytes(environmentId: string): Promise<number> {
  const { rows } = await pool().query<{ bytes: number }>({
    name: "quarantine_bytes",
    text: `select coalesce(sum("bytes"), 0)::float8 as "bytes" from "quarantine_day" where "environmentId" = $1`,
    values: [environmentId],
  });
  return rows[0]?.bytes ?? 0;
}

/** Counts rejected requests since a moment, up to `limit` in all, at each source that is still there; those with most first. */
export async function countRejected(environmentId: EnvironmentId, since: Date, limit: number): Promise<{ id: string; count: number }[]> {
  const { rows } = await logPool().query<{ id: string; count: number }>({
    text: `select "id", count(*)::int as "count" from (select r."sourceId" as "id" from "received_request" r
      where r."environmentId" = $1 and r."createdAt" >= $2 and r."verdict" = 'rejected' and r."verdict" <> 'accepted'
        and exists (select from "source" s where s."id" = r."sourceId") limit $3) r
      group by "id" order by 2 desc, 1`,
    values: [environmentId, since, limit],
  });
  return rows;
}

const requestsTogether = 5_000;

type Day = { environmentId: string; day: string; bytes: number; isOld: boolean };

/**
 * Deletes the oldest days of each environment, whole, until it holds less than `maximumBytes`, but no day that has a request
 * of the last 24 hours: so nobody can push out what has only just come. Answers how many requests were deleted.
 */
export async function makeRoom(maximumBytes: number, retentionDays: number): Promise<number> {
  await pool().query(`delete from "quarantine_day" where "day" < (now() at time zone 'UTC')::date - $1::int`, [retentionDays]);
  const { rows } = await pool().query<Day>(
    `select q."environmentId", q."day"::text, q."bytes"::float8, q."day" < (now() at time zone 'UTC')::date - 1 as "isOld"
     from "quarantine_day" q
     where (select sum(a."bytes") from "quarantine_day" a where a."environmentId" = q."environmentId") >= $1
     order by q."environmentId", q."day"`,
    [maximumBytes],
  );
  const left = new Map<string, number>();
  for (const { environmentId, bytes } of rows) left.set(environmentId, (left.get(environmentId) ?? 0) + bytes);
  let gone = 0;
  for (const day of rows) {
    const bytes = left.get(day.environmentId) ?? 0;
    if (bytes < maximumBytes || !day.isOld) continue;
    gone += await dropDay(day);
    left.set(day.environmentId, bytes - day.bytes);
  }
  return gone;
}

async function dropDay({ environmentId, day }: Day): Promise<number> {
  for (let gone = 0; ;) {
    const { rowCount } = await pool().query(
      `delete from "received_request" r using (
         select r."id", r."createdAt" from "received_request" r
         where ${isOf(`r."environmentId"`, "$1")} and r."createdAt" >= $2::timestamp at time zone 'UTC'
           and r."createdAt" < ($2::timestamp + interval '1 day') at time zone 'UTC' and ${countsForQuarantine("r")} limit ${requestsTogether}) "old"
       where r."id" = "old"."id" and r."createdAt" = "old"."createdAt"`,
      [environmentId, day],
    );
    gone += rowCount ?? 0;
    if ((rowCount ?? 0) < requestsTogether) {
      await pool().query(`delete from "quarantine_day" where "environmentId" = $1 and "day" = $2::date`, [environmentId, day]);
      return gone;
    }
  }
}
