/**
 * Storing what sources received. Accepted requests are stored with their messages (accept.ts); those that no message is made
 * of, here, in a group commit of their own. Neither stores what was judged by a source that has changed since.
 */
import { metrics } from "../../../metrics.ts";
import { singleton } from "../../../singleton.ts";
import { hotPool } from "../../client.ts";
import { GroupCommit } from "../../groupCommit.ts";
import { concatenated, plainArray, textArray } from "../parameters.ts";
import { countsForQuarantine } from "./quarantine.ts";

/** One request as it came, with what is the same for every verdict. */
export type ReceivedRow = {
  id: string;
  /** The id's moment, by databaseNowMs(). */
  createdAt: Date;
  environmentId: string;
  sourceId: string;
  /** The version of the snapshot that the request was judged by. */
  sourceVersion: string;
  method: string;
  /** Path, query and headers, sealed for `id`. */
  sealedHead: Buffer;
  contentType: string | null;
  remoteAddress: string | null;
  eventType: string | null;
  providerEventId: string | null;
  bodyBytes: number;
  responseStatus: number;
};

/** A request that no message is made of now. `pending`: its source's transformation is still to run. */
export type KeptRow = ReceivedRow & {
  verdict: "rejected" | "filtered" | "pending";
  reason: string | null;
  detail: string | null;
  body: Buffer | null;
};

/** Stores a request. False: the source has changed; judge again. Throws AppError `unavailable` if the database is away or too much waits. */
export const storeKept = (row: KeptRow): Promise<boolean> => batcher().submit(row);

const batcher = (): GroupCommit<KeptRow, boolean> =>
  singleton(
    "keptRequests",
    () =>
      new GroupCommit<KeptRow, boolean>({
        commit: storeTogether,
        bytesOf: (row) => (row.body?.length ?? 0) + row.sealedHead.length + 500,
        maxMembers: 200,
        maxBytes: 8 * 1024 * 1024,
        maxInFlight: 1,
        maxWaitingMembers: 10_000,
        maxWaitingBytes: 128 * 1024 * 1024,
        tenantOf: ({ environmentId }) => environmentId,
        observe: (members) => metrics().commitSize.observe({ statement: "keep" }, members),
      }),
  );

async function storeTogether(rows: KeptRow[]): Promise<boolean[]> {
  const bodies = concatenated(rows.map(({ body }) => body));
  const heads = concatenated(rows.map(({ sealedHead }) => sealedHead));
  const { rows: stored } = await hotPool().query<{ n: number }>({
    name: "keep",
    text: keepSql,
    values: [
      plainArray(rows.map(({ id }) => id)),
      plainArray(rows.map(({ createdAt }) => createdAt.getTime())),
      plainArray(rows.map(({ environmentId }) => environmentId)),
      plainArray(rows.map(({ sourceId }) => sourceId)),
      plainArray(rows.map(({ sourceVersion }) => sourceVersion)),
      plainArray(rows.map(({ verdict }) => verdict)),
      plainArray(rows.map(({ reason }) => reason)),
      textArray(rows.map(({ detail }) => detail)),
      textArray(rows.map(({ method }) => method)),
      textArray(rows.map(({ contentType }) => contentType)),
      textArray(rows.map(({ remoteAddress }) => remoteAddress)),
      textArray(rows.map(({ eventType }) => eventType)),
      textArray(rows.map(({ providerEventId }) => providerEventId)),
      plainArray(rows.map(({ bodyBytes }) => bodyBytes)),
      plainArray(rows.map(({ responseStatus }) => responseStatus)),
      plainArray(bodies.starts),
      plainArray(bodies.lengths),
      plainArray(heads.starts),
      plainArray(heads.lengths),
      bodies.bytes,
      heads.bytes,
    ],
  });
  const kept = new Set(stored.map(({ n }) => n));
  return rows.map((_, i) => kept.has(i + 1));
}

const keepSql = `
with "fresh" as materialized (
  select i.* from unnest($1::text[], $2::int8[], $3::text[], $4::text[], $5::int8[], $6::text[], $7::text[], $8::text[], $9::text[],
    $10::text[], $11::text[], $12::text[], $13::text[], $14::int[], $15::int[], $16::int[], $17::int[], $18::int[], $19::int[])
    with ordinality as i("id", "createdMs", "environmentId", "sourceId", "version", "verdict", "reason", "detail", "method", "contentType",
    "remoteAddress", "eventType", "providerEventId", "bodyBytes", "responseStatus", "bodyStart", "keptBytes", "headStart", "headBytes", "n")
  where (select s."version" from "source" s where s."id" = i."sourceId") = i."version"
), "stored" as (
  insert into "received_request" ("id", "createdAt", "environmentId", "sourceId", "verdict", "reason", "detail", "eventType",
    "providerEventId", "method", "sealedHead", "contentType", "remoteAddress", "body", "bodyBytes", "responseStatus")
  select f."id", to_timestamp(f."createdMs" / 1000.0), f."environmentId", f."sourceId", f."verdict", f."reason", f."detail", f."eventType",
    f."providerEventId", f."method", substring($21::bytea from f."headStart" for f."headBytes"), f."contentType", f."remoteAddress",
    substring($20::bytea from f."bodyStart" for f."keptBytes"), f."bodyBytes", f."responseStatus"
  from "fresh" f
), "counted" as (
  insert into "quarantine_day" as q ("environmentId", "day", "bytes")
  select f."environmentId", (to_timestamp(f."createdMs" / 1000.0) at time zone 'UTC')::date, sum(f."headBytes" + coalesce(f."keptBytes", 0))
  from "fresh" f where ${countsForQuarantine("f")} group by 1, 2 order by 1, 2
  on conflict ("environmentId", "day") do update set "bytes" = q."bytes" + excluded."bytes"
)
select f."n"::int as "n" from "fresh" f`;
