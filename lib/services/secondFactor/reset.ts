/** Taking away what somebody has lost: by an admin, or by whoever runs Webster. From then on the password lets in, until there is another. */
import type { Actor } from "../../actor.ts";
import type { Role } from "../../words/role.ts";
import { commandOf } from "../../commands.ts";
import { prisma } from "../../db/client.ts";
import { addressOf } from "../../emailAddress.ts";
import { AppError, notFound } from "../../errors.ts";
import { isId } from "../../ids.ts";
import { recordAudit } from "../audit/audit.ts";
import { endSessions } from "../team/sessions.ts";
import { ofOrganization, operator, requireReach, type Transaction } from "../team/people.ts";
import { forgetAll, inLine } from "./factors.ts";
import { tell } from "./notice.ts";
import { requireProof } from "../team/proven.ts";

/**
 * Removes a member's factors, and signs them out. Never of somebody above, or of oneself: a session that was left open must not
 * do that. Who is a member elsewhere too is the operator's, for their factors guard that as well.
 */
export async function resetMember(actor: Actor, userId: string): Promise<void> {
  const memberships = isId("user", userId) ? await prisma().member.findMany({ where: { userId }, include: { user: true } }) : [];
  const membership = memberships.find(({ organizationId }) => organizationId === actor.organizationId);
  if (membership === undefined) throw notFound("Member not found");
  if (userId === actor.id) throw new AppError("forbidden", "Remove your own second factors under Profile, one by one");
  requireReach(actor, membership.role as Role);
  if (memberships.length > 1)
    throw new AppError(
      "forbidden",
      `They are a member of another organization too: whoever runs Webster does it, by ${commandOf("reset-link", "--second-factor", membership.user.email)}`,
    );
  await inLine(userId, async (tx) => {
    await requireProof(tx, actor.sessionId);
    await takeAway(tx, userId);
    await recordAudit(ofOrganization(actor), tx, "member.factorsReset", userId, { email: membership.user.email });
  });
  tell(
    membership.user.email,
    `${actor.name} has removed your second factor, and signed you out. Sign in with your password, and set up another.`,
  );
}

/** By whoever runs Webster. Throws `not_found` at an address that nobody has, and `conflict` if there is nothing to remove. */
export async function resetAtMachine(email: string): Promise<void> {
  const user = await prisma().user.findUnique({ where: { email: addressOf(email) }, include: { memberships: true } });
  if (user === null) throw notFound(`Nobody has the address ${email} here`);
  await inLine(user.id, async (tx) => {
    await takeAway(tx, user.id);
    for (const { organizationId } of user.memberships)
      await recordAudit({ ...operator, organizationId }, tx, "member.factorsReset", user.id, { email: user.email });
  });
  tell(
    user.email,
    "Whoever runs Webster has removed your second factor, and signed you out. Sign in with your password, and set up another.",
  );
}

async function takeAway(tx: Transaction, userId: string): Promise<void> {
  const held = await tx.user.findUniqueOrThrow({ where: { id: userId }, include: { authenticatorApp: true, passkeys: true } });
  if (held.authenticatorApp === null && held.passkeys.length === 0) throw new AppError("conflict", "They have no second factor");
  await forgetAll(tx, userId);
  await endSessions(tx, userId);
}
