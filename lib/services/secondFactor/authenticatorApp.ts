/** A person's authenticator app: setting it up, and removing it. It counts once a first code has come from it. */
import type { SignedIn } from "../../actor.ts";
import type { AppConfirmIn, AppStartedOut, RecoveryCodesOut } from "../../contract/secondFactor.ts";
import { databaseNowMs } from "../../db/clock.ts";
import { env } from "../../env.ts";
import { countGuess, forgetGuesses } from "../../auth/loginThrottle.ts";
import { AppError, invalid } from "../../errors.ts";
import { newId } from "../../ids.ts";
import { sealer } from "../../seal.ts";
import { recordOwn } from "../team/people.ts";
import { newSecret, stepOf } from "./codes.ts";
import { added, inLine, removed, waysOf } from "./factors.ts";
import { tell } from "./notice.ts";
import { requireProof } from "../team/proven.ts";
import { makeCodes } from "./recoveryCodes.ts";

const named = { kind: "authenticatorApp", name: "Authenticator app" } as const;

/** How long a secret waits for its first code. */
const setupMs = 30 * 60_000;

/** A new secret, shown this once; one that was never confirmed is forgotten. Throws `proof_required`, and `conflict` if there is an app. */
export async function start(user: SignedIn): Promise<AppStartedOut> {
  const { userId } = user;
  const { bytes, text, uri } = newSecret(issuer(), user.email);
  await inLine(userId, async (tx) => {
    await requireProof(tx, user.sessionId);
    if ((await tx.authenticatorApp.count({ where: { userId, confirmedAt: { not: null } } })) > 0)
      throw new AppError("conflict", "There is an authenticator app: remove it before you set up another");
    await tx.authenticatorApp.deleteMany({ where: { userId } });
    const nowMs = databaseNowMs();
    const id = newId("authenticatorApp", nowMs);
    await tx.authenticatorApp.create({ data: { id, userId, sealedSecret: sealer().seal(id, bytes), createdAt: new Date(nowMs) } });
  });
  return { secret: text, uri };
}

/** Takes the app's first code; from then on it counts. Answers recovery codes with a person's first factor. */
export async function confirm(user: SignedIn, { code }: AppConfirmIn): Promise<RecoveryCodesOut> {
  const { userId } = user;
  const guesses = `first code of ${userId}`;
  const retryAfterSeconds = await countGuess(guesses);
  if (retryAfterSeconds > 0)
    throw new AppError("rate_limited", `Too many attempts. Try again in ${retryAfterSeconds} seconds.`, { retryAfterSeconds });
  const recoveryCodes = await inLine(userId, async (tx) => {
    await requireProof(tx, user.sessionId);
    const nowMs = databaseNowMs();
    const app = await tx.authenticatorApp.findFirst({ where: { userId, confirmedAt: null, createdAt: { gt: new Date(nowMs - setupMs) } } });
    if (app === null) {
      const isThere = (await tx.authenticatorApp.count({ where: { userId, confirmedAt: { not: null } } })) > 0;
      throw new AppError(
        "conflict",
        isThere ? "An authenticator app was set up meanwhile" : "No authenticator app is being set up: begin anew",
      );
    }
    const step = stepOf(sealer().open(app.id, app.sealedSecret), code, nowMs);
    if (step === null)
      throw invalid(
        ["body", "code"],
        "This is not the app's code. If it stays wrong, check the clock of the device, or begin anew: only the last secret shown counts.",
      );
    const hadNone = (await waysOf(tx, userId)).length === 0;
    await tx.authenticatorApp.update({ where: { id: app.id }, data: { confirmedAt: new Date(nowMs), lastStep: step } });
    return added(tx, user, named, hadNone);
  });
  await forgetGuesses(guesses);
  tell(user.email, "An authenticator app was added to your account.");
  return { recoveryCodes };
}

/** Throws `proof_required`, and `conflict` if there is none or it must stay. */
export async function remove(user: SignedIn): Promise<void> {
  const { userId } = user;
  await inLine(userId, async (tx) => {
    await requireProof(tx, user.sessionId);
    const { count } = await tx.authenticatorApp.deleteMany({ where: { userId, confirmedAt: { not: null } } });
    if (count === 0) throw new AppError("conflict", "There is no authenticator app");
    await removed(tx, user, named);
  });
  tell(user.email, "The authenticator app was removed from your account.");
}

/** New recovery codes, in place of all there were. Throws `conflict` without a factor. */
export async function renewCodes(user: SignedIn): Promise<RecoveryCodesOut> {
  const recoveryCodes = await inLine(user.userId, async (tx) => {
    await requireProof(tx, user.sessionId);
    if ((await waysOf(tx, user.userId)).length === 0) throw new AppError("conflict", "Set up a second factor first");
    await recordOwn(user, tx, "user.recoveryCodesMade");
    return makeCodes(tx, user.userId);
  });
  tell(user.email, "New recovery codes were made for your account; those of before are void.");
  return { recoveryCodes };
}

/** As apps list it. Whoever has several Websters tells them apart by their names. */
function issuer(): string {
  const { publicUrl } = env();
  return publicUrl === null ? "Webster" : `Webster ${new URL(publicUrl).hostname}`;
}
