/** Event types from an OpenAPI document: all of it or nothing. */
import { isDeepStrictEqual } from "node:util";
import { parseDocument } from "yaml";
import type { Actor } from "../actor.ts";
import type { EventTypeImportOpenApiIn, EventTypeImportOpenApiOut } from "../contract/eventTypeImport.ts";
import { prisma } from "../db/client.ts";
import { databaseNowMs } from "../db/clock.ts";
import type { EventType, Prisma } from "../db/generated/client.ts";
import { AppError, type Issue, invalid } from "../errors.ts";
import { recordAudit } from "./audit.ts";
import { type Schemas, newestVersionOf, requireSchemas, storedSchemas } from "./eventTypeSchemas.ts";
import { changing } from "./eventTypes.ts";
import { type DescribedWebhook, webhooksOf } from "./openapiWebhooks.ts";

type Json = Record<string, unknown>;
type Planned = { before: EventType | null; after: Values & { name: string } };
type Values = { description: string; deprecated: boolean; groupName: string | null; schemas: Schemas | null; featureFlags: string[] };

export async function importOpenApi(actor: Actor, input: EventTypeImportOpenApiIn): Promise<EventTypeImportOpenApiOut> {
  const field = input.spec ? "spec" : "specRaw";
  const webhooks = requireUsable(documentOf(input), field);
  const { dryRun, replaceAll } = input;
  if (dryRun) return answer(await plan(actor, prisma(), webhooks, replaceAll), true);
  const made = await changing(actor, async (tx) => {
    const planned = await plan(actor, tx, webhooks, replaceAll);
    await carryOut(actor, tx, planned);
    return planned;
  });
  return answer(made, false);
}

function documentOf({ spec, specRaw }: EventTypeImportOpenApiIn): Json {
  if (spec && specRaw) throw invalid(["body", "specRaw"], "Give spec or specRaw, not both");
  if (spec) return spec as Json;
  if (!specRaw) throw invalid(["body", "spec"], "Give spec or specRaw");
  // YAML takes JSON in. Aliases are limited, because they multiply.
  const parsed = parseDocument(specRaw, { prettyErrors: true, stringKeys: true });
  const fault = parsed.errors[0];
  if (fault !== undefined) throw invalid(["body", "specRaw"], `Neither JSON nor YAML: ${fault.message.split("\n")[0] ?? ""}`);
  let value: unknown;
  try {
    // Once through JSON: dates and the like have no place in it.
    value = JSON.parse(JSON.stringify(parsed.toJS({ maxAliasCount: 100 }) ?? null));
  } catch (error) {
    throw invalid(["body", "specRaw"], `It can't be read: ${(error as Error).message}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw invalid(["body", "specRaw"], "An OpenAPI document is an object");
  return value as Json;
}

/** Throws a validation error that names each fault. */
function requireUsable(document: Json, field: string): DescribedWebhook[] {
  const { webhooks, issues } = webhooksOf(document);
  const place = (steps: string[]) => ["body", field, ...steps];
  const faults: Issue[] = issues.map((issue) => ({ ...issue, loc: place(issue.loc.map(String)) }));
  for (const { schema, place: steps } of webhooks) {
    if (schema === null) continue;
    try {
      requireSchemas({ schema }, place(steps));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      faults.push(...error.issues);
    }
  }
  if (faults.length > 0) throw new AppError("validation_error", "The document can't be used", { issues: faults });
  if (webhooks.length === 0) throw invalid(["body", field], "The document has no webhooks: neither webhooks nor x-webhooks nor callbacks");
  return webhooks;
}

type Plan = { changes: Planned[]; archived: string[]; unchanged: string[] };

async function plan(actor: Actor, tx: Prisma.TransactionClient, webhooks: DescribedWebhook[], replaceAll: boolean): Promise<Plan> {
  const { environmentId } = actor;
  const names = webhooks.map(({ name }) => name);
  const rows = await tx.eventType.findMany({ where: { environmentId, name: { in: names } } });
  const known = new Map(rows.map((row) => [row.name, row]));
  const others = replaceAll
    ? await tx.eventType.findMany({ where: { environmentId, archived: false, name: { notIn: names } }, select: { name: true } })
    : [];
  const planned = webhooks.map((webhook) => planOne(webhook, known.get(webhook.name) ?? null));
  const isChange = ({ before, after }: Planned): boolean =>
    before === null || before.archived || !isDeepStrictEqual(comparable(before), comparable(after));
  return {
    changes: planned.filter(isChange),
    archived: others.map(({ name }) => name),
    unchanged: planned.filter((one) => !isChange(one)).map(({ after }) => after.name),
  };
}

function planOne({ name, description, deprecated, groupName, schema }: DescribedWebhook, before: EventType | null): Planned {
  const schemas = (before?.schemas ?? null) as Schemas | null;
  const version = newestVersionOf(schemas) ?? "1";
  return {
    before,
    after: {
      name,
      description,
      deprecated,
      groupName: groupName ?? before?.groupName ?? null,
      schemas: schema === null ? schemas : { ...schemas, [version]: schema },
      featureFlags: before?.featureFlags ?? [],
    },
  };
}

const comparable = ({
  description,
  deprecated,
  groupName,
  schemas,
}: Pick<Values, "description" | "deprecated" | "groupName"> & { schemas: unknown }) => ({
  description,
  deprecated,
  groupName,
  schemas: JSON.parse(JSON.stringify(schemas)) as unknown,
});

async function carryOut(actor: Actor, tx: Prisma.TransactionClient, { changes, archived }: Plan): Promise<void> {
  const { environmentId } = actor;
  const now = new Date(databaseNowMs());
  for (const { before, after } of changes) {
    const { name, schemas, ...values } = after;
    const data = { ...values, schemas: storedSchemas(schemas), archived: false, updatedAt: now };
    const where = { environmentId_name: { environmentId, name } };
    await tx.eventType.upsert({ where, update: data, create: { ...data, environmentId, name, createdAt: now } });
    await recordAudit(actor, tx, before === null ? "eventType.created" : "eventType.updated", name, { from: "OpenAPI" });
  }
  if (archived.length === 0) return;
  await tx.eventType.updateMany({ where: { environmentId, name: { in: archived } }, data: { archived: true, updatedAt: now } });
  for (const name of archived) await recordAudit(actor, tx, "eventType.archived", name, { from: "OpenAPI" });
}

function answer({ changes, archived, unchanged }: Plan, dryRun: boolean): EventTypeImportOpenApiOut {
  const toModify = changes.map(({ before, after }) => ({
    ...after,
    featureFlags: after.featureFlags.length > 0 ? after.featureFlags : null,
    isNew: before === null,
  }));
  return {
    data: {
      modified: dryRun ? [] : [...changes.map(({ after }) => after.name), ...archived],
      to_modify: dryRun ? toModify : null,
      toArchive: archived,
      unchanged,
    },
  };
}
