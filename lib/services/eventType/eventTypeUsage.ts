/** Who subscribes to an event type, and which payloads did not fit its schema. */
import type { Actor } from "../../actor.ts";
import type { EventTypeUsageOut } from "../../contract/eventTypeImport.ts";
import { pool, prisma } from "../../db/client.ts";
import { databaseNowMs } from "../../db/clock.ts";
import * as eventTypes from "./eventTypes.ts";
import { dayMs } from "../../words/duration.ts";

const shownRows = 20;
const countedRows = 1000;
const violationDays = 30;

export async function getUsage(actor: Actor, name: string): Promise<EventTypeUsageOut> {
  await eventTypes.get(actor, name);
  const [subscribers, catchAll, violations] = await Promise.all([
    subscribersOf(actor, name),
    countCatchAll(actor),
    violationsOf(actor, name),
  ]);
  return { subscribers, catchAll, violations };
}

type Subscriber = EventTypeUsageOut["subscribers"]["first"][number];

async function subscribersOf({ environmentId }: Actor, name: string): Promise<EventTypeUsageOut["subscribers"]> {
  const { rows } = await pool().query<Subscriber>(
    `select a."id" as "applicationId", a."name" as "applicationName", e."id" as "endpointId", e."url", e."disabledAt" is not null as "disabled"
     from endpoint e join application a on a."id" = e."applicationId" and a."deletedAt" is null
     where e."environmentId" = $1 and e."deletedAt" is null and $2 = any(e."eventTypes") order by e."id" limit $3`,
    [environmentId, name, countedRows + 1],
  );
  return { ...counted(rows.length), first: rows.slice(0, shownRows) };
}

async function countCatchAll({ environmentId }: Actor): Promise<EventTypeUsageOut["catchAll"]> {
  const { rows } = await pool().query<{ count: number }>(
    `select count(*)::int as "count" from (
       select from endpoint e join application a on a."id" = e."applicationId" and a."deletedAt" is null
       where e."environmentId" = $1 and e."deletedAt" is null and e."eventTypes" = '{}' limit $2) s`,
    [environmentId, countedRows + 1],
  );
  return counted(rows[0]?.count ?? 0);
}

async function violationsOf({ environmentId }: Actor, eventType: string): Promise<EventTypeUsageOut["violations"]> {
  const since = new Date(databaseNowMs() - violationDays * dayMs);
  const where = { environmentId, eventType, createdAt: { gte: since } };
  const [count, rows] = await Promise.all([
    prisma().schemaViolation.count({ where, take: countedRows + 1 }),
    prisma().schemaViolation.findMany({ where, orderBy: { createdAt: "desc" }, take: shownRows }),
  ]);
  const latest = rows.map(({ messageId, createdAt, schemaVersion, faults }) => ({
    messageId,
    createdAt: createdAt.toISOString(),
    schemaVersion,
    faults: faults as EventTypeUsageOut["violations"]["latest"][number]["faults"],
  }));
  return { ...counted(count), latest };
}

const counted = (count: number) => ({ count: Math.min(count, countedRows), capped: count > countedRows });
