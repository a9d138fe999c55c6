/** An organization: its name, and whether its members need a second factor. */
import type { Actor } from "../../actor.ts";
import { forgetAllAccess } from "../../auth/apiKeys.ts";
import type { OrganizationPatch } from "../../contract/organization.ts";
import { prisma } from "../../db/client.ts";
import { AppError } from "../../errors.ts";
import { changesOf, recordAudit } from "../audit/audit.ts";
import { ofOrganization, type Transaction } from "./people.ts";
import { requireProof } from "./proven.ts";

/** Throws `proof_required` for another rule about second factors, and `conflict` for requiring one without having shown one. */
export async function patch(actor: Actor, input: OrganizationPatch) {
  const where = { id: actor.organizationId };
  const fields = { ...(input.name === undefined ? {} : { name: input.name }), ...ruleOf(input) };
  const { before, after } = await prisma().$transaction(async (tx) => {
    await tx.$executeRaw`select from organization where id = ${where.id} for update`;
    const before = await tx.organization.findUniqueOrThrow({ where });
    if (before.secondFactorRequired !== (input.secondFactorRequired ?? before.secondFactorRequired)) await requireToRule(actor, tx, input);
    await recordAudit(
      ofOrganization(actor),
      tx,
      "organization.updated",
      where.id,
      changesOf(before, input, ["name", "secondFactorRequired"]),
    );
    const select = { id: true, name: true, secondFactorRequired: true } as const;
    return { before, after: await tx.organization.update({ where, data: fields, select }) };
  });
  // Who is signed in without a factor is out of the organization at once, in every process.
  if (before.secondFactorRequired !== after.secondFactorRequired) await forgetAllAccess();
  return after;
}

const ruleOf = ({ secondFactorRequired }: OrganizationPatch) => (secondFactorRequired === undefined ? {} : { secondFactorRequired });

async function requireToRule(actor: Actor, tx: Transaction, { secondFactorRequired }: OrganizationPatch): Promise<void> {
  await requireProof(tx, actor.sessionId);
  if (secondFactorRequired !== true) return;
  const session = await tx.session.findUnique({ where: { id: actor.sessionId ?? "" }, select: { factorAt: true } });
  if (session === null || session.factorAt === null)
    throw new AppError("conflict", "Set up a second factor of your own first, or show it: you would be the first to be shut out");
}
