/** Event types: what messages may be about. */
import type { Actor } from "../../actor.ts";
import type { EventTypeIn, EventTypePatch, EventTypeUpdate } from "../../contract/eventType.ts";
import { prisma } from "../../db/client.ts";
import { databaseNowMs } from "../../db/clock.ts";
import { announcePayloadRules } from "../../db/payloadRules.ts";
import type { EventType, Prisma } from "../../db/generated/client.ts";
import { AppError, invalid, notFound } from "../../errors.ts";
import { changesOf, recordAudit } from "../audit/audit.ts";
import { readSchemas, requireSchemas, storedSchemas } from "./eventTypeSchemas.ts";
import { elementsOf, fieldOf } from "../shared/jsonSlices.ts";
import { cursorOf, keyset, pageOf, withinBytes } from "../shared/pages.ts";
import { isUniqueViolation } from "../shared/taken.ts";
import { RawJson } from "../shared/rawJson.ts";
import { requireOrdinary } from "../shared/scope.ts";
import { searchOf } from "../shared/search.ts";

type ListIn = {
  limit: number;
  iterator?: string | null | undefined;
  include_archived: boolean;
  with_content: boolean;
  search?: string | null | undefined;
};

export async function list(actor: Actor, query: ListIn) {
  const window = { limit: query.limit, descending: false, cursor: cursorOf("eventType", query.iterator) };
  const { after, orderBy, take } = keyset("name", window);
  const archived = query.include_archived ? {} : { archived: false };
  const where = {
    AND: [visible(actor), searchOf<Prisma.EventTypeWhereInput>(null, query.search, ["name", "description", "groupName"])],
    ...archived,
    ...after,
  };
  const rows = await prisma().eventType.findMany({ where, orderBy, take });
  const bytes = rows.map(({ schemas }) => schemas?.length ?? 0);
  return pageOf(
    rows,
    query.with_content ? withinBytes(window, bytes) : window,
    ({ name }) => name,
    (row) => {
      const { schemas, ...rest } = showEventType(row);
      return query.with_content ? { ...rest, schemas } : rest;
    },
  );
}

export async function get(actor: Actor, name: string) {
  return showEventType(await find(actor, name));
}

/**
 * Creates an event type; an archived one of the name comes back, with nothing of what it was. `schemas`, here and below: the
 * schemas as they stand in the request.
 */
export async function create(actor: Actor, input: EventTypeIn, schemas: Buffer | null) {
  const { name, ...fields } = input;
  const values = valuesOf(fields, schemas);
  try {
    return showEventType(await insert(actor, name, values));
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
  }
  const revived = await change(actor, "created", name, { environmentId: actor.environmentId, name, archived: true }, values);
  if (!revived) throw new AppError("conflict", "An event type with this name exists already");
  return get(actor, name);
}

export async function put(actor: Actor, name: string, input: EventTypeUpdate, schemas: Buffer | null) {
  const values = valuesOf(input, schemas);
  const updated = await change(actor, "updated", name, { environmentId: actor.environmentId, name }, values);
  if (updated) return { created: false, eventType: await get(actor, name) };
  try {
    return { created: true, eventType: showEventType(await insert(actor, name, values)) };
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
  }
  // Somebody else was quicker: applications register their types at start, from every replica.
  await change(actor, "updated", name, { environmentId: actor.environmentId, name }, values);
  return { created: false, eventType: await get(actor, name) };
}

export async function patch(actor: Actor, name: string, input: EventTypePatch, schemas: Buffer | null) {
  const { description, archived, deprecated, groupName } = input;
  if (input.schemas) requireSchemas(input.schemas, ["body", "schemas"]);
  const featureFlags = flagsOf(input);
  const data = {
    ...(description === undefined ? {} : { description }),
    ...(archived === undefined ? {} : { archived }),
    ...(deprecated === undefined ? {} : { deprecated }),
    ...(groupName === undefined ? {} : { groupName }),
    ...(input.schemas === undefined ? {} : { schemas: storedSchemas(input.schemas, schemas) }),
    ...(featureFlags === undefined ? {} : { featureFlags }),
    updatedAt: new Date(databaseNowMs()),
  };
  const before = await find(actor, name);
  const where = { environmentId_name: { environmentId: actor.environmentId, name } };
  return showEventType(
    await changing(actor, async (tx) => {
      const row = await tx.eventType.update({ where, data });
      const changes = changesOf(audited(before), audited(row), auditedFields);
      if (Object.keys(changes).length > 0) await recordAudit(actor, tx, "eventType.updated", name, changes);
      return row;
    }),
  );
}

/** Archives an event type, or with `expunge` deletes it. */
export async function remove(actor: Actor, name: string, expunge: boolean): Promise<void> {
  const where = { environmentId: actor.environmentId, name };
  const done = expunge
    ? await changing(actor, async (tx) => {
        const { count } = await tx.eventType.deleteMany({ where });
        if (count > 0) await recordAudit(actor, tx, "eventType.deleted", name);
        return count > 0;
      })
    : await change(actor, "archived", name, where, { archived: true, updatedAt: new Date(databaseNowMs()) });
  if (!done) throw notFound("Event type not found");
}

/**
 * Throws a validation error unless all event types of these names exist, are not archived, and may be seen. `loc`: which field
 * named them.
 */
export async function requireKnown(actor: Actor, names: string[], loc: string[]): Promise<void> {
  if (names.length === 0) return;
  const where = { ...visible(actor), name: { in: names }, archived: false };
  const known = new Set((await prisma().eventType.findMany({ where, select: { name: true } })).map(({ name }) => name));
  const unknown = names.filter((name) => !known.has(name));
  if (unknown.length > 0) throw invalid(loc, `Unknown or archived event types: ${unknown.slice(0, 10).join(", ")}`);
}

const auditedFields = ["description", "archived", "deprecated", "groupName", "featureFlags", "schemas"] as const;
const audited = (row: EventType) => ({ ...row, schemas: readSchemas(row.schemas) });

/** The bytes of `schemas["1"].examples[index]` as they were given. Throws `bad_request` if there are none, `not_found` without the type. */
export async function exampleOf(actor: Actor, name: string, index: number): Promise<Buffer> {
  const { schemas } = await find(actor, name);
  const first = schemas === null ? null : fieldOf(Buffer.from(schemas), "1");
  const examples = first === null ? null : fieldOf(first, "examples");
  const example = examples === null ? undefined : elementsOf(examples)[index];
  // JSON of an object begins with a brace.
  if (example?.[0] !== 0x7b) throw new AppError("bad_request", "The event type has no such example: its schema needs `examples`");
  return example;
}

async function find(actor: Actor, name: string): Promise<EventType> {
  const row = await prisma().eventType.findFirst({ where: { ...visible(actor), name } });
  if (row === null) throw notFound("Event type not found");
  return row;
}

/** A flagged type exists only for those who have one of its flags; null flags have all. */
export const visible = (actor: Actor) => ({
  environmentId: actor.environmentId,
  ...(actor.featureFlags === null ? {} : { OR: [{ featureFlags: { isEmpty: true } }, { featureFlags: { hasSome: actor.featureFlags } }] }),
});

type Values = ReturnType<typeof valuesOf>;

function valuesOf(input: EventTypeUpdate, schemas: Buffer | null) {
  if (input.schemas) requireSchemas(input.schemas, ["body", "schemas"]);
  return storedEventType(input, schemas);
}

/** The columns of an event type that was given whole. */
export function storedEventType(input: EventTypeUpdate, schemas: Buffer | null) {
  return {
    description: input.description,
    archived: input.archived,
    deprecated: input.deprecated,
    groupName: input.groupName ?? null,
    schemas: storedSchemas(input.schemas, schemas),
    featureFlags: flagsOf(input) ?? [],
    updatedAt: new Date(databaseNowMs()),
  };
}

function insert(actor: Actor, name: string, values: Values): Promise<EventType> {
  const data = { ...values, environmentId: actor.environmentId, name, createdAt: values.updatedAt };
  return changing(actor, async (tx) => {
    const row = await tx.eventType.create({ data });
    await recordAudit(actor, tx, "eventType.created", name, { description: row.description });
    return row;
  });
}

/** Time for an import, which may have thousands of event types. */
export const importMs = 120_000;

const namesTogether = 1_000;

/** The event types of these names that there are. */
export async function eventTypesNamed(
  { environmentId }: Actor,
  tx: Prisma.TransactionClient,
  names: string[],
): Promise<Map<string, EventType>> {
  const found = new Map<string, EventType>();
  for (let at = 0; at < names.length; at += namesTogether) {
    const rows = await tx.eventType.findMany({ where: { environmentId, name: { in: names.slice(at, at + namesTogether) } } });
    for (const row of rows) found.set(row.name, row);
  }
  return found;
}

/** Every change to event types goes through here: from then on payloads are checked against what is there. */
export async function changing<T>(actor: Actor, change: (tx: Prisma.TransactionClient) => Promise<T>, timeoutMs?: number): Promise<T> {
  requireOrdinary(actor);
  const result = await prisma().$transaction(change, timeoutMs === undefined ? {} : { timeout: timeoutMs });
  await announcePayloadRules(actor.environmentId);
  return result;
}

/** Changes an event type. False: there is none. */
function change(actor: Actor, verb: string, name: string, where: Prisma.EventTypeWhereInput, data: Partial<Values>): Promise<boolean> {
  return changing(actor, async (tx) => {
    const { count } = await tx.eventType.updateMany({ where, data });
    if (count > 0) await recordAudit(actor, tx, `eventType.${verb}`, name, { description: data.description });
    return count > 0;
  });
}

/** The feature flags that are given; `featureFlags` wins over its older singular. Undefined: neither was given. */
function flagsOf(input: { featureFlag?: string | null | undefined; featureFlags?: string[] | null | undefined }): string[] | undefined {
  if (input.featureFlags) return [...new Set(input.featureFlags)];
  if (input.featureFlag) return [input.featureFlag];
  return input.featureFlag === undefined && input.featureFlags === undefined ? undefined : [];
}

export const showEventType = (row: EventType) => ({
  name: row.name,
  description: row.description,
  archived: row.archived,
  deprecated: row.deprecated,
  schemas: row.schemas === null ? null : new RawJson(row.schemas),
  groupName: row.groupName,
  featureFlag: row.featureFlags[0] ?? null,
  featureFlags: row.featureFlags.length > 0 ? row.featureFlags : null,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
});
