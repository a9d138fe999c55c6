/** An environment's settings in the words of the management API: some are Webster's own, most are kept as they were set. */
import { isDeepStrictEqual } from "node:util";
import type { Actor } from "../../actor.ts";
import { fixedSettingShapes, keptSettingShapes, type ManagementSettings } from "../../contract/managementSettings.ts";
import { announceChanges } from "../../db/applications.ts";
import { prisma } from "../../db/client.ts";
import { databaseNowMs } from "../../db/clock.ts";
import type { Prisma } from "../../db/generated/client.ts";
import { env } from "../../env.ts";
import { invalid } from "../../errors.ts";
import { changesOf, recordAudit } from "../audit/audit.ts";
import { applySettings } from "../environment/environmentSettings.ts";
import { requireOrdinary } from "../shared/scope.ts";

type Transaction = Prisma.TransactionClient;
type Kept = Record<string, Prisma.InputJsonValue>;

export async function get({ environmentId }: Actor): Promise<ManagementSettings> {
  const row = await prisma().environment.findUniqueOrThrow({ where: { id: environmentId } });
  return { enforceHttps: env().httpsOnly, ...(row.keptSettings as Kept), ...fixed, whitelabelHeaders: !row.svixHeaders };
}

const fixed = Object.fromEntries(Object.keys(fixedSettingShapes).map((name) => [name, false]));

export async function patch(actor: Actor, input: ManagementSettings): Promise<ManagementSettings> {
  requireOrdinary(actor);
  const { enforceHttps, whitelabelHeaders } = input;
  if (enforceHttps && !env().httpsOnly)
    throw invalid(["body", "enforceHttps"], "This server takes http too; WEBSTER_HTTPS_ONLY says so for all of it");
  await prisma().$transaction(async (tx) => {
    // Two changes at the same time: the second is made to what the first left.
    await tx.$executeRaw`select from environment where id = ${actor.environmentId} for update`;
    if (whitelabelHeaders !== undefined) await applySettings(actor, tx, { svixHeaders: !whitelabelHeaders });
    await keep(actor, tx, input);
  });
  if (whitelabelHeaders !== undefined) await announceChanges();
  return get(actor);
}

async function keep(actor: Actor, tx: Transaction, input: ManagementSettings): Promise<void> {
  const where = { id: actor.environmentId };
  const before = (await tx.environment.findUniqueOrThrow({ where })).keptSettings as Kept;
  // Values are not compared by their text: jsonb has an order of its own.
  const changed = Object.fromEntries(
    Object.entries(input).filter(
      ([name, value]) => Object.hasOwn(keptSettingShapes, name) && value !== undefined && !isDeepStrictEqual(value, before[name] ?? null),
    ),
  ) as Kept;
  if (Object.keys(changed).length === 0) return;
  const kept: Kept = Object.fromEntries(Object.entries({ ...before, ...changed }).filter(([, value]) => value !== null));
  await tx.environment.update({ where, data: { keptSettings: kept, updatedAt: new Date(databaseNowMs()) } });
  await recordAudit(actor, tx, "environment.updated", where.id, changesOf(before, changed, Object.keys(changed)));
}
