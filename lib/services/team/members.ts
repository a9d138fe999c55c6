/** The members of an organization. Changes stand in line at the organization's row, so that one owner stays. */
import type { Actor } from "../../actor.ts";
import type { Role } from "../../words/role.ts";
import { forgetAccess } from "../../auth/apiKeys.ts";
import type { MemberOut, MemberPatch } from "../../contract/member.ts";
import { prisma } from "../../db/client.ts";
import { isAtLeast } from "../../words/role.ts";
import type { Member, Prisma, User } from "../../db/generated/client.ts";
import { AppError, notFound } from "../../errors.ts";
import { isId } from "../../ids.ts";
import { recordAudit } from "../audit/audit.ts";
import { depart, stopAlerts, tellAdmins } from "./leavers.ts";
import { cursorOf, keyset, pageOf } from "../shared/pages.ts";
import { searchOf } from "../shared/search.ts";
import { ofOrganization, requireReach, type Searching, type Transaction } from "./people.ts";

type Held = User & { authenticatorApp: { confirmedAt: Date | null } | null; _count: { passkeys: number } };
type Row = Member & { user: Held };

const include = {
  user: { include: { authenticatorApp: { select: { confirmedAt: true } }, _count: { select: { passkeys: true } } } },
} as const;

export async function list(actor: Actor, query: Searching) {
  const window = { limit: query.limit, descending: false, cursor: cursorOf("user", query.iterator) };
  const { after, orderBy, take } = keyset("userId", window);
  const user = searchOf<Prisma.UserWhereInput>("user", query.search, ["name", "email"]);
  const where = { organizationId: actor.organizationId, user, ...after };
  const rows = await prisma().member.findMany({ where, orderBy, take, include });
  return pageOf(
    rows,
    window,
    ({ userId }) => userId,
    (row) => show(actor, row),
  );
}

/** Changes a member's role. If it is less than before, what they made as more ends, as when they leave. */
export async function changeRole(actor: Actor, userId: string, { role }: MemberPatch): Promise<MemberOut> {
  let left = 0;
  const row = await changeMember(actor, userId, async (tx, member) => {
    requireReach(actor, member.role as Role, role);
    if (role !== "owner") await requireOtherOwner(tx, member);
    await recordAudit(ofOrganization(actor), tx, "member.roleChanged", userId, {
      email: member.user.email,
      role: { from: member.role, to: role },
    });
    const { organizationId } = actor;
    if (!isAtLeast(role, member.role as Role)) left = await depart(tx, { organizationId, userId, role, stopKeys: false });
    return tx.member.update({ where: { organizationId_userId: { organizationId, userId } }, data: { role }, include });
  });
  await tellAdmins(actor, row.user.name ?? row.user.email, { keys: left, alerts: [] }, false);
  return show(actor, row);
}

/**
 * Removes a member, and ends the alerts to their address. Everyone may leave; others are removed by an admin. `stopKeys`: the
 * keys that they made stop at once, and not in a week.
 */
export async function remove(actor: Actor, userId: string, stopKeys: boolean): Promise<void> {
  const { who, left } = await changeMember(actor, userId, async (tx, member) => {
    if (userId !== actor.id) requireReach(actor, "admin", member.role as Role);
    await requireOtherOwner(tx, member);
    const { organizationId } = actor;
    await tx.member.delete({ where: { organizationId_userId: { organizationId, userId } } });
    const keys = await depart(tx, { organizationId, userId, role: null, stopKeys });
    const alerts = await stopAlerts(tx, actor, member.user.email);
    await recordAudit(ofOrganization(actor), tx, "member.removed", userId, {
      email: member.user.email,
      role: member.role,
      leftBehind: keys,
    });
    return { who: member.user.name ?? member.user.email, left: { keys, alerts } };
  });
  await tellAdmins(actor, who, left, stopKeys);
}

async function changeMember<T>(actor: Actor, userId: string, change: (tx: Transaction, member: Row) => Promise<T>): Promise<T> {
  if (!isId("user", userId)) throw notFound("Member not found");
  const { organizationId } = actor;
  const result = await prisma().$transaction(async (tx) => {
    await tx.$executeRaw`select from organization where id = ${organizationId} for update`;
    const member = await tx.member.findUnique({ where: { organizationId_userId: { organizationId, userId } }, include });
    if (member === null) throw notFound("Member not found");
    return change(tx, member);
  });
  await forgetAccess(userId);
  return result;
}

async function requireOtherOwner(tx: Transaction, { organizationId, userId, role }: Row): Promise<void> {
  if (role !== "owner") return;
  const others = await tx.member.count({ where: { organizationId, role: "owner", userId: { not: userId } } });
  if (others === 0) throw new AppError("conflict", "The last owner stays: make someone else an owner first");
}

const show = (actor: Actor, { userId, role, createdAt, user }: Row): MemberOut => ({
  userId,
  email: user.email,
  name: user.name,
  role: role as Role,
  createdAt: createdAt.toISOString(),
  secondFactor: isAtLeast(actor.role, "admin") ? user._count.passkeys > 0 || Boolean(user.authenticatorApp?.confirmedAt) : null,
});
