/** Sources and their endpoints in the words of the svix SDKs' `ingest`. */
import type { Actor } from "../actor.ts";
import type { EndpointTransformationPatch } from "../contract/transformation.ts";
import type { EndpointIn, EndpointSecretRotateIn, EndpointUpdate } from "../contract/endpoint.ts";
import type { IngestSourceIn, IngestSourceOut } from "../contract/ingest.ts";
import { SourceIn, type SourceOut } from "../contract/source.ts";
import { invalid } from "../errors.ts";
import { type ProviderKind, isProviderKind, providers } from "../webhooks/verification.ts";
import * as endpoints from "./endpoints.ts";
import * as headers from "./headers.ts";
import * as portalAccess from "./portalAccess.ts";
import * as secrets from "./secrets.ts";
import * as sources from "./sources.ts";
import { endpointOwner } from "./transformationOwners.ts";
import * as transformations from "./transformations.ts";
import * as tokens from "./sourceTokens.ts";

type Paging = { limit: number; iterator?: string | null | undefined; order: "ascending" | "descending" };

export async function list(actor: Actor, query: Paging) {
  const page = await sources.list(actor, query);
  return { ...page, data: page.data.map(show) };
}

export const get = async (actor: Actor, sourceId: string): Promise<IngestSourceOut> => show(await sources.get(actor, sourceId));

export async function create(actor: Actor, input: IngestSourceIn): Promise<IngestSourceOut> {
  const { name, uid, metadata } = input;
  return show(await sources.create(actor, SourceIn.parse({ name, uid, metadata, ...verificationOf(input) })));
}

/** What the SDK has no words for stays as it is. */
export async function put(actor: Actor, sourceId: string, input: IngestSourceIn) {
  const existing = await sources.findSourceRow(actor, sourceId);
  if (existing === null) return { created: true, source: await create(actor, input) };
  const { provider, secrets, settings } = verificationOf(input);
  const gone = Object.fromEntries(Object.keys(sources.openConfig(existing).settings).map((key) => [key, null]));
  const given = input.config === undefined ? {} : { secrets, settings: { ...gone, ...settings } };
  const { name, uid, metadata } = input;
  const source = await sources.patch(actor, existing.id, { name, uid: uid ?? null, metadata, provider, ...given });
  return { created: false, source: show(source) };
}

export async function rotateToken(actor: Actor, sourceId: string) {
  return { ingestUrl: (await tokens.rotate(actor, sourceId, undefined)).url };
}

export async function letIn(
  actor: Actor,
  sourceId: string,
  input: { expiry?: number | null | undefined; readOnly?: boolean | null | undefined },
) {
  return portalAccess.create(actor, await applicationIdOf(actor, sourceId), { ...input, featureFlags: [] });
}

export async function listEndpoints(actor: Actor, sourceId: string, query: Paging) {
  const page = await endpoints.list(actor, await applicationIdOf(actor, sourceId), query);
  return { ...page, data: page.data.map(showEndpoint) };
}

type IngestEndpointUpdate = Pick<EndpointUpdate, "url" | "description" | "throttleRate" | "uid" | "disabled" | "metadata">;
type IngestEndpointIn = IngestEndpointUpdate & Pick<EndpointIn, "secret" | "headers">;

export async function createEndpoint(actor: Actor, sourceId: string, input: IngestEndpointIn) {
  return showEndpoint(await endpoints.create(actor, await applicationIdOf(actor, sourceId), input));
}

export async function getEndpoint(actor: Actor, sourceId: string, endpointId: string) {
  return showEndpoint(await endpoints.get(actor, await applicationIdOf(actor, sourceId), endpointId));
}

export async function putEndpoint(actor: Actor, sourceId: string, endpointId: string, input: IngestEndpointUpdate) {
  const { created, endpoint } = await endpoints.put(actor, await applicationIdOf(actor, sourceId), endpointId, input);
  return { created, endpoint: showEndpoint(endpoint) };
}

export async function removeEndpoint(actor: Actor, sourceId: string, endpointId: string): Promise<void> {
  await endpoints.remove(actor, await applicationIdOf(actor, sourceId), endpointId);
}

export async function getEndpointSecret(actor: Actor, sourceId: string, endpointId: string) {
  return secrets.get(actor, await applicationIdOf(actor, sourceId), endpointId);
}

export async function rotateEndpointSecret(
  actor: Actor,
  sourceId: string,
  endpointId: string,
  input: EndpointSecretRotateIn,
): Promise<void> {
  await secrets.rotate(actor, await applicationIdOf(actor, sourceId), endpointId, input);
}

export async function getEndpointHeaders(actor: Actor, sourceId: string, endpointId: string) {
  return headers.get(actor, await applicationIdOf(actor, sourceId), endpointId);
}

export async function putEndpointHeaders(actor: Actor, sourceId: string, endpointId: string, given: Record<string, string>): Promise<void> {
  await headers.put(actor, await applicationIdOf(actor, sourceId), endpointId, given);
}

export async function getEndpointTransformation(actor: Actor, sourceId: string, endpointId: string) {
  return transformations.get(await endpointOwner(actor, await applicationIdOf(actor, sourceId), endpointId));
}

export async function patchEndpointTransformation(
  actor: Actor,
  sourceId: string,
  endpointId: string,
  input: EndpointTransformationPatch,
): Promise<void> {
  await transformations.patch(actor, await endpointOwner(actor, await applicationIdOf(actor, sourceId), endpointId), input);
}

const applicationIdOf = async (actor: Actor, sourceId: string): Promise<string> => (await sources.sourceOf(actor, sourceId)).applicationId;

/** The types that svix 2.5 knows; it throws on every other, so those are answered as the first. */
const unverified = "generic-webhook";
const sdkTypes = new Set(
  (
    "adobe-sign airwallex beehiiv brex checkbook clerk docusign easypost github guesty hubspot incident-io lithic merge meta nango nash " +
    "open-ai openclaw orum-io panda-doc pleo port-io psi-fi render replicate resend rutter safebase sardine segment shopify slack stripe " +
    "stych svix tailscale telnyx vapi veriff vgs zoom"
  ).split(" "),
);

function verificationOf({ type, config }: IngestSourceIn): { provider: ProviderKind; secrets: string[]; settings: Record<string, string> } {
  const provider = type === unverified ? "none" : type;
  if (!isProviderKind(provider)) throw invalid(["body", "type"], "There is no such provider");
  const known = new Set(providers[provider].fields.map(({ name }) => name));
  const found: { secrets: string[]; settings: Record<string, string> } = { secrets: [], settings: {} };
  for (const [key, value] of Object.entries((config ?? {}) as Record<string, unknown>)) {
    if (value === null || value === undefined || type === unverified) continue;
    if (typeof value !== "string" && typeof value !== "number") throw invalid(["body", "config", key], "It must be text");
    // The SDK's name for the secret of those that sign with a key pair.
    if (key === "secret" || (key === "publicKey" && !known.has(key))) found.secrets.push(String(value));
    else found.settings[key] = String(value);
  }
  return { provider, ...found };
}

function show({ id, uid, name, provider, url, metadata, settings, createdAt, updatedAt }: SourceOut): IngestSourceOut {
  const isKnown = sdkTypes.has(provider);
  return {
    id,
    uid,
    name,
    type: isKnown ? provider : unverified,
    config: isKnown ? settings : {},
    provider,
    ingestUrl: url,
    metadata: isKnown || provider === "none" ? metadata : { ...metadata, websterProvider: provider },
    createdAt,
    updatedAt,
  };
}

function showEndpoint({
  id,
  uid,
  url,
  description,
  throttleRate,
  disabled,
  metadata,
  createdAt,
  updatedAt,
}: ReturnType<typeof endpoints.showWhole>) {
  return { id, uid, url, description, throttleRate, disabled, metadata, createdAt, updatedAt };
}
