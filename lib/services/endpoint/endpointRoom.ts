/** How many endpoints an application may have: each is one more request for each message. */
import type { Actor } from "../../actor.ts";
import type { Prisma } from "../../db/generated/client.ts";
import { env } from "../../env.ts";
import { requireBelow } from "../../limits.ts";

/**
 * Throws unless there is room for one more endpoint. To be called in a transaction that holds the application, so that endpoints
 * made at the same moment are counted.
 */
export async function requireRoom(tx: Prisma.TransactionClient, actor: Actor, applicationId: string, url: string): Promise<void> {
  if (actor.kind === "portal")
    requireBelow(actor, env().limits, "portalEndpoints", await tx.endpoint.count({ where: { applicationId, deletedAt: null } }));
  await requireRoomAtUrl(tx, actor, applicationId, url);
}

export async function requireRoomAtUrl(tx: Prisma.TransactionClient, actor: Actor, applicationId: string, url: string): Promise<void> {
  requireBelow(actor, env().limits, "endpointsPerUrl", await tx.endpoint.count({ where: { applicationId, url, deletedAt: null } }));
}
