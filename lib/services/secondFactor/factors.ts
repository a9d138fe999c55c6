/** A person's second factors as a whole: which there are, and what follows when one comes or goes. */
import type { SignedIn } from "../../actor.ts";
import { forgetAccess } from "../../auth/apiKeys.ts";
import type { SecondFactorOut } from "../../contract/secondFactor.ts";
import { prisma } from "../../db/client.ts";
import { databaseNowMs } from "../../db/clock.ts";
import { AppError } from "../../errors.ts";
import type { FactorWay } from "../../words/factorWay.ts";
import { recordOwn, type Transaction } from "../team/people.ts";
import { provenUntil } from "../team/proven.ts";
import { codesLeft, makeCodes } from "./recoveryCodes.ts";
import { relyingParty } from "./relyingParty.ts";

/** How a person can show a second factor; none, if they have not set one up. Recovery codes alone are no factor. */
export async function waysOf(tx: Transaction, userId: string): Promise<FactorWay[]> {
  const apps = await tx.authenticatorApp.count({ where: { userId, confirmedAt: { not: null } } });
  const passkeys = await tx.passkey.count({ where: { userId } });
  const codes = await codesLeft(tx, userId);
  if (apps + passkeys === 0) return [];
  return [
    ...(apps > 0 ? (["app"] as const) : []),
    ...(passkeys > 0 ? (["passkey"] as const) : []),
    ...(codes > 0 ? (["recoveryCode"] as const) : []),
  ];
}

export async function get(user: SignedIn): Promise<SecondFactorOut> {
  const { userId } = user;
  const [person, session, ways, recoveryCodesLeft] = await Promise.all([
    prisma().user.findUniqueOrThrow({
      where: { id: userId },
      include: { authenticatorApp: true, passkeys: { orderBy: { id: "asc" } }, memberships: { include: { organization: true } } },
    }),
    prisma().session.findUnique({ where: { id: user.sessionId ?? "" } }),
    waysOf(prisma(), userId),
    codesLeft(prisma(), userId),
  ]);
  const app = person.authenticatorApp;
  return {
    app: app?.confirmedAt ? { createdAt: app.confirmedAt.toISOString(), lastUsedAt: app.lastUsedAt?.toISOString() ?? null } : null,
    passkeys: person.passkeys.map(({ id, name, createdAt, lastUsedAt }) => ({
      id,
      name,
      createdAt: createdAt.toISOString(),
      lastUsedAt: lastUsedAt?.toISOString() ?? null,
    })),
    recoveryCodesLeft,
    shown: session !== null && session.factorAt !== null,
    proofs: [...(person.passwordHash === null ? [] : (["password"] as const)), ...ways],
    provenUntil: session === null ? null : (provenUntil(session.provenAt)?.toISOString() ?? null),
    requiredBy: person.memberships.flatMap(({ organization }) => (organization.secondFactorRequired ? [organization.name] : [])),
    passkeysAt: relyingParty()?.origin ?? null,
  };
}

/** What a factor is called in the audit log and in mails. */
export type Named = { kind: "authenticatorApp" | "passkey"; name: string };

/**
 * After a factor was added, in its transaction: the session has shown it. With the first one, whoever is signed in without is
 * out, and recovery codes are made, whose texts are answered. `hadNone`: it is the first.
 */
export async function added(tx: Transaction, user: SignedIn, { kind, name }: Named, hadNone: boolean): Promise<string[] | null> {
  const { userId } = user;
  const now = new Date(databaseNowMs());
  const sessionId = user.sessionId ?? "";
  if (hadNone) {
    await tx.session.deleteMany({ where: { userId, id: { not: sessionId } } });
    await tx.pendingSignIn.deleteMany({ where: { userId } });
  }
  await tx.session.updateMany({ where: { id: sessionId, userId }, data: { factorAt: now, provenAt: now } });
  await recordOwn(user, tx, "user.factorAdded", { kind, name });
  return hadNone ? makeCodes(tx, userId) : null;
}

/** After a factor was removed, in its transaction. Throws `conflict` for the last one of somebody whose organization asks for one. */
export async function removed(tx: Transaction, user: SignedIn, { kind, name }: Named): Promise<void> {
  const { userId } = user;
  if ((await waysOf(tx, userId)).length === 0) {
    const asking = await tx.member.findFirst({
      where: { userId, organization: { secondFactorRequired: true } },
      include: { organization: true },
    });
    if (asking !== null)
      throw new AppError(
        "conflict",
        `${asking.organization.name} asks its members for a second factor: add another one before you remove the last`,
      );
    await forgetAll(tx, userId);
  }
  await recordOwn(user, tx, "user.factorRemoved", { kind, name });
}

/** Removes every factor of a person, in the caller's transaction. */
export async function forgetAll(tx: Transaction, userId: string): Promise<void> {
  await tx.authenticatorApp.deleteMany({ where: { userId } });
  await tx.passkey.deleteMany({ where: { userId } });
  await tx.recoveryCode.deleteMany({ where: { userId } });
  await tx.session.updateMany({ where: { userId }, data: { factorAt: null } });
}

/** Changes of one person's factors stand in line, so that each sees what there is. */
export async function inLine<T>(userId: string, change: (tx: Transaction) => Promise<T>): Promise<T> {
  const result = await prisma().$transaction(async (tx) => {
    await tx.$executeRaw`select from "user" where id = ${userId} for update`;
    return change(tx);
  });
  await forgetAccess(userId);
  return result;
}
