/** Transformations of destinations. A FIFO endpoint's is an endpoint's; a polling endpoint has one code, without versions. */
import type { Actor } from "../actor.ts";
import type { DestinationTransformIn, DestinationTransformationOut } from "../contract/destination.ts";
import { changeApplication } from "../db/applications.ts";
import { databaseNowMs } from "../db/clock.ts";
import type { Poller } from "../db/generated/client.ts";
import { invalid } from "../errors.ts";
import { recordAudit } from "./audit.ts";
import { find } from "./destinations.ts";
import { codeOf } from "./pollerMessages.ts";
import { endpointOwner } from "./transformationOwners.ts";
import * as transformations from "./transformations.ts";

export async function get(actor: Actor, applicationIdOrUid: string, idOrUid: string): Promise<DestinationTransformationOut> {
  const { kind, row } = await find(actor, applicationIdOrUid, idOrUid);
  if (kind === "poller") return { code: row.transformation, enabled: row.transformationEnabled, variables: codeOf(row)?.variables ?? null };
  const { code, enabled, variables } = await transformations.get(await endpointOwner(actor, row.applicationId, row.id));
  return { code, enabled, variables };
}

/** Throws a validation error if the code can't be used; nothing is changed then. */
export async function patch(
  actor: Actor,
  applicationIdOrUid: string,
  idOrUid: string,
  input: DestinationTransformIn,
): Promise<Record<string, never>> {
  const { kind, row } = await find(actor, applicationIdOrUid, idOrUid);
  const isGiven = typeof input.code === "string";
  if (kind === "poller") {
    if (isGiven) await transformations.requireUsable(row.id, input.code ?? "");
    await change(actor, row, input);
  } else {
    const owner = await endpointOwner(actor, row.applicationId, row.id);
    await transformations.patch(actor, owner, isGiven ? { enabled: true, ...input } : input);
  }
  return {};
}

function change(actor: Actor, { id, applicationId }: Poller, input: DestinationTransformIn): Promise<Poller> {
  return changeApplication(applicationId, async (tx) => {
    // Read again: changes to one application stand in line here, so none is lost.
    const current = await tx.poller.findUniqueOrThrow({ where: { id } });
    const code = input.code === undefined ? current.transformation : input.code;
    const enabled = input.enabled ?? (input.code === undefined ? current.transformationEnabled : code !== null);
    if (code === null && enabled) throw invalid(["body", "enabled"], "There is no code that could be enabled");
    const variables = input.variables === undefined ? (codeOf(current)?.variables ?? {}) : (input.variables ?? {});
    await recordAudit(actor, tx, "destination.transformationUpdated", id, { enabled, removed: code === null });
    return tx.poller.update({
      where: { id },
      data: {
        transformation: code,
        transformationEnabled: enabled,
        sealedVariables: code === null ? null : transformations.sealVariables(id, variables),
        updatedAt: new Date(databaseNowMs()),
      },
    });
  });
}
