/** Transformations of endpoints. Each saved code is a version; the endpoint says which one counts, and whether. */
import type { Actor } from "../actor.ts";
import type { EndpointTransformationPatch } from "../contract/transformation.ts";
import { changeApplication } from "../db/applications.ts";
import { prisma } from "../db/client.ts";
import { databaseNowMs } from "../db/clock.ts";
import type { Endpoint, Prisma } from "../db/generated/client.ts";
import { tellOfEndpoints } from "../db/sql/operational.ts";
import { AppError, invalid, notFound } from "../errors.ts";
import { faultOfCode, type Code } from "../sandbox/transform.ts";
import { sealer } from "../seal.ts";
import { recordAudit } from "./audit.ts";
import { endpointOf } from "./scope.ts";

const keptVersions = 20;

export async function get(actor: Actor, applicationIdOrUid: string, idOrUid: string) {
  return show((await endpointOf(actor, applicationIdOrUid, idOrUid)).endpoint);
}

/** Throws a validation error if the code can't be used; nothing is changed then. */
export async function patch(actor: Actor, applicationIdOrUid: string, idOrUid: string, input: EndpointTransformationPatch): Promise<void> {
  const { endpoint } = await endpointOf(actor, applicationIdOrUid, idOrUid);
  if (typeof input.code === "string") await requireUsable(endpoint.id, input.code);
  await change(actor, endpoint, async (tx, current) => {
    const saved = await savedCode(current, tx);
    const code = input.code === undefined ? (saved?.code ?? null) : input.code;
    const variables = input.variables === undefined ? (saved?.variables ?? {}) : (input.variables ?? {});
    const enabled = input.enabled ?? (code !== null && current.transformationEnabled);
    if (code === null) {
      if (enabled) throw invalid(["body", "enabled"], "There is no code that could be enabled");
      return { transformationVersion: null, transformationEnabled: false };
    }
    const isSame = saved !== null && saved.code === code && JSON.stringify(saved.variables) === JSON.stringify(variables);
    const version = isSame ? current.transformationVersion : await store(tx, actor, endpoint.id, { code, variables });
    return { transformationVersion: version, transformationEnabled: enabled };
  });
}

export async function listVersions(actor: Actor, applicationIdOrUid: string, idOrUid: string) {
  const { endpoint } = await endpointOf(actor, applicationIdOrUid, idOrUid);
  const rows = await prisma().endpointTransformation.findMany({ where: { endpointId: endpoint.id }, orderBy: { version: "desc" } });
  const data = rows.map(({ version, code, createdAt, createdBy }) => {
    return { version, code, createdAt, createdBy, current: version === endpoint.transformationVersion };
  });
  return { data };
}

export async function rollBack(actor: Actor, applicationIdOrUid: string, idOrUid: string, version: number) {
  const { endpoint } = await endpointOf(actor, applicationIdOrUid, idOrUid);
  const changed = await change(actor, endpoint, async (tx) => {
    const row = await tx.endpointTransformation.findUnique({ where: { endpointId_version: { endpointId: endpoint.id, version } } });
    if (row === null) throw notFound("The transformation has no such version");
    return { transformationVersion: version };
  });
  return show(changed);
}

/** The code that counts, enabled or not; null: there is none. */
export async function savedCode(endpoint: Endpoint, tx: Prisma.TransactionClient = prisma()): Promise<Code | null> {
  const { id: endpointId, transformationVersion: version } = endpoint;
  if (version === null) return null;
  const row = await tx.endpointTransformation.findUnique({ where: { endpointId_version: { endpointId, version } } });
  if (row === null) return null;
  return { code: row.code, variables: openVariables(endpointId, row.sealedVariables) };
}

type Variables = Code["variables"];

/** Null: there are none. */
export const sealVariables = (owner: string, variables: Variables): Uint8Array<ArrayBuffer> | null =>
  Object.keys(variables).length === 0 ? null : sealer().seal(owner, JSON.stringify(variables));

export const openVariables = (owner: string, sealed: Uint8Array | null): Variables =>
  sealed === null ? {} : (JSON.parse(sealer().open(owner, sealed).toString()) as Variables);

/** Throws `unavailable` if it could not be tried out now. */
export async function requireUsable(owner: string, code: string): Promise<void> {
  const fault = await faultOfCode(owner, code);
  if (fault === null) return;
  if (fault.kind === "unavailable") throw noSandbox();
  throw invalid(["body", "code"], fault.message);
}

export const noSandbox = (): AppError =>
  new AppError("unavailable", "No process is free to run the code; try again", { retryAfterSeconds: 2 });

async function show(endpoint: Endpoint) {
  const saved = await savedCode(endpoint);
  return {
    code: saved?.code ?? null,
    enabled: endpoint.transformationEnabled,
    variables: saved?.variables ?? null,
    updatedAt: endpoint.transformationUpdatedAt,
    version: endpoint.transformationVersion,
  };
}

type Fields = Pick<Prisma.EndpointUncheckedUpdateInput, "transformationVersion" | "transformationEnabled">;

function change(
  actor: Actor,
  { id, applicationId }: Endpoint,
  decide: (tx: Prisma.TransactionClient, current: Endpoint) => Promise<Fields>,
): Promise<Endpoint> {
  return changeApplication(applicationId, async (tx) => {
    // Read again: changes to one application stand in line here, so none is lost.
    const current = await tx.endpoint.findUniqueOrThrow({ where: { id, deletedAt: null } });
    const data = { ...(await decide(tx, current)), transformationUpdatedAt: new Date(databaseNowMs()) };
    const changed = await tx.endpoint.update({ where: { id }, data });
    const { transformationVersion: version, transformationEnabled: enabled } = changed;
    await tellOfEndpoints(tx, "endpoint.updated", [id]);
    await recordAudit(actor, tx, "endpoint.transformationUpdated", id, { version, enabled });
    return changed;
  });
}

async function store(tx: Prisma.TransactionClient, actor: Actor, endpointId: string, { code, variables }: Code): Promise<number> {
  const { _max: newest } = await tx.endpointTransformation.aggregate({ where: { endpointId }, _max: { version: true } });
  const version = (newest.version ?? 0) + 1;
  const sealedVariables = sealVariables(endpointId, variables);
  const createdAt = new Date(databaseNowMs());
  await tx.endpointTransformation.create({ data: { endpointId, version, code, sealedVariables, createdAt, createdBy: actor.name } });
  await tx.endpointTransformation.deleteMany({ where: { endpointId, version: { lte: version - keptVersions } } });
  return version;
}
