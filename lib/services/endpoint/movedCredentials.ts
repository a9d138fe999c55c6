/**
 * Hidden headers and authentication were meant for one receiver. Whoever moves an endpoint to another would be sent what they may
 * not see, so what is hidden does not come along: it is dropped, and said, and can be given anew.
 */
import type { Actor } from "../../actor.ts";
import type { Endpoint, Prisma } from "../../db/generated/client.ts";
import { isCredential } from "../../webhooks/credentialNames.ts";
import { receiverPlace } from "../../webhooks/receiverPlace.ts";
import { recordAudit } from "../audit/audit.ts";
import { openHeaders, sealHeaders } from "./headers.ts";

type Hiding = Pick<Endpoint, "id" | "sealedHeaders" | "sealedAuthentication">;

/**
 * Drops what is hidden if the new URL leads to another receiver. To be called in the transaction that changes the URL, once it
 * holds the application and before it stores the URL. Answers what is to be stored along.
 */
export async function dropCredentials(
  actor: Actor,
  tx: Prisma.TransactionClient,
  id: string,
  newUrl: string,
): Promise<Prisma.EndpointUncheckedUpdateInput> {
  // The endpoint is read again: others may have given it credentials since it was read before.
  const current = await tx.endpoint.findUniqueOrThrow({
    where: { id },
    select: { id: true, url: true, sealedHeaders: true, sealedAuthentication: true },
  });
  const [from, to] = [receiverPlace(current.url), receiverPlace(newUrl)];
  if (from === to) return {};
  const names = credentialsOf(current);
  if (names.length === 0) return {};
  await recordAudit(actor, tx, "endpoint.credentialsDropped", id, { names, from, to });
  const kept = Object.entries(openHeaders(current)).filter(([name]) => !isCredential(name));
  return { sealedHeaders: sealHeaders(id, Object.fromEntries(kept)), sealedAuthentication: null };
}

/** Names of what a change has dropped: headers, and `authentication`. */
export function droppedBy(before: Hiding, after: Hiding): string[] {
  const still = new Set(credentialsOf(after));
  return credentialsOf(before).filter((name) => !still.has(name));
}

const credentialsOf = (row: Hiding): string[] => [
  ...Object.keys(openHeaders(row)).filter(isCredential),
  ...(row.sealedAuthentication === null ? [] : ["authentication"]),
];
