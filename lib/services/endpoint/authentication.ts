/** How Webster authenticates to an endpoint's receiver: sealed at rest, and shown without its secrets. */
import { createSecureContext } from "node:tls";
import type { Actor } from "../../actor.ts";
import type { EndpointAuthenticationIn, EndpointAuthenticationOut } from "../../contract/authentication.ts";
import { changeApplication } from "../../db/applications.ts";
import { databaseNowMs } from "../../db/clock.ts";
import type { Endpoint } from "../../db/generated/client.ts";
import { tellOfEndpoints } from "../../db/sql/hot/operational.ts";
import { invalid } from "../../errors.ts";
import { sealer } from "../../seal.ts";
import type { EndpointAuthentication } from "../../webhooks/authentication.ts";
import { certificateFacts, checkCertificate } from "../../webhooks/certificate.ts";
import { checkHeaders } from "../../webhooks/headers.ts";
import { recordAudit } from "../audit/audit.ts";
import { requireSendable } from "./endpointUrls.ts";
import { endpointOf } from "../shared/scope.ts";

export async function get(actor: Actor, applicationIdOrUid: string, idOrUid: string): Promise<EndpointAuthenticationOut> {
  const { endpoint } = await endpointOf(actor, applicationIdOrUid, idOrUid);
  return showAuthentication(openAuthentication(endpoint));
}

export async function put(
  actor: Actor,
  applicationIdOrUid: string,
  idOrUid: string,
  input: EndpointAuthenticationIn,
): Promise<EndpointAuthenticationOut> {
  const { endpoint } = await endpointOf(actor, applicationIdOrUid, idOrUid);
  const authentication = await requireAuthentication(actor, input, ["body"]);
  const shown = showAuthentication(authentication);
  const { id, applicationId } = endpoint;
  await changeApplication(applicationId, async (tx) => {
    const data = { sealedAuthentication: sealAuthentication(id, authentication) };
    await tx.endpoint.update({ where: { id, deletedAt: null }, data });
    await tellOfEndpoints(tx, "endpoint.updated", [id]);
    await recordAudit(actor, tx, "endpoint.authenticationUpdated", id, shown);
  });
  return shown;
}

export async function remove(actor: Actor, applicationIdOrUid: string, idOrUid: string): Promise<void> {
  const { endpoint } = await endpointOf(actor, applicationIdOrUid, idOrUid);
  const { id, applicationId } = endpoint;
  await changeApplication(applicationId, async (tx) => {
    await tx.endpoint.update({ where: { id, deletedAt: null }, data: { sealedAuthentication: null } });
    await tellOfEndpoints(tx, "endpoint.updated", [id]);
    await recordAudit(actor, tx, "endpoint.authenticationDeleted", id);
  });
}

/**
 * The authentication as it is to be stored. Throws `validation_error` that names the field. `loc`: where the authentication
 * stands in the request.
 */
export async function requireAuthentication(
  actor: Actor,
  input: EndpointAuthenticationIn,
  loc: (string | number)[],
): Promise<EndpointAuthentication> {
  switch (input.kind) {
    case "basic":
    case "bearer":
      return input;
    case "header": {
      const [fault] = checkHeaders({ [input.name]: input.value });
      const isTaken = input.name.toLowerCase() === "content-type";
      if (fault !== undefined || isTaken)
        throw invalid([...loc, "name"], isTaken ? "The content type is the message's" : `${input.name} ${fault?.reason ?? ""}`);
      return input;
    }
    case "oauth2": {
      const tokenUrl = await requireSendable(actor, input.tokenUrl, [...loc, "tokenUrl"]);
      return { ...input, tokenUrl, scope: input.scope ?? null, audience: input.audience ?? null };
    }
    case "mtls": {
      const checked = checkCertificate(input, databaseNowMs());
      if (!checked.ok) throw invalid([...loc, checked.field], checked.reason);
      try {
        createSecureContext({ cert: input.certificate, key: input.privateKey });
      } catch {
        // For instance a key may be too short for today's rules.
        throw invalid([...loc, "certificate"], "The certificate and its key can't be used for a secure connection");
      }
      return input;
    }
  }
}

export const sealAuthentication = (endpointId: string, authentication: EndpointAuthentication): Buffer<ArrayBuffer> =>
  sealer().seal(endpointId, JSON.stringify(authentication));

/** An endpoint's authentication with its secrets. Null: none. */
export const openAuthentication = ({
  id,
  sealedAuthentication,
}: Pick<Endpoint, "id" | "sealedAuthentication">): EndpointAuthentication | null =>
  sealedAuthentication === null ? null : (JSON.parse(sealer().open(id, sealedAuthentication).toString()) as EndpointAuthentication);

export function showAuthentication(authentication: EndpointAuthentication | null): EndpointAuthenticationOut {
  if (authentication === null) return { kind: "none" };
  switch (authentication.kind) {
    case "basic":
      return { kind: "basic", username: authentication.username };
    case "bearer":
      return { kind: "bearer" };
    case "header":
      return { kind: "header", name: authentication.name };
    case "oauth2": {
      const { kind, tokenUrl, clientId, clientAuthentication, scope, audience } = authentication;
      return { kind, tokenUrl, clientId, clientAuthentication, scope, audience };
    }
    case "mtls": {
      const { subject, issuer, fingerprint, expiresAt } = certificateFacts(authentication.certificate);
      return { kind: "mtls", subject, issuer, fingerprint, expiresAt: expiresAt.toISOString() };
    }
  }
}
