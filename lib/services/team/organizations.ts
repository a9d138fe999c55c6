/** An organization: its name. */
import type { Actor } from "../../actor.ts";
import type { OrganizationPatch } from "../../contract/organization.ts";
import { prisma } from "../../db/client.ts";
import { recordAudit } from "../audit/audit.ts";
import { ofOrganization } from "./people.ts";

export async function patch(actor: Actor, { name }: OrganizationPatch) {
  const where = { id: actor.organizationId };
  return prisma().$transaction(async (tx) => {
    const before = await tx.organization.findUniqueOrThrow({ where });
    await recordAudit(ofOrganization(actor), tx, "organization.updated", where.id, { name: { from: before.name, to: name } });
    return tx.organization.update({ where, data: { name }, select: { id: true, name: true } });
  });
}
