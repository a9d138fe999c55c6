/** Incidents: failures of an endpoint that have one cause. They open and resolve by themselves. */
import * as z from "zod/mini";
import { errorClass } from "./delivery.ts";
import { operation } from "./operation.ts";
import { pageOf, paging } from "./shared.ts";

export const incidentStatuses = ["open", "acknowledged", "resolved"] as const;
const moment = z.iso.datetime();

export const IncidentOut = z
  .object({
    id: z.string(),
    applicationId: z.string(),
    applicationName: z.string(),
    endpointId: z.string(),
    endpointUrl: z.string(),
    endpointDeleted: z.boolean().check(z.meta({ description: "Nothing can be replayed to it." })),
    errorClass,
    statusCode: z.int().check(z.meta({ description: "Of the last failure; 0: no answer." })),
    status: z.enum(incidentStatuses),
    failures: z.int().check(z.meta({ description: "Failed attempts, counted up to 1,000." })),
    firstFailureAt: moment,
    lastFailureAt: moment,
    acknowledgedAt: z.nullable(moment),
    acknowledgedBy: z.nullable(z.string()),
    resolvedAt: z.nullable(moment),
    resolvedBy: z.nullable(z.string()).check(z.meta({ description: "Null: it resolved itself, or is not resolved." })),
  })
  .check(z.meta({ id: "IncidentOut" }));
export type IncidentOut = z.output<typeof IncidentOut>;

const tag = "Incident";
const access = "apiKey";
const base = "/api/v1/incident";
const path = `${base}/{incident_id}` as const;

export const listIncidents = operation({
  operationId: "v1.incident.list",
  method: "get",
  path: base,
  tag,
  summary: "List incidents, newest first",
  description:
    "One opens when an endpoint has failed three times with one kind of error, or for a minute. It resolves itself at the next success.",
  access,
  query: z.object({
    ...paging,
    status: z.nullish(z.enum(["unresolved", ...incidentStatuses])).check(z.meta({ description: "`unresolved`: open or acknowledged." })),
  }),
  responses: { 200: { description: "A page", schema: pageOf("ListResponse_IncidentOut_", IncidentOut) } },
});

export const acknowledgeIncident = operation({
  operationId: "v1.incident.acknowledge",
  method: "post",
  path: `${path}/acknowledge`,
  tag,
  summary: "Tell the team that somebody looks after it",
  description: "Conflicts unless it is open.",
  access,
  responses: { 200: { description: "The incident", schema: IncidentOut } },
});

export const resolveIncident = operation({
  operationId: "v1.incident.resolve",
  method: "post",
  path: `${path}/resolve`,
  tag,
  summary: "Resolve an incident",
  description: "Another one opens if the endpoint goes on failing. Conflicts if it is resolved.",
  access,
  responses: { 200: { description: "The incident", schema: IncidentOut } },
});
