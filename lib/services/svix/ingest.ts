/** Sources and their endpoints in the words of the svix SDKs' `ingest`. */
import type { Actor } from "../../actor.ts";
import type { EndpointTransformationPatch } from "../../contract/transformation.ts";
import type { EndpointSecretRotateIn } from "../../contract/endpoint.ts";
import type { IngestEndpointIn, IngestEndpointUpdate, IngestSourceIn, IngestSourceOut } from "../../contract/ingest.ts";
import { type SourceOut, type SourcePatch, usualRules } from "../../contract/source.ts";
import { known } from "../../proven.ts";
import { rateOf } from "../application/applications.ts";
import * as endpoints from "../endpoint/endpoints.ts";
import * as headers from "../endpoint/headers.ts";
import { hiddenSettings, requireWhole, sdkTypes, shownConfig, unverified, verificationOf } from "./ingestConfig.ts";
import * as portalAccess from "../application/portalAccess.ts";
import { applicationOf, findEndpointRow } from "../shared/scope.ts";
import * as secrets from "../endpoint/secrets.ts";
import * as sources from "../source/sources.ts";
import { endpointOwner } from "../transformation/transformationOwners.ts";
import * as transformations from "../transformation/transformations.ts";
import * as tokens from "../source/sourceTokens.ts";

type Paging = { limit: number; iterator?: string | null | undefined; order: "ascending" | "descending" };

export async function list(actor: Actor, query: Paging) {
  const page = await sources.list(actor, query);
  return { ...page, data: page.data.map(show) };
}

export const get = async (actor: Actor, sourceId: string): Promise<IngestSourceOut> => show(await sources.get(actor, sourceId));

export async function create(actor: Actor, input: IngestSourceIn): Promise<IngestSourceOut> {
  const { provider, secrets, settings } = verificationOf(input);
  requireWhole(provider, secrets ?? [], settings);
  const { name, uid, metadata } = input;
  return show(await sources.create(actor, { ...usualRules, name, uid, metadata, provider, secrets: secrets ?? [], settings }));
}

/**
 * Replaces a source. What the SDK has no words for stays as it is, and so do secrets that are not named: the SDK is never shown
 * them, so it can't give them back.
 */
export async function put(actor: Actor, sourceId: string, input: IngestSourceIn) {
  const existing = await sources.findSourceRow(actor, sourceId);
  if (existing === null) return { created: true, source: await create(actor, input) };
  const { name, uid } = input;
  const { websterProvider, ...notes } = input.metadata;
  const metadata = websterProvider === existing.provider ? notes : input.metadata;
  const verification = verificationAfter(existing, input);
  const source = await sources.patch(actor, existing.id, { name, uid: uid ?? null, metadata, ...verification });
  return { created: false, source: show(source) };
}

function verificationAfter(existing: sources.SourceRow, input: IngestSourceIn): Pick<SourcePatch, "provider" | "secrets" | "settings"> {
  const { provider, secrets, settings } = verificationOf(input, existing.provider);
  const isBeyondTheSdk = input.type === unverified && existing.provider !== "none" && !sdkTypes.has(existing.provider);
  if (isBeyondTheSdk || (provider === existing.provider && !input.config)) return {};
  const before = sources.openConfig(existing);
  const stays = provider === existing.provider ? before : { secrets: [], settings: {} };
  const after = { ...hiddenSettings(provider, stays.settings), ...settings };
  const signing = secrets === undefined ? stays.secrets.map(({ value }) => value) : (secrets ?? []);
  requireWhole(provider, signing, after);
  const gone = Object.fromEntries(Object.keys(before.settings).map((name) => [name, null]));
  // Where no secrets are named and the provider is the same, old ones that are running out stay so.
  const keepsSecrets = secrets === undefined && provider === existing.provider;
  return { provider, settings: { ...gone, ...after }, ...(keepsSecrets ? {} : { secrets: signing }) };
}

export async function rotateToken(actor: Actor, sourceId: string) {
  const { url } = await tokens.rotate(actor, sourceId, undefined);
  return { ingestUrl: known(url, "a rotation makes a token, and whoever may rotate sees it") };
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

export async function createEndpoint(actor: Actor, sourceId: string, input: IngestEndpointIn) {
  return showEndpoint(await endpoints.create(actor, await applicationIdOf(actor, sourceId), input));
}

export async function getEndpoint(actor: Actor, sourceId: string, endpointId: string) {
  return showEndpoint(await endpoints.get(actor, await applicationIdOf(actor, sourceId), endpointId));
}

export async function putEndpoint(actor: Actor, sourceId: string, endpointId: string, input: IngestEndpointUpdate) {
  const applicationId = await applicationIdOf(actor, sourceId);
  const existing = await findEndpointRow(await applicationOf(actor, applicationId), endpointId);
  if (existing === null) return { created: true, endpoint: showEndpoint(await endpoints.create(actor, applicationId, input)) };
  // Fields that the SDK has no words for stay.
  const { rateLimit: _, ...named } = { ...input, uid: input.uid ?? null, throttleRate: rateOf(input) ?? null };
  return { created: false, endpoint: showEndpoint(await endpoints.patch(actor, applicationId, existing.id, named)) };
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

function show(source: SourceOut): IngestSourceOut {
  const { id, uid, name, provider, url, metadata, createdAt, updatedAt } = source;
  const isKnown = sdkTypes.has(provider);
  return {
    id,
    uid,
    name,
    type: isKnown ? provider : unverified,
    // Svix's document has no config for a type that verifies nothing, and the Rust SDK fails on an empty one.
    ...(isKnown ? { config: shownConfig(source) } : {}),
    provider,
    ingestUrl: url,
    metadata: isKnown || provider === "none" ? metadata : { ...metadata, websterProvider: provider },
    createdAt,
    updatedAt,
  };
}

function showEndpoint(endpoint: endpoints.Changed) {
  const { id, uid, url, description, throttleRate, rateLimit, disabled, eventTypes, filterTypes, metadata, createdAt, updatedAt } =
    endpoint;
  const dropped = endpoints.droppedOf(endpoint);
  return {
    id,
    uid,
    url,
    description,
    throttleRate,
    rateLimit,
    disabled,
    eventTypes,
    filterTypes,
    metadata,
    createdAt,
    updatedAt,
    ...dropped,
  };
}
