/** Switching an endpoint off because of what it answers. */
import { hotPool } from "../../client.ts";
import { blamedClasses, failedBeforeMs } from "../../../webhooks/retry.ts";
import { isOf } from "../isOf.ts";
import { tellOfDisabled } from "./operational.ts";
import type { DisabledReason } from "../../../words/disabledReason.ts";

/** Reasons found by delivering; the services disable by hand. */
export type OwnReason = Exclude<DisabledReason, "manual">;

/**
 * Disables an endpoint. True for exactly one caller: the others find it disabled already, or, if `failing`, healthy again or with too few
 * failures in all that time.
 * Raises the application's version; the caller announces it.
 */
export async function disableEndpoint(applicationId: string, endpointId: string, reason: OwnReason, failingForMs = 0): Promise<boolean> {
  const { rowCount } = await hotPool().query({
    name: "disable_endpoint",
    // The application's row is locked first, as by every change to one: so none waits for another in a circle.
    text: `
with "held" as materialized (
  select a."id" from "application" a where a."id" = $1 for no key update
), "disabled" as (
  update "endpoint" e set "disabledAt" = now(), "disabledReason" = $3, "updatedAt" = now() from "held"
  where e."id" = $2 and e."applicationId" = "held"."id" and e."disabledAt" is null and e."deletedAt" is null
    and ($3 <> 'failing' or (e."failingSince" <= now() - $4::float8 * interval '1 millisecond' and exists (
      select from "attempt" t where ${isOf(`t."endpointId"`, "$2")} and t."errorClass" = any($5::text[])
        and t."createdAt" between now() - $4::float8 * interval '1 millisecond' and now() - $6::float8 * interval '1 millisecond')))
  returning e.*
), "told" as (
  ${tellOfDisabled}
)
update "application" a set "endpointsVersion" = "endpointsVersion" + 1 from "disabled" where a."id" = "disabled"."applicationId"`,
    values: [applicationId, endpointId, reason, failingForMs, blamedClasses, failedBeforeMs],
  });
  return rowCount === 1;
}
