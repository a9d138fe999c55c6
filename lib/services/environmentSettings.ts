/** What an environment is set to, and moving it with event types and connectors from one environment to another. */
import { isDeepStrictEqual } from "node:util";
import type { Actor } from "../actor.ts";
import type { ConnectorIn } from "../contract/connector.ts";
import {
  type EnvironmentImportIn,
  type EnvironmentImportOut,
  type EnvironmentSettings,
  settingShapes,
} from "../contract/environmentSettings.ts";
import type { EventTypeIn } from "../contract/eventType.ts";
import { announceChanges } from "../db/applications.ts";
import { prisma } from "../db/client.ts";
import { databaseNowMs } from "../db/clock.ts";
import type { Connector, EventType, Prisma } from "../db/generated/client.ts";
import { announcePayloadRules } from "../db/payloadRules.ts";
import { invalid } from "../errors.ts";
import { newId } from "../ids.ts";
import { changesOf, recordAudit } from "./audit.ts";
import { showConnector, storedConnector } from "./connectors.ts";
import { exportSetups, importSetups } from "./environmentEndpoints.ts";
import { raiseVersions } from "./environments.ts";
import { requireSchemas } from "./eventTypeSchemas.ts";
import { changing, showEventType, storedEventType } from "./eventTypes.ts";
import { requireOrdinary } from "./scope.ts";

type Transaction = Prisma.TransactionClient;

export async function getSettings({ environmentId }: Actor, tx: Transaction = prisma()): Promise<EnvironmentSettings> {
  const { payloadValidation: stored, svixHeaders } = await tx.environment.findUniqueOrThrow({ where: { id: environmentId } });
  return { payloadValidation: stored === "warn" || stored === "reject" ? stored : "off", svixHeaders };
}

type Wanted = { [Name in keyof EnvironmentSettings]?: EnvironmentSettings[Name] | undefined };

export async function patchSettings(actor: Actor, input: Wanted): Promise<EnvironmentSettings> {
  requireOrdinary(actor);
  await prisma().$transaction((tx) => applySettings(actor, tx, input));
  await announcePayloadRules(actor.environmentId);
  if (input.svixHeaders !== undefined) await announceChanges();
  return getSettings(actor);
}

export async function exportEnvironment(actor: Actor) {
  const { environmentId } = actor;
  const [eventTypes, connectors, endpoints, settings] = await Promise.all([
    prisma().eventType.findMany({ where: { environmentId, archived: false }, orderBy: { name: "asc" } }),
    prisma().connector.findMany({ where: { environmentId }, orderBy: { id: "asc" } }),
    exportSetups(actor, prisma()),
    getSettings(actor),
  ]);
  const createdAt = new Date(databaseNowMs());
  const shown = { eventTypes: eventTypes.map(showEventType), connectors: connectors.map(showConnector), endpoints };
  return { version: 1, createdAt, settings, ...shown };
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
  const setups = input.endpoints ?? [];
  requireOnce(
    setups.map(({ application, endpoint }) => `${application}/${endpoint}`),
    "endpoints",
    "endpoint",
  );
  const wanted = settingsOf(input);
  const carryOut = async (tx: Transaction): Promise<EnvironmentImportOut> => ({
    eventTypes: await importEventTypes(actor, tx, eventTypes, dryRun),
    connectors: await importConnectors(actor, tx, connectors, new Set(eventTypes.map(({ name }) => name)), dryRun),
    endpoints: await importSetups(actor, tx, setups, dryRun),
    settings: {
      changed: Object.keys(changedSettings(await getSettings(actor, tx), wanted)),
      ignored: Object.keys(input.settings ?? {}).filter((key) => !Object.hasOwn(settingShapes, key)),
    },
  });
  if (dryRun) return carryOut(prisma());
  const done = await changing(actor, async (tx) => {
    const told = await carryOut(tx);
    await applySettings(actor, tx, wanted);
    return told;
  });
  if (setups.length > 0 || wanted.svixHeaders !== undefined) await announceChanges();
  return done;
}

/** What is given of those that there are. */
function settingsOf({ settings }: EnvironmentImportIn): Wanted {
  const wanted: Record<string, unknown> = {};
  for (const [name, shape] of Object.entries(settingShapes)) {
    const given = (settings as Record<string, unknown> | null | undefined)?.[name];
    if (given === undefined || given === null) continue;
    const parsed = shape.safeParse(given);
    if (!parsed.success) throw invalid(["body", "settings", name], parsed.error.issues[0]?.message ?? "It is not valid");
    wanted[name] = parsed.data;
  }
  return wanted;
}

function changedSettings(before: EnvironmentSettings, wanted: Wanted): Wanted {
  const given = Object.entries(wanted).filter(
    ([name, value]) => value !== undefined && value !== before[name as keyof EnvironmentSettings],
  );
  return Object.fromEntries(given);
}

async function applySettings(actor: Actor, tx: Transaction, wanted: Wanted): Promise<void> {
  const { environmentId } = actor;
  const before = await getSettings(actor, tx);
  const { payloadValidation, svixHeaders } = changedSettings(before, wanted);
  const data = { ...(payloadValidation === undefined ? {} : { payloadValidation }), ...(svixHeaders === undefined ? {} : { svixHeaders }) };
  if (Object.keys(data).length === 0) return;
  if (svixHeaders !== undefined) await raiseVersions(tx, environmentId);
  const changes = changesOf(before, { ...before, ...data }, ["payloadValidation", "svixHeaders"]);
  await tx.environment.update({ where: { id: environmentId }, data });
  await recordAudit(actor, tx, "environment.updated", environmentId, changes);
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
