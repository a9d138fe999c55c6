/** Connectors: templates for endpoints, with the code that makes payloads fit for what they connect to. */
import type { Actor } from "../../actor.ts";
import { type ConnectorIn, type ConnectorPatch, type ConnectorUpsertIn } from "../../contract/connector.ts";
import { connectorKinds } from "../../words/connectorKind.ts";
import { prisma } from "../../db/client.ts";
import { databaseNowMs } from "../../db/clock.ts";
import type { Connector, Prisma } from "../../db/generated/client.ts";
import { invalid, notFound } from "../../errors.ts";
import { isId, newId } from "../../ids.ts";
import { oneOf } from "../../proven.ts";
import { isAtLeast } from "../../words/role.ts";
import { changesOf, recordAudit } from "../audit/audit.ts";
import { requireKnown } from "../eventType/eventTypes.ts";
import { cursorOf, keyset, pageOf } from "../shared/pages.ts";
import { refusingTaken } from "../shared/taken.ts";
import { requireOrdinary } from "../shared/scope.ts";
import { orNull } from "../shared/optional.ts";

const uidTaken = "A connector with this uid exists already";

type ListIn = {
  limit: number;
  iterator?: string | null | undefined;
  order: "ascending" | "descending";
  product_type?: "Dispatch" | "Stream" | null | undefined;
};

export async function list(actor: Actor, query: ListIn) {
  const window = { limit: query.limit, descending: query.order === "descending", cursor: cursorOf("connector", query.iterator) };
  const { after, orderBy, take } = keyset("id", window);
  const where = { environmentId: actor.environmentId, ...after };
  const rows = query.product_type === "Stream" ? [] : await prisma().connector.findMany({ where, orderBy, take });
  return pageOf(
    rows,
    window,
    ({ id }) => id,
    (row) => showTo(actor, row),
  );
}

export async function get(actor: Actor, idOrUid: string) {
  return showTo(actor, await connectorOf(actor, idOrUid));
}

export async function create(actor: Actor, input: ConnectorIn) {
  const fields = await fieldsOf(actor, input);
  return showConnector(await insert(actor, { ...fields, name: input.name, uid: input.uid ?? null }));
}

/** Replaces a connector, or creates it. What is left out is reset, except for uid and name. */
export async function put(actor: Actor, idOrUid: string, input: ConnectorUpsertIn) {
  const existing = await find(actor, idOrUid);
  const fields = await fieldsOf(actor, input);
  if (existing !== null) {
    const data = { ...fields, ...(input.name ? { name: input.name } : {}) };
    return { created: false, connector: showConnector(await update(actor, existing, data)) };
  }
  if (!input.name) throw invalid(["body", "name"], "A new connector needs a name");
  return { created: true, connector: showConnector(await insert(actor, { ...fields, name: input.name, uid: null })) };
}

export async function patch(actor: Actor, idOrUid: string, input: ConnectorPatch) {
  const existing = await connectorOf(actor, idOrUid);
  await requireKnown(actor, input.allowedEventTypes ?? [], ["body", "allowedEventTypes"]);
  const { allowedEventTypes, featureFlags, logo, name, kind, description, instructions, transformation } = input;
  const data: Prisma.ConnectorUncheckedUpdateInput = {
    ...(name === undefined ? {} : { name }),
    ...(kind === undefined ? {} : { kind }),
    ...(description === undefined ? {} : { description }),
    ...(instructions === undefined ? {} : { instructions }),
    ...(transformation === undefined ? {} : { transformation }),
    ...(logo === undefined ? {} : { logo }),
    ...(allowedEventTypes === undefined ? {} : { allowedEventTypes: unique(allowedEventTypes) }),
    ...(featureFlags === undefined ? {} : { featureFlags: unique(featureFlags) }),
  };
  return showConnector(await update(actor, existing, data));
}

export async function remove(actor: Actor, idOrUid: string): Promise<void> {
  const { id, name } = await connectorOf(actor, idOrUid);
  await prisma().$transaction(async (tx) => {
    await tx.connector.delete({ where: { id } });
    await recordAudit(actor, tx, "connector.deleted", id, { name });
  });
}

async function fieldsOf(actor: Actor, input: ConnectorUpsertIn) {
  await requireKnown(actor, input.allowedEventTypes ?? [], ["body", "allowedEventTypes"]);
  return storedConnector(input);
}

/** The columns of a connector that was given whole. */
export function storedConnector(input: ConnectorUpsertIn) {
  return {
    kind: input.kind,
    logo: input.logo ?? null,
    description: input.description,
    instructions: input.instructions,
    allowedEventTypes: unique(input.allowedEventTypes),
    transformation: input.transformation,
    featureFlags: unique(input.featureFlags),
  };
}

type Fields = Awaited<ReturnType<typeof fieldsOf>> & { name: string; uid: string | null };

async function insert(actor: Actor, fields: Fields): Promise<Connector> {
  requireOrdinary(actor);
  const nowMs = databaseNowMs();
  const id = newId("connector", nowMs);
  const now = new Date(nowMs);
  const data = { id, environmentId: actor.environmentId, ...fields, createdAt: now, updatedAt: now, transformationUpdatedAt: now };
  return refusingTaken(
    uidTaken,
    prisma().$transaction(async (tx) => {
      await recordAudit(actor, tx, "connector.created", id, { name: fields.name, kind: fields.kind, uid: fields.uid });
      return tx.connector.create({ data });
    }),
  );
}

function update(actor: Actor, before: Connector, fields: Prisma.ConnectorUncheckedUpdateInput): Promise<Connector> {
  const now = new Date(databaseNowMs());
  const isNewCode = fields.transformation !== undefined && fields.transformation !== before.transformation;
  const data = { ...fields, updatedAt: now, ...(isNewCode ? { transformationUpdatedAt: now } : {}) };
  return prisma().$transaction(async (tx) => {
    const row = await tx.connector.update({ where: { id: before.id }, data });
    const changes = changesOf(before, row, auditedFields);
    if (Object.keys(changes).length > 0) await recordAudit(actor, tx, "connector.updated", before.id, changes);
    return row;
  });
}

const auditedFields: (keyof Connector)[] = [
  "name",
  "kind",
  "logo",
  "description",
  "instructions",
  "allowedEventTypes",
  "transformation",
  "featureFlags",
];

function find(actor: Actor, idOrUid: string): Promise<Connector | null> {
  const named = isId("connector", idOrUid) ? { id: idOrUid } : { uid: idOrUid };
  return prisma().connector.findFirst({ where: { ...named, environmentId: actor.environmentId } });
}

async function connectorOf(actor: Actor, idOrUid: string): Promise<Connector> {
  const row = await find(actor, idOrUid);
  if (row === null) throw notFound("Connector not found");
  return row;
}

const unique = (values: string[] | null | undefined): string[] => [...new Set(values)];

/** A connector as the actor may see it. Code is for those who may change it, as an endpoint's is. */
const showTo = ({ role }: Actor, row: Connector) => ({
  ...showConnector(row),
  ...(isAtLeast(role, "member") ? {} : { transformation: "" }),
});

export const showConnector = (row: Connector) => ({
  id: row.id,
  orgId: row.environmentId,
  uid: row.uid,
  kind: oneOf(connectorKinds, row.kind, "connector.kind"),
  name: row.name,
  logo: row.logo,
  description: row.description,
  instructions: row.instructions,
  allowedEventTypes: orNull(row.allowedEventTypes),
  transformation: row.transformation,
  featureFlags: orNull(row.featureFlags),
  productType: "Dispatch" as const,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
  transformationUpdatedAt: row.transformationUpdatedAt,
});
