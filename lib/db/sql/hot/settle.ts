/**
 * Recording what attempts came to: many outcomes, one statement. Each is fenced by the lease and the attempt's
 * number: the outcome of a worker that has lost its lease changes no row and leaves no attempt.
 */
import type { Timings } from "../../../webhooks/outcome.ts";
import type { AttemptNote } from "../../../words/attemptNote.ts";
import type { ErrorClass } from "../../../words/errorClass.ts";
import type { Verdict } from "../../../webhooks/retry.ts";
import { hotPool } from "../../client.ts";
import { tellOfDeliveries } from "./operational.ts";
import { byDay, dayName, dueNow, isDayGone, isKeyOf, isLeaseOf, isPending, ofDay, takenForOne } from "./keys.ts";
import { jsonOf, jsonPieces, plainArray, textArray } from "../parameters.ts";
import { settlePlain } from "./settlePlain.ts";

export type SettledAttempt = {
  id: string;
  /** When the attempt began, in milliseconds of the database's clock. */
  startedMs: number;
  messageId: string;
  endpointId: string;
  /** When the message was made. */
  createdAt: Date;
  leaseId: string;
  /** Attempts made before this one. */
  attemptCount: number;
  trigger: "scheduled" | "manual";
  verdict: Verdict;
  /** Whether a failure counts against the endpoint's health. */
  countsAsFailure: boolean;
  url: string;
  /** The response's status; 0 without a response. */
  statusCode: number;
  errorClass: ErrorClass | null;
  response: string;
  /** The body as it came, where `response` is not all of it. */
  responseBytes?: Buffer | undefined;
  responseHeaders: Record<string, string> | null;
  durationMs: number;
  timings?: Timings | undefined;
  notes?: readonly AttemptNote[] | undefined;
};

export type Settled =
  | { held: false }
  /**
   * `dueInMs`: until the next attempt, by the database's clock; null: none follows. `failingForMs`: how long the endpoint had
   * been failing before this attempt; null: it was not. `orderKey`: of the line that may go on now.
   */
  | { held: true; dueInMs: number | null; failingForMs: number | null; orderKey?: string };

/** Stores attempts, and answers each in their order. Two attempts of one delivery must not come together. */
export async function settle(attempts: SettledAttempt[]): Promise<Settled[]> {
  const results = new Map<SettledAttempt, Settled>();
  for (const [day, some] of byDay(attempts)) await settleDay(day, some, results);
  return attempts.map((attempt) => results.get(attempt) ?? { held: false });
}

async function settleDay(day: number, attempts: SettledAttempt[], results: Map<SettledAttempt, Settled>): Promise<void> {
  try {
    const plain = await settlePlain(day, attempts);
    if (plain !== null) {
      for (const [i, attempt] of attempts.entries()) results.set(attempt, plain[i] ?? { held: false });
      return;
    }
    const withBytes = attempts.some(({ responseBytes }) => responseBytes !== undefined);
    const bytes = withBytes ? [attempts.map(({ responseBytes }) => responseBytes ?? null)] : [];
    const { rows } = await hotPool().query<{ n: number; due: number | null; failing: number | null; orderKey: string | null }>({
      name: `settle_${withBytes ? "bytes_" : ""}${dayName(day)}`,
      text: settleSql(ofDay("delivery", day), withBytes),
      values: [...parametersOf(attempts), ...bytes],
    });
    for (const { n, due, failing, orderKey } of rows) {
      const attempt = attempts[n - 1];
      if (attempt !== undefined)
        results.set(attempt, { held: true, dueInMs: due, failingForMs: failing, ...(orderKey === null ? {} : { orderKey }) });
    }
  } catch (error) {
    if (!isDayGone(error)) throw error;
  }
}

const parametersOf = (attempts: SettledAttempt[]): unknown[] => {
  const headers = jsonPieces(attempts.map(({ responseHeaders }) => responseHeaders));
  return [
    plainArray(attempts.map(({ messageId }) => messageId)),
    plainArray(attempts.map(({ endpointId }) => endpointId)),
    plainArray(attempts.map(({ leaseId }) => leaseId)),
    plainArray(attempts.map(({ attemptCount }) => attemptCount)),
    plainArray(attempts.map(({ trigger }) => trigger === "manual")),
    plainArray(attempts.map(({ verdict }) => verdict.status)),
    plainArray(attempts.map(({ verdict }) => (verdict.status === "pending" ? verdict.waitMs : null))),
    plainArray(attempts.map(({ countsAsFailure }) => countsAsFailure)),
    plainArray(attempts.map(({ id }) => id)),
    plainArray(attempts.map(({ startedMs }) => startedMs)),
    textArray(attempts.map(({ url }) => url)),
    plainArray(attempts.map(({ statusCode }) => statusCode)),
    plainArray(attempts.map(({ errorClass }) => errorClass)),
    textArray(attempts.map(({ response }) => response)),
    plainArray(headers.starts),
    plainArray(headers.lengths),
    plainArray(attempts.map(({ durationMs }) => Math.round(durationMs))),
    textArray(attempts.map(({ timings }) => timingsText(timings))),
    textArray(attempts.map(({ notes }) => (notes === undefined ? null : plainArray([...notes])))),
    headers.bytes,
  ];
};

/** The timings as an array of PostgreSQL; null: there are none. */
const timingsText = (timings: Timings | undefined): string | null =>
  timings === undefined
    ? null
    : plainArray([timings.dnsMs, timings.tcpMs, timings.tlsMs, timings.firstByteMs].map((ms) => ms && Math.round(ms)));

// See "A delivery's row" in ARCHITECTURE.md.
const retryAt = `(case when i."manual" and i."verdict" = 'failed' then d."retryAt"
      when i."verdict" = 'pending' then now() + i."waitMs" * interval '1 millisecond' end)`;
const resendWaits = `d."manualQueued" > i."manual"::int`;

/** Exported for the test of its plan. Few answers have bytes beside their text: the others pay nothing for it. */
export const settleSql = (delivery: string, withBytes = false): string => `
with "input" as materialized (
  select i.*, i."timings"::int[] as "steps"
  from unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::bool[], $6::text[], $7::float8[], $8::bool[], $9::text[],
    $10::float8[], $11::text[], $12::int[], $13::text[], $14::text[], $15::int[], $16::int[], $17::int[], $18::text[], $19::text[]) with ordinality
    as i("messageId", "endpointId", "leaseId", "attemptCount", "manual", "verdict", "waitMs", "blamed", "id", "startedMs",
    "url", "statusCode", "errorClass", "response", "headersStart", "headersBytes", "durationMs", "timings", "notes", "n")
  where ${takenForOne(`i."n"`)}
), "held" as (
  update ${delivery} d set
    "attemptCount" = d."attemptCount" + 1,
    "scheduledCount" = d."scheduledCount" + 1 - i."manual"::int,
    "manualQueued" = greatest(d."manualQueued" - i."manual"::int, 0),
    "retryAt" = ${retryAt},
    "nextAttemptAt" = case when ${resendWaits} then ${dueNow} else ${retryAt} end,
    "status" = case when ${resendWaits} or ${retryAt} is not null then 'pending'
      when i."verdict" = 'succeeded' or d."succeededAt" is not null then 'succeeded'
      when i."verdict" = 'cancelled' then 'cancelled' else 'failed' end,
    "succeededAt" = case when i."verdict" = 'succeeded' then coalesce(d."succeededAt", now()) else d."succeededAt" end,
    "lastAttemptAt" = to_timestamp(i."startedMs" / 1000.0),
    "lastStatusCode" = i."statusCode",
    "lastErrorClass" = i."errorClass",
    "lastDurationMs" = i."durationMs",
    "leaseId" = null
  from "input" i
  where ${isKeyOf("i")} and ${isLeaseOf("i")} and d."attemptCount" = i."attemptCount" and ${isPending}
  returning i.*, d."environmentId", d."applicationId", d."eventType", d."nextAttemptAt",
    d."succeededAt" = now()::timestamptz(3) as "firstSuccess", d."orderKey"
), "attempts" as (
  insert into "attempt" ("id", "createdAt", "messageId", "endpointId", "eventType", "attemptNumber",
    "trigger", "url", "responseStatusCode", "errorClass", "response", "responseHeaders", "durationMs", "dnsMs", "tcpMs", "tlsMs", "firstByteMs", "notes"${withBytes ? `, "responseBytes"` : ""})
  select "id", to_timestamp("startedMs" / 1000.0), "messageId", "endpointId", "eventType",
    "attemptCount" + 1, case when "manual" then 'manual' end, "url", "statusCode", "errorClass", "response",
    ${jsonOf("$20", "h", "headers")}, "durationMs", "steps"[1], "steps"[2], "steps"[3], "steps"[4], "notes"::text[]${withBytes ? `, ($21::bytea[])["n"]` : ""}
  from "held" h
), "told" as (
  ${tellOfDeliveries}
), "health" as materialized (
  -- In the order of ids, so that two workers never wait for each other.
  select "endpointId", bool_or("verdict" = 'succeeded') as "ok", bool_or("blamed") as "bad"
  from "held" group by "endpointId" order by "endpointId"
), "turned" as materialized (
  select t."id", h."ok" from "health" h cross join lateral (
    select e."id" from "endpoint" e where e."id" = h."endpointId"
      and ((h."ok" and e."failingSince" is not null) or (h."bad" and not h."ok" and e."failingSince" is null))
    for no key update) t
), "endpoints" as (
  update "endpoint" e set "failingSince" = case when t."ok" then null else now() end from "turned" t where e."id" = t."id"
)
select h."n"::int as "n", (extract(epoch from h."nextAttemptAt" - now()) * 1000)::float8 as "due",
  (extract(epoch from now() - e."failingSince") * 1000)::float8 as "failing",
  case when h."nextAttemptAt" is null then h."orderKey" end as "orderKey"
from "held" h left join "endpoint" e on e."id" = case when h."blamed" then h."endpointId" end and e."disabledAt" is null`;
