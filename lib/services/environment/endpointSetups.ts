/**
 * How endpoints sign and authenticate, moved from one environment to another: for those that both have, by the uids of
 * application and endpoint. Secrets stay where they are.
 */
import { isDeepStrictEqual } from "node:util";
import type { Actor } from "../../actor.ts";
import type { EndpointAuthenticationIn, EndpointAuthenticationOut } from "../../contract/authentication.ts";
import type { EndpointSignatureIn } from "../../contract/signature.ts";
import type { EndpointSetup, EndpointSetupIn, EnvironmentImportOut } from "../../contract/environmentSettings.ts";
import { databaseNowMs } from "../../db/clock.ts";
import type { Endpoint, Prisma } from "../../db/generated/client.ts";
import { tellOfEndpoints } from "../../db/sql/hot/operational.ts";
import { AppError } from "../../errors.ts";
import type { EndpointAuthentication } from "../../webhooks/authentication.ts";
import { recordAudit } from "../audit/audit.ts";
import { openAuthentication, requireAuthentication, sealAuthentication, showAuthentication } from "../endpoint/authentication.ts";
import { requireCurrentFits, styleChange, styleOf } from "../endpoint/signatureStyles.ts";

type Transaction = Prisma.TransactionClient;

/** The setups of endpoints that have uids and are set to something. */
export async function exportSetups({ environmentId }: Actor, tx: Transaction): Promise<EndpointSetup[]> {
  const rows = await tx.endpoint.findMany({
    where: { environmentId, deletedAt: null, uid: { not: null }, application: { uid: { not: null }, deletedAt: null } },
    include: { application: { select: { uid: true } } },
    orderBy: { id: "asc" },
  });
  return rows.flatMap((row) => {
    const signature = styleOf(row);
    const authentication = showAuthentication(openAuthentication(row));
    if (signature.style === "standard" && authentication.kind === "none") return [];
    return [{ application: row.application.uid ?? "", endpoint: row.uid ?? "", signature, authentication }];
  });
}

/** `dryRun`: nothing is changed. Throws a validation error that names the place. */
export async function importSetups(
  actor: Actor,
  tx: Transaction,
  inputs: EndpointSetupIn[],
  dryRun: boolean,
): Promise<EnvironmentImportOut["endpoints"]> {
  const done: EnvironmentImportOut["endpoints"] = { changed: [], unchanged: [], unknown: [], needSecret: [] };
  for (const [index, input] of inputs.entries()) {
    const name = `${input.application}/${input.endpoint}`;
    const row = await find(actor, tx, input);
    if (row === null) {
      done.unknown.push(name);
      continue;
    }
    const loc = ["body", "endpoints", index];
    const { data, needsSecret } = await changeOf(actor, tx, row, input, loc);
    if (needsSecret) done.needSecret.push(name);
    const isChanged = Object.keys(data).length > 0;
    if (isChanged) done.changed.push(name);
    else if (!needsSecret) done.unchanged.push(name);
    if (isChanged && !dryRun) await apply(actor, tx, row, data);
  }
  return done;
}

const find = ({ environmentId }: Actor, tx: Transaction, { application, endpoint: uid }: EndpointSetupIn): Promise<Endpoint | null> =>
  tx.endpoint.findFirst({ where: { environmentId, uid, deletedAt: null, application: { uid: application, deletedAt: null } } });

type Change = Pick<Prisma.EndpointUncheckedUpdateInput, "signature" | "signatureChangedAt" | "sealedAuthentication">;

async function changeOf(
  actor: Actor,
  tx: Transaction,
  row: Endpoint,
  { signature, authentication }: EndpointSetupIn,
  loc: (string | number)[],
) {
  const data = await styled(tx, row, signature ?? undefined).catch((error: unknown) => rethrow(error, [...loc, "signature"]));
  if (!authentication || authentication.kind === "none") return { data, needsSecret: false };
  const current = openAuthentication(row);
  if (isDeepStrictEqual(showAuthentication(current), authentication)) return { data, needsSecret: false };
  const merged = current === null ? null : withSecretsOf(current, authentication);
  if (merged === null) return { data, needsSecret: true };
  const usable = await requireAuthentication(actor, merged, [...loc, "authentication"]);
  return { data: { ...data, sealedAuthentication: sealAuthentication(row.id, usable) }, needsSecret: false };
}

async function styled(tx: Transaction, row: Endpoint, signature: EndpointSignatureIn | undefined): Promise<Change> {
  const data = styleChange(row, signature);
  if (signature !== undefined && data.signature !== undefined) await requireCurrentFits(tx, { id: row.id, signature });
  return data;
}

/** The authentication that is told, with the secrets that are here. Null: there are none of that kind. */
function withSecretsOf(current: EndpointAuthentication, told: EndpointAuthenticationOut): EndpointAuthenticationIn | null {
  if (current.kind === "basic" && told.kind === "basic") return { ...current, ...told };
  if (current.kind === "header" && told.kind === "header") return { ...current, ...told };
  // The secret is for the server that it was given for: whoever names another must give its own.
  if (current.kind === "oauth2" && told.kind === "oauth2" && told.tokenUrl === current.tokenUrl) return { ...current, ...told };
  return null;
}

async function apply(actor: Actor, tx: Transaction, { id, applicationId }: Endpoint, data: Change): Promise<void> {
  await tx.$executeRaw`update "application" set "endpointsVersion" = "endpointsVersion" + 1 where "id" = ${applicationId}`;
  const row = await tx.endpoint.update({ where: { id }, data: { ...data, updatedAt: new Date(databaseNowMs()) } });
  await tellOfEndpoints(tx, "endpoint.updated", [id]);
  const authentication = data.sealedAuthentication === undefined ? {} : { authentication: showAuthentication(openAuthentication(row)) };
  await recordAudit(actor, tx, "endpoint.updated", id, { from: "import", signature: styleOf(row), ...authentication });
}

/** Throws the same error again; a validation error with the place that the setup has in this body. */
function rethrow(error: unknown, loc: (string | number)[]): never {
  if (!(error instanceof AppError) || error.code !== "validation_error") throw error;
  throw new AppError("validation_error", error.message, { issues: error.issues.map((issue) => ({ ...issue, loc })) });
}
