/** What happened since a member last looked. */
import * as z from "zod/mini";
import { operation } from "./operation.ts";

export const VisitOut = z
  .object({
    since: z.nullable(z.iso.datetime()).check(z.meta({ description: "When the visit before ended. Null: this is the first." })),
    deliveries: z.int(),
    succeeded: z.int().check(z.meta({ description: "Attempts." })),
    failed: z.int().check(z.meta({ description: "Attempts." })),
    incidentsOpened: z.int(),
    incidentsResolved: z.int(),
    endpointsDisabled: z.int().check(z.meta({ description: "By Webster or their receivers, not by people." })),
  })
  .check(z.meta({ id: "VisitOut" }));
export type VisitOut = z.output<typeof VisitOut>;

export const recordVisit = operation({
  operationId: "v1.visit.record",
  method: "post",
  path: "/api/v1/visit",
  tag: "Overview",
  summary: "Begin or continue a visit, and tell what happened since the one before",
  description: "A visit ends when nothing was looked at for half an hour.",
  access: "member",
  role: "viewer",
  responses: { 200: { description: "Since the last visit", schema: VisitOut } },
});
