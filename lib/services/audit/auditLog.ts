/** The audit log's reading side. */
import type { Actor } from "../../actor.ts";
import type { AuditEntryQuery, AuditTarget } from "../../contract/auditEntry.ts";
import { prisma } from "../../db/client.ts";
import type { AuditEntry, Prisma } from "../../db/generated/client.ts";
import type { ActorKind } from "../../words/actorKind.ts";
import type { Changes } from "./audit.ts";
import { cursorOf, keyset, pageOf } from "../shared/pages.ts";
import { searchOf } from "../shared/search.ts";

export async function list(actor: Actor, query: AuditEntryQuery) {
  const window = { limit: query.limit, descending: true, cursor: cursorOf("auditEntry", query.iterator) };
  const { after, orderBy, take } = keyset("id", window);
  const where = { AND: [{ organizationId: actor.organizationId }, filterOf(query), after] };
  return pageOf(await prisma().auditEntry.findMany({ where, orderBy, take }), window, ({ id }) => id, show);
}

function filterOf(query: AuditEntryQuery): Prisma.AuditEntryWhereInput {
  const { search, before, after, actorId, actorKind, targetKind, targetId, environmentId } = query;
  return {
    ...(actorId ? { actorId } : {}),
    ...(actorKind ? { actorKind } : {}),
    ...(targetKind ? { targetKind } : {}),
    ...(targetId ? { targetId } : {}),
    ...(environmentId ? { environmentId } : {}),
    ...(before || after ? { createdAt: { ...(before ? { lt: before } : {}), ...(after ? { gte: after } : {}) } } : {}),
    ...searchOf<Prisma.AuditEntryWhereInput>(null, search, ["action", "actorName", "actorId", "targetId"]),
  };
}

function show(entry: AuditEntry) {
  const { organizationId: _, ...shown } = entry;
  // recordAudit writes no others, and nobody alters an entry.
  const { actorKind, targetKind, changes } = entry;
  return { ...shown, actorKind: actorKind as ActorKind, targetKind: targetKind as AuditTarget, changes: changes as Changes };
}
