/** What stands in a source's URL: the current token, and old ones that work until they expire. */
import { randomBytes } from "node:crypto";
import type { Prisma, SourceToken } from "../../db/generated/client.ts";
import { hashOfToken } from "../../db/sources.ts";
import { newId } from "../../ids.ts";
import { sealer } from "../../seal.ts";
import { pageUrl } from "../shared/links.ts";

export async function newToken(tx: Prisma.TransactionClient, sourceId: string, nowMs: number): Promise<void> {
  const token = randomBytes(24).toString("base64url");
  const id = newId("sourceToken", nowMs);
  await tx.sourceToken.create({
    data: { id, sourceId, hash: hashOfToken(token), sealed: sealer().seal(id, token), createdAt: new Date(nowMs) },
  });
}

/** The URL with the current token; null: there is none. */
export function urlOf(tokens: SourceToken[]): string | null {
  const current = tokens.find(({ expiresAt }) => expiresAt === null);
  return current === undefined ? null : pageUrl(`/in/${sealer().open(current.id, current.sealed).toString()}`);
}
