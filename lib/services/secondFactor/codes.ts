/** Codes that people type: the six digits of their app, or one of their recovery codes. */
import { Secret, TOTP } from "otpauth";
import { countCode, forgiveCode } from "../../auth/loginThrottle.ts";
import { prisma } from "../../db/client.ts";
import { databaseNowMs } from "../../db/clock.ts";
import { sealer } from "../../seal.ts";
import { codesLeft, takeRecoveryCode } from "./recoveryCodes.ts";
import type { Changes } from "../audit/audit.ts";
import { recordOwn, type Transaction } from "../team/people.ts";
import { tell } from "./notice.ts";

/** What apps assume, whatever a URI says (Key Uri Format): SHA-1, six digits, 30 seconds. */
const shape = { algorithm: "SHA1", digits: 6, period: 30 } as const;
/** Steps before and after the present one whose codes count too: clocks differ, and people type slowly (RFC 6238, section 5.2). */
const windowSteps = 1;

export type Taken = { kind: "throttled"; waitSeconds: number } | { kind: "refused" } | { kind: "taken"; by: "app" | "recoveryCode" };

/** Takes a code, once. A guess is counted before it is looked at. */
export async function takeCode(userId: string, text: string, ip: string | null): Promise<Taken> {
  const { waitSeconds, isLastFree } = await countCode(userId, ip);
  if (waitSeconds > 0) return { kind: "throttled", waitSeconds };
  const by = /^\s*\d{3}\s?\d{3}\s*$/.test(text) ? await takeAppCode(userId, text) : await takeRecovery(userId, text, ip);
  if (by === null) {
    await recordRefusal(userId, ip, isLastFree);
    return { kind: "refused" };
  }
  await forgiveCode(userId, ip);
  return { kind: "taken", by };
}

/** Whoever shows a wrong factor knows the password: it is audited each time, and mailed once they begin to have to wait. */
export async function recordRefusal(userId: string, ip: string | null, isLastFree = false): Promise<void> {
  const email = await prisma().$transaction((tx) => recordByCode(tx, userId, ip, "user.secondFactorRefused"));
  if (!isLastFree) return;
  tell(
    email,
    `Wrong codes of your second factor were given again and again${ip === null ? "" : ` from ${ip}`}, by somebody who knows your password or sits at a browser where you are signed in. Codes must wait now.`,
  );
}

/** Answers the person's address. */
async function recordByCode(
  tx: Transaction,
  userId: string,
  ip: string | null,
  action: `user.${string}`,
  changes: Changes = {},
): Promise<string> {
  const { email, name } = await tx.user.findUniqueOrThrow({ where: { id: userId } });
  await recordOwn({ userId, email, name: name ?? email, client: { ip, userAgent: null } }, tx, action, changes);
  return email;
}

/** The step, counted in 30 seconds since 1970, whose code it is; null: of none that counts now. */
export function stepOf(secret: Uint8Array, text: string, nowMs: number): number | null {
  const totp = new TOTP({ ...shape, secret: new Secret({ buffer: new Uint8Array(secret).buffer }) });
  const delta = totp.validate({ token: text.replaceAll(/\s/g, ""), window: windowSteps, timestamp: nowMs });
  return delta === null ? null : totp.counter({ timestamp: nowMs }) + delta;
}

/** A new secret, and the URI that apps read as a QR code. */
export function newSecret(issuer: string, label: string): { bytes: Buffer; text: string; uri: string } {
  // The length that the algorithm's own output has (RFC 4226, section 4).
  const secret = new Secret({ size: 20 });
  return { bytes: Buffer.from(secret.bytes), text: secret.base32, uri: new TOTP({ ...shape, issuer, label, secret }).toString() };
}

async function takeAppCode(userId: string, text: string): Promise<"app" | null> {
  const app = await prisma().authenticatorApp.findFirst({ where: { userId, confirmedAt: { not: null } } });
  const nowMs = databaseNowMs();
  const step = app === null ? null : stepOf(sealer().open(app.id, app.sealedSecret), text, nowMs);
  if (app === null || step === null) return null;
  // Of two that come with the same code at once, one is let in.
  const { count } = await prisma().authenticatorApp.updateMany({
    where: { id: app.id, OR: [{ lastStep: null }, { lastStep: { lt: step } }] },
    data: { lastStep: step, lastUsedAt: new Date(nowMs) },
  });
  return count === 1 ? "app" : null;
}

async function takeRecovery(userId: string, text: string, ip: string | null): Promise<"recoveryCode" | null> {
  const told = await prisma().$transaction(async (tx) => {
    if (!(await takeRecoveryCode(tx, userId, text))) return null;
    const left = await codesLeft(tx, userId);
    return { email: await recordByCode(tx, userId, ip, "user.recoveryCodeUsed", { left }), left };
  });
  if (told === null) return null;
  tell(told.email, `A recovery code of yours was used. ${told.left} are left.`);
  return "recoveryCode";
}
