/** Headers as a delivery has them, for judging code that verifies. */
import { parseSecret } from "../webhooks/signature.ts";
import { type SignatureStyle, signatureHeaders } from "../webhooks/signatureStyle.ts";

export type Signed = { style?: SignatureStyle; secret: string; body: string; id?: string; ageSeconds?: number };

/** By name. `ageSeconds`: how long ago it was signed. */
export function signedHeaders({
  style = { style: "standard" },
  secret,
  body,
  id = "msg_1",
  ageSeconds = 0,
}: Signed): Record<string, string> {
  const flat = signatureHeaders(style, false, {
    keys: [parseSecret(secret)],
    messageId: id,
    eventType: "t",
    timestampSeconds: Math.floor(Date.now() / 1000) - ageSeconds,
    body: Buffer.from(body),
  });
  return Object.fromEntries(flat.flatMap((name, at) => (at % 2 === 0 ? [[name, flat[at + 1] ?? ""]] : [])));
}
