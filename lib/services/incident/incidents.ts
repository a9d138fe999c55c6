/** Incidents: what fails, who looks after it, and when it was over. lib/db/sql/figures/incidents.ts opens and counts them. */
import type { Actor } from "../../actor.ts";
import type { IncidentOut } from "../../contract/incident.ts";
import { prisma } from "../../db/client.ts";
import { databaseNowMs } from "../../db/clock.ts";
import type { Incident } from "../../db/generated/client.ts";
import { AppError, notFound } from "../../errors.ts";
import { isId } from "../../ids.ts";
import { recordAudit } from "../audit/audit.ts";
import { cursorOf, keyset, pageOf } from "../shared/pages.ts";

type Query = { limit: number; iterator?: string | null | undefined; status?: IncidentOut["status"] | "unresolved" | null | undefined };

export async function list(actor: Actor, { limit, iterator, status }: Query) {
  const window = { limit, descending: true, cursor: cursorOf("incident", iterator) };
  const { after, orderBy, take } = keyset("id", window);
  const ofStatus = status === "unresolved" ? { status: { not: "resolved" } } : status ? { status } : {};
  const rows = await prisma().incident.findMany({ where: { ...visibleTo(actor), ...ofStatus, ...after }, orderBy, take });
  const names = await namesOf(rows);
  return pageOf(
    rows,
    window,
    ({ id }) => id,
    (row) => show(row, names),
  );
}

export const acknowledge = (actor: Actor, id: string): Promise<IncidentOut> =>
  turn(actor, id, ["open"], "acknowledged", (now) => ({ acknowledgedAt: now, acknowledgedBy: actor.name }));

export const resolve = (actor: Actor, id: string): Promise<IncidentOut> =>
  turn(actor, id, ["open", "acknowledged"], "resolved", (now) => ({ resolvedAt: now, resolvedBy: actor.name }));

async function turn(
  actor: Actor,
  id: string,
  from: IncidentOut["status"][],
  to: IncidentOut["status"],
  dataAt: (now: Date) => Partial<Incident>,
): Promise<IncidentOut> {
  if (!isId("incident", id)) throw notFound("Incident not found");
  const where = { id, ...visibleTo(actor) };
  const row = await prisma().$transaction(async (tx) => {
    const { count } = await tx.incident.updateMany({
      where: { ...where, status: { in: from } },
      data: { status: to, ...dataAt(new Date(databaseNowMs())) },
    });
    const now = await tx.incident.findFirst({ where });
    if (now === null) throw notFound("Incident not found");
    if (count === 0) throw new AppError("conflict", `The incident is ${now.status}`);
    await recordAudit(actor, tx, `incident.${to}`, id, { endpointId: now.endpointId, errorClass: now.errorClass });
    return now;
  });
  return show(row, await namesOf([row]));
}

const visibleTo = ({ environmentId, applicationId }: Actor) => ({ environmentId, ...(applicationId === null ? {} : { applicationId }) });

type Names = Map<string, { url: string; deletedAt: Date | null; application: { name: string } }>;

async function namesOf(rows: Incident[]): Promise<Names> {
  const ids = [...new Set(rows.map(({ endpointId }) => endpointId))];
  const endpoints = await prisma().endpoint.findMany({
    where: { id: { in: ids } },
    select: { id: true, url: true, deletedAt: true, application: { select: { name: true } } },
  });
  return new Map(endpoints.map(({ id, ...names }) => [id, names]));
}

const show = (row: Incident, names: Names): IncidentOut => ({
  id: row.id,
  applicationId: row.applicationId,
  applicationName: names.get(row.endpointId)?.application.name ?? "",
  endpointId: row.endpointId,
  endpointUrl: names.get(row.endpointId)?.url ?? "",
  endpointDeleted: names.get(row.endpointId)?.deletedAt !== null,
  errorClass: row.errorClass as IncidentOut["errorClass"],
  statusCode: row.statusCode,
  status: row.status as IncidentOut["status"],
  failures: row.failures,
  firstFailureAt: row.firstFailureAt.toISOString(),
  lastFailureAt: row.lastFailureAt.toISOString(),
  acknowledgedAt: row.acknowledgedAt?.toISOString() ?? null,
  acknowledgedBy: row.acknowledgedBy,
  resolvedAt: row.resolvedAt?.toISOString() ?? null,
  resolvedBy: row.resolvedBy,
});
