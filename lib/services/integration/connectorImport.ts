/** Connectors of another environment's export, taken over into this one. */
import { createHash } from "node:crypto";
import type { Actor } from "../../actor.ts";
import type { ConnectorIn } from "../../contract/connector.ts";
import type { EnvironmentImportOut } from "../../contract/environmentSettings.ts";
import { databaseNowMs } from "../../db/clock.ts";
import type { Connector, Prisma } from "../../db/generated/client.ts";
import { invalid } from "../../errors.ts";
import { type ConnectorRow, storeConnectors } from "../../db/sql/together.ts";
import { newId } from "../../ids.ts";
import { givingWay } from "../../longWork.ts";
import { type AuditOf, recordAudits } from "../audit/audit.ts";
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
  const giveWay = givingWay();
  const known = await knownConnectors(environmentId, tx);
  const types = await tx.eventType.findMany({ where: { environmentId, archived: false }, select: { name: true } });
  const knownTypes = new Set([...types.map(({ name }) => name), ...imported]);
  const found = await recognised(inputs, known);
  const rows: ConnectorRow[] = [];
  const told: AuditOf[] = [];
  for (const [index, input] of inputs.entries()) {
    await giveWay();
    const unknown = (input.allowedEventTypes ?? []).filter((name) => !knownTypes.has(name));
    if (unknown.length > 0)
      throw invalid(["body", "connectors", index, "allowedEventTypes"], `Unknown event types: ${unknown.slice(0, 10).join(", ")}`);
    const { before, isSame } = found.get(input) ?? nobody;
    const kind = before === null ? "created" : isSame ? "unchanged" : "changed";
    sorted[kind].push(input.name);
    if (kind === "unchanged" || dryRun) continue;
    const now = new Date(databaseNowMs());
    const id = before?.id ?? newId("connector", now.getTime());
    rows.push({ ...fieldsOf(input), id, uid: input.uid ?? null, updatedAt: now });
    const changes = { name: input.name, from: "import" };
    told.push({ action: before === null ? "connector.created" : "connector.updated", id, changes });
  }
  await storeConnectors(tx, environmentId, rows);
  await recordAudits(actor, tx, told);
  return sorted;
}

/** As much of a connector as tells whether it is the one that is imported. `content`: the same for two that are the same. */
type Known = Pick<Connector, "id" | "uid" | "name"> & { content: string };

const rowsTogether = 500;

/** The environment's connectors, in the order of their ids. */
async function knownConnectors(environmentId: string, tx: Prisma.TransactionClient): Promise<Known[]> {
  const known: Known[] = [];
  const giveWay = givingWay();
  for (;;) {
    const after = known.at(-1)?.id ?? "";
    const rows = await tx.connector.findMany({ where: { environmentId, id: { gt: after } }, orderBy: { id: "asc" }, take: rowsTogether });
    for (const row of rows) {
      await giveWay();
      known.push({ id: row.id, uid: row.uid, name: row.name, content: contentOf(row) });
    }
    if (rows.length < rowsTogether) return known;
  }
}

type Recognised = { before: Known | null; isSame: boolean };

const nobody: Recognised = { before: null, isSame: false };

/**
 * The connectors that are here already, each found by its uid, or without one by its name. Several of one name are told apart by
 * what they are, and those that changed by their order, which is the export's.
 */
async function recognised(inputs: ConnectorIn[], known: Known[]): Promise<Map<ConnectorIn, Recognised>> {
  const found = new Map<ConnectorIn, Recognised>();
  const contents = new Map<ConnectorIn, string>();
  const giveWay = givingWay();
  for (const input of inputs) {
    await giveWay();
    contents.set(input, contentOf(fieldsOf(input)));
  }
  const take = (input: ConnectorIn, before: Known | undefined): void => {
    if (before !== undefined) found.set(input, { before, isSame: before.content === contents.get(input) });
  };
  const byUid = new Map(known.map((row) => [row.uid, row]));
  for (const input of inputs) if (input.uid) take(input, byUid.get(input.uid));
  const nameless = inputs.filter(({ uid }) => !uid);
  const rows = known.filter(({ uid }) => uid === null);
  const byContent = linesBy(rows, ({ content }) => content);
  for (const input of nameless) take(input, byContent.get(contents.get(input) ?? "")?.next().value);
  const taken = new Set([...found.values()].map(({ before }) => before));
  const byName = linesBy(
    rows.filter((row) => !taken.has(row)),
    ({ name }) => name,
  );
  for (const input of nameless) if (!found.has(input)) take(input, byName.get(input.name)?.next().value);
  return found;
}

/** Rows by what they have in common: each line gives its rows one by one, in their order. */
function linesBy(rows: Known[], keyOf: (row: Known) => string): Map<string, Iterator<Known, undefined>> {
  const groups = new Map<string, Known[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row)) ?? [];
    group.push(row);
    groups.set(keyOf(row), group);
  }
  return new Map([...groups].map(([key, group]) => [key, group.values()]));
}

const fieldsOf = (input: ConnectorIn) => ({ ...storedConnector(input), name: input.name });

/** A hash in place of what may be 60 kB, for thousands of connectors. */
function contentOf({
  kind,
  logo,
  description,
  instructions,
  allowedEventTypes,
  transformation,
  featureFlags,
  name,
}: Omit<ReturnType<typeof fieldsOf>, "kind"> & { kind: string }): string {
  const text = JSON.stringify([kind, logo, description, instructions, allowedEventTypes, transformation, featureFlags, name]);
  return createHash("sha256").update(text).digest("base64");
}
