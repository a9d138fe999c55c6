/** What an environment is set to, and moving it with event types and connectors from one environment to another. */
import { isDeepStrictEqual } from "node:util";
import type { Actor } from "../actor.ts";
import type { ConnectorIn } from "../contract/connector.ts";
import {
  type EnvironmentImportIn,
  type EnvironmentImportOut,
  type PayloadValidation,
  payloadValidation,
} from "../contract/environmentSettings.ts";
import type { EventTypeIn } from "../contract/eventType.ts";
import { prisma } from "../db/client.ts";
import { databaseNowMs } from "../db/clock.ts";
import type { Connector, EventType, Prisma } from "../db/generated/client.ts";
import { announcePayloadRules } from "../db/payloadRules.ts";
import { invalid } from "../errors.ts";
import { newId } from "../ids.ts";
import { recordAudit } from "./audit.ts";
import { showConnector, storedConnector } from "./connectors.ts";
import { requireSchemas } from "./eventTypeSchemas.ts";
import { changing, showEventType, storedEventType } from "./eventTypes.ts";
import { requireOrdinary } from "./scope.ts";

type Transaction = Prisma.TransactionClient;

export async function getSettings({ environmentId }: Actor, tx: Transaction = prisma()): Promise<{ payloadValidation: PayloadValidation }> {
  const { payloadValidation: stored } = await tx.environment.findUniqueOrThrow({ where: { id: environmentId } });
  return { payloadValidation: stored === "warn" || stored === "reject" ? stored : "off" };
}

export async function patchSettings(actor: Actor, input: { payloadValidation?: PayloadValidation | undefined }) {
  requireOrdinary(actor);
  await prisma().$transaction((tx) => applySettings(actor, tx, input.payloadValidation));
  await announcePayloadRules(actor.environmentId);
  return getSettings(actor);
}

export async function exportEnvironment(actor: Actor) {
  const { environmentId } = actor;
  const [eventTypes, connectors, settings] = await Promise.all([
    prisma().eventType.findMany({ where: { environmentId, archived: false }, orderBy: { name: "asc" } }),
    prisma().connector.findMany({ where: { environmentId }, orderBy: { id: "asc" } }),
    getSettings(actor),
  ]);
  const createdAt = new Date(databaseNowMs());
  return { version: 1, createdAt, settings, eventTypes: eventTypes.map(showEventType), connectors: connectors.map(showConnector) };
}

/** All of it or nothing. With `dryRun` the answer is the same and nothing is changed. */
export async function importEnvironment(actor: Actor, input: EnvironmentImportIn, dryRun: boolean): Promise<EnvironmentImportOut> {
  const eventTypes = input.eventTypes ?? [];
  const connectors = input.connectors ?? [];
  requireOnce(
    eventTypes.map(({ name }) => name),
    "eventTypes",
    "name",
  );
  requireOnce(connectors.map(nameOf), "connectors", "name");
  for (const [index, { schemas }] of eventTypes.entries())
    if (schemas) requireSchemas(schemas, ["body", "eventTypes", String(index), "schemas"]);
  const wanted = settingOf(input);
  const carryOut = async (tx: Transaction): Promise<EnvironmentImportOut> => ({
    eventTypes: await importEventTypes(actor, tx, eventTypes, dryRun),
    connectors: await importConnectors(actor, tx, connectors, new Set(eventTypes.map(({ name }) => name)), dryRun),
    settings: {
      changed: (await isNewSetting(actor, tx, wanted)) ? ["payloadValidation"] : [],
      ignored: Object.keys(input.settings ?? {}).filter((key) => key !== "payloadValidation"),
    },
  });
  if (dryRun) return carryOut(prisma());
  return changing(actor, async (tx) => {
    const done = await carryOut(tx);
    await applySettings(actor, tx, wanted);
    return done;
  });
}

function settingOf({ settings }: EnvironmentImportIn): PayloadValidation | undefined {
  const given = (settings as { payloadValidation?: unknown } | null | undefined)?.payloadValidation;
  if (given === undefined || given === null) return undefined;
  const parsed = payloadValidation.safeParse(given);
  if (!parsed.success) throw invalid(["body", "settings", "payloadValidation"], "It must be off, warn or reject");
  return parsed.data;
}

const isNewSetting = async (actor: Actor, tx: Transaction, wanted: PayloadValidation | undefined): Promise<boolean> =>
  wanted !== undefined && (await getSettings(actor, tx)).payloadValidation !== wanted;

async function applySettings(actor: Actor, tx: Transaction, wanted: PayloadValidation | undefined): Promise<void> {
  if (wanted === undefined) return;
  const { payloadValidation: before } = await getSettings(actor, tx);
  if (before === wanted) return;
  await tx.environment.update({ where: { id: actor.environmentId }, data: { payloadValidation: wanted } });
  await recordAudit(actor, tx, "environment.updated", actor.environmentId, { payloadValidation: { from: before, to: wanted } });
}

function requireOnce(values: string[], list: string, field: string): void {
  const index = values.findIndex((value, i) => values.indexOf(value) !== i);
  if (index >= 0) throw invalid(["body", list, String(index), field], `${values[index] ?? ""} is there twice`);
}

type Sorted = EnvironmentImportOut["eventTypes"];

async function importEventTypes(actor: Actor, tx: Transaction, inputs: EventTypeIn[], dryRun: boolean): Promise<Sorted> {
  const { environmentId } = actor;
  const rows = await tx.eventType.findMany({ where: { environmentId, name: { in: inputs.map(({ name }) => name) } } });
  const known = new Map(rows.map((row) => [row.name, row]));
  const sorted: Sorted = { created: [], changed: [], unchanged: [] };
  for (const { name, ...input } of inputs) {
    const before = known.get(name);
    const data = storedEventType(input);
    const kind = before === undefined ? "created" : isSameType(before, input) ? "unchanged" : "changed";
    sorted[kind].push(name);
    if (kind === "unchanged" || dryRun) continue;
    const where = { environmentId_name: { environmentId, name } };
    await tx.eventType.upsert({ where, update: data, create: { ...data, environmentId, name, createdAt: data.updatedAt } });
    await recordAudit(actor, tx, before === undefined ? "eventType.created" : "eventType.updated", name, { from: "import" });
  }
  return sorted;
}

function isSameType(before: EventType, input: Omit<EventTypeIn, "name">): boolean {
  const { updatedAt: _, schemas: __, ...after } = storedEventType(input);
  const { description, archived, deprecated, groupName, featureFlags } = before;
  return (
    isDeepStrictEqual({ description, archived, deprecated, groupName, featureFlags }, after) &&
    isDeepStrictEqual(before.schemas ?? null, input.schemas ?? null)
  );
}

async function importConnectors(
  actor: Actor,
  tx: Transaction,
  inputs: ConnectorIn[],
  imported: Set<string>,
  dryRun: boolean,
): Promise<Sorted> {
  const { environmentId } = actor;
  const sorted: Sorted = { created: [], changed: [], unchanged: [] };
  if (inputs.length === 0) return sorted;
  const rows = await tx.connector.findMany({ where: { environmentId } });
  const types = await tx.eventType.findMany({ where: { environmentId, archived: false }, select: { name: true } });
  const knownTypes = new Set([...types.map(({ name }) => name), ...imported]);
  for (const [index, input] of inputs.entries()) {
    const unknown = (input.allowedEventTypes ?? []).filter((name) => !knownTypes.has(name));
    if (unknown.length > 0)
      throw invalid(["body", "connectors", String(index), "allowedEventTypes"], `Unknown event types: ${unknown.slice(0, 10).join(", ")}`);
    const before = rows.find((row) => (input.uid ? row.uid === input.uid : row.uid === null && row.name === input.name));
    const fields = { ...storedConnector(input), name: input.name };
    const kind = before === undefined ? "created" : isSameConnector(before, fields) ? "unchanged" : "changed";
    sorted[kind].push(input.name);
    if (kind === "unchanged" || dryRun) continue;
    const now = new Date(databaseNowMs());
    const id = before?.id ?? newId("connector", now.getTime());
    const code = before?.transformation === fields.transformation ? {} : { transformationUpdatedAt: now };
    const data = { ...fields, ...code, updatedAt: now };
    await tx.connector.upsert({
      where: { id },
      update: data,
      create: { ...data, id, environmentId, uid: input.uid ?? null, createdAt: now },
    });
    await recordAudit(actor, tx, before === undefined ? "connector.created" : "connector.updated", id, {
      name: input.name,
      from: "import",
    });
  }
  return sorted;
}

const nameOf = ({ uid, name }: ConnectorIn): string => uid ?? name;

function isSameConnector(before: Connector, fields: ReturnType<typeof storedConnector> & { name: string }): boolean {
  const { kind, logo, description, instructions, allowedEventTypes, transformation, featureFlags, name } = before;
  return isDeepStrictEqual({ kind, logo, description, instructions, allowedEventTypes, transformation, featureFlags, name }, fields);
}
