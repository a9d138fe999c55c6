/** Secrets of those who sign as Standard Webhooks has it, in all the forms in which providers show them. */
import { type SigningKey, type VerifyingKey, SecretError, parseSecret, parseVerifyingKey, verifyingKeyOf } from "../signature.ts";

/**
 * The keys that a text may stand for. The specification wants 24 to 64 bytes, its libraries verify with any, and so do we.
 * Throws SecretError.
 */
export function standardKeys(text: string): VerifyingKey[] {
  return oneByOne(text).flatMap((one) => (one.startsWith("whpk_") ? [parseVerifyingKey(one)] : signingKeysOf(one).map(verifyingKeyOf)));
}

/** The keys of a text that can sign: of `whpk_` only the other half could. Throws SecretError. */
export const standardSigningKeys = (text: string): SigningKey[] => oneByOne(text).flatMap(signingKeysOf);

/** Supabase writes `v1,whsec_…`, and during a rotation several with `|` between. */
const oneByOne = (text: string): string[] => text.split("|").map((one) => one.trim().replace(/^v1a?,/, ""));

function signingKeysOf(text: string): SigningKey[] {
  if (/^wh[sp]k_/.test(text)) return [parseSecret(text)];
  // Polar's SDK takes the text as it stands for the key; what it shows is otherwise made like all others.
  if (text.startsWith("polar_whs_")) return [hmacKey(Buffer.from(text)), ...bytesOf(text.slice("polar_whs_".length))];
  const isMarked = text.startsWith("whsec_");
  // Without the mark, what is only base64 for URLs may be anything else, such as an API key.
  const [key] = isMarked ? bytesOf(text.slice("whsec_".length)) : /[_-]/.test(text) ? [] : bytesOf(text);
  if (key === undefined) throw new SecretError("It is no secret of this kind: whsec_ and base64 behind it, as the provider shows it");
  return [key];
}

function bytesOf(encoded: string): SigningKey[] {
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(encoded)) return [];
  const key = Buffer.from(encoded, "base64");
  return key.length === 0 ? [] : [hmacKey(key)];
}

const hmacKey = (key: Buffer): SigningKey => ({ kind: "hmac", key });
