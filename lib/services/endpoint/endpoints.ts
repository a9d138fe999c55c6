/** Endpoints: the URLs of an application that its messages are sent to. */
import type { Actor } from "../../actor.ts";
import type { EndpointIn, EndpointPatch, EndpointUpdate } from "../../contract/endpoint.ts";
import { type ApplicationSnapshot, changeApplication } from "../../db/applications.ts";
import { databaseNowMs } from "../../db/clock.ts";
import type { Endpoint, Prisma } from "../../db/generated/client.ts";
import { type EndpointEvent, tellOfEndpoints } from "../../db/sql/hot/operational.ts";
import { newId } from "../../ids.ts";
import type { EndpointAuthentication } from "../../webhooks/authentication.ts";
import { log } from "../../log.ts";
import { oneOf } from "../../proven.ts";
import type { SigningKey } from "../../webhooks/signature.ts";
import { disabledReasons } from "../../words/disabledReason.ts";
import { rateOf } from "../application/applications.ts";
import { type Changes, changesOf, recordAudit } from "../audit/audit.ts";
import { requireAuthentication, sealAuthentication } from "./authentication.ts";
import { requireSendable } from "./endpointUrls.ts";
import { requireKnown } from "../eventType/eventTypes.ts";
import { filterColumn, filterOf } from "../shared/filterColumns.ts";
import { requireHeaders, sealHeaders } from "./headers.ts";
import { metadataOf } from "../shared/metadata.ts";
import { type EndpointCore, type EndpointRow, listEndpoints } from "./endpointList.ts";
import { cursorOf, pageOf } from "../shared/pages.ts";
import { refusingTaken } from "../shared/taken.ts";
import { dropCredentials, droppedBy } from "./movedCredentials.ts";
import { missedSince } from "./missingMessages.ts";
import { requireUnused } from "../shared/formerIds.ts";
import { applicationOf, endpointOf, findEndpointRow, requireOrdinary } from "../shared/scope.ts";
import { newKey, parseKey, storeCurrentSecret } from "./secrets.ts";
import { requireRoom, requireRoomAtUrl } from "./endpointRoom.ts";
import { columnOf, requireCurrentFits, requireStyle, styleChange, styleOf } from "./signatureStyles.ts";
import { orNull } from "../shared/optional.ts";

const uidTaken = "An endpoint with this uid exists already";

type ListIn = { limit: number; iterator?: string | null | undefined; order: "ascending" | "descending" };

export async function list(actor: Actor, applicationIdOrUid: string, query: ListIn) {
  const { id } = await applicationOf(actor, applicationIdOrUid);
  const window = { limit: query.limit, descending: query.order === "descending", cursor: cursorOf("endpoint", query.iterator) };
  const rows = await listEndpoints(id, window);
  return pageOf(rows, window, (row) => row.id, showWhole);
}

export async function get(actor: Actor, applicationIdOrUid: string, idOrUid: string) {
  return showWhole((await endpointOf(actor, applicationIdOrUid, idOrUid)).endpoint);
}

type CreateOptions = {
  /** More to do in the same transaction. */
  also?: Also | undefined;
  /** The endpoint's id at the server that it is moved from. */
  formerId?: string | null | undefined;
};

export async function create(actor: Actor, applicationIdOrUid: string, input: EndpointIn, { also, formerId }: CreateOptions = {}) {
  const application = await applicationOf(actor, applicationIdOrUid);
  const style = requireStyle(input.signature);
  const key = input.secret === null || input.secret === undefined ? newKey() : parseKey(input.secret, "secret", style);
  if (input.headers) requireHeaders(input.headers);
  const authentication = input.authentication ? await requireAuthentication(actor, input.authentication, ["body", "authentication"]) : null;
  const fields = { ...(await fieldsOf(actor, input)), signature: columnOf(style) };
  if (formerId) await requireUnused(actor, "endpoint", formerId);
  const sealed = { headers: input.headers ?? {}, authentication };
  return showWhole(await insert(actor, application, fields, key, sealed, { also, formerId }));
}

/** Replaces an endpoint, or creates it. What is left out is reset; the secret, the headers and the signature style stay. */
export async function put(actor: Actor, applicationIdOrUid: string, idOrUid: string, input: EndpointUpdate) {
  const application = await applicationOf(actor, applicationIdOrUid);
  const existing = await findEndpointRow(application, idOrUid);
  const fields = await fieldsOf(actor, input);
  if (existing === null) {
    const signature = columnOf(requireStyle(input.signature));
    return { created: true, endpoint: showWhole(await insert(actor, application, { ...fields, signature }, newKey())) };
  }
  const changes = { ...fields, ...styleChange(existing, input.signature), ...disabling(existing, input.disabled) };
  return { created: false, endpoint: await showChanged(existing, await update(actor, existing, changes)) };
}

export async function patch(actor: Actor, applicationIdOrUid: string, idOrUid: string, input: EndpointPatch) {
  const { endpoint } = await endpointOf(actor, applicationIdOrUid, idOrUid);
  const { version, description, uid, metadata } = input;
  const throttleRate = rateOf(input);
  const eventTypes = eventTypesOf(input);
  await requireKnown(actor, eventTypes ?? [], [...eventTypesPlace(input)]);
  const fields = {
    ...(input.url === undefined ? {} : { url: await requireSendable(actor, input.url) }),
    ...(version === undefined ? {} : { version }),
    ...(description === undefined ? {} : { description }),
    ...(throttleRate === undefined ? {} : { throttleRate }),
    ...(uid === undefined ? {} : { uid }),
    ...(eventTypes === undefined ? {} : { eventTypes }),
    ...(input.channels === undefined ? {} : { channels: unique(input.channels) }),
    ...(metadata === undefined ? {} : { metadata }),
    ...(input.retrySchedule === undefined ? {} : { retrySchedule: input.retrySchedule ?? [] }),
    ...styleChange(endpoint, input.signature),
    ...(input.ordering === undefined ? {} : { ordering: input.ordering }),
    ...(input.filter === undefined ? {} : { filter: filterColumn(input.filter) }),
    ...(input.disabled === undefined ? {} : disabling(endpoint, input.disabled)),
  };
  return showChanged(endpoint, await update(actor, endpoint, fields));
}

/**
 * An endpoint after a change, with the credentials that were dropped and, if it was enabled, with what it missed meanwhile. If
 * that can't be counted, the change must not fail for it: it is done.
 */
async function showChanged(before: Endpoint, row: Endpoint) {
  const dropped = droppedBy(before, row);
  const shown = { ...showWhole(row), ...(dropped.length === 0 ? {} : { droppedCredentials: dropped }) };
  if (before.disabledAt === null || row.disabledAt !== null) return shown;
  try {
    return { ...shown, missed: await missedSince(row, before.disabledAt) };
  } catch (error) {
    log.warn({ endpointId: row.id, error: (error as Error).message }, "endpoint.missed_not_counted");
    return shown;
  }
}

/** An endpoint as it is shown, maybe after a change. */
export type Changed = ReturnType<typeof showWhole> & { droppedCredentials?: string[] };

/** What a change of an endpoint has dropped, for answers that show an endpoint in other words. `given`: names given anew since. */
export function droppedOf({ droppedCredentials }: Changed, given: string[] = []): { droppedCredentials?: string[] } {
  const known = new Set(given.map((name) => name.toLowerCase()));
  const left = (droppedCredentials ?? []).filter((name) => !known.has(name.toLowerCase()));
  return left.length === 0 ? {} : { droppedCredentials: left };
}

/** Deletes an endpoint. What is under way to it is cancelled; its uid is free again. */
export async function remove(actor: Actor, applicationIdOrUid: string, idOrUid: string): Promise<void> {
  const { endpoint } = await endpointOf(actor, applicationIdOrUid, idOrUid);
  const deletedAt = new Date(databaseNowMs());
  await changeApplication(endpoint.applicationId, async (tx) => {
    await tellOfEndpoints(tx, "endpoint.deleted", [endpoint.id]);
    await tx.endpoint.update({ where: { id: endpoint.id, deletedAt: null }, data: { deletedAt, updatedAt: deletedAt, uid: null } });
    await recordAudit(actor, tx, "endpoint.deleted", endpoint.id, { applicationId: endpoint.applicationId, url: endpoint.url });
  });
}

type Also = (tx: Prisma.TransactionClient, endpointId: string) => Promise<void>;

type Fields = Awaited<ReturnType<typeof fieldsOf>> & { signature: ReturnType<typeof columnOf> };

async function fieldsOf(actor: Actor, input: EndpointUpdate) {
  const eventTypes = eventTypesOf(input) ?? [];
  await requireKnown(actor, eventTypes, [...eventTypesPlace(input)]);
  return {
    url: await requireSendable(actor, input.url),
    version: input.version ?? 1,
    description: input.description,
    throttleRate: rateOf(input) ?? null,
    uid: input.uid ?? null,
    eventTypes,
    channels: unique(input.channels),
    metadata: input.metadata,
    retrySchedule: input.retrySchedule ?? [],
    ordering: input.ordering ?? "none",
    filter: filterColumn(input.filter),
    ...disabling({ disabledAt: null }, input.disabled),
  };
}

/** What is sealed at rest of an endpoint, in the clear. */
type Sealed = { headers: Record<string, string>; authentication: EndpointAuthentication | null };

async function insert(
  actor: Actor,
  application: ApplicationSnapshot,
  fields: Fields,
  key: SigningKey,
  { headers, authentication }: Sealed = { headers: {}, authentication: null },
  { also, formerId }: CreateOptions = {},
): Promise<Endpoint> {
  requireOrdinary(actor);
  const nowMs = databaseNowMs();
  const id = formerId ?? newId("endpoint", nowMs);
  const createdAt = new Date(nowMs);
  const { environmentId } = application;
  return refusingTaken(
    uidTaken,
    changeApplication(application.id, async (tx) => {
      const data = {
        ...fields,
        id,
        environmentId,
        applicationId: application.id,
        sealedHeaders: sealHeaders(id, headers),
        sealedAuthentication: authentication === null ? null : sealAuthentication(id, authentication),
        createdAt,
        updatedAt: createdAt,
      };
      await requireRoom(tx, actor, application.id, fields.url);
      const row = await tx.endpoint.create({ data });
      await storeCurrentSecret(tx, id, key, createdAt);
      await tellOfEndpoints(tx, "endpoint.created", [id]);
      const { url, description, eventTypes, channels } = row;
      await recordAudit(actor, tx, "endpoint.created", id, { applicationId: application.id, url, description, eventTypes, channels });
      await also?.(tx, id);
      return row;
    }),
  );
}

function update(actor: Actor, endpoint: Endpoint, fields: Prisma.EndpointUncheckedUpdateInput): Promise<Endpoint> {
  return refusingTaken(
    uidTaken,
    changeApplication(endpoint.applicationId, async (tx) => {
      const { url } = fields;
      const dropped = typeof url === "string" ? await dropCredentials(actor, tx, endpoint.id, url) : {};
      const data = { ...fields, ...dropped, updatedAt: new Date(databaseNowMs()) };
      if (typeof url === "string" && url !== endpoint.url) await requireRoomAtUrl(tx, actor, endpoint.applicationId, url);
      const row = await tx.endpoint.update({ where: { id: endpoint.id, deletedAt: null }, data });
      if (fields.signature !== undefined) await requireCurrentFits(tx, row);
      const changes = changesOf(endpoint, row, auditedFields);
      if (Object.keys(changes).length > 0) await recordAudit(actor, tx, "endpoint.updated", endpoint.id, changes);
      for (const type of eventsOf(changes)) await tellOfEndpoints(tx, type, [endpoint.id]);
      return row;
    }),
  );
}

const auditedFields: (keyof Endpoint)[] = [
  "url",
  "description",
  "uid",
  "version",
  "eventTypes",
  "channels",
  "throttleRate",
  "metadata",
  "retrySchedule",
  "signature",
  "ordering",
  "filter",
  "disabledAt",
  "disabledReason",
];

/** What operational webhooks tell of a change. */
function eventsOf(changes: Changes): EndpointEvent[] {
  const { disabledAt } = changes;
  const hasOthers = Object.keys(changes).some((field) => field !== "disabledAt" && field !== "disabledReason");
  const events: EndpointEvent[] = hasOthers ? ["endpoint.updated"] : [];
  if (disabledAt === undefined) return events;
  return [...events, (disabledAt as { to: string | null }).to === null ? "endpoint.enabled" : "endpoint.disabled"];
}

/**
 * The columns that enabling and disabling change. Enabling forgets why the endpoint was disabled, and since when it failed; one that
 * is enabled already goes on failing.
 */
function disabling(endpoint: { disabledAt: Date | null }, disabled: boolean) {
  if (disabled === (endpoint.disabledAt !== null)) return {};
  if (disabled) return { disabledAt: new Date(databaseNowMs()), disabledReason: "manual" };
  return { disabledAt: null, disabledReason: null, failingSince: null };
}

type Named = { eventTypes?: string[] | null | undefined; filterTypes?: string[] | null | undefined };

/** The event types that are given; `eventTypes` wins over its older name. Undefined: neither was given; empty: all. */
function eventTypesOf({ eventTypes, filterTypes }: Named): string[] | undefined {
  if (eventTypes === undefined && filterTypes === undefined) return undefined;
  return unique(eventTypes ?? filterTypes);
}

const eventTypesPlace = ({ eventTypes }: Named): string[] => ["body", eventTypes ? "eventTypes" : "filterTypes"];

const unique = (values: string[] | null | undefined): string[] => [...new Set(values)];

/** What an endpoint and a message's destination have in common. */
export const showEndpoint = (row: EndpointCore) => ({
  id: row.id,
  uid: row.uid,
  url: row.url,
  version: row.version,
  description: row.description,
  throttleRate: row.throttleRate,
  rateLimit: row.throttleRate,
  disabled: row.disabledAt !== null,
  disabledReason: row.disabledReason === null ? null : oneOf(disabledReasons, row.disabledReason, "endpoint.disabledReason"),
  eventTypes: orNull(row.eventTypes),
  filterTypes: orNull(row.eventTypes),
  channels: orNull(row.channels),
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
});

export const showWhole = (row: EndpointRow) => ({
  metadata: metadataOf(row),
  retrySchedule: row.retrySchedule.length > 0 ? row.retrySchedule : null,
  signature: styleOf(row),
  ordering: row.ordering === "fifo" ? ("fifo" as const) : ("none" as const),
  filter: filterOf(row),
  disabledAt: row.disabledAt,
  failingSince: row.failingSince,
  ...showEndpoint(row),
});
