/**
 * What a source adds to the statement of accept.ts: its version is checked like the application's, an event that was
 * accepted within the window is a duplicate, and the request is stored with its message or as a duplicate of one.
 */
import { concatenated, plainArray, textArray } from "../parameters.ts";
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

/** The parameters $30 to $49, each with one entry a message. */
export function receivedParameters(parts: (ReceivedPart | null)[]): unknown[] {
  const heads = concatenated(parts.map((part) => (part === null || part.id === null ? null : part.sealedHead)));
  const forwards = concatenated(parts.map((part) => part?.sealedForward ?? null));
  const bodyHashes = concatenated(parts.map((part) => part?.bodyHash ?? null));
  const dedupes = concatenated(parts.map((part) => part?.dedupe?.hash ?? null));
  return [
    plainArray(parts.map((part) => part?.sourceId ?? null)),
    plainArray(parts.map((part) => part?.sourceVersion ?? null)),
    plainArray(parts.map((part) => part?.id ?? null)),
    textArray(parts.map((part) => part?.method ?? null)),
    textArray(parts.map((part) => part?.contentType ?? null)),
    textArray(parts.map((part) => part?.remoteAddress ?? null)),
    textArray(parts.map((part) => part?.providerEventId ?? null)),
    plainArray(parts.map((part) => part?.responseStatus ?? null)),
    plainArray(parts.map((part) => part?.dedupe?.windowSeconds ?? null)),
    plainArray(dedupes.starts),
    plainArray(bodyHashes.starts),
    plainArray(heads.starts),
    plainArray(heads.lengths),
    plainArray(forwards.starts),
    plainArray(forwards.lengths),
    dedupes.bytes,
    bodyHashes.bytes,
    heads.bytes,
    forwards.bytes,
    textArray(parts.map((part) => part?.dedupe?.by ?? null)),
  ];
}

const isOver = `d."expiresAt" <= now()`;

const bySeen = (of: "c" | "i"): string => `s."sourceId" = ${of}."sourceId" and s."keyHash" = ${of}."dedupeHash"`;

/** Pieces of the statement in accept.ts, by where they stand in it. */
export const receivedSql = {
  hashes: `,
    substring($45::bytea from i."dedupeStart" for 32) as "dedupeHash", substring($46::bytea from i."bodyHashStart" for 32) as "bodyHash"`,
  arrays: `,
    $30::text[], $31::int8[], $32::text[], $33::text[], $34::text[], $35::text[], $36::text[], $37::int[], $38::int[], $39::int[],
    $40::int[], $41::int[], $42::int[], $43::int[], $44::int[], $49::text[]`,
  names: `,
    "sourceId", "sourceVersion", "requestId", "method", "requestContentType", "remoteAddress", "providerEventId", "responseStatus",
    "windowSeconds", "dedupeStart", "bodyHashStart", "headStart", "headBytes", "forwardStart", "forwardBytes", "dedupeBy"`,
  fresh: `
    and (i."sourceId" is null or (select s."version" from "source" s where s."id" = i."sourceId") = i."sourceVersion")`,
  // Of two requests of one event, the second waits for the first to commit, and then finds its message.
  seen: `), "seen" as (
  insert into "source_dedupe" as d ("sourceId", "keyHash", "messageId", "bodyHash", "expiresAt")
  select distinct on (c."sourceId", c."dedupeHash") c."sourceId", c."dedupeHash", c."id", c."bodyHash",
    to_timestamp(c."createdMs" / 1000.0) + make_interval(secs => c."windowSeconds")
  from "candidate" c where c."dedupeHash" is not null order by c."sourceId", c."dedupeHash", c."n"
  on conflict ("sourceId", "keyHash") do update set
    "messageId" = case when ${isOver} then excluded."messageId" else d."messageId" end,
    "bodyHash" = case when ${isOver} then excluded."bodyHash" else d."bodyHash" end,
    "expiresAt" = case when ${isOver} then excluded."expiresAt" else d."expiresAt" end
  returning "sourceId", "keyHash", "messageId", "bodyHash"
`,
  unseen: ` and c."dedupeHash" is null`,
  first: `
  union all
  select c.* from "candidate" c join "seen" s on ${bySeen("c")} where s."messageId" = c."id"`,
  column: `, "sealedForward"`,
  value: `, substring($48::bytea from a."forwardStart" for a."forwardBytes")`,
  received: `), "received" as (
  insert into "received_request" ("id", "createdAt", "environmentId", "sourceId", "verdict", "eventType", "providerEventId", "messageId",
    "method", "sealedHead", "contentType", "remoteAddress", "body", "bodyBytes", "responseStatus", "duplicateBy")
  select c."requestId", to_timestamp(c."createdMs" / 1000.0), c."environmentId", c."sourceId",
    case when coalesce(s."messageId", c."id") = c."id" then 'accepted' else 'duplicate' end, c."eventType", c."providerEventId",
    coalesce(s."messageId", c."id"), c."method", substring($47::bytea from c."headStart" for c."headBytes"), c."requestContentType",
    c."remoteAddress", case when s."messageId" <> c."id" and s."bodyHash" <> c."bodyHash"
      then substring($20::bytea from c."payloadStart" for c."payloadBytes") end, c."payloadBytes", c."responseStatus", case when s."messageId" <> c."id" then c."dedupeBy" end
  from "candidate" c left join "seen" s on ${bySeen("c")} where c."requestId" is not null
`,
  messageId: `coalesce(e."messageId", s."messageId")`,
  traces: "$50",
  join: `
  left join "seen" s on ${bySeen("i")} and c."n" is not null`,
};

export type Pieces = Record<keyof typeof receivedSql, string>;

/** The pieces for a statement in which no message comes from a source. */
export const nothingReceived: Pieces = {
  hashes: "",
  arrays: "",
  names: "",
  fresh: "",
  seen: "",
  unseen: "",
  first: "",
  column: "",
  value: "",
  received: "",
  messageId: `e."messageId"`,
  traces: "$30",
  join: "",
};
