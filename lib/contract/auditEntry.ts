/** The audit log: who changed what, when, from where. */
import * as z from "zod/mini";
import { operation } from "./operation.ts";
import { after, before, pageOf, paging } from "./shared.ts";
import { actorKinds } from "../words/actorKind.ts";

export const auditTargets = [
  "organization",
  "environment",
  "member",
  "invitation",
  "user",
  "apiKey",
  "application",
  "endpoint",
  "destination",
  "secret",
  "eventType",
  "message",
  "delivery",
  "portal",
  "backgroundTask",
  "inbox",
  "source",
  "receivedRequest",
  "integration",
  "connector",
  "autoconfig",
  "savedView",
  "incident",
  "alertChannel",
] as const;
export type AuditTarget = (typeof auditTargets)[number];

export const AuditEntryOut = z
  .object({
    id: z.string(),
    createdAt: z.iso.datetime(),
    environmentId: z.nullable(z.string()),
    actorKind: z.enum(actorKinds),
    actorId: z.string(),
    actorName: z.string().check(z.meta({ description: "As the actor was called then." })),
    action: z.string().check(z.meta({ examples: ["endpoint.updated"] })),
    targetKind: z.enum(auditTargets),
    targetId: z.string(),
    changes: z.record(z.string(), z.unknown()).check(z.meta({ description: "What changed, without secrets." })),
    ip: z.nullable(z.string()),
    userAgent: z.nullable(z.string()),
  })
  .check(z.meta({ id: "AuditEntryOut" }));

export type AuditEntryOut = z.output<typeof AuditEntryOut>;

const text = z.nullish(z.string().check(z.maxLength(256)));

export const AuditEntryQuery = z.object({
  ...paging,
  before,
  after,
  search: text.check(z.meta({ description: "Part of an action, of a name or of an id." })),
  actorId: text,
  actorKind: z.nullish(z.enum(actorKinds)),
  targetKind: z.nullish(z.enum(auditTargets)),
  targetId: text,
  environmentId: text,
});

export type AuditEntryQuery = z.output<typeof AuditEntryQuery>;

export const listAuditEntries = operation({
  operationId: "v1.audit-entry.list",
  method: "get",
  path: "/api/v1/audit-entry",
  tag: "Audit log",
  summary: "List the organization's audit log, the latest first",
  access: "member",
  role: "admin",
  query: AuditEntryQuery,
  responses: { 200: { description: "A page", schema: pageOf("ListResponse_AuditEntryOut_", AuditEntryOut) } },
});
