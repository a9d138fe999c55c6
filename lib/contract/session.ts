/** Who is signed in, and where they are a member. */
import * as z from "zod/mini";
import { operation } from "./operation.ts";
import { role } from "./role.ts";

const named = { id: z.string(), name: z.string() };

const environment = z.object({
  ...named,
  operationalOfId: z
    .nullable(z.string())
    .check(z.meta({ description: "Set: it holds the operational webhooks of that environment, and is reached from there alone." })),
});

export const SessionOut = z
  .object({
    user: z.object({ id: z.string(), email: z.string(), name: z.nullable(z.string()) }),
    retrySchedule: z.array(z.number()).check(z.meta({ description: "The server's: seconds before the second, third… try of a delivery." })),
    secondFactorShown: z.boolean().check(z.meta({ description: "Whether the session has shown a second factor." })),
    organizations: z
      .array(z.object({ ...named, role, secondFactorRequired: z.boolean(), environments: z.array(environment) }))
      .check(z.meta({ description: "Those that the user is a member of." })),
  })
  .check(z.meta({ id: "SessionOut" }));

export type SessionOut = z.output<typeof SessionOut>;

export const getSession = operation({
  operationId: "v1.session.get",
  method: "get",
  path: "/api/v1/session",
  tag: "Session",
  summary: "Who is signed in, and where they are a member",
  access: "user",
  responses: { 200: { description: "The session", schema: SessionOut } },
});
