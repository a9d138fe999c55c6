/** What an environment is set to, and moving it with event types and connectors from one environment to another. */
import { setImmediate as turnOfOthers } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { Actor } from "../../actor.ts";
import {
  type EnvironmentImportIn,
  type EnvironmentImportOut,
  type EnvironmentSettings,
  settingShapes,
  settingsOfMembers,
} from "../../contract/environmentSettings.ts";
import type { EventTypeIn } from "../../contract/eventType.ts";
import { faultWords } from "../../contract/faultWords.ts";
import { announceChanges } from "../../db/applications.ts";
import { prisma } from "../../db/client.ts";
import { databaseNowMs } from "../../db/clock.ts";
import type { EventType, Prisma } from "../../db/generated/client.ts";
import { announcePayloadRules } from "../../db/payloadRules.ts";
import { AppError, invalid } from "../../errors.ts";
import { type EventTypeRow, storeEventTypes } from "../../db/sql/together.ts";
import { givingWay } from "../../longWork.ts";
import { type AuditOf, changesOf, recordAudit, recordAudits } from "../audit/audit.ts";
import { importConnectors } from "../integration/connectorImport.ts";
import { showConnector } from "../integration/connectors.ts";
import { exportSetups, importSetups } from "./endpointSetups.ts";
import { raiseVersions } from "./environments.ts";
import { concernsSnapshots, requireIdHeader } from "./presentation.ts";
import { isSameJson, requireSchemas } from "../eventType/eventTypeSchemas.ts";
import { changing, eventTypesNamed, importMs, showEventType, storedEventType } from "../eventType/eventTypes.ts";
import { elementsOf, fieldOf } from "../shared/jsonSlices.ts";
import { requireOrdinary } from "../shared/scope.ts";

type Transaction = Prisma.TransactionClient;

export async function getSettings({ environmentId }: Actor, tx: Transaction = prisma()): Promise<EnvironmentSettings> {
  const row = await tx.environment.findUniqueOrThrow({ where: { id: environmentId } });
  const {
    payloadValidation: stored,
    payloadSearch,
    svixHeaders,
    portalOrigins,
    singleUsePortalLinks,
    keysMayMakeKeys,
    maximumKeyDays,
    userAgent,
    idHeader,
    traceHeaders,
  } = row;
  const payloadValidation = stored === "warn" || stored === "reject" ? stored : "off";
  const ofKeys = { keysMayMakeKeys, maximumKeyDays };
  const presentation = { userAgent, idHeader, traceHeaders };
  return { payloadValidation, payloadSearch, svixHeaders, portalOrigins, singleUsePortalLinks, ...ofKeys, ...presentation };
}

type Wanted = { [Name in keyof EnvironmentSettings]?: EnvironmentSettings[Name] | undefined };

export async function patchSettings(actor: Actor, input: Wanted): Promise<EnvironmentSettings> {
  requireOrdinary(actor);
  requireIdHeader(input, ["body"]);
  await prisma().$transaction((tx) => applySettings(actor, tx, input));
  await announcePayloadRules(actor.environmentId);
  if (concernsSnapshots(input)) await announceChanges();
  return getSettings(actor);
}

export async function exportEnvironment(actor: Actor) {
  const { environmentId } = actor;
  const connectors = await prisma().connector.findMany({ where: { environmentId }, orderBy: { id: "asc" } });
  const mentioned = [...new Set(connectors.flatMap(({ allowedEventTypes }) => allowedEventTypes))];
  const [rows, endpoints, settings] = await Promise.all([
    prisma().eventType.findMany({
      where: { environmentId, OR: [{ archived: false }, { name: { in: mentioned } }] },
      orderBy: { name: "asc" },
    }),
    exportSetups(actor, prisma()),
    getSettings(actor),
  ]);
  await recordAudit(actor, prisma(), "environment.exported", environmentId);
  const createdAt = new Date(databaseNowMs());
  const known = new Set(rows.map(({ name }) => name));
  const deleted = mentioned.filter((name) => !known.has(name)).map((name) => ({ ...nameAlone, name, createdAt, updatedAt: createdAt }));
  const eventTypes = [...rows.map(showEventType), ...deleted].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return { version: 1, createdAt, settings, eventTypes, connectors: connectors.map(showConnector), endpoints };
}

const nothing = Buffer.from("[]");

/**
 * Imports all of it or nothing. With `dryRun` the answer is the same and nothing is changed. `bytes`: the event types as they
 * stand in the request.
 */
export async function importEnvironment(
  actor: Actor,
  input: EnvironmentImportIn,
  bytes: Buffer | null,
  dryRun: boolean,
): Promise<EnvironmentImportOut> {
  const eventTypes = input.eventTypes ?? [];
  const connectors = input.connectors ?? [];
  requireOnce(
    eventTypes.map(({ name }) => name),
    "eventTypes",
    "name",
  );
  requireOnce(
    connectors.map(({ uid }) => uid ?? null),
    "connectors",
    "uid",
  );
  const setups = input.endpoints ?? [];
  requireOnce(
    setups.map(({ application, endpoint }) => `${application}/${endpoint}`),
    "endpoints",
    "endpoint",
  );
  const wanted = settingsOf(actor, input);
  const given = eventTypesGiven(eventTypes, bytes ?? nothing);
  const carryOut = async (tx: Transaction): Promise<EnvironmentImportOut> => ({
    eventTypes: await importEventTypes(actor, tx, given, dryRun),
    connectors: await importConnectors(actor, tx, connectors, new Set(eventTypes.map(({ name }) => name)), dryRun),
    endpoints: await importSetups(actor, tx, setups, dryRun),
    settings: {
      changed: Object.keys(changedSettings(await getSettings(actor, tx), wanted)),
      ignored: Object.keys(input.settings ?? {}).filter((key) => !Object.hasOwn(settingShapes, key) || !maySet(actor, key)),
    },
  });
  if (dryRun) return carryOut(prisma());
  // What takes long is done before the transaction begins.
  await importEventTypes(actor, prisma(), given, true);
  const done = await changing(
    actor,
    async (tx) => {
      const told = await carryOut(tx);
      await applySettings(actor, tx, wanted);
      return told;
    },
    importMs,
  );
  if (setups.length > 0 || concernsSnapshots(wanted)) await announceChanges();
  return done;
}

/** Whether the actor may change a setting. Settings about keys are for members; a file that holds them can be imported all the same. */
const maySet = ({ kind }: Actor, name: string): boolean => kind === "member" || !settingsOfMembers.some((one) => one === name);

/** The settings of an import that there are here, and that the actor may set. */
function settingsOf(actor: Actor, { settings }: EnvironmentImportIn): Wanted {
  const wanted: Record<string, unknown> = {};
  for (const [name, shape] of Object.entries(settingShapes)) {
    const given = (settings as Record<string, unknown> | null | undefined)?.[name];
    if (given === undefined || !maySet(actor, name) || (given === null && !shape.safeParse(null).success)) continue;
    const parsed = shape.safeParse(given, { error: faultWords });
    if (!parsed.success) throw invalid(["body", "settings", name], parsed.error.issues[0]?.message ?? "It is not valid");
    wanted[name] = parsed.data;
  }
  requireIdHeader(wanted, ["body", "settings"]);
  return wanted;
}

function changedSettings(before: EnvironmentSettings, wanted: Wanted): Wanted {
  const given = Object.entries(wanted).filter(
    ([name, value]) => value !== undefined && !isDeepStrictEqual(value, before[name as keyof EnvironmentSettings]),
  );
  return Object.fromEntries(given);
}

export async function applySettings(actor: Actor, tx: Transaction, wanted: Wanted): Promise<void> {
  const { environmentId } = actor;
  const before = await getSettings(actor, tx);
  const data = changedSettings(before, wanted) as Partial<EnvironmentSettings>;
  if (Object.keys(data).length === 0) return;
  const forMembers = settingsOfMembers.find((name) => data[name] !== undefined);
  if (forMembers !== undefined && actor.kind !== "member")
    throw new AppError("forbidden", `${forMembers} is about keys, and for members to change`);
  if (concernsSnapshots(data)) await raiseVersions(tx, environmentId);
  const changes = changesOf(before, { ...before, ...data }, Object.keys(settingShapes) as (keyof EnvironmentSettings)[]);
  await tx.environment.update({ where: { id: environmentId }, data: { ...data, updatedAt: new Date(databaseNowMs()) } });
  await recordAudit(actor, tx, "environment.updated", environmentId, changes);
}

/** Throws a validation error for a value that is there twice. Null: an entry without a value. */
function requireOnce(values: (string | null)[], list: string, field: string): void {
  const seen = new Set<string>();
  const index = values.findIndex((value) => value !== null && seen.size === seen.add(value).size);
  if (index >= 0) throw invalid(["body", list, index, field], `${values[index] ?? ""} is there twice`);
}

type Sorted = EnvironmentImportOut["eventTypes"];

/** An event type of an import. `schemas`: as they stand in the request. */
type Given = { input: EventTypeIn; schemas: Buffer | null; isChecked: boolean };

const eventTypesGiven = (inputs: EventTypeIn[], bytes: Buffer): Given[] => {
  const elements = elementsOf(bytes);
  return inputs.map((input, index) => {
    const element = elements[index];
    return { input, schemas: element === undefined ? null : fieldOf(element, "schemas"), isChecked: false };
  });
};

/** Schemas that have been found fit are not checked again. */
async function importEventTypes(actor: Actor, tx: Transaction, given: Given[], dryRun: boolean): Promise<Sorted> {
  const giveWay = givingWay();
  const known = await eventTypesNamed(
    actor,
    tx,
    given.map(({ input }) => input.name),
  );
  const sorted: Sorted = { created: [], changed: [], unchanged: [] };
  const rows: EventTypeRow[] = [];
  const told: AuditOf[] = [];
  for (const [index, one] of given.entries()) {
    await giveWay();
    const { name, ...input } = one.input;
    const before = known.get(name);
    const data = storedEventType(input, one.schemas);
    const isSame = before === undefined ? isNameAlone(input) : isSameType(before, data);
    const kind = isSame ? "unchanged" : before === undefined ? "created" : "changed";
    sorted[kind].push(name);
    if (kind !== "unchanged" && input.schemas && !one.isChecked) {
      await turnOfOthers();
      requireSchemas(input.schemas, ["body", "eventTypes", index, "schemas"]);
      one.isChecked = true;
    }
    if (kind === "unchanged" || dryRun) continue;
    rows.push({ name, ...data });
    told.push({ action: before === undefined ? "eventType.created" : "eventType.updated", id: name, changes: { from: "import" } });
  }
  await storeEventTypes(tx, actor.environmentId, rows);
  await recordAudits(actor, tx, told);
  return sorted;
}

/** An event type that is gone, and that a connector still mentions: exported so that the connector can be imported. */
const nameAlone = {
  description: "",
  archived: true,
  deprecated: false,
  schemas: null,
  groupName: null,
  featureFlag: null,
  featureFlags: null,
};

const isNameAlone = ({
  description,
  archived,
  deprecated,
  schemas,
  groupName,
  featureFlag,
  featureFlags,
}: Omit<EventTypeIn, "name">): boolean =>
  archived && description === "" && !deprecated && !schemas && !groupName && !featureFlag && !featureFlags?.length;

function isSameType(before: EventType, after: ReturnType<typeof storedEventType>): boolean {
  const compared = ["description", "archived", "deprecated", "groupName", "featureFlags"] as const;
  return compared.every((field) => isDeepStrictEqual(before[field], after[field])) && isSameJson(before.schemas, after.schemas);
}
