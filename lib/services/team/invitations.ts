/** Invitations: a link that lets one person join, once, until it expires or is revoked. */
import type { Actor, Client, SignedIn } from "../../actor.ts";
import type { Role } from "../../words/role.ts";
import { forgetAccess, hashToken } from "../../auth/apiKeys.ts";
import { hashPassword } from "../../auth/passwords.ts";
import type { InvitationAcceptIn, InvitationCreatedOut, InvitationIn, InvitationOut, InvitationShownOut } from "../../contract/member.ts";
import { prisma } from "../../db/client.ts";
import { databaseNowMs } from "../../db/clock.ts";
import type { Invitation, Prisma } from "../../db/generated/client.ts";
import { addressOf } from "../../emailAddress.ts";
import { AppError, notFound } from "../../errors.ts";
import { isId, newId } from "../../ids.ts";
import { recordAudit } from "../audit/audit.ts";
import { endOfMaker } from "../shared/makers.ts";
import { pageUrl } from "../shared/links.ts";
import { sendMail } from "../shared/mail.ts";
import { stepInTurn } from "../shared/requestTurns.ts";
import { cursorOf, keyset, pageOf } from "../shared/pages.ts";
import { searchOf } from "../shared/search.ts";
import { refusingTaken } from "../shared/taken.ts";
import { auditorOf, newLinkToken, ofOrganization, requireReach, type Searching, type Transaction } from "./people.ts";
import { dayMs } from "../../words/duration.ts";

const lifetimeMs = 7 * dayMs;

const open = () => ({ acceptedAt: null, revokedAt: null, expiresAt: { gt: new Date(databaseNowMs()) } });

export async function list(actor: Actor, query: Searching) {
  const window = { limit: query.limit, descending: true, cursor: cursorOf("invitation", query.iterator) };
  const { after, orderBy, take } = keyset("id", window);
  const found = searchOf<Prisma.InvitationWhereInput>(null, query.search, ["email"]);
  const where = { organizationId: actor.organizationId, ...open(), ...found, ...after };
  const rows = await prisma().invitation.findMany({ where, orderBy, take });
  const users = await prisma().user.findMany({ where: { id: { in: rows.map(({ invitedById }) => invitedById) } } });
  const names = new Map(users.map(({ id, name, email }) => [id, name ?? email]));
  return pageOf(
    rows,
    window,
    ({ id }) => id,
    (row) => show(row, names.get(row.invitedById) ?? null),
  );
}

/** Creates an invitation, whose link is answered this once. */
export async function create(actor: Actor, input: InvitationIn): Promise<InvitationCreatedOut> {
  requireReach(actor, input.role);
  const email = addressOf(input.email);
  const { organizationId } = actor;
  const { text, hash } = newLinkToken();
  const nowMs = databaseNowMs();
  const now = new Date(nowMs);
  // The mail is waited for afterwards, by nobody who only wants to change something.
  const created = () =>
    prisma().$transaction(async (tx) => {
      // Of several at the same time each would leave the others' open.
      await tx.$executeRaw`select from organization where id = ${organizationId} for update`;
      await endOfMaker(actor, tx);
      const isMember = await tx.member.findFirst({ where: { organizationId, user: { email } }, select: { userId: true } });
      if (isMember !== null) throw new AppError("conflict", "They are a member already");
      await tx.invitation.updateMany({ where: { organizationId, email, ...open() }, data: { revokedAt: now } });
      const id = newId("invitation", nowMs);
      const data = { id, organizationId, email, role: input.role, hash, invitedById: actor.id, createdAt: now };
      await recordAudit(ofOrganization(actor), tx, "invitation.created", id, { email, role: input.role });
      return tx.invitation.create({ data: { ...data, expiresAt: new Date(nowMs + lifetimeMs) }, include: { organization: true } });
    });
  const row = await stepInTurn(actor, created);
  const url = pageUrl(`/invite#token=${text}`);
  const mailed = await sendMail({
    to: email,
    tenant: organizationId,
    subject: `${row.organization.name} invites you to Webster`,
    text: `${actor.name} invites you to join ${row.organization.name} on Webster.\n\nJoin here within seven days:\n${url}\n`,
  });
  return { ...show(row, actor.name), url, mailed };
}

export async function revoke(actor: Actor, id: string): Promise<void> {
  const where = { id, organizationId: actor.organizationId, ...open() };
  const invitation = isId("invitation", id) ? await prisma().invitation.findFirst({ where }) : null;
  if (invitation === null) throw notFound("Invitation not found");
  requireReach(actor, invitation.role as Role);
  await prisma().$transaction(async (tx) => {
    const { count } = await tx.invitation.updateMany({ where, data: { revokedAt: new Date(databaseNowMs()) } });
    if (count === 0) throw notFound("Invitation not found");
    await recordAudit(ofOrganization(actor), tx, "invitation.revoked", id, { email: invitation.email, role: invitation.role });
  });
}

export async function showByToken(token: string): Promise<InvitationShownOut> {
  const { email, role, organization } = await findByToken(prisma(), token);
  const user = await prisma().user.findUnique({ where: { email }, select: { id: true } });
  return { organizationName: organization.name, email, role: role as Role, hasAccount: user !== null };
}

/** Accepts an invitation as someone new. Who has an account signs in and joins with it: a link must not set another's password. */
export async function accept({ token, name, password }: InvitationAcceptIn, client: Client) {
  const { email } = await findByToken(prisma(), token);
  await requireNoAccount(prisma(), email);
  const passwordHash = await hashPassword(password);
  const joined = prisma().$transaction(async (tx) => {
    const invitation = await findByToken(tx, token);
    await requireNoAccount(tx, email);
    const userId = newId("user", databaseNowMs());
    await tx.user.create({ data: { id: userId, email, name, passwordHash } });
    await join(tx, invitation, { userId, email, name, client });
    return { email, organizationId: invitation.organizationId };
  });
  return refusingTaken(hasAccount, joined);
}

export async function joinByToken(user: SignedIn, token: string) {
  const joined = await prisma().$transaction(async (tx) => {
    const invitation = await findByToken(tx, token);
    if (invitation.email !== user.email)
      throw new AppError("forbidden", `This invitation is for ${invitation.email}; you are ${user.email}`);
    await join(tx, invitation, user);
    return { email: user.email, organizationId: invitation.organizationId };
  });
  await forgetAccess(user.userId);
  return joined;
}

/** Accepts all invitations of an address that a provider has verified, as a new user if need be. */
export async function acceptInvited(emailText: string): Promise<void> {
  const email = addressOf(emailText);
  await prisma().$transaction(async (tx) => {
    const invitations = await tx.invitation.findMany({ where: { email, ...open() } });
    if (invitations.length === 0) return;
    const known = await tx.user.findUnique({ where: { email } });
    const user = known ?? (await tx.user.create({ data: { id: newId("user", databaseNowMs()), email } }));
    const self = { userId: user.id, email, name: user.name ?? email, client: null };
    for (const invitation of invitations) await join(tx, invitation, self);
  });
}

async function join(tx: Transaction, { id, organizationId, role }: Invitation, user: SignedIn): Promise<void> {
  const accepted = await tx.invitation.updateMany({ where: { id, ...open() }, data: { acceptedAt: new Date(databaseNowMs()) } });
  if (accepted.count === 0) throw spent();
  // Someone who has become a member meanwhile keeps the role that they have.
  await tx.member.createMany({ data: [{ organizationId, userId: user.userId, role }], skipDuplicates: true });
  await recordAudit(auditorOf(user, organizationId), tx, "invitation.accepted", id, { email: user.email, role });
}

async function findByToken(tx: Transaction, token: string) {
  const invitation = await tx.invitation.findFirst({ where: { hash: hashToken(token), ...open() }, include: { organization: true } });
  if (invitation === null) throw spent();
  return invitation;
}

async function requireNoAccount(tx: Transaction, email: string): Promise<void> {
  const user = await tx.user.findUnique({ where: { email }, select: { id: true } });
  if (user !== null) throw new AppError("conflict", hasAccount);
}

const hasAccount = "There is an account with this address: sign in with it, then join";

const spent = (): AppError => new AppError("forbidden", "This invitation has been used, was revoked or has expired. Ask for a new one.");

const show = ({ id, email, role, createdAt, expiresAt }: Invitation, invitedBy: string | null): InvitationOut => ({
  id,
  email,
  role: role as Role,
  invitedBy,
  createdAt: createdAt.toISOString(),
  expiresAt: expiresAt.toISOString(),
});
