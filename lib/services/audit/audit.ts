/** The audit log's writing side: every change tells who made it, in the same transaction as the change itself. */
import type { Actor } from "../../actor.ts";
import type { AuditTarget } from "../../contract/auditEntry.ts";
import { databaseNowMs } from "../../db/clock.ts";
import type { Prisma } from "../../db/generated/client.ts";
import { storeAuditEntries } from "../../db/sql/together.ts";
import { newId } from "../../ids.ts";

type Json = Prisma.InputJsonValue | null;

/** Fields and what they are now, or of a changed field `{ from, to }`. */
export type Changes = Record<string, Json | undefined>;

/** As much of an actor as the log tells. */
export type Auditor = Pick<Actor, "kind" | "id" | "name" | "organizationId" | "client"> & { environmentId: string | null };

type Action = `${AuditTarget}.${string}`;

/**
 * Records a change. `action`: what was changed, and a verb in the past, as in `endpoint.updated`. `changes` must not hold
 * secrets; what is named like one is left out.
 */
export async function recordAudit(
  actor: Auditor,
  tx: Prisma.TransactionClient,
  action: Action,
  targetId: string,
  changes: Changes = {},
): Promise<void> {
  await tx.auditEntry.create({ data: entryOf(actor, action, targetId, changes) });
}

/** A change that is told with others. `id`: the target's. */
export type AuditOf = { action: Action; id: string; changes: Changes };

/** Records many changes, in their order. */
export async function recordAudits(actor: Auditor, tx: Prisma.TransactionClient, entries: AuditOf[]): Promise<void> {
  const rows = entries.map(({ action, id, changes }) => entryOf(actor, action, id, changes));
  await storeAuditEntries(
    tx,
    rows.map((row) => ({ ...row, createdAt: new Date(databaseNowMs()) })),
  );
}

const entryOf = (actor: Auditor, action: Action, targetId: string, changes: Changes) => ({
  id: newId("auditEntry", databaseNowMs()),
  organizationId: actor.organizationId,
  environmentId: actor.environmentId,
  actorKind: actor.kind,
  actorId: actor.id,
  actorName: actor.name,
  action,
  targetKind: action.slice(0, action.indexOf(".")),
  targetId,
  changes: withoutSecrets(changes),
  ip: actor.client?.ip ?? null,
  userAgent: actor.client?.userAgent ?? null,
});

/** The named fields that differ, each as `{ from, to }`. */
export function changesOf<T extends object>(
  before: T,
  after: { [K in keyof T]?: T[K] | undefined },
  fields: readonly (keyof T & string)[],
): Changes {
  const changed = fields.filter((field) => after[field] !== undefined && textOf(before[field]) !== textOf(after[field]));
  return Object.fromEntries(changed.map((field) => [field, { from: jsonOf(before[field]), to: jsonOf(after[field]) }]));
}

const textOf = (value: unknown): string => JSON.stringify(value) ?? "";

const jsonOf = (value: unknown): Json => (value === undefined ? null : (JSON.parse(JSON.stringify(value)) as Json));

const secretName = /secret|password|token|hash|cookie|authorization|^key$|^headers$/i;

const withoutSecrets = (changes: Changes): Prisma.InputJsonObject =>
  Object.fromEntries(Object.entries(changes).filter(([name, value]) => value !== undefined && !secretName.test(name)));
