/** Passwords of members: argon2id with the least that OWASP recommends (19 MiB, two passes, one lane). */
import { hash, verify } from "@node-rs/argon2";

export const minimumPasswordLength = 8;
/** The longest password; checked before hashing, so that a longer one costs nothing. */
export const maximumPasswordLength = 256;

// The library's default algorithm is argon2id.
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export const isAcceptablePassword = (password: string): boolean =>
  password.length >= minimumPasswordLength && password.length <= maximumPasswordLength;

/** The PHC string of the password. Throws RangeError on one that is not acceptable. */
export async function hashPassword(password: string): Promise<string> {
  if (!isAcceptablePassword(password))
    throw new RangeError(`A password has ${minimumPasswordLength} to ${maximumPasswordLength} characters`);
  return hash(password, cost);
}

/** Whether the password is right. Without a hash (an unknown user) false, after the same time. */
export async function verifyPassword(passwordHash: string | null, password: string): Promise<boolean> {
  if (password.length > maximumPasswordLength) return false;
  if (passwordHash === null) {
    await hash(password, cost);
    return false;
  }
  return verify(passwordHash, password);
}
