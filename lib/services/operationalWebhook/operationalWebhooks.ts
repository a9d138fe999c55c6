/**
 * The endpoints that are told what happens in an environment. They stand in an environment of their own beside it,
 * made when the first of them is: so its messages, deliveries and statistics never mix with those of customers, and
 * nothing that happens to them is told to anybody.
 */
import type { Actor } from "../../actor.ts";
import type { EndpointSecretRotateIn } from "../../contract/endpoint.ts";
import type {
  OperationalWebhookEndpointIn,
  OperationalWebhookEndpointOut,
  OperationalWebhookEndpointUpsertIn,
} from "../../contract/operationalWebhook.ts";
import { prisma } from "../../db/client.ts";
import { databaseNowMs } from "../../db/clock.ts";
import type { Prisma } from "../../db/generated/client.ts";
import { AppError, notFound } from "../../errors.ts";
import { newId } from "../../ids.ts";
import * as endpoints from "../endpoint/endpoints.ts";
import * as headersOf from "../endpoint/headers.ts";
import { operationalApplicationUid, operationalEvents } from "./operationalEventTypes.ts";
import { movedTo } from "../shared/scope.ts";
import { isUniqueViolation } from "../shared/taken.ts";
import * as secrets from "../endpoint/secrets.ts";

type ListIn = { limit: number; iterator?: string | null | undefined; order: "ascending" | "descending" };
const app = operationalApplicationUid;

export async function list(actor: Actor, query: ListIn) {
  const place = await find(actor);
  if (place === null) return { data: [], iterator: null, prevIterator: null, done: true };
  const page = await endpoints.list(place.actor, app, query);
  return { ...page, data: page.data.map((row) => show(place, row)) };
}

export async function create(actor: Actor, input: OperationalWebhookEndpointIn): Promise<OperationalWebhookEndpointOut> {
  const place = await ensure(actor);
  return show(place, await endpoints.create(place.actor, app, input));
}

export async function get(actor: Actor, idOrUid: string): Promise<OperationalWebhookEndpointOut> {
  const place = await requirePlace(actor);
  return show(place, await endpoints.get(place.actor, app, idOrUid));
}

export async function put(actor: Actor, idOrUid: string, input: OperationalWebhookEndpointUpsertIn) {
  const place = await ensure(actor);
  // As with other endpoints, the path does not become the uid.
  const { created, endpoint } = await endpoints.put(place.actor, app, idOrUid, input);
  return { created, endpoint: show(place, endpoint) };
}

export async function remove(actor: Actor, idOrUid: string): Promise<void> {
  await endpoints.remove((await requirePlace(actor)).actor, app, idOrUid);
}

export const getSecret = async (actor: Actor, idOrUid: string) => secrets.get((await requirePlace(actor)).actor, app, idOrUid);

export async function rotateSecret(actor: Actor, idOrUid: string, input: EndpointSecretRotateIn): Promise<void> {
  await secrets.rotate((await requirePlace(actor)).actor, app, idOrUid, input);
}

export const getHeaders = async (actor: Actor, idOrUid: string) => headersOf.get((await requirePlace(actor)).actor, app, idOrUid);

export async function putHeaders(actor: Actor, idOrUid: string, headers: Record<string, string>): Promise<void> {
  await headersOf.put((await requirePlace(actor)).actor, app, idOrUid, headers);
}

/** The actor in the environment that holds the operational endpoints. */
type Place = { actor: Actor; applicationId: string };

async function find(actor: Actor): Promise<Place | null> {
  const row = await prisma().environment.findUnique({
    where: { operationalOfId: actor.environmentId },
    select: { id: true, organizationId: true, applications: { where: { uid: app, deletedAt: null }, select: { id: true } } },
  });
  const application = row?.applications[0];
  if (row === null || application === undefined) return null;
  return { actor: movedTo(actor, row), applicationId: application.id };
}

async function requirePlace(actor: Actor): Promise<Place> {
  const place = await find(actor);
  if (place === null) throw notFound("Endpoint not found");
  return place;
}

async function ensure(actor: Actor): Promise<Place> {
  const place = await find(actor);
  if (place !== null) {
    // An older version, which knew fewer event types, may have made the environment.
    await addTypes(prisma(), place.actor.environmentId, new Date(databaseNowMs()));
    return place;
  }
  const own = await prisma().environment.findUniqueOrThrow({ where: { id: actor.environmentId }, select: { operationalOfId: true } });
  if (own.operationalOfId !== null) throw new AppError("bad_request", "Operational webhooks have no operational webhooks of their own");
  try {
    await make(actor);
  } catch (error) {
    // Somebody else was quicker.
    if (!isUniqueViolation(error)) throw error;
  }
  return requirePlace(actor);
}

async function addTypes(tx: Prisma.TransactionClient, environmentId: string, now: Date): Promise<void> {
  await tx.eventType.createMany({
    data: operationalEvents.map(({ name: type, description, example }) => ({
      environmentId,
      name: type,
      description,
      schemas: JSON.stringify({ "1": { type: "object", examples: [{ type, data: example }] } }),
      createdAt: now,
      updatedAt: now,
    })),
    skipDuplicates: true,
  });
}

async function make({ environmentId, organizationId }: Actor): Promise<void> {
  const nowMs = databaseNowMs();
  const now = new Date(nowMs);
  await prisma().$transaction(async (tx) => {
    const name = `Operational webhooks of ${environmentId}`;
    // The environment is there already if its application was deleted by hand.
    const { id } = await tx.environment.upsert({
      where: { operationalOfId: environmentId },
      create: { id: newId("environment", nowMs), organizationId, name, operationalOfId: environmentId, createdAt: now },
      update: {},
      select: { id: true },
    });
    const common = { environmentId: id, createdAt: now, updatedAt: now };
    await addTypes(tx, id, now);
    await tx.application.create({
      data: { ...common, id: newId("application", nowMs), uid: app, name: "Operational webhooks" },
    });
  });
}

const show = ({ actor, applicationId }: Place, endpoint: endpoints.Changed): OperationalWebhookEndpointOut => ({
  id: endpoint.id,
  url: endpoint.url,
  description: endpoint.description,
  throttleRate: endpoint.throttleRate,
  rateLimit: endpoint.rateLimit,
  uid: endpoint.uid,
  disabled: endpoint.disabled,
  disabledReason: endpoint.disabledReason,
  failingSince: endpoint.failingSince?.toISOString() ?? null,
  eventTypes: endpoint.eventTypes,
  filterTypes: endpoint.filterTypes,
  metadata: endpoint.metadata,
  createdAt: endpoint.createdAt.toISOString(),
  updatedAt: endpoint.updatedAt.toISOString(),
  environmentId: actor.environmentId,
  applicationId,
  ...endpoints.droppedOf(endpoint),
});
