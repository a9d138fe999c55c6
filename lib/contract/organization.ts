/** An organization: a team, its name, and what it asks of its members. */
import * as z from "zod/mini";
import { operation } from "./operation.ts";
import { plainText } from "./shared.ts";

const name = plainText.check(z.trim(), z.minLength(1, "Give a name"), z.maxLength(100));

export const OrganizationPatch = z
  .object({
    name: z.optional(name),
    secondFactorRequired: z
      .optional(z.boolean())
      .check(z.meta({ description: "Whether members' sessions need a second factor. Whoever turns it on must have shown one." })),
  })
  .check(z.meta({ id: "OrganizationPatch" }));

export const OrganizationOut = z
  .object({ id: z.string(), name: z.string(), secondFactorRequired: z.boolean() })
  .check(z.meta({ id: "OrganizationOut" }));

export type OrganizationOut = z.output<typeof OrganizationOut>;
export type OrganizationPatch = z.output<typeof OrganizationPatch>;

const access = "member";

export const patchOrganization = operation({
  operationId: "v1.organization.patch",
  method: "patch",
  path: "/api/v1/organization",
  tag: "Organization",
  summary: "Change the organization's name, and whether it requires a second factor",
  description:
    "To require one, or no longer, asks for a sign-in or proof of the last ten minutes: 403 proof_required. API keys go on as before.",
  access,
  role: "owner",
  body: OrganizationPatch,
  responses: { 200: { description: "The organization", schema: OrganizationOut } },
});
