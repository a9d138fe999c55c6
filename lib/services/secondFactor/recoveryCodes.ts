/**
 * Recovery codes: ten, each good once. A code has 80 random bits, so one SHA-256 without salt or stretching is enough; the
 * person's id in it makes a row useless for anybody else.
 */
import { randomBytes } from "node:crypto";
import { hashToken } from "../../auth/apiKeys.ts";
import { databaseNowMs } from "../../db/clock.ts";
import type { Transaction } from "../team/people.ts";

const givenCodes = 10;
/** Crockford's: without i, l, o and u, which people take for others. */
const digits = "0123456789abcdefghjkmnpqrstvwxyz";
const codeLength = 16;

/** New codes in place of all that there were; their texts are known this once. */
export async function makeCodes(tx: Transaction, userId: string): Promise<string[]> {
  const codes = Array.from({ length: givenCodes }, newCode);
  await tx.recoveryCode.deleteMany({ where: { userId } });
  await tx.recoveryCode.createMany({ data: codes.map((code) => ({ userId, hash: hashOf(userId, normalized(code)) })) });
  return codes;
}

/** Takes a code; false: it is none, or was used. */
export async function takeRecoveryCode(tx: Transaction, userId: string, text: string): Promise<boolean> {
  const code = normalized(text);
  if (code.length !== codeLength) return false;
  const where = { userId, hash: hashOf(userId, code), usedAt: null };
  return (await tx.recoveryCode.updateMany({ where, data: { usedAt: new Date(databaseNowMs()) } })).count === 1;
}

export const codesLeft = (tx: Transaction, userId: string): Promise<number> => tx.recoveryCode.count({ where: { userId, usedAt: null } });

/** `abcd-efgh-jkmn-pqrs` */
function newCode(): string {
  const text = [...randomBytes(codeLength)].map((byte) => digits[byte % digits.length]).join("");
  return text.replaceAll(/(.{4})(?!$)/g, "$1-");
}

/** As people may write it down and type it: capitals, blanks, and digits taken for letters. */
const normalized = (text: string): string => text.toLowerCase().replaceAll(/[\s-]/g, "").replaceAll("o", "0").replaceAll(/[il]/g, "1");

const hashOf = (userId: string, code: string): Buffer<ArrayBuffer> => hashToken(`${userId}\n${code}`);
