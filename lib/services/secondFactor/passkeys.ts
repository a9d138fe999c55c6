/** A person's passkeys: adding, naming, removing. */
import type { RegistrationResponseJSON, WebAuthnCredential } from "@simplewebauthn/server";
import type { SignedIn } from "../../actor.ts";
import type { PasskeyIn, PasskeyListedOut, PasskeyOptionsOut, PasskeyAddedOut, PasskeyPatch } from "../../contract/secondFactor.ts";
import { prisma } from "../../db/client.ts";
import { databaseNowMs } from "../../db/clock.ts";
import type { Passkey } from "../../db/generated/client.ts";
import { AppError, invalid, notFound } from "../../errors.ts";
import { newId } from "../../ids.ts";
import { log } from "../../log.ts";
import { recordOwn } from "../team/people.ts";
import { isOurs, newChallenge, spend } from "./challenges.ts";
import { added, inLine, removed, waysOf } from "./factors.ts";
import { tell } from "./notice.ts";
import { handleBytes, isFramed, webauthn } from "./passkeyAnswers.ts";
import { requireProof } from "../team/proven.ts";
import { requireRelyingParty } from "./relyingParty.ts";

const maximumPasskeys = 25;

/** The question with which a browser makes a passkey. */
export async function registrationOptions(user: SignedIn): Promise<PasskeyOptionsOut> {
  await requireProof(prisma(), user.sessionId);
  const party = requireRelyingParty();
  const known = await prisma().passkey.findMany({ where: { userId: user.userId } });
  const { generateRegistrationOptions } = await webauthn();
  const options = await generateRegistrationOptions({
    rpName: "Webster",
    rpID: party.id,
    userName: user.email,
    userDisplayName: user.name,
    userID: handleBytes(user.userId),
    challenge: newChallenge(challengeOf(user)),
    attestationType: "none",
    excludeCredentials: known.map(({ credentialId, transports }) => ({ id: credentialId, transports: transports as never })),
    // One that knows its person and asks for a finger or PIN signs in alone; any other is good beside the password.
    authenticatorSelection: { residentKey: "preferred", userVerification: "preferred" },
  });
  return { options: { ...options } };
}

/** Adds what the browser has made. Throws `proof_required`, `conflict` at too many, and a validation error if it doesn't hold. */
export async function add(user: SignedIn, { name, passkey }: PasskeyIn): Promise<PasskeyAddedOut> {
  await requireProof(prisma(), user.sessionId);
  const credential = await registered(user, passkey);
  const { userId } = user;
  const answer = await inLine(userId, async (tx) => {
    await requireProof(tx, user.sessionId);
    if ((await tx.passkey.count({ where: { userId } })) >= maximumPasskeys)
      throw new AppError("conflict", `${maximumPasskeys} passkeys are the most: remove one first`);
    if ((await tx.passkey.findUnique({ where: { credentialId: credential.id } })) !== null)
      throw new AppError("conflict", "This passkey has been added already");
    const hadNone = (await waysOf(tx, userId)).length === 0;
    const row = await tx.passkey.create({
      data: {
        id: newId("passkey", databaseNowMs()),
        userId,
        name,
        credentialId: credential.id,
        publicKey: credential.publicKey,
        signCount: credential.counter,
        transports: (credential.transports ?? []).slice(0, 10),
        createdAt: new Date(databaseNowMs()),
      },
    });
    return { ...show(row), recoveryCodes: await added(tx, user, { kind: "passkey", name }, hadNone) };
  });
  tell(user.email, `The passkey “${name}” was added to your account.`);
  return answer;
}

export async function rename({ userId, ...user }: SignedIn, id: string, { name }: PasskeyPatch): Promise<PasskeyListedOut> {
  return inLine(userId, async (tx) => {
    const before = await tx.passkey.findFirst({ where: { id, userId } });
    if (before === null) throw notFound("No such passkey");
    await recordOwn({ userId, ...user }, tx, "user.passkeyRenamed", { name: { from: before.name, to: name } });
    return show(await tx.passkey.update({ where: { id }, data: { name } }));
  });
}

export async function remove(user: SignedIn, id: string): Promise<void> {
  const { userId } = user;
  const name = await inLine(userId, async (tx) => {
    const row = await tx.passkey.findFirst({ where: { id, userId } });
    if (row === null) throw notFound("No such passkey");
    await requireProof(tx, user.sessionId);
    await tx.passkey.delete({ where: { id } });
    await removed(tx, user, { kind: "passkey", name: row.name });
    return row.name;
  });
  tell(user.email, `The passkey “${name}” was removed from your account.`);
}

/** Throws a validation error if the answer doesn't hold. */
async function registered(user: SignedIn, passkey: PasskeyIn["passkey"]): Promise<WebAuthnCredential> {
  const party = requireRelyingParty();
  let answered = "";
  try {
    const { verifyRegistrationResponse } = await webauthn();
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: passkey as RegistrationResponseJSON,
      expectedChallenge: (text) => {
        answered = text;
        return isOurs(text, challengeOf(user));
      },
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      requireUserVerification: false,
    });
    if (verified && !isFramed(passkey.response.clientDataJSON) && (await spend(answered))) return registrationInfo.credential;
  } catch (error) {
    log.info({ userId: user.userId, error: (error as Error).message }, "passkey.refused");
  }
  throw invalid(["body", "passkey"], "This passkey was not made for this page, or too long ago. Try again.");
}

const challengeOf = ({ userId, sessionId }: SignedIn) => ({ purpose: "register", subject: `${userId} ${sessionId}` }) as const;

const show = ({ id, name, createdAt, lastUsedAt }: Passkey): PasskeyListedOut => ({
  id,
  name,
  createdAt: createdAt.toISOString(),
  lastUsedAt: lastUsedAt?.toISOString() ?? null,
});
