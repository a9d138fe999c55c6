/** Deleting payloads of messages, the words of them, and the bodies that the requests they were made of still keep. */
import type { ApplicationId } from "../../../ids.ts";
import { pool } from "../../client.ts";
import type { Prisma } from "../../generated/client.ts";
import { isOf } from "../isOf.ts";

/** Deletes the payloads of messages made from `from` to `to`, so that only those days are touched. Answers the ids of the messages that exist. */
export async function expungeMessages(
  tx: Prisma.TransactionClient,
  applicationId: ApplicationId,
  ids: string[],
  from: Date,
  to: Date,
): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    with "done" as (
      update "message" set "payload" = null
      where "id" = any(${ids}::text[]) and "createdAt" between ${from} and ${to} and "applicationId" = ${applicationId}
      returning "id", "createdAt", "environmentId"
    ), "words" as (
      delete from "message_search" s using "done"
      where s."environmentId" = "done"."environmentId" and s."createdAt" = "done"."createdAt" and s."messageId" = "done"."id"
    ), "bodies" as (
      update "received_request" r set "body" = null from "done" where r."messageId" = "done"."id" and r."body" is not null
    ) select "id" from "done"`;
  return rows.map(({ id }) => id);
}

export type ExpungePlace = { createdAt: Date; messageId: string };

/** Deletes the payloads of an application's next messages up to `until`, oldest first. `place` null: there are no more. */
export async function expungeNext(
  applicationId: ApplicationId,
  until: Date,
  place: ExpungePlace | null,
  limit: number,
): Promise<{ looked: number; expunged: number; place: ExpungePlace | null }> {
  const { rows } = await pool().query<{ id: string; createdAt: Date; expunged: boolean }>(
    `with page as (
       select "id", "createdAt", "environmentId", "payload" is not null as "full" from "message"
       where ${isOf(`"applicationId"`, "$1")} and "createdAt" <= $2 and "createdAt" >= $3 and ("createdAt", "id") > ($3, $4)
       order by "createdAt", "id" limit $5
     ), done as (
       update "message" m set "payload" = null from page p where m."id" = p."id" and m."createdAt" = p."createdAt" and p."full"
     ), words as (
       delete from "message_search" s using page p
       where s."environmentId" = p."environmentId" and s."createdAt" = p."createdAt" and s."messageId" = p."id"
     ), bodies as (
       update "received_request" r set "body" = null from page p where r."messageId" = p."id" and r."body" is not null
     )
     select "id", "createdAt", "full" as "expunged" from page order by "createdAt", "id"`,
    [applicationId, until, place?.createdAt ?? new Date(0), place?.messageId ?? "", limit],
  );
  const last = rows.length < limit ? undefined : rows.at(-1);
  return {
    looked: rows.length,
    expunged: rows.filter(({ expunged }) => expunged).length,
    place: last === undefined ? null : { createdAt: last.createdAt, messageId: last.id },
  };
}
