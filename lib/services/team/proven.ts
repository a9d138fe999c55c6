/** For how long a session counts as proven, by a password or factor that its person has shown. */
import { databaseNowMs } from "../../db/clock.ts";
import { AppError } from "../../errors.ts";
import type { Transaction } from "./people.ts";

const lifetimeMs = 10 * 60_000;

/** Until when a proof counts; null: no more. */
export function provenUntil(provenAt: Date): Date | null {
  const until = new Date(provenAt.getTime() + lifetimeMs);
  return until.getTime() > databaseNowMs() ? until : null;
}

/** Throws `proof_required` unless the session has shown something lately. */
export async function requireProof(tx: Transaction, sessionId: string | undefined): Promise<void> {
  const session = await tx.session.findUnique({ where: { id: sessionId ?? "" }, select: { provenAt: true } });
  if (session === null || provenUntil(session.provenAt) === null)
    throw new AppError(
      "proof_required",
      "Confirm that it is you: with your password or a second factor, at POST /api/v1/profile/proof; or sign in again",
    );
}
