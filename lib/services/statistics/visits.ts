/** When a member last looked at an environment, and what happened since. */
import type { Actor } from "../../actor.ts";
import type { VisitOut } from "../../contract/visit.ts";
import { pool, prisma } from "../../db/client.ts";
import { databaseNowMs } from "../../db/clock.ts";
import { readBuckets } from "../../db/sql/figures/overview.ts";
import type { EnvironmentId } from "../../ids.ts";
import { hasMinutes } from "./range.ts";

const hourSeconds = 3_600;
const pauseMinutes = 30;

export async function record({ environmentId, id: userId }: Actor): Promise<VisitOut> {
  const since = await touch(environmentId, userId);
  const nothing = { deliveries: 0, succeeded: 0, failed: 0 };
  if (since === null) return { since: null, ...nothing, incidentsOpened: 0, incidentsResolved: 0, endpointsDisabled: 0 };
  const now = new Date(databaseNowMs());
  const minutes = hasMinutes(since.getTime(), now.getTime()) ? 1 : 60;
  const after = { gt: since };
  const [buckets, incidentsOpened, incidentsResolved, endpointsDisabled] = await Promise.all([
    readBuckets(environmentId, minutes, since, now, hourSeconds),
    prisma().incident.count({ where: { environmentId, createdAt: after } }),
    prisma().incident.count({ where: { environmentId, resolvedAt: after } }),
    prisma().endpoint.count({ where: { environmentId, deletedAt: null, disabledAt: after, disabledReason: { not: "manual" } } }),
  ]);
  const counts = buckets.reduce(
    (sum, { deliveries, succeeded, failed }) => ({
      deliveries: sum.deliveries + deliveries,
      succeeded: sum.succeeded + succeeded,
      failed: sum.failed + failed,
    }),
    nothing,
  );
  return { since: since.toISOString(), ...counts, incidentsOpened, incidentsResolved, endpointsDisabled };
}

/** Notes that a member looks now, and answers the end of the visit before. */
async function touch(environmentId: EnvironmentId, userId: string): Promise<Date | null> {
  const { rows } = await pool().query<{ previousAt: Date | null }>(
    `insert into visit as v ("userId", "environmentId", "beganAt", "lastAt") values ($1, $2, now(), now())
     on conflict ("userId", "environmentId") do update set
       "previousAt" = case when ${isOver} then v."lastAt" else v."previousAt" end,
       "beganAt" = case when ${isOver} then now() else v."beganAt" end,
       "lastAt" = now()
     returning "previousAt"`,
    [userId, environmentId],
  );
  return rows[0]?.previousAt ?? null;
}

const isOver = `v."lastAt" < now() - interval '${pauseMinutes} minutes'`;
