/** The signature doctor at work on a kept request: lib/webhooks/doctor.ts with all that the environment knows. */
import type { Actor } from "../../actor.ts";
import type { DiagnosisOut } from "../../contract/sourceTools.ts";
import { prisma } from "../../db/client.ts";
import { databaseNowMs } from "../../db/clock.ts";
import { env } from "../../env.ts";
import { AppError, notFound } from "../../errors.ts";
import { type OtherSource, diagnose } from "../../webhooks/doctor.ts";
import { bodyOf, isProviderKind } from "../../webhooks/verification.ts";
import { packingsOf } from "./packings.ts";
import { receivedOf } from "./receivedRequests.ts";
import { incomingOf } from "./pipeline.ts";
import { keptRequest } from "./release.ts";
import { currentConfig } from "../source/sourceConfig.ts";
import { openConfig, sourceOf } from "../source/sources.ts";
import { extrasFor } from "../source/verificationDocuments.ts";

/** Other sources that are tried, the newest first. */
const maximumOtherSources = 50;

export async function examine(actor: Actor, id: string): Promise<DiagnosisOut> {
  const row = await receivedOf(actor, id);
  const source = await sourceOf(actor, row.sourceId);
  if (!isProviderKind(source.provider)) throw notFound("Received request not found");
  const kept = await keptRequest(row);
  if (kept === null) throw new AppError("bad_request", "Its body was not kept, so it can't be examined");
  const request = incomingOf(kept, env().maxPayloadBytes);
  const nowMs = databaseNowMs();
  const sealed = openConfig(source);
  const config = currentConfig(sealed, nowMs);
  const extras = await extrasFor(source.id, source.provider, config, request);
  const suspects = {
    others: await othersThan(actor, source.id, nowMs),
    expired: sealed.secrets.flatMap(({ value, expiresAtMs }) => (expiresAtMs !== null && expiresAtMs <= nowMs ? [value] : [])),
    packings: await packingsOf(kept.body, env().maxPayloadBytes),
  };
  const { provider } = source;
  const examined = (body: Buffer) =>
    diagnose(provider, config, { ...request, body }, kept.createdAt.getTime(), suspects, "reason" in extras ? {} : extras);
  const { packing, content } = bodyOf(request);
  // What is declared as packed may be signed either way.
  const findings = packing === "unpacked" ? examined(content) : [];
  return { findings: findings[0]?.cause === "verifies_now" ? findings : examined(kept.body) };
}

async function othersThan({ environmentId }: Actor, id: string, nowMs: number): Promise<OtherSource[]> {
  const rows = await prisma().source.findMany({
    where: { environmentId, id: { not: id } },
    orderBy: { id: "desc" },
    take: maximumOtherSources,
  });
  return rows.flatMap((row) => {
    const { name: label, provider } = row;
    return isProviderKind(provider) ? [{ label, provider, config: currentConfig(openConfig(row), nowMs) }] : [];
  });
}
