/** Connectors of another environment's export, taken over into this one. */
import { isDeepStrictEqual } from "node:util";
import type { Actor } from "../../actor.ts";
import type { ConnectorIn } from "../../contract/connector.ts";
import type { EnvironmentImportOut } from "../../contract/environmentSettings.ts";
import { databaseNowMs } from "../../db/clock.ts";
import type { Connector, Prisma } from "../../db/generated/client.ts";
import { invalid } from "../../errors.ts";
import { newId } from "../../ids.ts";
import { recordAudit, recordAudits } from "../audit/audit.ts";
import { storedConnector } from "./connectors.ts";

type Sorted = EnvironmentImportOut["connectors"];

/** `imported`: names of event types that the export has too. */
export async function importConnectors(
  actor: Actor,
  tx: Prisma.TransactionClient,
  inputs: ConnectorIn[],
  imported: Set<string>,
  dryRun: boolean,
): Promise<Sorted> {
  const { environmentId } = actor;
  const sorted: Sorted = { created: [], changed: [], unchanged: [] };
  if (inputs.length === 0) return sorted;
  const rows = await tx.connector.findMany({ where: { environmentId }, orderBy: { id: "asc" } });
  const types = await tx.eventType.findMany({ where: { environmentId, archived: false }, select: { name: true } });
  const knownTypes = new Set([...types.map(({ name }) => name), ...imported]);
  const found = recognised(inputs, rows);
  const created: Prisma.ConnectorCreateManyInput[] = [];
  for (const [index, input] of inputs.entries()) {
    const unknown = (input.allowedEventTypes ?? []).filter((name) => !knownTypes.has(name));
    if (unknown.length > 0)
      throw invalid(["body", "connectors", index, "allowedEventTypes"], `Unknown event types: ${unknown.slice(0, 10).join(", ")}`);
    const before = found.get(input);
    const fields = fieldsOf(input);
    const kind = before === undefined ? "created" : isSame(before, input) ? "unchanged" : "changed";
    sorted[kind].push(input.name);
    if (kind === "unchanged" || dryRun) continue;
    const now = new Date(databaseNowMs());
    const code = before?.transformation === fields.transformation ? {} : { transformationUpdatedAt: now };
    const data = { ...fields, ...code, updatedAt: now };
    const id = before?.id ?? newId("connector", now.getTime());
    const whole = { ...data, id, environmentId, uid: input.uid ?? null, createdAt: now };
    if (before === undefined) created.push(whole);
    else {
      await tx.connector.upsert({ where: { id }, update: data, create: whole });
      await recordAudit(actor, tx, "connector.updated", id, changesTold(input));
    }
  }
  if (created.length === 0) return sorted;
  // Together: one by one, thousands would keep the transaction open for a minute.
  await tx.connector.createMany({ data: created });
  await recordAudits(
    actor,
    tx,
    "connector.created",
    created.map((row) => ({ id: row.id, changes: changesTold(row) })),
  );
  return sorted;
}

const changesTold = ({ name }: { name: string }) => ({ name, from: "import" });

/**
 * The connectors that are here already, each found by its uid, or without one by its name. Several of one name are told apart by
 * what they are, and those that changed by their order, which is the export's.
 */
function recognised(inputs: ConnectorIn[], rows: Connector[]): Map<ConnectorIn, Connector> {
  const found = new Map<ConnectorIn, Connector>();
  const left = new Set(rows);
  const take = (input: ConnectorIn, is: (row: Connector) => boolean): void => {
    const row = [...left].find(is);
    if (row === undefined) return;
    left.delete(row);
    found.set(input, row);
  };
  for (const input of inputs) if (input.uid) take(input, (row) => row.uid === input.uid);
  const nameless = inputs.filter(({ uid }) => !uid);
  for (const input of nameless) take(input, (row) => row.uid === null && isSame(row, input));
  for (const input of nameless) if (!found.has(input)) take(input, (row) => row.uid === null && row.name === input.name);
  return found;
}

const fieldsOf = (input: ConnectorIn) => ({ ...storedConnector(input), name: input.name });

function isSame(before: Connector, input: ConnectorIn): boolean {
  const { kind, logo, description, instructions, allowedEventTypes, transformation, featureFlags, name } = before;
  return isDeepStrictEqual(
    { kind, logo, description, instructions, allowedEventTypes, transformation, featureFlags, name },
    fieldsOf(input),
  );
}
