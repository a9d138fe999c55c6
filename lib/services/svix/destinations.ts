/** Destinations: polling endpoints, and FIFO endpoints, which are endpoints seen from here. */
import type { Actor } from "../../actor.ts";
import type { DestinationIn, DestinationOut, DestinationPatch } from "../../contract/destination.ts";
import type { EndpointSecretRotateIn } from "../../contract/endpoint.ts";
import { changeApplication } from "../../db/applications.ts";
import { prisma } from "../../db/client.ts";
import { databaseNowMs } from "../../db/clock.ts";
import type { Endpoint, Poller, Prisma } from "../../db/generated/client.ts";
import { lastPlace, lastPlaceIn } from "../../db/sql/hot/feed.ts";
import { AppError, invalid, notFound } from "../../errors.ts";
import { newId } from "../../ids.ts";
import { changesOf, recordAudit } from "../audit/audit.ts";
import * as endpoints from "../endpoint/endpoints.ts";
import { requireKnown } from "../eventType/eventTypes.ts";
import { filterColumn, filterOf } from "../shared/filterColumns.ts";
import * as headers from "../endpoint/headers.ts";
import { metadataOf } from "../shared/metadata.ts";
import { pageOf } from "../shared/pages.ts";
import { iteratorOf } from "../poller/pollerIterators.ts";
import { findPoller } from "../poller/pollers.ts";
import { refusingTaken } from "../shared/taken.ts";
import { applicationOf, findEndpointRow, requireOrdinary } from "../shared/scope.ts";
import * as secrets from "../endpoint/secrets.ts";
import { orNull } from "../shared/optional.ts";

const uidTaken = "A polling endpoint with this uid exists already";

type ListIn = {
  limit: number;
  iterator?: string | null | undefined;
  order: "ascending" | "descending";
  type?: DestinationIn["type"] | undefined;
};
export type Kind = { kind: "poller"; row: Poller } | { kind: "endpoint"; row: Endpoint };

/** Destinations of both kinds, or of one, by id: all of one kind, then all of the other. */
export async function list(actor: Actor, applicationIdOrUid: string, query: ListIn) {
  const { id: applicationId } = await applicationOf(actor, applicationIdOrUid);
  const window = { limit: query.limit, descending: query.order === "descending", cursor: cursorOf(query.iterator) };
  const down = window.descending !== (window.cursor?.back ?? false);
  const at = window.cursor?.id;
  const after = at === undefined ? {} : { id: down ? { lt: at } : { gt: at } };
  const orderBy = { id: down ? ("desc" as const) : ("asc" as const) };
  const take = query.limit + 1;
  const ordered = { applicationId, ordering: "fifo", deletedAt: null };
  const { type } = query;
  const [fifo, pollers] = await Promise.all([
    type === "pollingEndpoint" ? [] : prisma().endpoint.findMany({ where: { ...ordered, ...after }, orderBy, take }),
    type === "fifoEndpoint" ? [] : prisma().poller.findMany({ where: { applicationId, ...after }, orderBy, take }),
  ]);
  const all: Kind[] = [
    ...fifo.map((row) => ({ kind: "endpoint" as const, row })),
    ...pollers.map((row) => ({ kind: "poller" as const, row })),
  ];
  all.sort((a, b) => (a.row.id < b.row.id === down ? 1 : -1));
  const page = pageOf(
    all.slice(0, take),
    window,
    ({ row }) => row.id,
    (one) => one,
  );
  return { ...page, data: await Promise.all(page.data.map((one) => show(actor, one))) };
}

export const get = async (actor: Actor, applicationIdOrUid: string, idOrUid: string): Promise<DestinationOut> =>
  show(actor, await find(actor, applicationIdOrUid, idOrUid));

export async function create(actor: Actor, applicationIdOrUid: string, input: DestinationIn): Promise<DestinationOut> {
  requireOrdinary(actor);
  const application = await applicationOf(actor, applicationIdOrUid);
  await requireKnown(actor, input.eventTypes, ["body", "eventTypes"]);
  if (input.type === "fifoEndpoint") {
    const secret = input.config?.key ?? null;
    const made = await endpoints.create(actor, application.id, {
      ...endpointFields(input),
      secret,
      headers: input.config?.headers ?? null,
    });
    return get(actor, application.id, made.id);
  }
  const nowMs = databaseNowMs();
  const createdAt = new Date(nowMs);
  const id = newId("poller", nowMs);
  const row = await refusingTaken(
    uidTaken,
    changeApplication(application.id, async (tx) => {
      const place = { id, applicationId: application.id, environmentId: application.environmentId };
      const startPlace = await lastPlaceIn(tx, application.id);
      const data = { ...place, ...pollerFields(input, null), startPlace, createdAt, updatedAt: createdAt };
      await recordAudit(actor, tx, "destination.created", id, { applicationId: application.id, type: input.type, uid: data.uid });
      return tx.poller.create({ data });
    }),
  );
  return show(actor, { kind: "poller", row });
}

/** Replaces a destination, or creates it. What is left out is reset; the secret stays unless a new one is given. */
export async function put(actor: Actor, applicationIdOrUid: string, idOrUid: string, input: DestinationIn): Promise<DestinationOut> {
  const found = await find(actor, applicationIdOrUid, idOrUid);
  requireType(found, input.type);
  await requireKnown(actor, input.eventTypes, ["body", "eventTypes"]);
  if (found.kind === "poller") return changePoller(actor, found.row, pollerFields(input, found.row.disabledAt));
  const { endpoint } = await endpoints.put(actor, applicationIdOrUid, found.row.id, endpointFields(input));
  return changed(actor, applicationIdOrUid, endpoint, input.config?.headers);
}

export async function patch(actor: Actor, applicationIdOrUid: string, idOrUid: string, input: DestinationPatch): Promise<DestinationOut> {
  const found = await find(actor, applicationIdOrUid, idOrUid);
  if (input.type !== undefined) requireType(found, input.type);
  await requireKnown(actor, input.eventTypes ?? [], ["body", "eventTypes"]);
  if (found.kind === "poller") {
    const { uid, batchSize, maxWaitSecs, eventTypes, channels, filter, metadata, status } = input;
    return changePoller(actor, found.row, {
      ...(uid === undefined ? {} : { uid }),
      ...(batchSize ? { batchSize } : {}),
      ...(maxWaitSecs === undefined || maxWaitSecs === null ? {} : { maxWaitSecs }),
      ...(eventTypes === undefined ? {} : { eventTypes }),
      ...(channels === undefined ? {} : { channels }),
      ...(filter === undefined ? {} : { filter: filterColumn(filter) }),
      ...(metadata === undefined ? {} : { metadata }),
      ...(status ? { disabledAt: disabledAt(status, found.row.disabledAt) } : {}),
    });
  }
  const { config, uid, eventTypes, channels, filter, metadata, status } = input;
  requireOneAtATime(input.batchSize);
  const endpoint = await endpoints.patch(actor, applicationIdOrUid, found.row.id, {
    ...(config?.url === undefined ? {} : { url: config.url }),
    ...(uid === undefined ? {} : { uid }),
    ...(eventTypes === undefined ? {} : { eventTypes: orNull(eventTypes) }),
    ...(channels === undefined ? {} : { channels: orNull(channels) }),
    ...(filter === undefined ? {} : { filter }),
    ...(metadata === undefined ? {} : { metadata }),
    ...(status ? { disabled: status === "disabled" } : {}),
  });
  return changed(actor, applicationIdOrUid, endpoint, config?.headers);
}

/** A FIFO endpoint after a change, with the headers that came with it. */
async function changed(
  actor: Actor,
  applicationIdOrUid: string,
  endpoint: endpoints.Changed,
  given: Record<string, string> | null | undefined,
): Promise<DestinationOut> {
  if (given) await headers.put(actor, applicationIdOrUid, endpoint.id, given);
  return { ...(await get(actor, applicationIdOrUid, endpoint.id)), ...endpoints.droppedOf(endpoint, Object.keys(given ?? {})) };
}

export async function remove(actor: Actor, applicationIdOrUid: string, idOrUid: string): Promise<void> {
  const found = await find(actor, applicationIdOrUid, idOrUid);
  if (found.kind === "endpoint") return endpoints.remove(actor, applicationIdOrUid, found.row.id);
  const { id, applicationId } = found.row;
  await changeApplication(applicationId, async (tx) => {
    await recordAudit(actor, tx, "destination.deleted", id, { applicationId });
    await tx.poller.delete({ where: { id } });
  });
}

/** Throws `bad_request` for a polling endpoint. */
export async function rotateSecret(actor: Actor, applicationIdOrUid: string, idOrUid: string, input: EndpointSecretRotateIn) {
  const { kind, row } = await find(actor, applicationIdOrUid, idOrUid);
  if (kind === "poller") throw new AppError("bad_request", "Nothing is signed for a polling endpoint, so it has no secret");
  return secrets.rotate(actor, applicationIdOrUid, row.id, input);
}

/** Throws `not_found`. */
export async function find(actor: Actor, applicationIdOrUid: string, idOrUid: string): Promise<Kind> {
  const application = await applicationOf(actor, applicationIdOrUid);
  const endpoint = await findEndpointRow(application, idOrUid);
  if (endpoint !== null && endpoint.ordering === "fifo") return { kind: "endpoint", row: endpoint };
  const row = await findPoller(actor, application.id, idOrUid).catch((error: unknown) => {
    throw error instanceof AppError && error.code === "not_found" ? notFound("Destination not found") : error;
  });
  return { kind: "poller", row };
}

function changePoller(actor: Actor, before: Poller, fields: Prisma.PollerUncheckedUpdateInput): Promise<DestinationOut> {
  const data = { ...fields, updatedAt: new Date(databaseNowMs()) };
  return refusingTaken(
    uidTaken,
    changeApplication(before.applicationId, async (tx) => {
      const row = await tx.poller.update({ where: { id: before.id }, data });
      const changes = changesOf(before, row, auditedFields);
      if (Object.keys(changes).length > 0) await recordAudit(actor, tx, "destination.updated", row.id, changes);
      return row;
    }),
  ).then((row) => show(actor, { kind: "poller", row }));
}

const auditedFields: (keyof Poller)[] = ["uid", "eventTypes", "channels", "filter", "metadata", "disabledAt", "batchSize", "maxWaitSecs"];

const pollerFields = (
  { uid, eventTypes, channels, filter, metadata, batchSize, maxWaitSecs, status }: DestinationIn,
  disabled: Date | null,
) => ({
  uid: uid ?? null,
  eventTypes: [...new Set(eventTypes)],
  channels: [...new Set(channels)],
  filter: filterColumn(filter),
  metadata,
  batchSize: batchSize ?? 50,
  maxWaitSecs: maxWaitSecs ?? 0,
  disabledAt: disabledAt(status, disabled),
});

function endpointFields({ config, uid, eventTypes, channels, filter, metadata, status, batchSize }: DestinationIn) {
  if (config?.url === undefined) throw invalid(["body", "config", "url"], "A FIFO endpoint needs a URL");
  requireOneAtATime(batchSize);
  return {
    url: config.url,
    uid: uid ?? null,
    description: "",
    disabled: status === "disabled",
    eventTypes: orNull(eventTypes),
    channels: orNull(channels),
    filter: filter ?? null,
    metadata,
    ordering: "fifo" as const,
  };
}

function requireOneAtATime(batchSize: number | null | undefined): void {
  if (batchSize && batchSize > 1) throw invalid(["body", "batchSize"], "A FIFO endpoint is sent one message a request");
}

function requireType({ kind }: Kind, type: DestinationIn["type"]): void {
  if ((kind === "poller") !== (type === "pollingEndpoint")) throw invalid(["body", "type"], "A destination's type stays");
}

const disabledAt = (status: "enabled" | "disabled", before: Date | null): Date | null =>
  status === "enabled" ? null : (before ?? new Date(databaseNowMs()));

function cursorOf(iterator: string | null | undefined): { id: string; back: boolean } | null {
  if (!iterator) return null;
  const back = iterator.startsWith("-");
  const id = back ? iterator.slice(1) : iterator;
  if (!/^(ep|poll)_[0-9A-Za-z]{27}$/.test(id)) throw invalid(["query", "iterator"], "This is no iterator of this list");
  return { id, back };
}

async function show(actor: Actor, one: Kind): Promise<DestinationOut> {
  const { id, uid, eventTypes, channels, createdAt, updatedAt, disabledAt: disabled } = one.row;
  const common = {
    id,
    uid,
    eventTypes,
    channels,
    filter: filterOf(one.row),
    metadata: metadataOf(one.row),
    nextRetryAt: null,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
  if (one.kind === "poller") {
    const { batchSize, maxWaitSecs, applicationId } = one.row;
    const status = disabled === null ? ("enabled" as const) : ("disabled" as const);
    const currentIterator = iteratorOf(await lastPlace(applicationId), null);
    return { ...common, type: "pollingEndpoint", status, currentIterator, failureReason: null, batchSize, maxWaitSecs };
  }
  const { url, failingSince, disabledReason, applicationId } = one.row;
  const status = disabled !== null ? ("disabled" as const) : failingSince === null ? ("enabled" as const) : ("retrying" as const);
  const config = { url, headers: await headers.get(actor, applicationId, id) };
  return {
    ...common,
    type: "fifoEndpoint",
    config,
    status,
    currentIterator: "",
    failureReason: disabledReason,
    batchSize: 1,
    maxWaitSecs: 0,
  };
}
