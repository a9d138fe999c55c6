/**
 * What a source adds to the statement of acceptStatement.ts: its version is checked like the application's, an event that was
 * accepted within the window is a duplicate, and the request is stored with its message or as a duplicate of one.
 */
import { beside } from "../joins.ts";
import { concatenated, plainArray, textArray } from "../parameters.ts";
import type { Column, Place, Single } from "./acceptStatement.ts";
import type { ReceivedRow } from "../received/received.ts";

export type ReceivedPart = Pick<
  ReceivedRow,
  "sourceId" | "sourceVersion" | "method" | "sealedHead" | "contentType" | "remoteAddress" | "providerEventId" | "responseStatus"
> & {
  /** Null: the request is stored already, and is being released. */
  id: string | null;
  /** SHA-256 of the message's payload. */
  bodyHash: Buffer;
  /** SHA-256 of what names the event, and what told it in words; null: nothing is a duplicate of it. */
  dedupe: { hash: Buffer; by: string; windowSeconds: number } | null;
  /** The request's head that goes along with the message, sealed; null: nothing does. */
  sealedForward: Buffer | null;
};

/** What a source's requests add to `input`, and to the statement. */
export function receivedParameters(parts: readonly (ReceivedPart | null)[]): { columns: Column[]; singles: Single[] } {
  const dedupes = concatenated(parts.map((part) => part?.dedupe?.hash ?? null));
  const bodyHashes = concatenated(parts.map((part) => part?.bodyHash ?? null));
  const heads = concatenated(parts.map((part) => (part === null || part.id === null ? null : part.sealedHead)));
  const forwards = concatenated(parts.map((part) => part?.sealedForward ?? null));
  const columns: Column[] = [
    ["requestId", "text", plainArray(parts.map((part) => part?.id ?? null))],
    ["method", "text", textArray(parts.map((part) => part?.method ?? null))],
    ["requestContentType", "text", textArray(parts.map((part) => part?.contentType ?? null))],
    ["remoteAddress", "text", textArray(parts.map((part) => part?.remoteAddress ?? null))],
    ["providerEventId", "text", textArray(parts.map((part) => part?.providerEventId ?? null))],
    ["responseStatus", "int", plainArray(parts.map((part) => part?.responseStatus ?? null))],
    ["windowSeconds", "float8", plainArray(parts.map((part) => part?.dedupe?.windowSeconds ?? null))],
    ["dedupeStart", "int", plainArray(dedupes.starts)],
    ["bodyHashStart", "int", plainArray(bodyHashes.starts)],
    ["headStart", "int", plainArray(heads.starts)],
    ["headBytes", "int", plainArray(heads.lengths)],
    ["forwardStart", "int", plainArray(forwards.starts)],
    ["forwardBytes", "int", plainArray(forwards.lengths)],
    ["dedupeBy", "text", textArray(parts.map((part) => part?.dedupe?.by ?? null))],
  ];
  const singles: Single[] = [
    ["dedupeHashes", "bytea", dedupes.bytes],
    ["bodyHashes", "bytea", bodyHashes.bytes],
    ["heads", "bytea", heads.bytes],
    ["forwards", "bytea", forwards.bytes],
  ];
  return { columns, singles };
}

/** The source of each origin, if it has one. */
export const sourceSingles = (parts: readonly (Pick<ReceivedPart, "sourceId" | "sourceVersion"> | null)[]): Single[] => [
  ["sourceIds", "text[]", plainArray(parts.map((part) => part?.sourceId ?? null))],
  ["sourceVersions", "int8[]", plainArray(parts.map((part) => part?.sourceVersion ?? null))],
];

const isOver = `d."expiresAt" <= now()`;

/** What stands at each place of acceptStatement.ts. `exact`: whether there are messages with keys or eventIds, of which not all are candidates. */
export function receivedPieces($: Place, exact: boolean): typeof nothingReceived {
  const candidate = exact ? `"candidate"` : `"fresh"`;
  return {
    hashes: `, substring(${$("dedupeHashes")} from i."dedupeStart" for 32) as "dedupeHash",
    substring(${$("bodyHashes")} from i."bodyHashStart" for 32) as "bodyHash"`,
    origins: ["sourceIds", "sourceVersions"],
    originNames: `, "sourceId", "sourceVersion"`,
    known: `
    and (o."sourceId" is null or (select s."version" from "source" s where s."id" = o."sourceId") = o."sourceVersion")`,
    fresh: `, o."sourceId"`,
    // Of two requests of one event, the second waits for the first to commit, and then finds its message.
    seen: `"seen" as (
  insert into "source_dedupe" as d ("sourceId", "keyHash", "messageId", "bodyHash", "expiresAt")
  select distinct on (c."sourceId", c."dedupeHash") c."sourceId", c."dedupeHash", c."id", c."bodyHash",
    c."createdAt" + make_interval(secs => c."windowSeconds")
  from ${candidate} c where c."dedupeHash" is not null order by c."sourceId", c."dedupeHash", c."n"
  on conflict ("sourceId", "keyHash") do update set
    "messageId" = case when ${isOver} then excluded."messageId" else d."messageId" end,
    "bodyHash" = case when ${isOver} then excluded."bodyHash" else d."bodyHash" end,
    "expiresAt" = case when ${isOver} then excluded."expiresAt" else d."expiresAt" end
  returning "sourceId", "keyHash", "messageId", "bodyHash"
), "judged" as materialized (
  select c.*, coalesce(s."messageId", c."id") as "firstId", s."bodyHash" as "firstBodyHash"
  from ${candidate} c ${beside(`"seen" s`, `s."sourceId" = c."sourceId" and s."keyHash" = c."dedupeHash"`)}
), `,
    accepted: ` and c."firstId" = c."id"`,
    received: `), "received" as (
  insert into "received_request" ("id", "createdAt", "environmentId", "sourceId", "verdict", "eventType", "providerEventId", "messageId",
    "method", "sealedHead", "contentType", "remoteAddress", "body", "bodyBytes", "responseStatus", "duplicateBy")
  select c."requestId", c."createdAt", c."environmentId", c."sourceId", case when c."firstId" = c."id" then 'accepted' else 'duplicate' end,
    c."eventType", c."providerEventId", c."firstId", c."method", substring(${$("heads")} from c."headStart" for c."headBytes"),
    c."requestContentType", c."remoteAddress", case when c."firstId" <> c."id" and c."firstBodyHash" <> c."bodyHash"
      then substring(${$("payloads")} from c."payloadStart" for c."payloadBytes") end, c."payloadBytes", c."responseStatus",
    case when c."firstId" <> c."id" then c."dedupeBy" end
  from "judged" c where c."requestId" is not null
`,
    join: `
  left join "judged" j on j."n" = i."n"`,
  };
}

/** The value of `sealedForward` of an accepted message. */
export const forwardSql = ($: Place): string => `substring(${$("forwards")} from a."forwardStart" for a."forwardBytes")`;

/** The pieces of a statement in which no message comes from a source. */
export const nothingReceived = {
  hashes: "",
  origins: [] as string[],
  originNames: "",
  known: "",
  fresh: "",
  seen: "",
  accepted: "",
  received: "",
  join: "",
};
