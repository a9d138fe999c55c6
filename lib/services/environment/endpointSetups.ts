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
import type { Prisma } from "../../db/generated/client.ts";
import { type EndpointNamed, endpointsNamed, storeSetups } from "../../db/sql/endpointSetups.ts";
import { tellOfEndpoints } from "../../db/sql/hot/operational.ts";
import { AppError } from "../../errors.ts";
import type { EndpointAuthentication } from "../../webhooks/authentication.ts";
import { givingWay } from "../../longWork.ts";
import type { SignatureStyle } from "../../webhooks/signatureStyle.ts";
import { type AuditOf, recordAudits } from "../audit/audit.ts";
import { openAuthentication, requireAuthentication, sealAuthentication, showAuthentication } from "../endpoint/authentication.ts";
import { requireFitsSecret, styleChange, styleOf } from "../endpoint/signatureStyles.ts";

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

const inputsTogether = 1_000;

/** `dryRun`: nothing is changed. Throws a validation error that names the place. */
export async function importSetups(
  actor: Actor,
  tx: Transaction,
  inputs: EndpointSetupIn[],
  dryRun: boolean,
): Promise<EnvironmentImportOut["endpoints"]> {
  const done: EnvironmentImportOut["endpoints"] = { changed: [], unchanged: [], unknown: [], needSecret: [] };
  const giveWay = givingWay();
  for (let first = 0; first < inputs.length; first += inputsTogether) {
    const together = inputs.slice(first, first + inputsTogether);
    const found = new Map((await endpointsNamed(tx, actor.environmentId, together)).map((row) => [row.index, row]));
    const changes: Changed[] = [];
    for (const [index, input] of together.entries()) {
      await giveWay();
      const name = `${input.application}/${input.endpoint}`;
      const row = found.get(index);
      if (row === undefined) {
        done.unknown.push(name);
        continue;
      }
      const { change, needsSecret } = await changeOf(actor, row, input, ["body", "endpoints", first + index]);
      if (needsSecret) done.needSecret.push(name);
      const isChanged = Object.keys(change).length > 0;
      if (isChanged) {
        done.changed.push(name);
        changes.push({ row, change });
      } else if (!needsSecret) done.unchanged.push(name);
    }
    if (changes.length > 0 && !dryRun) await apply(actor, tx, changes);
  }
  return done;
}

/** What is left as it is has no field. */
type Change = { style?: SignatureStyle; authentication?: EndpointAuthentication };
type Changed = { row: EndpointNamed; change: Change };

async function changeOf(
  actor: Actor,
  row: EndpointNamed,
  { signature, authentication }: EndpointSetupIn,
  loc: (string | number)[],
): Promise<{ change: Change; needsSecret: boolean }> {
  const change = styled(row, signature ?? undefined, [...loc, "signature"]);
  if (!authentication || authentication.kind === "none") return { change, needsSecret: false };
  const current = openAuthentication(row);
  if (isDeepStrictEqual(showAuthentication(current), authentication)) return { change, needsSecret: false };
  const merged = current === null ? null : withSecretsOf(current, authentication);
  if (merged === null) return { change, needsSecret: true };
  const usable = await requireAuthentication(actor, merged, [...loc, "authentication"]);
  return { change: { ...change, authentication: usable }, needsSecret: false };
}

function styled(row: EndpointNamed, style: EndpointSignatureIn | undefined, loc: (string | number)[]): Change {
  try {
    if (style === undefined || styleChange(row, style).signature === undefined) return {};
    if (row.secretId !== null && row.sealedSecret !== null) requireFitsSecret(style, { id: row.secretId, sealed: row.sealedSecret });
    return { style };
  } catch (error) {
    return rethrow(error, loc);
  }
}

/** The authentication that is told, with the secrets that are here. Null: there are none of that kind. */
function withSecretsOf(current: EndpointAuthentication, told: EndpointAuthenticationOut): EndpointAuthenticationIn | null {
  if (current.kind === "basic" && told.kind === "basic") return { ...current, ...told };
  if (current.kind === "header" && told.kind === "header") return { ...current, ...told };
  // The secret is for the server that it was given for: whoever names another must give its own.
  if (current.kind === "oauth2" && told.kind === "oauth2" && told.tokenUrl === current.tokenUrl) return { ...current, ...told };
  return null;
}

async function apply(actor: Actor, tx: Transaction, changes: Changed[]): Promise<void> {
  const updatedAt = new Date(databaseNowMs());
  await storeSetups(
    tx,
    changes.map(({ row: { id, applicationId }, change: { style, authentication } }) => ({
      id,
      applicationId,
      signature: style?.style === "standard" ? null : style,
      sealedAuthentication: authentication === undefined ? undefined : sealAuthentication(id, authentication),
      updatedAt,
    })),
  );
  await tellOfEndpoints(
    tx,
    "endpoint.updated",
    changes.map(({ row }) => row.id),
  );
  const told = changes.map(({ row, change: { style, authentication } }): AuditOf => {
    const shown = authentication === undefined ? {} : { authentication: showAuthentication(authentication) };
    return { action: "endpoint.updated", id: row.id, changes: { from: "import", signature: style ?? styleOf(row), ...shown } };
  });
  await recordAudits(actor, tx, told);
}

/** Throws the same error again; a validation error with the place that the setup has in this body. */
function rethrow(error: unknown, loc: (string | number)[]): never {
  if (!(error instanceof AppError) || error.code !== "validation_error") throw error;
  throw new AppError("validation_error", error.message, { issues: error.issues.map((issue) => ({ ...issue, loc })) });
}
