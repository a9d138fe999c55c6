/**
 * The statement of settle.ts for what nearly all outcomes are: a scheduled attempt that succeeded, at an endpoint that was not failing.
 * It leaves out what there is then nothing to say of. Whether an endpoint is failing it sees for itself: if one of them is, it does
 * nothing, and the full statement is for all.
 */
import type { Timings } from "../../../webhooks/outcome.ts";
import { hotPool } from "../../client.ts";
import { jsonOf, jsonPieces, plainArray, textArray } from "../parameters.ts";
import { dayName, dueNow, isKeyOf, isLeaseOf, isPending, ofDay, takenForOne } from "./keys.ts";
import { failingAfterAttempts } from "./operational.ts";
import type { Settled, SettledAttempt } from "./settle.ts";

/** Whether there is no more to an outcome than that it succeeded, and nobody to tell of it. */
const isPlain = ({ verdict, trigger, errorClass, countsAsFailure, attemptCount, responseBytes }: SettledAttempt): boolean =>
  verdict.status === "succeeded" &&
  trigger === "scheduled" &&
  errorClass === null &&
  !countsAsFailure &&
  attemptCount < failingAfterAttempts &&
  responseBytes === undefined;

type Row =
  /** Of one that goes on: a resend waits, or its line does. */
  | { n: number; due: number | null; orderKey: string | null; count: null }
  /** At the end: how many were held, and which, unless all were. */
  | { n: null; count: number; held: number[] | null };

/** Stores attempts of one day. Null, and nothing is stored, where it takes the full statement; or where no lease was held, which that says too. */
export async function settlePlain(day: number, attempts: SettledAttempt[]): Promise<Settled[] | null> {
  if (!attempts.every(isPlain)) return null;
  const { rows } = await hotPool().query<Row>({
    name: `settle_plain_${dayName(day)}`,
    text: settlePlainSql(ofDay("delivery", day)),
    values: parametersOf(attempts),
  });
  const end = rows.at(-1);
  if (end === undefined || end.n !== null || end.count === 0) return null;
  const held: Settled = { held: true, dueInMs: null, failingForMs: null };
  const isHeld = end.held === null ? null : new Set(end.held);
  const settled = attempts.map((_, i): Settled => (isHeld === null || isHeld.has(i + 1) ? held : { held: false }));
  for (const row of rows)
    if (row.n !== null) settled[row.n - 1] = { ...held, dueInMs: row.due, ...(row.orderKey === null ? {} : { orderKey: row.orderKey }) };
  return settled;
}

const parametersOf = (attempts: readonly SettledAttempt[]): unknown[] => {
  const headers = jsonPieces(attempts.map(({ responseHeaders }) => responseHeaders));
  const msOf = (step: keyof Timings): string => plainArray(attempts.map(({ timings }) => roundedOrNull(timings?.[step])));
  return [
    plainArray(attempts.map(({ messageId }) => messageId)),
    plainArray(attempts.map(({ endpointId }) => endpointId)),
    plainArray(attempts.map(({ leaseId }) => leaseId)),
    plainArray(attempts.map(({ attemptCount }) => attemptCount)),
    plainArray(attempts.map(({ id }) => id)),
    plainArray(attempts.map(({ startedMs }) => startedMs)),
    textArray(attempts.map(({ url }) => url)),
    plainArray(attempts.map(({ statusCode }) => statusCode)),
    textArray(attempts.map(({ response }) => response)),
    plainArray(headers.starts),
    plainArray(headers.lengths),
    plainArray(attempts.map(({ durationMs }) => Math.round(durationMs))),
    msOf("dnsMs"),
    msOf("tcpMs"),
    msOf("tlsMs"),
    msOf("firstByteMs"),
    textArray(attempts.map(({ notes }) => (notes === undefined ? null : plainArray([...notes])))),
    plainArray([...new Set(attempts.map(({ endpointId }) => endpointId))]),
    attempts.length,
    headers.bytes,
  ];
};

const roundedOrNull = (ms: number | null | undefined): number | null => (ms === null || ms === undefined ? null : Math.round(ms));

/** Exported for the test of its plan. */
export const settlePlainSql = (delivery: string): string => `
with "input" as materialized (
  select i.* from unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::text[], $6::float8[], $7::text[], $8::int[], $9::text[],
    $10::int[], $11::int[], $12::int[], $13::int[], $14::int[], $15::int[], $16::int[], $17::text[]) with ordinality
    as i("messageId", "endpointId", "leaseId", "attemptCount", "id", "startedMs", "url", "statusCode", "response", "headersStart",
    "headersBytes", "durationMs", "dnsMs", "tcpMs", "tlsMs", "firstByteMs", "notes", "n")
  where ${takenForOne(`i."n"`)} and not exists (
    select from unnest($18::text[]) as k("id") cross join lateral (
      select e."failingSince" from "endpoint" e where e."id" = k."id" offset 0) e where e."failingSince" is not null)
), "held" as (
  update ${delivery} d set
    "attemptCount" = d."attemptCount" + 1,
    "scheduledCount" = d."scheduledCount" + 1,
    "retryAt" = null,
    "nextAttemptAt" = case when d."manualQueued" > 0 then ${dueNow} end,
    "status" = case when d."manualQueued" > 0 then 'pending' else 'succeeded' end,
    "succeededAt" = coalesce(d."succeededAt", now()),
    "lastAttemptAt" = to_timestamp(i."startedMs" / 1000),
    "lastStatusCode" = i."statusCode",
    "lastErrorClass" = null,
    "lastDurationMs" = i."durationMs",
    "leaseId" = null
  from "input" i
  where ${isKeyOf("i")} and ${isLeaseOf("i")} and d."attemptCount" = i."attemptCount" and ${isPending}
  returning i.*, d."eventType", d."nextAttemptAt", d."orderKey"
), "attempts" as (
  insert into "attempt" ("id", "createdAt", "messageId", "endpointId", "eventType", "attemptNumber", "url",
    "responseStatusCode", "response", "responseHeaders", "durationMs", "dnsMs", "tcpMs", "tlsMs", "firstByteMs", "notes")
  select "id", to_timestamp("startedMs" / 1000), "messageId", "endpointId", "eventType", "attemptCount" + 1, "url", "statusCode",
    "response", ${jsonOf("$20", "h", "headers")}, "durationMs", "dnsMs", "tcpMs", "tlsMs", "firstByteMs", "notes"::text[]
  from "held" h
)
select h."n"::int as "n", (extract(epoch from h."nextAttemptAt" - now()) * 1000)::float8 as "due",
  case when h."nextAttemptAt" is null then h."orderKey" end as "orderKey", null::int as "count", null::int[] as "held"
from "held" h where h."nextAttemptAt" is not null or h."orderKey" is not null
union all
select null, null, null, count(*)::int, case when count(*) < $19::int then array_agg(h."n"::int) end from "held" h`;
