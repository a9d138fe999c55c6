/** Finding by name whatever the actor may see. */
import type { Actor } from "../../actor.ts";
import type { SearchHitOut } from "../../contract/search.ts";
import { prisma } from "../../db/client.ts";
import type { Prisma } from "../../db/generated/client.ts";
import { type Found, findApplications, findEndpoints } from "../../db/sql/log/search.ts";
import { notFound } from "../../errors.ts";
import { nameOr } from "../../words/nameOr.ts";
import { type SearchedKind, searchedKinds } from "../../words/searchedKind.ts";
import { visible } from "../eventType/eventTypes.ts";
import { findApplicationRow } from "../shared/scope.ts";
import { searchOf } from "../shared/search.ts";

type Query = { text: string; kinds?: SearchedKind[] | null | undefined; application_id?: string | null | undefined; limit: number };
type Wanted = { text: string; limit: number; applicationId: string | null };

/** The best first, in the order of the kinds. Throws `not_found` for an application that isn't there. */
export async function find(actor: Actor, { text, kinds, application_id, limit }: Query): Promise<{ data: SearchHitOut[] }> {
  const asked = searchedKinds.filter((kind) => !kinds || kinds.length === 0 || kinds.includes(kind));
  const named = application_id ? await findApplicationRow(actor, application_id) : null;
  if (application_id && named === null) throw notFound("Application not found");
  const wanted = { text: text.trim(), limit, applicationId: named?.id ?? actor.applicationId };
  const found = await Promise.all(asked.map((kind) => finders[kind](actor, wanted)));
  return { data: found.flat() };
}

const nothing = { uid: null, detail: null, applicationId: null, applicationName: null, deleted: false };

const finders: Record<SearchedKind, (actor: Actor, wanted: Wanted) => Promise<SearchHitOut[]>> = {
  application: async (actor, { text, limit }) => {
    // The application that operational webhooks belong to is nobody's customer.
    if (actor.operational) return [];
    const rows = await findApplications(actor.environmentId, actor.applicationId, text, limit);
    return rows.map((row) => ({ ...nothing, kind: "application", id: row.id, uid: row.uid, name: nameOr(row.name, row.id) }));
  },
  endpoint: async ({ environmentId }, { text, limit, applicationId }) => {
    const rows = await findEndpoints(environmentId, applicationId, text, limit);
    return rows.map(({ detail, ...row }: Found) => ({ ...row, kind: "endpoint", detail: detail === "" ? null : detail }));
  },
  eventType: async (actor, { text, limit }) => {
    const where = {
      AND: [visible(actor), { archived: false }, searchOf<Prisma.EventTypeWhereInput>(null, text, ["name", "description", "groupName"])],
    };
    const rows = await prisma().eventType.findMany({ where, orderBy: { name: "asc" }, take: limit });
    return rows.map(({ name, description }) => ({ ...nothing, kind: "eventType", id: name, name, detail: description || null }));
  },
  source: async (actor, { text, limit }) => {
    if (actor.applicationId !== null) return [];
    const where = { environmentId: actor.environmentId, ...searchOf<Prisma.SourceWhereInput>("source", text, ["name", "uid"]) };
    const rows = await prisma().source.findMany({ where, orderBy: { id: "desc" }, take: limit });
    return rows.map(({ id, uid, name }) => ({ ...nothing, kind: "source", id, uid, name: nameOr(name, id) }));
  },
  member: async ({ kind, organizationId }, { text, limit }) => {
    // Who else is in the organization is for its members alone.
    if (kind !== "member") return [];
    const user = searchOf<Prisma.UserWhereInput>("user", text, ["name", "email"]);
    const rows = await prisma().member.findMany({
      where: { organizationId, user },
      orderBy: { userId: "asc" },
      take: limit,
      include: { user: true },
    });
    return rows.map((row) => ({
      ...nothing,
      kind: "member",
      id: row.userId,
      name: row.user.name ?? row.user.email,
      detail: row.user.name === null ? null : row.user.email,
    }));
  },
};
