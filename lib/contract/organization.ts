/** An organization: a team and its name. */
import * as z from "zod/mini";
import { operation } from "./operation.ts";
import { plainText } from "./shared.ts";

const name = plainText.check(z.trim(), z.minLength(1, "Give a name"), z.maxLength(100));

export const OrganizationPatch = z.object({ name }).check(z.meta({ id: "OrganizationPatch" }));

export const OrganizationOut = z.object({ id: z.string(), name: z.string() }).check(z.meta({ id: "OrganizationOut" }));

export type OrganizationPatch = z.output<typeof OrganizationPatch>;

const access = "member";

export const patchOrganization = operation({
  operationId: "v1.organization.patch",
  method: "patch",
  path: "/api/v1/organization",
  tag: "Organization",
  summary: "Rename the organization",
  access,
  role: "owner",
  body: OrganizationPatch,
  responses: { 200: { description: "The organization", schema: OrganizationOut } },
});
