/** An application's endpoints, page by page. By hand: a page by Prisma costs several times what it holds. */
import type { Endpoint } from "../../db/generated/client.ts";
import { withLists } from "../../db/sql/log/tenants.ts";
import { Where, readPage } from "../../db/sql/where.ts";
import type { ApplicationId } from "../../ids.ts";
import { type Window, readsDown } from "../shared/pages.ts";

const core = [
  "id",
  "uid",
  "url",
  "version",
  "description",
  "throttleRate",
  "disabledAt",
  "disabledReason",
  "eventTypes",
  "channels",
  "createdAt",
  "updatedAt",
] as const;

const whole = [...core, "metadata", "retrySchedule", "signature", "ordering", "filter", "failingSince"] as const;

/** What an endpoint and a message's destination have in common. */
export type EndpointCore = Pick<Endpoint, (typeof core)[number]>;

/** What the API shows of an endpoint. */
export type EndpointRow = Pick<Endpoint, (typeof whole)[number]>;

const columns = whole.map((name) => `"${name}"`).join(", ");

/** In the direction of reading, up to one more than the page holds. */
export async function listEndpoints(applicationId: ApplicationId, window: Window): Promise<EndpointRow[]> {
  const down = readsDown(window);
  const where = new Where().and(`"applicationId" = ?`, applicationId).and(`"deletedAt" is null`);
  if (window.cursor !== null) where.and(`"id" ${down ? "<" : ">"} ?`, window.cursor.id);
  const order = `order by "id" ${down ? "desc" : "asc"} ${where.bind("limit ?", window.limit + 1)}`;
  const { rows } = await readPage<EndpointRow>(`select ${columns} from endpoint ${where.text} ${order}`, where);
  return rows.map(withLists);
}
