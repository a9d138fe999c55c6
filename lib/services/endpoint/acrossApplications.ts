/** All endpoints of an environment, and what became of their last deliveries. */
import type { Actor } from "../../actor.ts";
import { prisma } from "../../db/client.ts";
import type { Prisma } from "../../db/generated/client.ts";
import { recentStatuses } from "../../db/sql/log/deliveries.ts";
import { showWhole } from "./endpoints.ts";
import { cursorOf, keyset, pageOf } from "../shared/pages.ts";
import { findApplicationRow } from "../shared/scope.ts";
import { searchOf } from "../shared/search.ts";

type ListIn = {
  limit: number;
  iterator?: string | null | undefined;
  application_id?: string | null | undefined;
  state?: "enabled" | "failing" | "disabled" | null | undefined;
  search?: string | null | undefined;
};

export async function list(actor: Actor, query: ListIn) {
  const window = { limit: query.limit, descending: true, cursor: cursorOf("endpoint", query.iterator) };
  const { after, orderBy, take } = keyset("id", window);
  const application = query.application_id ? await findApplicationRow(actor, query.application_id) : null;
  const only = query.application_id
    ? { applicationId: application?.id ?? "" }
    : actor.applicationId === null
      ? {}
      : { applicationId: actor.applicationId };
  const where = {
    environmentId: actor.environmentId,
    deletedAt: null,
    ...only,
    ...stateOf(query.state),
    ...searchOf<Prisma.EndpointWhereInput>("endpoint", query.search, ["url", "description", "uid"]),
    ...after,
  };
  const include = { application: { select: { id: true, uid: true, name: true } } };
  const rows = await prisma().endpoint.findMany({ where, orderBy, take, include });
  const recent = await recentStatuses(
    rows.map(({ id }) => id),
    recentCount,
  );
  return pageOf(
    rows,
    window,
    ({ id }) => id,
    (row) => ({ application: row.application, recent: recent.get(row.id) ?? [], ...showWhole(row) }),
  );
}

function stateOf(state: ListIn["state"]): Prisma.EndpointWhereInput {
  if (state === "disabled") return { disabledAt: { not: null } };
  if (state === "failing") return { disabledAt: null, failingSince: { not: null } };
  return state === "enabled" ? { disabledAt: null } : {};
}

const recentCount = 20;
