/** Pages of an environment's applications. By hand: a page by Prisma costs several times what it holds. */
import type { Actor } from "../../actor.ts";
import { readShort } from "../../db/client.ts";
import type { Application } from "../../db/generated/client.ts";
import { Where, readPage } from "../../db/sql/where.ts";
import { cursorOf, pageOf, readsDown } from "../shared/pages.ts";
import { searching } from "../shared/search.ts";
import { showApplication } from "./applications.ts";

type ListIn = {
  limit: number;
  iterator?: string | null | undefined;
  order: "ascending" | "descending";
  exclude_apps_with_no_endpoints: boolean;
  exclude_apps_with_disabled_endpoints: boolean;
  search?: string | null | undefined;
  with_endpoint_counts: boolean;
  with_sources: boolean;
};

export async function list(actor: Actor, query: ListIn) {
  const window = { limit: query.limit, descending: query.order === "descending", cursor: cursorOf("application", query.iterator) };
  // The application that operational webhooks belong to is nobody's customer.
  if (actor.operational) return pageOf([], window, ({ id }: Row) => id, showApplication);
  const down = readsDown(window);
  const where = new Where().and(`a."environmentId" = ?`, actor.environmentId).and(`a."deletedAt" is null`);
  if (!query.with_sources) where.and(`a."sourceId" is null`);
  if (query.exclude_apps_with_disabled_endpoints || query.exclude_apps_with_no_endpoints) {
    const which = query.exclude_apps_with_disabled_endpoints ? ` and e."disabledAt" is null` : "";
    where.filter(`exists (select from endpoint e where e."applicationId" = a."id" and e."deletedAt" is null${which})`);
  }
  searching(where, "application", query.search, { id: `a."id"`, texts: [`a."name"`, `a."uid"`] });
  if (window.cursor !== null) where.and(`a."id" ${down ? "<" : ">"} ?`, window.cursor.id);
  const order = `order by a."id" ${down ? "desc" : "asc"} ${where.bind("limit ?", query.limit + 1)}`;
  const { rows } = await readPage<Row>(`select ${columns} from application a ${where.text} ${order}`, where);
  const counts = query.with_endpoint_counts ? await countEndpoints(rows.map(({ id }) => id)) : null;
  return pageOf(
    rows,
    window,
    ({ id }) => id,
    (row) =>
      counts === null
        ? showApplication(row)
        : { endpoints: counts.get(row.id) ?? { total: 0, failing: 0, disabled: 0 }, ...showApplication(row) },
  );
}

type Row = Pick<Application, "id" | "uid" | "name" | "throttleRate" | "metadata" | "sourceId" | "createdAt" | "updatedAt">;

const columns = ["id", "uid", "name", "throttleRate", "metadata", "sourceId", "createdAt", "updatedAt"]
  .map((name) => `a."${name}"`)
  .join(", ");

type EndpointCounts = { total: number; failing: number; disabled: number };

async function countEndpoints(ids: string[]): Promise<Map<string, EndpointCounts>> {
  const { rows } = await readShort<EndpointCounts & { id: string }>({
    name: "count_endpoints",
    text: `select "applicationId" as "id", count(*)::int as "total", (count(*) filter (where "disabledAt" is not null))::int as "disabled",
             (count(*) filter (where "disabledAt" is null and "failingSince" is not null))::int as "failing"
           from endpoint where "applicationId" = any($1::text[]) and "deletedAt" is null group by 1`,
    values: [ids],
  });
  return new Map(rows.map(({ id, ...counts }) => [id, counts]));
}
