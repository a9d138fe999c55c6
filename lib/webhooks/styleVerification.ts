/** Verifying what `signatureHeaders` made, for receivers of Webster's own. */
import { timingSafeEqual } from "node:crypto";
import { type SigningKey, toleranceSeconds, type Verification, verify, verifyingKeyOf } from "./signature.ts";
import { signatureHeaders, type SignatureStyle } from "./signatureStyle.ts";

/** `headers`: names in lower case. GitHub's style signs no time: `timestampSeconds` is then `nowSeconds`. */
export function verifyStyle(
  style: SignatureStyle,
  keys: SigningKey[],
  headers: Record<string, string | undefined>,
  body: Uint8Array,
  nowSeconds: number,
): Verification {
  switch (style.style) {
    case "standard":
    case "svix": {
      const [id, timestamp, signature] = headersOfStyle(style).map((name) => headers[name]);
      return verify(keys.map(verifyingKeyOf), { id, timestamp, signature }, body, nowSeconds);
    }
    case "stripe": {
      const header = headers[style.signatureHeader.toLowerCase()];
      if (!header) return { ok: false, reason: "missing header" };
      const timestampSeconds = Number(/^t=(\d{1,12}),/.exec(header)?.[1] ?? NaN);
      if (Number.isNaN(timestampSeconds)) return { ok: false, reason: "bad timestamp" };
      if (timestampSeconds < nowSeconds - toleranceSeconds) return { ok: false, reason: "timestamp too old" };
      if (timestampSeconds > nowSeconds + toleranceSeconds) return { ok: false, reason: "timestamp too new" };
      const listed = header.split(",").slice(1);
      const found = keys.some((key) => {
        const expected = made(style, key, timestampSeconds, body)?.split(",")[1];
        return expected !== undefined && listed.some((signature) => isSame(signature, expected));
      });
      return found ? { ok: true, timestampSeconds } : { ok: false, reason: "no matching signature" };
    }
    case "github": {
      const header = headers[style.signatureHeader.toLowerCase()];
      if (!header) return { ok: false, reason: "missing header" };
      const found = keys.some((key) => isSame(header, made(style, key, nowSeconds, body) ?? ""));
      return found ? { ok: true, timestampSeconds: nowSeconds } : { ok: false, reason: "no matching signature" };
    }
  }
}

/** The names of the headers that a receiver reads, in lower case. */
export function headersOfStyle(style: SignatureStyle): string[] {
  switch (style.style) {
    case "standard":
      return ["webhook-id", "webhook-timestamp", "webhook-signature"];
    case "svix":
      return ["svix-id", "svix-timestamp", "svix-signature"];
    case "stripe":
      return [style.signatureHeader.toLowerCase()];
    case "github":
      return [style.signatureHeader, style.eventHeader, style.deliveryHeader].map((name) => name.toLowerCase());
  }
}

/** The signature that a sender would have made. Null: the style can't sign with this key. */
function made(style: SignatureStyle, key: SigningKey, timestampSeconds: number, body: Uint8Array): string | null {
  if (key.kind === "ed25519") return null;
  return signatureHeaders(style, false, { keys: [key], messageId: "", eventType: "", timestampSeconds, body })[1] ?? null;
}

function isSame(given: string, expected: string): boolean {
  const bytes = Buffer.from(given);
  const wanted = Buffer.from(expected);
  return bytes.length === wanted.length && timingSafeEqual(bytes, wanted);
}
