/** Accounts at providers that somebody signs in with. */
import { createHash } from "node:crypto";
import type { SignedIn } from "../../actor.ts";
import { forgetAccess } from "../../auth/apiKeys.ts";
import type { IdentitiesOut } from "../../contract/identity.ts";
import { prisma } from "../../db/client.ts";
import type { Account } from "../../db/generated/client.ts";
import { AppError, notFound } from "../../errors.ts";
import { recordOwn } from "./people.ts";

export async function list({ userId }: SignedIn): Promise<IdentitiesOut> {
  const user = await prisma().user.findUniqueOrThrow({ where: { id: userId }, include: { accounts: { orderBy: { createdAt: "asc" } } } });
  return {
    hasPassword: user.passwordHash !== null,
    emailProvenAt: user.emailProvenAt?.toISOString() ?? null,
    data: user.accounts.map((account) => ({ id: idOf(account), provider: account.provider, linkedAt: account.createdAt.toISOString() })),
  };
}

/** Unlinks an account; whoever signed in with it is out. Throws `conflict` for the only way in. */
export async function unlink(user: SignedIn, id: string): Promise<void> {
  await prisma().$transaction(async (tx) => {
    // Two requests at the same time must not take the last two accounts.
    await tx.$executeRaw`select from "user" where id = ${user.userId} for update`;
    const { accounts, passwordHash } = await tx.user.findUniqueOrThrow({ where: { id: user.userId }, include: { accounts: true } });
    const account = accounts.find((one) => idOf(one) === id);
    if (account === undefined) throw notFound("No such account is linked");
    if (accounts.length === 1 && passwordHash === null)
      throw new AppError("conflict", "It is the only way in: set a password first, with a link from “Forgot the password?”");
    const { provider, providerAccountId } = account;
    await tx.account.delete({ where: { provider_providerAccountId: { provider, providerAccountId } } });
    await tx.session.deleteMany({
      where: { userId: user.userId, ...(user.sessionId === undefined ? {} : { id: { not: user.sessionId } }) },
    });
    await recordOwn(user, tx, "user.identityUnlinked", { provider });
  });
  await forgetAccess(user.userId);
}

/** The provider's own id of the account is nobody else's business. */
const idOf = ({ provider, providerAccountId }: Account): string =>
  createHash("sha256").update(`${provider}\n${providerAccountId}`).digest("base64url").slice(0, 22);
