/**
 * What a source adds to the statement of acceptStatement.ts: its version is checked like the application's, an event that was
 * accepted within the window is a duplicate, and the request is stored with its message or as a duplicate of one.
 */
import { concatenated, plainArray, type Pieces, textArray } from "../parameters.ts";
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

/** What a source's requests add to `input`. */
export function receivedColumns(parts: readonly (ReceivedPart | null)[]): Column[] {
  const [dedupes, bodyHashes, heads, forwards] = buffersOf(parts);
  return [
    ["sourceId", "text", plainArray(parts.map((part) => part?.sourceId ?? null))],
    ["sourceVersion", "int8", plainArray(parts.map((part) => part?.sourceVersion ?? null))],
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
}

export function receivedSingles(parts: readonly (ReceivedPart | null)[]): Single[] {
  return buffersOf(parts).map(({ bytes }, i): Single => [bufferNames[i] ?? "", "bytea", bytes]);
}

const bufferNames = ["dedupeHashes", "bodyHashes", "heads", "forwards"];

const buffersOf = (parts: readonly (ReceivedPart | null)[]): [Pieces, Pieces, Pieces, Pieces] => [
  concatenated(parts.map((part) => part?.dedupe?.hash ?? null)),
  concatenated(parts.map((part) => part?.bodyHash ?? null)),
  concatenated(parts.map((part) => (part === null || part.id === null ? null : part.sealedHead))),
  concatenated(parts.map((part) => part?.sealedForward ?? null)),
];

const isOver = `d."expiresAt" <= now()`;

const bySeen = (of: "c" | "i"): string => `s."sourceId" = ${of}."sourceId" and s."keyHash" = ${of}."dedupeHash"`;

/** What stands at each place of acceptStatement.ts. `exact`: whether there are messages with keys or eventIds, of which not all are candidates. */
export function receivedPieces($: Place, exact: boolean): typeof nothingReceived {
  const candidate = exact ? `"candidate"` : `"fresh"`;
  return {
    hashes: `, substring(${$("dedupeHashes")} from i."dedupeStart" for 32) as "dedupeHash",
    substring(${$("bodyHashes")} from i."bodyHashStart" for 32) as "bodyHash"`,
    fresh: `
    and (i."sourceId" is null or (select s."version" from "source" s where s."id" = i."sourceId") = i."sourceVersion")`,
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
), `,
    unseen: `c."dedupeHash" is null`,
    first: `
  union all
  select c.* from ${candidate} c join "seen" s on ${bySeen("c")} where s."messageId" = c."id"`,
    received: `), "received" as (
  insert into "received_request" ("id", "createdAt", "environmentId", "sourceId", "verdict", "eventType", "providerEventId", "messageId",
    "method", "sealedHead", "contentType", "remoteAddress", "body", "bodyBytes", "responseStatus", "duplicateBy")
  select c."requestId", c."createdAt", c."environmentId", c."sourceId",
    case when coalesce(s."messageId", c."id") = c."id" then 'accepted' else 'duplicate' end, c."eventType", c."providerEventId",
    coalesce(s."messageId", c."id"), c."method", substring(${$("heads")} from c."headStart" for c."headBytes"), c."requestContentType",
    c."remoteAddress", case when s."messageId" <> c."id" and s."bodyHash" <> c."bodyHash"
      then substring(${$("payloads")} from c."payloadStart" for c."payloadBytes") end, c."payloadBytes", c."responseStatus",
    case when s."messageId" <> c."id" then c."dedupeBy" end
  from ${candidate} c left join "seen" s on ${bySeen("c")} where c."requestId" is not null
`,
    join: `
  left join "seen" s on ${bySeen("i")} and c."n" is not null`,
  };
}

/** The value of `sealedForward` of an accepted message. */
export const forwardSql = ($: Place): string => `substring(${$("forwards")} from a."forwardStart" for a."forwardBytes")`;

/** The pieces of a statement in which no message comes from a source. */
export const nothingReceived = { hashes: "", fresh: "", seen: "", unseen: "", first: "", received: "", join: "" };
