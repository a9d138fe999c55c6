/** That it is still the person who sits there: what changes their ways in asks for a password or a factor shown in the last minutes. */
import type { SignedIn } from "../../actor.ts";
import { countGuess, forgetGuesses } from "../../auth/loginThrottle.ts";
import { verifyPassword } from "../../auth/passwords.ts";
import type { PasskeyOptionsOut, ProofIn } from "../../contract/secondFactor.ts";
import { prisma } from "../../db/client.ts";
import { databaseNowMs } from "../../db/clock.ts";
import { AppError, invalid } from "../../errors.ts";
import { takeCode } from "./codes.ts";
import { waysOf } from "./factors.ts";
import { optionsFor, verifyPasskey } from "./passkeyAnswers.ts";

/** Takes a proof: one of password, code and a passkey's answer. Throws a validation error at the wrong one, and `rate_limited`. */
export async function prove(user: SignedIn, { password, code, passkey }: ProofIn): Promise<void> {
  if ([password, code, passkey].filter((given) => given !== undefined).length !== 1) throw oneOfThem();
  if (password !== undefined) await provePassword(user.userId, password);
  if (code !== undefined) await proveCode(user, code);
  if (passkey !== undefined) {
    const taken = await verifyPasskey(passkey, challengeOf(user), { userId: user.userId });
    if (taken === null) throw invalid(["body", "passkey"], "This passkey does not count here");
  }
  const now = new Date(databaseNowMs());
  const shown = password === undefined ? { factorAt: now } : {};
  await prisma().session.updateMany({ where: { id: user.sessionId ?? "", userId: user.userId }, data: { provenAt: now, ...shown } });
}

export const proofOptions = (user: SignedIn): Promise<PasskeyOptionsOut> => optionsFor(challengeOf(user), user.userId);

async function provePassword(userId: string, password: string): Promise<void> {
  const { passwordHash } = await prisma().user.findUniqueOrThrow({ where: { id: userId } });
  if (passwordHash === null) throw invalid(["body", "password"], "This account has no password");
  const guesses = `password of ${userId}`;
  refuseThrottled(await countGuess(guesses));
  if (!(await verifyPassword(passwordHash, password))) throw invalid(["body", "password"], "This is not your password");
  await forgetGuesses(guesses);
}

async function proveCode({ userId, client }: SignedIn, code: string): Promise<void> {
  if ((await waysOf(prisma(), userId)).length === 0) throw invalid(["body", "code"], "You have no second factor yet");
  const taken = await takeCode(userId, code, client?.ip ?? null);
  if (taken.kind === "throttled") refuseThrottled(taken.waitSeconds);
  if (taken.kind === "refused") throw invalid(["body", "code"], "This code is wrong, or was used already");
}

function refuseThrottled(retryAfterSeconds: number): void {
  if (retryAfterSeconds > 0)
    throw new AppError("rate_limited", `Too many attempts. Try again in ${retryAfterSeconds} seconds.`, { retryAfterSeconds });
}

function oneOfThem(): AppError {
  const msg = "Give one of password, code and passkey";
  const issues = ["password", "code", "passkey"].map((field) => ({ loc: ["body", field], msg, type: "value_error" }));
  return new AppError("validation_error", msg, { issues });
}

const challengeOf = ({ userId, sessionId }: SignedIn) => ({ purpose: "prove", subject: `${userId} ${sessionId}` }) as const;
