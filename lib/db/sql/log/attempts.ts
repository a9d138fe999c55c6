/** Reading attempts; forgetting what a receiver answered. */
import { idTimeMs } from "../../../ids.ts";
import type { AttemptNote } from "../../../words/attemptNote.ts";
import { hourMs } from "../../../words/duration.ts";
import type { Timings } from "../../../webhooks/outcome.ts";
import { pool, readShort } from "../../client.ts";
import { GatheredReads } from "../../gatheredReads.ts";
import { clockSlack, earliestAttempt, endOfLists, madeBetween } from "../days.ts";
import { plainArray } from "../parameters.ts";
import { type Page, readByDays } from "../dayRanges.ts";
import { jsonObject, jsonOfMoment, jsonOfText, jsonOfWord } from "../json.ts";
import { type Place, type Where, readPage } from "../where.ts";
import { isOf } from "../isOf.ts";
import { hasSucceeded } from "../attempt.ts";
import type { ErrorClass } from "../../../words/errorClass.ts";

export type AttemptRow = {
  id: string;
  createdAt: Date;
  messageId: string;
  endpointId: string;
  url: string;
  /** The text of the receiver's answer; null: expunged. */
  response: string | null;
  responseBytes: Buffer | null;
  responseStatusCode: number;
  durationMs: number;
  errorClass: ErrorClass | null;
  trigger: "scheduled" | "manual" | null;
};

/** What is shown in place of a response that is not asked for, and of one that was deleted. */
const hiddenResponse = "{}";
export const expungedResponse = "EXPUNGED";

const columns = `a."id", a."createdAt", a."messageId", a."endpointId", a."url", a."response", a."responseBytes", a."responseStatusCode", a."durationMs",
  a."errorClass", a."trigger"`;

/** An attempt as the API shows it, in JSON. */
export type AttemptText = { id: string; messageId: string; text: string };

/** A page of attempts; the conditions are on an `attempt a`. The newest first if `down`. */
export function listAttempts(page: Page, withContent: boolean): Promise<AttemptText[]> {
  const textOf = (where: Where, limit: number): string => attemptsText(where, page.down, limit, withContent);
  return readByDays<AttemptText>({ ...page, column: `a."createdAt"` }, textOf);
}

/** The same, where the conditions name the days. */
export async function listAttemptsSince({ where, down, limit }: Page, withContent: boolean): Promise<AttemptText[]> {
  where.and(`a."createdAt" < ?`, endOfLists());
  return (await readPage<AttemptText>(attemptsText(where, down, limit, withContent), where)).rows;
}

/** SQL: the columns of the same, of an `attempt a`. */
function textColumns(withContent: boolean): string {
  const response = `coalesce(a."response", '${expungedResponse}')`;
  // PostgreSQL breaks the lines of base64.
  const bytes = `case when a."responseBytes" is not null then concat(',"responseBase64":"', translate(encode(a."responseBytes", 'base64'), E'\\n', ''), '"') end`;
  const text = jsonObject({
    id: jsonOfWord(`a."id"`),
    endpointId: jsonOfWord(`a."endpointId"`),
    msgId: jsonOfWord(`a."messageId"`),
    url: jsonOfText(`a."url"`),
    response: withContent ? `${jsonOfText(response)}, ${bytes}` : `'"${hiddenResponse}"'`,
    responseStatusCode: `a."responseStatusCode"`,
    responseDurationMs: `a."durationMs"`,
    status: `case when ${hasSucceeded("a")} then '0,"statusText":"success"' else '2,"statusText":"fail"' end`,
    triggerType: `case a."trigger" when 'manual' then 1 else 0 end`,
    timestamp: jsonOfMoment(`a."createdAt"`),
  });
  return `a."id", a."messageId", ${text} as "text"`;
}

type OfMessage = { messageId: string; since: Date; limit: number };

/** A message's newest attempts since a moment, the newest first. */
export const newestAttempts = (of: OfMessage, withContent: boolean): Promise<AttemptText[]> =>
  (withContent ? newestWhole : newestWithoutContent).find(of);

const readNewest = async (all: OfMessage[], withContent: boolean): Promise<AttemptText[][]> => {
  const earliest = new Date(Math.min(...all.map(({ since }) => since.getTime())));
  const { rows } = await readShort<AttemptText & { n: number }>({
    name: withContent ? "newest_attempts_of_messages" : "newest_attempts_of_messages_without_content",
    text: `select k."n"::int, a.* from unnest($1::text[], $2::timestamptz[], $3::int[]) with ordinality k("id", "since", "limit", "n")
           cross join lateral (select ${textColumns(withContent)} from attempt a where a."messageId" = k."id" and a."createdAt" >= k."since"
             and a."createdAt" >= $4 and a."createdAt" < $5 order by a."createdAt" desc, a."id" desc limit k."limit") a`,
    values: [
      plainArray(all.map(({ messageId }) => messageId)),
      plainArray(all.map(({ since }) => since.toISOString())),
      plainArray(all.map(({ limit }) => limit)),
      earliest,
      endOfLists(),
    ],
  });
  const found = all.map((): AttemptText[] => []);
  for (const row of rows) found[row.n - 1]?.push(row);
  return found;
};

const newestWhole = new GatheredReads((all: OfMessage[]) => readNewest(all, true));
const newestWithoutContent = new GatheredReads((all: OfMessage[]) => readNewest(all, false));

function attemptsText(where: Where, down: boolean, limit: number, withContent: boolean): string {
  const direction = down ? "desc" : "asc";
  return `select ${textColumns(withContent)} from attempt a ${where.text}
     order by a."createdAt" ${direction}, a."id" ${direction} ${where.bind("limit ?", limit)}`;
}

/** No attempt is made later after its message than this: retries end within days, recovery within 14. */
const longestDelivery = "60 days";

/** Adds: only attempts whose message has this channel and this tag. */
export function ofMessagesWith(
  where: Where,
  { channel, tag }: { channel?: string | null | undefined; tag?: string | null | undefined },
): void {
  if (!channel && !tag) return;
  const wanted = where.bind(
    [channel ? `m."channels" @> array[?]::text[]` : null, tag ? `m."tags" @> array[?]::text[]` : null].filter(Boolean).join(" and "),
    ...[channel, tag].filter(Boolean),
  );
  where.filter(`exists (select from message m where m."id" = a."messageId" and m."createdAt" <= a."createdAt" + ${clockSlack}
    and m."createdAt" > a."createdAt" - interval '${longestDelivery}' and ${wanted})`);
}

export async function readAttempt(attemptId: string, messageId: string): Promise<AttemptRow | undefined> {
  const { rows } = await readShort<AttemptRow>({
    name: "attempt",
    text: `select ${columns} from attempt a where a."id" = $1 and a."createdAt" between $2 and $3 and a."messageId" = $4`,
    values: [attemptId, ...daysAround(attemptId), messageId],
  });
  return rows[0];
}

export async function expungeResponse({ id, messageId, createdAt }: { id: string; messageId: string; createdAt: Date }): Promise<void> {
  await pool().query(
    `update attempt set response = null, "responseBytes" = null, "responseHeaders" = null
     where "messageId" = $1 and "createdAt" = $2 and "id" = $3`,
    [messageId, createdAt, id],
  );
}

/** The place that an iterator names in the list of a message or an endpoint. If the attempt is gone, its id still says when it was. */
export async function placeOfAttempt({ id }: { id: string }, of: { column: "messageId" | "endpointId"; id: string }): Promise<Place> {
  const { rows } = await readShort<Place>({
    name: `place_of_attempt_${of.column}`,
    text: `select "createdAt", "id" from attempt where ${of.column === "endpointId" ? isOf(`"endpointId"`, "$1") : `"messageId" = $1`} and "id" = $2 and "createdAt" between $3 and $4`,
    values: [of.id, id, ...daysAround(id)],
  });
  return rows[0] ?? { createdAt: new Date(idTimeMs("attempt", id) ?? 0), id };
}

/** Where the row of an attempt's id can be: the id dates from the attempt, the row from its recording. */
function daysAround(attemptId: string): [Date, Date] {
  const timeMs = idTimeMs("attempt", attemptId) ?? 0;
  return [new Date(timeMs - hourMs), new Date(timeMs + hourMs)];
}

/** The message of an attempt, by its id alone; an id counts in its own environment only. */
export async function messagesOfAttempt(environmentId: string, id: string): Promise<string[]> {
  const { rows } = await readShort<{ messageId: string }>({
    name: "message_of_attempt",
    text: `select a."messageId" from attempt a join endpoint e on e."id" = a."endpointId"
           where a."id" = $2 and a."createdAt" between $3 and $4 and e."environmentId" = $1 limit 1`,
    values: [environmentId, id, ...madeBetween("attempt", id)],
  });
  return rows.map(({ messageId }) => messageId);
}

type Delivered = { messageId: string; endpointId: string; createdAt: Date };

export type DeliveryAttemptRow = {
  id: string;
  attemptNumber: number;
  trigger: "scheduled" | "manual";
  status: "succeeded" | "failed";
  url: string;
  createdAt: Date;
  durationMs: number;
  responseStatusCode: number;
  errorClass: string | null;
  response: string | null;
  responseBytes: Buffer | null;
  responseHeaders: Record<string, string> | null;
  notes: AttemptNote[];
} & Timings;

const attemptLimit = 100;

/** All attempts of a delivery, the newest first. */
export async function readAttemptsOf({ messageId, endpointId, createdAt }: Delivered): Promise<DeliveryAttemptRow[]> {
  const { rows } = await readShort<DeliveryAttemptRow>({
    name: "attempts_of_delivery",
    text: `select a."id", a."attemptNumber", coalesce(a."trigger", 'scheduled') as "trigger",
        case when ${hasSucceeded("a")} then 'succeeded' else 'failed' end as "status", a."url", a."createdAt", a."durationMs", a."responseStatusCode",
        a."errorClass", a."response", a."responseBytes", a."responseHeaders",
        a."dnsMs", a."tcpMs", a."tlsMs", a."firstByteMs", coalesce(a."notes", '{}') as "notes"
      from attempt a where a."messageId" = $1 and a."endpointId" = $2 and a."createdAt" >= $3
      order by a."attemptNumber" desc limit ${attemptLimit}`,
    values: [messageId, endpointId, earliestAttempt(createdAt)],
  });
  return rows;
}

export type LastAnswer = {
  url: string;
  status: number;
  headers: Record<string, string> | null;
  response: string | null;
  errorClass: string | null;
  durationMs: number;
};

/** What the newest attempt of a message came to, at whichever endpoint. */
export async function readLastAnswer(messageId: string): Promise<LastAnswer | undefined> {
  const [earliest] = madeBetween("message", messageId);
  const { rows } = await readShort<LastAnswer>({
    name: "last_answer",
    text: `select "url", "responseStatusCode" as "status", "responseHeaders" as "headers", "response", "errorClass", "durationMs" from attempt
     where "messageId" = $1 and "createdAt" >= $2 order by "createdAt" desc limit 1`,
    values: [messageId, earliestAttempt(earliest)],
  });
  return rows[0];
}
