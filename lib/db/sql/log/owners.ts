/** What deliveries of the log belong to. */
import { pool } from "../../client.ts";
import type { LogPlace } from "./log.ts";

export type Owners = {
  messageId: string;
  endpointId: string;
  endpointUrl: string;
  endpointDescription: string;
  endpointUid: string | null;
  retrySchedule: number[] | null;
  applicationUid: string | null;
  applicationName: string;
  eventId: string | null;
};

/** The endpoint, application and message of each delivery, in no order; a delivery whose endpoint is gone is missing. */
export async function readOwners(rows: LogPlace[]): Promise<Owners[]> {
  const times = rows.map(({ createdAt }) => createdAt.getTime());
  const { rows: owners } = await pool().query<Owners>({
    text: `select k."messageId", k."endpointId", e."url" as "endpointUrl", e."description" as "endpointDescription", e."uid" as "endpointUid",
        e."retrySchedule", a."uid" as "applicationUid", a."name" as "applicationName", m."eventId"
      from unnest($1::text[], $2::text[]) k("messageId", "endpointId")
        join endpoint e on e."id" = k."endpointId" join application a on a."id" = e."applicationId"
        left join lateral (select m."eventId" from message m where m."id" = k."messageId" and m."createdAt" between $3 and $4 limit 1) m on true`,
    values: [
      rows.map(({ messageId }) => messageId),
      rows.map(({ endpointId }) => endpointId),
      new Date(Math.min(...times)),
      new Date(Math.max(...times)),
    ],
  });
  return owners;
}
