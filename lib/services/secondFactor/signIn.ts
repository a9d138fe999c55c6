/**
 * Sign-ins with two steps. After a password, who has a second factor holds a token that is good for showing it, and for nothing
 * else: no operation takes it for a session.
 */
import { hashToken } from "../../auth/apiKeys.ts";
import type { PasskeyAnswer, PasskeyOptionsOut } from "../../contract/secondFactor.ts";
import { PasskeyAnswer as PasskeyAnswerShape } from "../../contract/secondFactor.ts";
import { prisma } from "../../db/client.ts";
import { databaseNowMs } from "../../db/clock.ts";
import type { PendingSignIn } from "../../db/generated/client.ts";
import { AppError } from "../../errors.ts";
import { newId } from "../../ids.ts";
import type { FactorWay } from "../../words/factorWay.ts";
import { newLinkToken } from "../team/people.ts";
import { recordRefusal, takeCode } from "./codes.ts";
import { waysOf } from "./factors.ts";
import { optionsFor, verifyPasskey } from "./passkeyAnswers.ts";

const lifetimeMs = 10 * 60_000;

type Person = { userId: string; sessionVersion: number };

export type Step =
  | { kind: "signedIn"; person: Person; by: string }
  | { kind: "refused" }
  | { kind: "throttled"; waitSeconds: number }
  | { kind: "expired" };

/** What next-auth asks while somebody signs in. */
export const factorHooks = { begin, takeCode: withCode, takePasskey: withPasskey, takePasskeyAlone };

/**
 * Lets a sign-in wait, if a second factor is due: after a password always, where there is one; after a provider, which has asked for
 * its own, only if an organization of the person's requires one. Null: none is due.
 */
async function begin({ userId, sessionVersion }: Person, by: string): Promise<{ token: string; ways: FactorWay[] } | null> {
  const ways = await waysOf(prisma(), userId);
  if (ways.length === 0 || (by !== "password" && !(await isRequired(userId)))) return null;
  const { text, hash } = newLinkToken();
  const nowMs = databaseNowMs();
  await prisma().pendingSignIn.create({
    data: {
      id: newId("pendingSignIn", nowMs),
      hash,
      userId,
      sessionVersion,
      by,
      createdAt: new Date(nowMs),
      expiresAt: new Date(nowMs + lifetimeMs),
    },
  });
  return { token: text, ways };
}

const isRequired = async (userId: string): Promise<boolean> =>
  (await prisma().member.count({ where: { userId, organization: { secondFactorRequired: true } } })) > 0;

/** By which ways the sign-in with this token goes on; null: there is none, or it was too long ago. */
export async function waysOfPending(token: string | undefined): Promise<FactorWay[] | null> {
  const pending = await find(token);
  return pending === null ? null : waysOf(prisma(), pending.userId);
}

async function withCode(token: string | undefined, code: string, ip: string | null): Promise<Step> {
  const pending = await find(token);
  if (pending === null) return { kind: "expired" };
  const taken = await takeCode(pending.userId, code, ip);
  return taken.kind === "taken" ? finish(pending, taken.by) : taken;
}

async function withPasskey(token: string | undefined, answerText: string, ip: string | null): Promise<Step> {
  const pending = await find(token);
  if (pending === null) return { kind: "expired" };
  const answer = parse(answerText);
  const taken = answer && (await verifyPasskey(answer, { purpose: "second", subject: pending.id }, { userId: pending.userId }));
  if (taken !== null) return finish(pending, "passkey");
  await recordRefusal(pending.userId, ip);
  return { kind: "refused" };
}

/** A passkey without a password: what one has, and a finger or PIN, are two factors. */
async function takePasskeyAlone(answerText: string): Promise<Step> {
  const answer = parse(answerText);
  const taken = answer && (await verifyPasskey(answer, { purpose: "alone", subject: "" }, {}));
  if (taken === null) return { kind: "refused" };
  const { sessionVersion } = await prisma().user.findUniqueOrThrow({ where: { id: taken.userId } });
  return { kind: "signedIn", person: { userId: taken.userId, sessionVersion }, by: "passkey" };
}

/** The question for a passkey: beside what the token stands for, or alone. Throws `authentication_failed` for a token of nothing. */
export async function signInOptions(step: "second" | "alone", token: string | undefined): Promise<PasskeyOptionsOut> {
  if (step === "alone") return optionsFor({ purpose: "alone", subject: "" }, null);
  const pending = await find(token);
  if (pending === null) throw new AppError("authentication_failed", "This sign-in has expired: begin again");
  return optionsFor({ purpose: "second", subject: pending.id }, pending.userId);
}

async function finish({ id, userId, sessionVersion, by }: PendingSignIn, factor: FactorWay): Promise<Step> {
  const { count } = await prisma().pendingSignIn.deleteMany({ where: { id } });
  return count === 1 ? { kind: "signedIn", person: { userId, sessionVersion }, by: `${by}, ${factor}` } : { kind: "expired" };
}

/** A password changed, or a sign-out everywhere, since then has made another version of the person's sessions. */
async function find(token: string | undefined): Promise<PendingSignIn | null> {
  if (token === undefined || token === "") return null;
  const pending = await prisma().pendingSignIn.findUnique({ where: { hash: hashToken(token) }, include: { user: true } });
  const stands =
    pending !== null && pending.expiresAt.getTime() > databaseNowMs() && pending.user.sessionVersion === pending.sessionVersion;
  return stands ? pending : null;
}

function parse(text: string): PasskeyAnswer | null {
  try {
    const parsed = PasskeyAnswerShape.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
