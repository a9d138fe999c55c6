/**
 * Challenges for passkeys. Each is sealed text that says for whom, for what and until when it is good, so that asking for one
 * stores nothing; those that were answered are remembered until they would have expired, so that each is answered once.
 */
import { hash } from "node:crypto";
import { pool } from "../../db/client.ts";
import { databaseNowMs } from "../../db/clock.ts";
import { sealer } from "../../seal.ts";

const lifetimeMs = 5 * 60_000;

/** `register` and `prove`: of a session. `second`: of a sign-in that waits. `alone`: of nobody yet. */
export type Purpose = "register" | "prove" | "second" | "alone";

export type ChallengeFor = { purpose: Purpose; subject: string };

export function newChallenge({ purpose, subject }: ChallengeFor): Uint8Array<ArrayBuffer> {
  const expiry = Buffer.alloc(8);
  expiry.writeDoubleBE(databaseNowMs() + lifetimeMs);
  return new Uint8Array(sealer().seal(rowOf(purpose, subject), expiry));
}

/** Whether it was made for this, and is still good. `challenge` is base64url, as browsers give it back. */
export function isOurs(challenge: string, { purpose, subject }: ChallengeFor): boolean {
  try {
    return sealer().open(rowOf(purpose, subject), Buffer.from(challenge, "base64url")).readDoubleBE() > databaseNowMs();
  } catch {
    return false;
  }
}

/** Takes the challenge; false: it was answered before. */
export async function spend(challenge: string): Promise<boolean> {
  const key = Buffer.from(hash("sha256", Buffer.from(challenge, "base64url"), "hex"), "hex");
  const { rowCount } = await pool().query(`insert into used_challenge (hash, "expiresAt") values ($1, $2) on conflict (hash) do nothing`, [
    key,
    new Date(databaseNowMs() + lifetimeMs),
  ]);
  return rowCount === 1;
}

const rowOf = (purpose: Purpose, subject: string): string => `passkey challenge ${purpose} ${subject}`;
