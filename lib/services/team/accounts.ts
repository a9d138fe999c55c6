/** One's own account: who one is, name, password, sessions; and getting back in. */
import type { Actor, Client, SignedIn } from "../../actor.ts";
import type { Role } from "../../words/role.ts";
import { forgetAccess, hashToken } from "../../auth/apiKeys.ts";
import { countGuess, forgetGuesses } from "../../auth/loginThrottle.ts";
import { hashPassword, verifyPassword } from "../../auth/passwords.ts";
import type { PasswordChangeIn, PasswordForgottenIn, PasswordResetIn, ProfileIn, ProfileOut } from "../../contract/account.ts";
import type { LinkOut } from "../../contract/member.ts";
import type { SessionOut } from "../../contract/session.ts";
import { prisma } from "../../db/client.ts";
import { databaseNowMs } from "../../db/clock.ts";
import { addressOf } from "../../emailAddress.ts";
import { env } from "../../env.ts";
import { AppError, invalid, notFound } from "../../errors.ts";
import { isId, newId } from "../../ids.ts";
import { recordAudit } from "../audit/audit.ts";
import { endOfMaker } from "../shared/makers.ts";
import { pageUrl } from "../shared/links.ts";
import { canMail, sendMail } from "../shared/mail.ts";
import { stepInTurn } from "../shared/requestTurns.ts";
import { endSessions } from "./sessions.ts";
import { newLinkToken, ofOrganization, operator, recordOwn, requireBelow, type Transaction } from "./people.ts";
import { dayMs } from "../../words/duration.ts";

const purpose = "passwordReset";
const mailedLifetimeMs = 3_600_000;
const shownLifetimeMs = dayMs;
/** Mails to one address at a time: as many as links that are still good. */
const maximumOpenLinks = 3;

export async function getSession({ userId, sessionId }: SignedIn): Promise<SessionOut> {
  const named = { id: true, name: true } as const;
  const user = await prisma().user.findUniqueOrThrow({
    where: { id: userId },
    select: {
      ...named,
      email: true,
      memberships: {
        orderBy: { organizationId: "asc" },
        select: {
          role: true,
          organization: {
            select: {
              ...named,
              secondFactorRequired: true,
              environments: { orderBy: { id: "asc" }, select: { ...named, operationalOfId: true } },
            },
          },
        },
      },
    },
  });
  const { memberships, ...self } = user;
  const organizations = memberships.map(({ role, organization: { environments, ...organization } }) => ({
    ...organization,
    role: role as Role,
    environments: environments.map((one) => ({ ...one, name: shownName(one, environments) })),
  }));
  const session = await prisma().session.findUnique({ where: { id: sessionId ?? "" }, select: { factorAt: true } });
  const secondFactorShown = session !== null && session.factorAt !== null;
  return { user: self, retrySchedule: env().retryScheduleSeconds, secondFactorShown, organizations };
}

type Named = { id: string; name: string; operationalOfId: string | null };

/** An environment of operational webhooks is called after the one that they are about. */
function shownName({ name, operationalOfId }: Named, environments: Named[]): string {
  const about = environments.find(({ id }) => id === operationalOfId);
  return about === undefined ? name : `${about.name}: operational webhooks`;
}

export async function updateProfile(user: SignedIn, { name }: ProfileIn): Promise<ProfileOut> {
  const profile = await prisma().$transaction(async (tx) => {
    await recordOwn(user, tx, "user.updated", { name: { from: user.name, to: name } });
    return tx.user.update({ where: { id: user.userId }, data: { name }, select: { id: true, email: true, name: true } });
  });
  await forgetAccess(user.userId);
  return profile;
}

/** Changes the password and ends every session, so that whoever else is signed in is out; the page signs in anew. */
export async function changePassword(user: SignedIn, { currentPassword, newPassword }: PasswordChangeIn): Promise<void> {
  const { passwordHash } = await prisma().user.findUniqueOrThrow({ where: { id: user.userId } });
  if (passwordHash === null) throw invalid(["body", "currentPassword"], "This account has no password: ask for a link to set one");
  // Whoever has only the session, such as a stolen one, must not find out the password with it.
  const guesses = `password of ${user.userId}`;
  const retryAfterSeconds = await countGuess(guesses);
  if (retryAfterSeconds > 0)
    throw new AppError("rate_limited", `Too many attempts. Try again in ${retryAfterSeconds} seconds.`, { retryAfterSeconds });
  if (!(await verifyPassword(passwordHash, currentPassword))) throw invalid(["body", "currentPassword"], "This is not your password");
  await forgetGuesses(guesses);
  const replacement = await hashPassword(newPassword);
  await prisma().$transaction(async (tx) => {
    // The update is only from the password that was checked: of two changes at once, one counts.
    const { count } = await tx.user.updateMany({
      where: { id: user.userId, passwordHash },
      data: { passwordHash: replacement },
    });
    if (count === 0) throw new AppError("conflict", "The password has just been changed");
    await endSessions(tx, user.userId);
    await recordOwn(user, tx, "user.passwordChanged");
  });
  await forgetAccess(user.userId);
}

export async function signOutEverywhere(user: SignedIn): Promise<void> {
  await prisma().$transaction(async (tx) => {
    await endSessions(tx, user.userId);
    await recordOwn(user, tx, "user.signedOutEverywhere");
  });
  await forgetAccess(user.userId);
}

/** `mail`: whether this Webster can send mail at all; nothing tells whether the address is known. */
export async function forgotPassword({ email }: PasswordForgottenIn): Promise<{ mail: boolean }> {
  if (!canMail()) return { mail: false };
  const address = addressOf(email);
  const user = await prisma().user.findUnique({ where: { email: address }, select: { id: true } });
  const url = await newLinkUnlessMany(user?.id ?? "");
  if (url === null) return { mail: true };
  const text = `Somebody, probably you, asked for a new password for Webster.\n\nSet it here within an hour:\n${url}\n\nIf it was not you, do nothing: your password stays as it is.\n`;
  // Not waited for: how long a mail takes would tell that there is an account.
  void sendMail({ to: address, subject: "Set a new password", text, tenant: "forgotten passwords" });
  return { mail: true };
}

/** A link to set a password. Null: enough are open, or there is nobody. One call at a time counts them: many at once would all find none. */
function newLinkUnlessMany(userId: string): Promise<string | null> {
  return prisma().$transaction(async (tx) => {
    const found = await tx.$executeRaw`select from "user" where id = ${userId} for no key update`;
    const open = { purpose, userId, usedAt: null, expiresAt: { gt: new Date(databaseNowMs()) } };
    if ((await tx.oneTimeToken.count({ where: open })) >= maximumOpenLinks || found === 0) return null;
    return (await createLink(tx, userId, mailedLifetimeMs, null)).url;
  });
}

/**
 * A link for a member who can't get in. Its maker could use it too, so it is only for somebody who stands below and is a member
 * nowhere else; and it ends when the maker leaves.
 */
export async function createResetLink(actor: Actor, userId: string): Promise<LinkOut> {
  const memberships = isId("user", userId) ? await prisma().member.findMany({ where: { userId }, include: { user: true } }) : [];
  const membership = memberships.find(({ organizationId }) => organizationId === actor.organizationId);
  if (membership === undefined) throw notFound("Member not found");
  requireBelow(actor, membership.role as Role);
  if (memberships.length > 1)
    throw new AppError("forbidden", "They are a member of another organization too: only they can ask for a link");
  const created = () =>
    prisma().$transaction(async (tx) => {
      await endOfMaker(actor, tx);
      await recordAudit(ofOrganization(actor), tx, "user.resetLinkCreated", userId, { email: membership.user.email });
      return createLink(tx, userId, shownLifetimeMs, actor.id);
    });
  const { url, expiresAt } = await stepInTurn(actor, created);
  const text = `Set a new password for Webster here within a day:\n${url}\n`;
  const mailed = await sendMail({ to: membership.user.email, subject: "Set a new password", text, tenant: actor.organizationId });
  return { url, mailed, expiresAt: expiresAt.toISOString() };
}

/** A link made by whoever runs Webster, when nobody above somebody can make them one. Throws `not_found`. */
export async function createLinkAtMachine(email: string): Promise<{ url: string; expiresAt: Date }> {
  const user = await prisma().user.findUnique({ where: { email: addressOf(email) }, select: { id: true, email: true, memberships: true } });
  if (user === null) throw notFound(`Nobody has the address ${email} here`);
  return prisma().$transaction(async (tx) => {
    for (const { organizationId } of user.memberships)
      await recordAudit({ ...operator, organizationId }, tx, "user.resetLinkCreated", user.id, { email: user.email });
    return createLink(tx, user.id, shownLifetimeMs, operator.id);
  });
}

/** Sets a password by a link, which works once, and ends every session and every other link of the account. */
export async function resetPassword({ token, password }: PasswordResetIn, client: Client): Promise<{ email: string }> {
  const valid = { purpose, hash: hashToken(token), usedAt: null, expiresAt: { gt: new Date(databaseNowMs()) } };
  // A wrong token must not cost the work of hashing a password.
  const found = await prisma().oneTimeToken.findFirst({ where: valid, select: { userId: true, madeById: true } });
  if (found?.userId === undefined || found.userId === null) throw spent();
  const { userId } = found;
  const passwordHash = await hashPassword(password);
  const user = await prisma().$transaction(async (tx) => {
    const now = new Date(databaseNowMs());
    const used = await tx.oneTimeToken.updateMany({ where: valid, data: { usedAt: now } });
    if (used.count === 0) throw spent();
    await tx.oneTimeToken.updateMany({ where: { purpose, userId, usedAt: null }, data: { usedAt: now } });
    // A link that was only mailed has shown whose the address is; one that somebody was shown has not. Nor has any, while there is
    // a second factor: it may be that of whoever took the account before, and a mailbox alone must not do away with one.
    const isGuarded =
      (await tx.passkey.count({ where: { userId } })) +
        (await tx.authenticatorApp.count({ where: { userId, confirmedAt: { not: null } } })) >
      0;
    const proven = found.madeById === null && !isGuarded ? { emailProvenAt: now } : {};
    await endSessions(tx, userId);
    const changed = await tx.user.update({ where: { id: userId }, data: { passwordHash, ...proven } });
    const self = { userId, email: changed.email, name: changed.name ?? changed.email, client };
    await recordOwn(self, tx, "user.passwordReset");
    return changed;
  });
  await forgetAccess(userId);
  return { email: user.email };
}

/** `madeById`: who made the link; null, if the account's owner asked for it. */
async function createLink(
  tx: Transaction,
  userId: string,
  lifetimeMs: number,
  madeById: string | null,
): Promise<{ url: string; expiresAt: Date }> {
  const { text, hash } = newLinkToken();
  const nowMs = databaseNowMs();
  const expiresAt = new Date(nowMs + lifetimeMs);
  await tx.oneTimeToken.create({
    data: { id: newId("oneTimeToken", nowMs), purpose, hash, userId, madeById, createdAt: new Date(nowMs), expiresAt },
  });
  return { url: pageUrl(`/reset#token=${text}`), expiresAt };
}

const spent = (): AppError => new AppError("forbidden", "This link has been used or has expired. Ask for a new one.");
