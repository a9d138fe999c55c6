/** Keys whose maker has left the organization: they stop unless an admin takes them over. */
import * as z from "zod/mini";
import { operation } from "./operation.ts";
import { deleted, pageOf, paging } from "./shared.ts";

export const LeftBehindOut = z
  .object({
    kind: z.enum(["apiKey", "integration", "autoconfig"]),
    id: z.string(),
    name: z.string(),
    environmentId: z.string(),
    environmentName: z.string(),
    applicationId: z.nullable(z.string()),
    madeBy: z.nullable(z.string()).check(z.meta({ description: "Which member made it." })),
    leftAt: z.iso.datetime(),
    stopsAt: z
      .nullable(z.iso.datetime())
      .check(z.meta({ description: "Null: it does not end, because its maker left before Webster kept track of such keys." })),
  })
  .check(z.meta({ id: "LeftBehindOut" }));
export type LeftBehindOut = z.output<typeof LeftBehindOut>;

const tag = "Member";
const access = "member";
const role = "admin";

export const listLeftBehind = operation({
  operationId: "v1.member.list-left-behind",
  method: "get",
  path: "/api/v1/left-behind",
  tag,
  summary: "List the keys of members who have left",
  description: "API keys, integrations and AutoConfig tokens made by a former admin, in all environments.",
  access,
  role,
  query: z.object(paging),
  responses: { 200: { description: "Who left first, first", schema: pageOf("ListResponse_LeftBehindOut_", LeftBehindOut) } },
});

export const takeOver = operation({
  operationId: "v1.member.take-over",
  method: "post",
  path: "/api/v1/left-behind/{credential_id}/take-over",
  tag,
  summary: "Take over a key that a former member left behind",
  description: "It goes on as if you had made it, also if it has stopped.",
  access,
  role,
  responses: deleted,
});
