/** What deliveries of the log belong to. */
import { readShort } from "../../client.ts";
import type { LogPlace } from "./log.ts";

export type Owners = {
  messageId: string;
  endpointId: string;
  endpointUrl: string;
  endpointDescription: string;
  endpointUid: string | null;
  endpointDeleted: boolean;
  retrySchedule: number[] | null;
  applicationUid: string | null;
  applicationName: string;
  applicationDeleted: boolean;
  eventId: string | null;
};

/** The endpoint, application and message of each delivery, in no order; a delivery whose endpoint is gone is missing. */
export async function readOwners(rows: LogPlace[]): Promise<Owners[]> {
  const times = rows.map(({ createdAt }) => createdAt.getTime());
  const { rows: owners } = await readShort<Owners>({
    name: "owners_of_deliveries",
    text: `select k."messageId", k."endpointId", e."url" as "endpointUrl", e."description" as "endpointDescription", e."uid" as "endpointUid",
        e."deletedAt" is not null as "endpointDeleted", e."retrySchedule", a."uid" as "applicationUid", a."name" as "applicationName",
        a."deletedAt" is not null as "applicationDeleted", m."eventId"
      from unnest($1::text[], $2::text[], $3::timestamptz[]) k("messageId", "endpointId", "createdAt")
        join endpoint e on e."id" = k."endpointId" join application a on a."id" = e."applicationId"
        left join message m on m."id" = k."messageId" and m."createdAt" = k."createdAt" and m."createdAt" between $4 and $5`,
    values: [
      rows.map(({ messageId }) => messageId),
      rows.map(({ endpointId }) => endpointId),
      rows.map(({ createdAt }) => createdAt.toISOString()),
      new Date(Math.min(...times)),
      new Date(Math.max(...times)),
    ],
  });
  return owners;
}
