/** What passkeys answer: the question for them, and whether an answer holds. */
import type { AuthenticationResponseJSON } from "@simplewebauthn/server";
import type { PasskeyAnswer, PasskeyOptionsOut } from "../../contract/secondFactor.ts";
import { prisma } from "../../db/client.ts";
import { databaseNowMs } from "../../db/clock.ts";
import type { Passkey } from "../../db/generated/client.ts";
import { log } from "../../log.ts";
import { type ChallengeFor, isOurs, newChallenge, spend } from "./challenges.ts";
import { relyingParty, requireRelyingParty } from "./relyingParty.ts";

/** Loaded with the first passkey: it brings certificates and their formats along, which take longer than much else at a start. */
export const webauthn = () => import("@simplewebauthn/server");

/** The question for a person's passkeys; null: for whichever the browser has, which must then know its person. */
export async function optionsFor(challenge: ChallengeFor, userId: string | null): Promise<PasskeyOptionsOut> {
  const party = requireRelyingParty();
  const passkeys = userId === null ? [] : await prisma().passkey.findMany({ where: { userId }, orderBy: { id: "asc" } });
  const { generateAuthenticationOptions } = await webauthn();
  const options = await generateAuthenticationOptions({
    rpID: party.id,
    challenge: newChallenge(challenge),
    // Beside a password it is enough to have the key; alone it must be two factors.
    userVerification: userId === null ? "required" : "preferred",
    allowCredentials: passkeys.map(({ credentialId, transports }) => ({ id: credentialId, transports: transports as never })),
  });
  return { options: { ...options } };
}

type Expected = {
  /** The person it must be; left out: whoever's passkey it is, who must have shown a finger or PIN. */
  userId?: string;
};

/** Whose passkey has answered the challenge; null: the answer doesn't hold. Good once. */
export async function verifyPasskey(
  answer: PasskeyAnswer,
  challenge: ChallengeFor,
  { userId }: Expected,
): Promise<{ userId: string } | null> {
  const party = relyingParty();
  const passkey = await prisma().passkey.findUnique({ where: { credentialId: answer.id } });
  if (party === null || passkey === null || (userId !== undefined && passkey.userId !== userId)) return null;
  const { userHandle } = answer.response;
  if (userHandle !== undefined && userHandle !== "" && userHandle !== handleOf(passkey.userId)) return null;
  let answered = "";
  try {
    const { verifyAuthenticationResponse } = await webauthn();
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: answer as AuthenticationResponseJSON,
      expectedChallenge: (text) => {
        answered = text;
        return isOurs(text, challenge);
      },
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      credential: { id: passkey.credentialId, publicKey: new Uint8Array(passkey.publicKey), counter: Number(passkey.signCount) },
      requireUserVerification: userId === undefined,
    });
    if (!verified || isFramed(answer.response.clientDataJSON) || !(await spend(answered))) return null;
    return (await noteUse(passkey, authenticationInfo.newCounter)) ? { userId: passkey.userId } : null;
  } catch (error) {
    // The library throws at whatever does not hold; its words name challenges, but no secret.
    log.info({ passkeyId: passkey.id, error: (error as Error).message }, "passkey.refused");
    return null;
  }
}

/** The person's id as passkeys keep it (WebAuthn, section 5.4.3: opaque, of at most 64 bytes). */
export const handleBytes = (userId: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(userId));
const handleOf = (userId: string): string => Buffer.from(userId).toString("base64url");

/** Whether the answer was given to a page of another site that shows ours in a frame. */
export function isFramed(clientDataJSON: string): boolean {
  const data = JSON.parse(Buffer.from(clientDataJSON, "base64url").toString()) as { crossOrigin?: unknown };
  return data.crossOrigin === true;
}

/** False: another answer has been taken meanwhile, or the passkey is gone. */
async function noteUse({ id, signCount }: Passkey, newCount: number): Promise<boolean> {
  const { count } = await prisma().passkey.updateMany({
    where: { id, signCount },
    data: { signCount: newCount, lastUsedAt: new Date(databaseNowMs()) },
  });
  return count === 1;
}
