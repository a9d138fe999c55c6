/** What an actor may see. Someone else's row is not there: 404, never 403. */
import type { Actor } from "../../actor.ts";
import { type ApplicationSnapshot, findApplication } from "../../db/applications.ts";
import { prisma } from "../../db/client.ts";
import type { Application, Endpoint } from "../../db/generated/client.ts";
import { AppError, notFound } from "../../errors.ts";
import { isId } from "../../ids.ts";
import { keepUpToDate } from "./upToDate.ts";

/**
 * Throws `forbidden` where operational webhooks are kept. What makes an environment what it is (applications, event types, keys
 * and the like) is not changed by hand there; their endpoints and deliveries are.
 */
export function requireOrdinary(actor: Actor): void {
  if (actor.operational)
    throw new AppError(
      "forbidden",
      "Operational webhooks are kept here: create them in the settings of the environment that they are about",
    );
}

/** An application from memory, for reading what belongs to it. Throws `not_found` unless the actor may see it. */
export async function applicationOf(actor: Actor, idOrUid: string): Promise<ApplicationSnapshot> {
  keepUpToDate();
  const application = await findApplication(actor.environmentId, idOrUid);
  if (application === null || !maySee(actor, application.id)) throw notFound("Application not found");
  return application;
}

/** An application's row from the database; null if there is none that the actor may see. */
export async function findApplicationRow(actor: Actor, idOrUid: string): Promise<Application | null> {
  const named = isId("application", idOrUid) ? { id: idOrUid } : { uid: idOrUid };
  const row = await prisma().application.findFirst({ where: { ...named, environmentId: actor.environmentId, deletedAt: null } });
  return row !== null && maySee(actor, row.id) ? row : null;
}

export async function findEndpointRow(application: { id: string }, idOrUid: string): Promise<Endpoint | null> {
  const named = isId("endpoint", idOrUid) ? { id: idOrUid } : { uid: idOrUid };
  return prisma().endpoint.findFirst({ where: { ...named, applicationId: application.id, deletedAt: null } });
}

export type Scope = { application: ApplicationSnapshot; endpoint: Endpoint };

export async function endpointOf(actor: Actor, applicationIdOrUid: string, idOrUid: string): Promise<Scope> {
  const application = await applicationOf(actor, applicationIdOrUid);
  const endpoint = await findEndpointRow(application, idOrUid);
  if (endpoint === null) throw notFound("Endpoint not found");
  return { application, endpoint };
}

/** An endpoint's id alone, without asking the database if the application is remembered with it. Throws `not_found`. */
export async function endpointIdOf(actor: Actor, applicationIdOrUid: string, idOrUid: string): Promise<{ id: string }> {
  const application = await applicationOf(actor, applicationIdOrUid);
  const known = application.endpoints.find(({ id }) => id === idOrUid);
  return known ?? (await endpointOf(actor, applicationIdOrUid, idOrUid)).endpoint;
}

const maySee = (actor: Actor, applicationId: string): boolean => actor.applicationId === null || actor.applicationId === applicationId;
