/** Ending deliveries that nobody may send any more: their endpoint, or its application, is disabled or deleted. */
import { hotPool } from "../../client.ts";
import { cancelled } from "./lease.ts";

const inactive = (endpointId: string): string => `not exists (
  select from "endpoint" e join "application" a on a."id" = e."applicationId"
  where e."id" = ${endpointId} and e."disabledAt" is null and e."deletedAt" is null and a."deletedAt" is null)`;

/** Endpoints that are inactive and have something pending, for messages of [since, until). */
export async function findInactiveWithPending(since: Date, until: Date): Promise<string[]> {
  const { rows } = await hotPool().query<{ endpointId: string }>({
    name: "inactive_with_pending",
    text: `
with recursive "lane" as (
  (select d."endpointId" from "delivery" d where d."dueAt" is not null and d."createdAt" >= $1 and d."createdAt" < $2
   order by d."endpointId" limit 1)
  union all
  select n."endpointId" from "lane" l cross join lateral (
    select d."endpointId" from "delivery" d where d."dueAt" is not null and d."createdAt" >= $1 and d."createdAt" < $2
      and d."endpointId" > l."endpointId" order by d."endpointId" limit 1) n
)
select "endpointId" from "lane" where ${inactive(`"lane"."endpointId"`)}`,
    values: [since, until],
  });
  return rows.map(({ endpointId }) => endpointId);
}

/**
 * Cancels up to `limit` pending deliveries of those among the endpoints that are inactive, and returns how many. What a
 * worker has right now is left to it: it looks at the endpoint itself.
 */
export async function cancelInactive(endpointIds: string[], limit: number): Promise<number> {
  const { rowCount } = await hotPool().query({
    name: "cancel_inactive",
    text: `
with "doomed" as materialized (
  select p.* from unnest($1::text[]) as given("id") cross join lateral (
    select d."messageId", d."endpointId", d."createdAt" from "delivery" d
    where d."dueAt" is not null and d."endpointId" = given."id" and (d."leaseId" is null or d."dueAt" <= now())
    order by d."dueAt" limit $2 for update skip locked) p
  where ${inactive(`given."id"`)}
  limit $2
)
update "delivery" d set ${cancelled} from "doomed" k
where d."messageId" = k."messageId" and d."endpointId" = k."endpointId" and d."createdAt" = k."createdAt"`,
    values: [endpointIds, limit],
  });
  return rowCount ?? 0;
}

/** Endpoints of an application that are inactive. */
export async function listInactive(applicationId: string): Promise<string[]> {
  const { rows } = await hotPool().query<{ id: string }>({
    name: "inactive_of_application",
    text: `select e."id" from "endpoint" e join "application" a on a."id" = e."applicationId"
      where a."id" = $1 and (e."disabledAt" is not null or e."deletedAt" is not null or a."deletedAt" is not null)`,
    values: [applicationId],
  });
  return rows.map(({ id }) => id);
}
