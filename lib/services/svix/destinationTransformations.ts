/** Transformations of destinations. A FIFO endpoint's is an endpoint's; a polling endpoint has one code, without versions. */
import type { Actor } from "../../actor.ts";
import type { DestinationTransformIn, DestinationTransformationOut } from "../../contract/destination.ts";
import type { TransformationResult, TransformationTestIn } from "../../contract/transformation.ts";
import { changeApplication } from "../../db/applications.ts";
import { databaseNowMs } from "../../db/clock.ts";
import type { Poller } from "../../db/generated/client.ts";
import { invalid } from "../../errors.ts";
import { recordAudit } from "../audit/audit.ts";
import { find } from "./destinations.ts";
import { codeOf } from "../poller/pollerMessages.ts";
import { applicationOf } from "../shared/scope.ts";
import { endpointOwner } from "../transformation/transformationOwners.ts";
import * as runs from "../transformation/transformationRuns.ts";
import * as transformations from "../transformation/transformations.ts";

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
    if (isGiven) await transformations.requireUsable({ tenant: row.applicationId, id: row.id }, input.code ?? "");
    await change(actor, row, input);
  } else {
    const owner = await endpointOwner(actor, row.applicationId, row.id);
    await transformations.patch(actor, owner, isGiven ? { enabled: true, ...input } : input);
  }
  return {};
}

/** `bytes`: the payload as it stands in the request. */
export async function test(
  actor: Actor,
  applicationIdOrUid: string,
  idOrUid: string,
  input: TransformationTestIn,
  bytes: Buffer | null,
): Promise<TransformationResult> {
  const { kind, row } = await find(actor, applicationIdOrUid, idOrUid);
  if (kind === "endpoint") return runs.test(actor, row.applicationId, row.id, input, bytes);
  const saved = codeOf(row);
  const code = input.code ?? saved?.code;
  if (code === undefined) throw invalid(["body", "code"], "The destination has no transformation yet: give code");
  const application = await applicationOf(actor, applicationIdOrUid);
  const content = await runs.contentOf({ application }, input, bytes);
  return runs.run(
    { code, variables: input.variables ?? saved?.variables ?? {} },
    { id: row.id, applicationId: row.applicationId, url: null, headers: {} },
    content,
  );
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
