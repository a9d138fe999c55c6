/** The environments of an organization: production, staging, …, each a wall around its data. */
import * as z from "zod/mini";
import { operation } from "./operation.ts";
import { idHeader, traceHeaders, userAgent } from "./presentation.ts";
import { deleted, pageOf, paging, plainText } from "./shared.ts";

const name = plainText.check(z.trim(), z.minLength(1, "Give a name"), z.maxLength(100));

export const environmentType = z.enum(["production", "development"]);

export const EnvironmentIn = z
  .object({ name, type: z._default(environmentType, "production") })
  .check(z.meta({ id: "EnvironmentIn", examples: [{ name: "Staging" }] }));

export const EnvironmentPatch = z
  .object({
    name: z.optional(name),
    svixHeaders: z
      .optional(z.boolean())
      .check(z.meta({ description: "Whether standard signatures are also sent under Svix's header names (`svix-*`). Default: true." })),
    userAgent: z.optional(userAgent),
    idHeader: z.optional(idHeader),
    traceHeaders: z.optional(traceHeaders),
  })
  .check(z.meta({ id: "EnvironmentPatch", examples: [{ name: "Staging" }] }));

export const EnvironmentOut = z
  .object({
    id: z.string(),
    name: z.string(),
    type: environmentType,
    svixHeaders: z.boolean(),
    userAgent,
    idHeader,
    traceHeaders,
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    applicationCount: z.int(),
  })
  .check(z.meta({ id: "EnvironmentOut" }));

export type EnvironmentIn = z.output<typeof EnvironmentIn>;

export type EnvironmentPatch = z.output<typeof EnvironmentPatch>;

export type EnvironmentOut = z.output<typeof EnvironmentOut>;

const access = "member";

export const listEnvironments = operation({
  operationId: "v1.environment.list",
  method: "get",
  path: "/api/v1/environment",
  tag: "Environment",
  summary: "List the organization's environments",
  access,
  query: z.object(paging),
  responses: { 200: { description: "A page", schema: pageOf("ListResponse_EnvironmentOut_", EnvironmentOut) } },
});

export const createEnvironment = operation({
  operationId: "v1.environment.create",
  method: "post",
  path: "/api/v1/environment",
  tag: "Environment",
  summary: "Create an environment",
  access,
  role: "admin",
  body: EnvironmentIn,
  responses: { 201: { description: "Created", schema: EnvironmentOut } },
});

export const patchEnvironment = operation({
  operationId: "v1.environment.patch",
  method: "patch",
  path: "/api/v1/environment/{environment_id}",
  tag: "Environment",
  summary: "Rename an environment, or change how its messages are signed and sent",
  access,
  role: "admin",
  body: EnvironmentPatch,
  responses: { 200: { description: "The environment", schema: EnvironmentOut } },
});

export const deleteEnvironment = operation({
  operationId: "v1.environment.delete",
  method: "delete",
  path: "/api/v1/environment/{environment_id}",
  tag: "Environment",
  summary: "Delete an environment that has no applications",
  description: "Deletes its API keys and event types too. The last environment can't be deleted.",
  access,
  role: "admin",
  responses: deleted,
});
