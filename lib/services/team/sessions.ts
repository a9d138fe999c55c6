/** Members' sessions: each sign-in opens one, signing out ends it. What the cookie holds counts only while its row is there. */
import type { Client, SignedIn } from "../../actor.ts";
import { forgetAccess } from "../../auth/apiKeys.ts";
import type { SessionListedOut } from "../../contract/identity.ts";
import type { Page } from "../../contract/shared.ts";
import { prisma } from "../../db/client.ts";
import { databaseNowMs } from "../../db/clock.ts";
import { notFound } from "../../errors.ts";
import { newId } from "../../ids.ts";
import { cursorOf, keyset, pageOf } from "../shared/pages.ts";
import { recordOwn, type Transaction } from "./people.ts";

const lifetimeMs = 30 * 24 * 3_600_000;

/** What next-auth tells of signing in and out. */
export const sessionHooks = { opened: open, renewed: renew, closed: close };

type Opening = { by: string; factorShown: boolean; clearedUnproven: boolean };

/** The id of a new session. `by`: "password", a provider, "passkey", or two of these. */
async function open(userId: string, { by, factorShown, clearedUnproven }: Opening, client: Client): Promise<string> {
  const nowMs = databaseNowMs();
  const id = newId("session", nowMs);
  await prisma().$transaction(async (tx) => {
    const user = await signedInOf(tx, userId, client);
    const now = new Date(nowMs);
    const proofs = { provenAt: now, factorAt: factorShown ? now : null };
    await tx.session.create({ data: { id, userId, createdAt: now, expiresAt: new Date(nowMs + lifetimeMs), ...proofs, ...client } });
    if (clearedUnproven) await recordOwn(user, tx, "user.unprovenCleared");
    await recordOwn(user, tx, "user.signedIn", { by });
  });
  return id;
}

/** Whether the session still stands; then it lasts as long again. */
async function renew(id: string): Promise<boolean> {
  const now = new Date(databaseNowMs());
  const expiresAt = new Date(now.getTime() + lifetimeMs);
  return (await prisma().session.updateMany({ where: { id, expiresAt: { gt: now } }, data: { expiresAt } })).count === 1;
}

async function close(id: string, client: Client): Promise<void> {
  const userId = await prisma().$transaction(async (tx) => {
    const row = await tx.session.findUnique({ where: { id }, select: { userId: true } });
    if (row === null) return null;
    await tx.session.delete({ where: { id } });
    await recordOwn(await signedInOf(tx, row.userId, client), tx, "user.signedOut");
    return row.userId;
  });
  if (userId !== null) await forgetAccess(userId);
}

async function signedInOf(tx: Transaction, userId: string, client: Client): Promise<SignedIn> {
  const { email, name } = await tx.user.findUniqueOrThrow({ where: { id: userId } });
  return { userId, email, name: name ?? email, client };
}

/** Ends every session of an account, and every sign-in that waits, in the transaction that gives the account something else. A new version makes the cookies void. */
export async function endSessions(tx: Transaction, userId: string): Promise<void> {
  await tx.session.deleteMany({ where: { userId } });
  await tx.pendingSignIn.deleteMany({ where: { userId } });
  await tx.user.update({ where: { id: userId }, data: { sessionVersion: { increment: 1 } } });
}

export async function listSessions(
  { userId, sessionId }: SignedIn,
  { limit, iterator }: { limit: number; iterator?: string | null | undefined },
): Promise<Page<SessionListedOut>> {
  const window = { limit, descending: true, cursor: cursorOf("session", iterator) };
  const { after, orderBy, take } = keyset("id", window);
  const where = { userId, expiresAt: { gt: new Date(databaseNowMs()) }, ...after };
  const rows = await prisma().session.findMany({ where, orderBy, take });
  return pageOf(
    rows,
    window,
    ({ id }) => id,
    ({ id, createdAt, expiresAt, ip, userAgent }) => ({
      id,
      createdAt: createdAt.toISOString(),
      expiresAt: expiresAt.toISOString(),
      ip,
      userAgent,
      current: id === sessionId,
    }),
  );
}

export async function endSession(user: SignedIn, id: string): Promise<void> {
  await prisma().$transaction(async (tx) => {
    const { count } = await tx.session.deleteMany({ where: { id, userId: user.userId } });
    if (count === 0) throw notFound("No such session is open");
    await recordOwn(user, tx, "user.sessionEnded");
  });
  await forgetAccess(user.userId);
}
