/** Rows by the thousand in few statements: one by one they would keep a transaction open for minutes. */
import type { Prisma } from "../generated/client.ts";

type Transaction = Prisma.TransactionClient;

const rowsTogether = 1_000;
const charactersTogether = 2 * 1024 * 1024;

/** JSON of lists of rows, none of them long: in between others have the event loop. */
function* portionsOf(rows: readonly object[]): Generator<string> {
  let portion: string[] = [];
  let characters = 0;
  for (const row of rows) {
    const text = JSON.stringify(row);
    portion.push(text);
    characters += text.length;
    if (portion.length < rowsTogether && characters < charactersTogether) continue;
    yield `[${portion.join(",")}]`;
    portion = [];
    characters = 0;
  }
  if (portion.length > 0) yield `[${portion.join(",")}]`;
}

/** `statement`: $1 is a list of rows as JSON, in their order. */
export async function store(tx: Transaction, statement: string, rows: readonly object[], ...others: string[]): Promise<void> {
  for (const portion of portionsOf(rows)) await tx.$executeRawUnsafe(statement, portion, ...others);
}

export type AuditEntryRow = {
  id: string;
  createdAt: Date;
  organizationId: string;
  environmentId: string | null;
  actorKind: string;
  actorId: string;
  actorName: string;
  action: string;
  targetKind: string;
  targetId: string;
  changes: Prisma.InputJsonObject;
  ip: string | null;
  userAgent: string | null;
};

const auditColumns = `"id", "createdAt", "organizationId", "environmentId", "actorKind", "actorId", "actorName", "action", "targetKind",
  "targetId", "changes", "ip", "userAgent"`;

export const storeAuditEntries = (tx: Transaction, rows: readonly AuditEntryRow[]): Promise<void> =>
  store(
    tx,
    `insert into "audit_entry" (${auditColumns}) select ${auditColumns} from json_to_recordset($1::json) as n(
       "id" text, "createdAt" timestamptz, "organizationId" text, "environmentId" text, "actorKind" text, "actorId" text, "actorName" text,
       "action" text, "targetKind" text, "targetId" text, "changes" jsonb, "ip" text, "userAgent" text)`,
    rows,
  );

export type EventTypeRow = {
  name: string;
  description: string;
  archived: boolean;
  deprecated: boolean;
  groupName: string | null;
  schemas: string | null;
  featureFlags: string[];
  updatedAt: Date;
};

/** Creates event types; what is there already becomes what is given. In the order of names: of two that do this none waits for ever. */
export const storeEventTypes = (tx: Transaction, environmentId: string, rows: readonly EventTypeRow[]): Promise<void> =>
  store(
    tx,
    `insert into "event_type" as t ("environmentId", "name", "description", "archived", "deprecated", "groupName", "schemas",
       "featureFlags", "createdAt", "updatedAt")
     select $2, "name", "description", "archived", "deprecated", "groupName", "schemas", "featureFlags", "updatedAt", "updatedAt"
     from json_to_recordset($1::json) as n("name" text, "description" text, "archived" boolean, "deprecated" boolean, "groupName" text,
       "schemas" text, "featureFlags" text[], "updatedAt" timestamptz)
     on conflict ("environmentId", "name") do update set "description" = excluded."description", "archived" = excluded."archived",
       "deprecated" = excluded."deprecated", "groupName" = excluded."groupName", "schemas" = excluded."schemas",
       "featureFlags" = excluded."featureFlags", "updatedAt" = excluded."updatedAt"`,
    rows.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    environmentId,
  );

export type ConnectorRow = {
  id: string;
  uid: string | null;
  name: string;
  kind: string;
  logo: string | null;
  description: string;
  instructions: string;
  allowedEventTypes: string[];
  transformation: string;
  featureFlags: string[];
  updatedAt: Date;
};

const connectorColumns = `"id", "uid", "name", "kind", "logo", "description", "instructions", "allowedEventTypes", "transformation",
  "featureFlags"`;

/** Creates connectors; one whose id is there becomes what is given, but for its uid. */
export const storeConnectors = (tx: Transaction, environmentId: string, rows: readonly ConnectorRow[]): Promise<void> =>
  store(
    tx,
    `insert into "connector" as c ("environmentId", ${connectorColumns}, "createdAt", "updatedAt", "transformationUpdatedAt")
     select $2, ${connectorColumns}, "updatedAt", "updatedAt", "updatedAt" from json_to_recordset($1::json) as n(
       "id" text, "uid" text, "name" text, "kind" text, "logo" text, "description" text, "instructions" text, "allowedEventTypes" text[],
       "transformation" text, "featureFlags" text[], "updatedAt" timestamptz)
     on conflict ("id") do update set "name" = excluded."name", "kind" = excluded."kind", "logo" = excluded."logo",
       "description" = excluded."description", "instructions" = excluded."instructions",
       "allowedEventTypes" = excluded."allowedEventTypes", "transformation" = excluded."transformation",
       "featureFlags" = excluded."featureFlags", "updatedAt" = excluded."updatedAt",
       "transformationUpdatedAt" = case when c."transformation" = excluded."transformation" then c."transformationUpdatedAt"
         else excluded."transformationUpdatedAt" end`,
    rows,
    environmentId,
  );
