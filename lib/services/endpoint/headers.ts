/** Custom request headers of an endpoint, sealed at rest because people put credentials in them. */
import type { Actor } from "../../actor.ts";
import type { EndpointHeadersPatchIn } from "../../contract/endpoint.ts";
import { changeApplication } from "../../db/applications.ts";
import type { Endpoint } from "../../db/generated/client.ts";
import { tellOfEndpoints } from "../../db/sql/hot/operational.ts";
import { AppError } from "../../errors.ts";
import { sealer } from "../../seal.ts";
import { isCredential } from "../../webhooks/credentialNames.ts";
import { checkHeaders } from "../../webhooks/headers.ts";
import { recordAudit } from "../audit/audit.ts";
import { endpointOf } from "../shared/scope.ts";

type Headers = Record<string, string>;

/** An endpoint's headers; of sensitive ones only the names are shown. */
export async function get(actor: Actor, applicationIdOrUid: string, idOrUid: string) {
  const { endpoint } = await endpointOf(actor, applicationIdOrUid, idOrUid);
  const headers = Object.entries(openHeaders(endpoint));
  return {
    headers: Object.fromEntries(headers.filter(([name]) => !isCredential(name))),
    sensitive: headers.map(([name]) => name).filter(isCredential),
  };
}

export async function put(actor: Actor, applicationIdOrUid: string, idOrUid: string, headers: Headers): Promise<void> {
  requireHeaders(headers);
  const { endpoint } = await endpointOf(actor, applicationIdOrUid, idOrUid);
  await change(actor, endpoint, () => headers);
}

/** Changes some headers. Null deletes a header, whatever its case; a new value replaces it, in the new case. */
export async function patch(actor: Actor, applicationIdOrUid: string, idOrUid: string, input: EndpointHeadersPatchIn): Promise<void> {
  const given = Object.entries(input.headers);
  const set = Object.fromEntries(given.filter((entry): entry is [string, string] => entry[1] !== null));
  requireHeaders(set);
  const replaced = new Set([...given.map(([name]) => name), ...(input.deleteHeaders ?? [])].map((name) => name.toLowerCase()));
  const { endpoint } = await endpointOf(actor, applicationIdOrUid, idOrUid);
  await change(actor, endpoint, (current) => {
    const kept = Object.entries(current).filter(([name]) => !replaced.has(name.toLowerCase()));
    const headers = { ...Object.fromEntries(kept), ...set };
    requireHeaders(headers);
    return headers;
  });
}

export function requireHeaders(headers: Headers): void {
  const faults = checkHeaders(headers);
  if (faults.length === 0) return;
  const issues = faults.map(({ name, reason }) => ({
    loc: ["body", "headers", name],
    msg: `${name} ${reason}`.trim(),
    type: "value_error",
  }));
  throw new AppError("validation_error", "Some headers cannot be sent", { issues });
}

/** The headers sealed, as they are stored. Null: there are none. */
export const sealHeaders = (endpointId: string, headers: Headers): Buffer<ArrayBuffer> | null =>
  Object.keys(headers).length === 0 ? null : sealer().seal(endpointId, JSON.stringify(headers));

export const openHeaders = ({ id, sealedHeaders }: Pick<Endpoint, "id" | "sealedHeaders">): Headers =>
  sealedHeaders === null ? {} : (JSON.parse(sealer().open(id, sealedHeaders).toString()) as Headers);

async function change(actor: Actor, endpoint: Endpoint, next: (current: Headers) => Headers): Promise<void> {
  const { id, applicationId } = endpoint;
  await changeApplication(applicationId, async (tx) => {
    // Read again: changes to one application stand in line here, so none is lost.
    const current = await tx.endpoint.findUniqueOrThrow({ where: { id, deletedAt: null }, select: { id: true, sealedHeaders: true } });
    const headers = next(openHeaders(current));
    await tx.endpoint.update({ where: { id }, data: { sealedHeaders: sealHeaders(id, headers) } });
    await tellOfEndpoints(tx, "endpoint.updated", [id]);
    await recordAudit(actor, tx, "endpoint.headersUpdated", id, { names: Object.keys(headers) });
  });
}
