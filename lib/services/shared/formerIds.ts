/** Ids that applications and endpoints bring along from the server that they are moved from. */
import type { Actor } from "../../actor.ts";
import { databaseNowMs } from "../../db/clock.ts";
import { hasTraces } from "../../db/sql/log/traces.ts";
import { AppError, invalid } from "../../errors.ts";
import { idTimeMs } from "../../ids.ts";

/**
 * Throws unless the id may be given to something new. What was deleted keeps its id, and an environment that is gone leaves messages
 * behind until they expire: nobody may come to see them by asking for the id that they belong to.
 */
export async function requireUnused(actor: Actor, kind: "application" | "endpoint", id: string): Promise<void> {
  if (actor.kind === "portal" || actor.applicationId !== null)
    throw new AppError("forbidden", "Only a key of the whole environment may choose an id");
  const timeMs = idTimeMs(kind, id);
  if (timeMs === null || timeMs > databaseNowMs()) throw invalid(["query", "id"], "must be an id that another server has made");
  if (await hasTraces(kind, id)) throw new AppError("conflict", "This id is in use here, or has been: leave it out to get a new one");
}
