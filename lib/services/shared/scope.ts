/** What an actor may see. Someone else's row is not there: 404, never 403. */
import type { Actor } from "../../actor.ts";
import { type ApplicationSnapshot, findApplication } from "../../db/applications.ts";
import type { Application, Endpoint, Environment } from "../../db/generated/client.ts";
import { readApplication, readEndpoint } from "../../db/sql/log/tenants.ts";
import { AppError, notFound } from "../../errors.ts";
import { type ApplicationId, type EnvironmentId, isId } from "../../ids.ts";
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

type Place = Pick<Environment, "id" | "organizationId">;

/** The same actor in another environment of its organization. Throws `not_found` for one of others. */
export function movedTo(actor: Actor, { id, organizationId }: Place): Actor {
  if (organizationId !== actor.organizationId) throw notFound("Environment not found");
  return { ...actor, environmentId: id as EnvironmentId };
}

/** Webster itself in an environment. */
export const systemIn = ({ id, organizationId }: Place): Actor => ({
  kind: "system",
  id: "system",
  name: "Webster",
  role: "owner",
  organizationId,
  environmentId: id as EnvironmentId,
  applicationId: null,
  featureFlags: null,
  client: null,
});

/** An application that the actor may see. */
type Seen<T> = T & { id: ApplicationId; environmentId: EnvironmentId };

/** An application from memory, for reading what belongs to it. Throws `not_found` unless the actor may see it. */
export async function applicationOf(actor: Actor, idOrUid: string): Promise<Seen<ApplicationSnapshot>> {
  keepUpToDate();
  const application = await findApplication(actor.environmentId, idOrUid);
  if (application === null || !maySee(actor, application)) throw notFound("Application not found");
  return application;
}

/** An application's row from the database; null if there is none that the actor may see. */
export async function findApplicationRow(actor: Actor, idOrUid: string): Promise<Seen<Application> | null> {
  const named = isId("application", idOrUid) ? { id: idOrUid } : { uid: idOrUid };
  const row = await readApplication(actor.environmentId, named);
  return row !== undefined && maySee(actor, row) ? row : null;
}

export async function findEndpointRow(application: { id: ApplicationId }, idOrUid: string): Promise<Endpoint | null> {
  const named = isId("endpoint", idOrUid) ? { id: idOrUid } : { uid: idOrUid };
  return (await readEndpoint(application.id, named)) ?? null;
}

export type Scope = { application: Seen<ApplicationSnapshot>; endpoint: Endpoint };

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

const maySee = <T extends { id: string; environmentId: string }>(actor: Actor, application: T): application is Seen<T> =>
  application.environmentId === actor.environmentId && (actor.applicationId === null || actor.applicationId === application.id);
