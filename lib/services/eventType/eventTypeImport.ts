/** Event types from an OpenAPI document: all of it or nothing. */
import { setImmediate as turnOfOthers } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { Actor } from "../../actor.ts";
import type { EventTypeImportOpenApiIn } from "../../contract/eventTypeImport.ts";
import { prisma } from "../../db/client.ts";
import { databaseNowMs } from "../../db/clock.ts";
import type { EventType, Prisma } from "../../db/generated/client.ts";
import { AppError, type Issue, invalid } from "../../errors.ts";
import { isJsonObject, parseJson, stringifyJson } from "../../webhooks/body/json.ts";
import { storeEventTypes } from "../../db/sql/together.ts";
import { givingWay } from "../../longWork.ts";
import { recordAudits } from "../audit/audit.ts";
import { type Schemas, isSameJson, newestVersionOf, readSchemas, requireSchemas, withVersion } from "./eventTypeSchemas.ts";
import { changing, eventTypesNamed, importMs } from "./eventTypes.ts";
import { type DescribedWebhook, webhooksOf } from "./openapiWebhooks.ts";
import { RawJson } from "../shared/rawJson.ts";
import { parseYaml } from "./yamlDocument.ts";

type Json = Record<string, unknown>;
type Planned = { before: EventType | null; after: Values & { name: string } };
type Values = { description: string; deprecated: boolean; groupName: string | null; schemas: string | null; featureFlags: string[] };

/** Imports the event types of a document. `spec`: its bytes, as they stand in the request. */
export async function importOpenApi(actor: Actor, input: EventTypeImportOpenApiIn, spec: Buffer | null) {
  const field = input.spec ? "spec" : "specRaw";
  const webhooks = await requireUsable(await documentOf(actor, input, spec), field);
  const { dryRun, replaceAll } = input;
  if (dryRun) return answer(await plan(actor, prisma(), webhooks, replaceAll), true);
  const made = await changing(
    actor,
    async (tx) => {
      const planned = await plan(actor, tx, webhooks, replaceAll);
      await carryOut(actor, tx, planned);
      return planned;
    },
    importMs,
  );
  return answer(made, false);
}

/** The document, whose numbers are exact: what is in examples is sent. */
async function documentOf({ environmentId }: Actor, { spec, specRaw }: EventTypeImportOpenApiIn, bytes: Buffer | null): Promise<Json> {
  if (spec && specRaw) throw invalid(["body", "specRaw"], "Give spec or specRaw, not both");
  if (spec) return parseJson(bytes?.toString() ?? "{}") as Json;
  if (!specRaw) throw invalid(["body", "spec"], "Give spec or specRaw");
  const value = await parseYaml(specRaw, environmentId).catch((error: Error) => {
    if (error instanceof AppError) throw error;
    throw invalid(["body", "specRaw"], error.message);
  });
  if (!isJsonObject(value)) throw invalid(["body", "specRaw"], "An OpenAPI document is an object");
  return value;
}

/** Throws a validation error that names each fault. Others' requests are answered in between: schemas take their time. */
async function requireUsable(document: Json, field: string): Promise<DescribedWebhook[]> {
  const { webhooks, issues } = webhooksOf(document);
  const place = (steps: (string | number)[]) => ["body", field, ...steps];
  const faults: Issue[] = issues.map((issue) => ({ ...issue, loc: place(issue.loc) }));
  for (const { schema, place: steps } of webhooks) {
    if (schema === null) continue;
    await turnOfOthers();
    try {
      requireSchemas({ schema: JSON.parse(stringifyJson(schema)) as Schemas[string] }, place(steps));
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
  const known = await eventTypesNamed(actor, tx, names);
  const others = replaceAll
    ? await tx.eventType.findMany({ where: { environmentId, archived: false, name: { notIn: names } }, select: { name: true } })
    : [];
  const isChange = ({ before, after }: Planned): boolean =>
    before === null ||
    before.archived ||
    !isDeepStrictEqual(comparable(before), comparable(after)) ||
    !isSameJson(before.schemas, after.schemas);
  const made: Plan = { changes: [], archived: others.map(({ name }) => name), unchanged: [] };
  const giveWay = givingWay();
  for (const webhook of webhooks) {
    await giveWay();
    const planned = planOne(webhook, known.get(webhook.name) ?? null);
    if (isChange(planned)) made.changes.push(planned);
    else made.unchanged.push(webhook.name);
  }
  return made;
}

function planOne({ name, description, deprecated, groupName, schema }: DescribedWebhook, before: EventType | null): Planned {
  const schemas = before?.schemas ?? null;
  const version = newestVersionOf(readSchemas(schemas)) ?? "1";
  return {
    before,
    after: {
      name,
      description,
      deprecated,
      groupName: groupName ?? before?.groupName ?? null,
      schemas: schema === null ? schemas : withVersion(schemas, version, stringifyJson(schema)),
      featureFlags: before?.featureFlags ?? [],
    },
  };
}

const comparable = ({ description, deprecated, groupName }: Pick<Values, "description" | "deprecated" | "groupName">) => ({
  description,
  deprecated,
  groupName,
});

async function carryOut(actor: Actor, tx: Prisma.TransactionClient, { changes, archived }: Plan): Promise<void> {
  const { environmentId } = actor;
  const now = new Date(databaseNowMs());
  await storeEventTypes(
    tx,
    environmentId,
    changes.map(({ after }) => ({ ...after, archived: false, updatedAt: now })),
  );
  if (archived.length > 0)
    await tx.eventType.updateMany({ where: { environmentId, name: { in: archived } }, data: { archived: true, updatedAt: now } });
  const told = [
    ...changes.map(({ before, after }) => ({ name: after.name, verb: before === null ? "created" : "updated" })),
    ...archived.map((name) => ({ name, verb: "archived" })),
  ];
  await recordAudits(
    actor,
    tx,
    told.map(({ name, verb }) => ({ action: `eventType.${verb}` as const, id: name, changes: { from: "OpenAPI" } })),
  );
}

function answer({ changes, archived, unchanged }: Plan, dryRun: boolean) {
  const toModify = changes.map(({ before, after }) => ({
    ...after,
    schemas: after.schemas === null ? null : new RawJson(after.schemas),
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
