/** The style in which an endpoint's messages are signed, and which secrets go with it. */
import type { EndpointSignatureIn } from "../../contract/signature.ts";
import { databaseNowMs } from "../../db/clock.ts";
import { type Endpoint, type EndpointSecret, Prisma } from "../../db/generated/client.ts";
import { invalid } from "../../errors.ts";
import { sealer } from "../../seal.ts";
import { parseStored, type SigningKey } from "../../webhooks/signature.ts";
import { faultOfKey, faultOfStyle, type SignatureStyle, standardStyle } from "../../webhooks/signatureStyle.ts";

type Stored = Pick<Endpoint, "signature">;

export const styleOf = ({ signature }: Stored): SignatureStyle => (signature as SignatureStyle | null) ?? standardStyle;

/** The style to store. Null: standard. Throws `validation_error` if a header of that name can't be sent. */
export function requireStyle(input: EndpointSignatureIn | null | undefined): SignatureStyle {
  const style = input ?? standardStyle;
  const fault = faultOfStyle(style);
  if (fault !== null) throw invalid(["body", "signature", fault.field], fault.reason);
  return style;
}

/** Throws `validation_error` if a style can't sign with a key. `field`: of the body, which gave the key or the style. */
export function requireFit(style: SignatureStyle, key: SigningKey, field: "secret" | "key" | "signature"): void {
  const fault = faultOfKey(style, key);
  if (fault === null) return;
  throw invalid(["body", field], field === "signature" ? `${fault}: rotate the secret first` : fault);
}

export const columnOf = (style: SignatureStyle): Prisma.InputJsonValue | typeof Prisma.DbNull =>
  style.style === "standard" ? Prisma.DbNull : style;

/** What a change of the endpoint stores; nothing, if it leaves the style as it is. */
export function styleChange(endpoint: Stored, input: EndpointSignatureIn | null | undefined) {
  if (input === undefined) return {};
  const style = requireStyle(input);
  if (JSON.stringify(sorted(style)) === JSON.stringify(sorted(styleOf(endpoint)))) return {};
  return { signature: columnOf(style), signatureChangedAt: new Date(databaseNowMs()) };
}

/** Throws unless the endpoint's style can sign with its current secret. To be called in the transaction that changes either. */
export async function requireCurrentFits(tx: Prisma.TransactionClient, endpoint: Stored & { id: string }): Promise<void> {
  const current = await tx.endpointSecret.findFirst({ where: { endpointId: endpoint.id, expiresAt: null }, orderBy: { id: "desc" } });
  if (current !== null) requireFitsSecret(styleOf(endpoint), current);
}

/** Throws unless a style can sign with a secret of an endpoint. */
export const requireFitsSecret = (style: SignatureStyle, { id, sealed }: Pick<EndpointSecret, "id" | "sealed">): void =>
  requireFit(style, parseStored(sealer().open(id, sealed).toString()), "signature");

// Keys are sorted, because PostgreSQL's jsonb does not keep their order.
const sorted = (style: SignatureStyle): [string, string][] => Object.entries(style).sort(([a], [b]) => (a < b ? -1 : 1));
