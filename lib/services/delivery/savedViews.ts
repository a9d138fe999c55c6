/** Saved views of the delivery log. Someone else's own view does not exist. */
import type { Actor } from "../../actor.ts";
import { isAtLeast } from "../../words/role.ts";
import type { SavedViewIn, SavedViewOut, SavedViewPatch } from "../../contract/savedView.ts";
import { prisma } from "../../db/client.ts";
import { databaseNowMs } from "../../db/clock.ts";
import type { SavedView } from "../../db/generated/client.ts";
import { AppError, notFound } from "../../errors.ts";
import { isId, newId } from "../../ids.ts";
import { recordAudit } from "../audit/audit.ts";
import { holdEnvironment } from "../shared/room.ts";

const maximumViews = 100;

export async function list(actor: Actor): Promise<{ data: SavedViewOut[] }> {
  const rows = await prisma().savedView.findMany({ where: visibleTo(actor), orderBy: [{ name: "asc" }, { id: "asc" }] });
  return { data: rows.map((row) => show(actor, row)) };
}

export async function create(actor: Actor, { name, filter, withinSeconds = null, shared }: SavedViewIn): Promise<SavedViewOut> {
  requireSharer(actor, shared);
  const { environmentId, id: userId } = actor;
  const nowMs = databaseNowMs();
  const id = newId("savedView", nowMs);
  const row = await prisma().$transaction(async (tx) => {
    await holdEnvironment(tx, environmentId);
    if ((await tx.savedView.count({ where: visibleTo(actor) })) >= maximumViews)
      throw new AppError("conflict", `There are ${maximumViews} saved views already: delete one first`);
    await recordAudit(actor, tx, "savedView.created", id, { name, shared });
    return tx.savedView.create({ data: { id, environmentId, userId, name, filter, withinSeconds, shared, createdAt: new Date(nowMs) } });
  });
  return show(actor, row);
}

export async function change(actor: Actor, id: string, { name, shared }: SavedViewPatch): Promise<SavedViewOut> {
  const before = await find(actor, id);
  if (before.userId !== actor.id) throw new AppError("forbidden", "Only its maker can change it: save one of your own");
  requireSharer(actor, shared === true);
  const data = { ...(name === undefined ? {} : { name }), ...(shared === undefined ? {} : { shared }) };
  const row = await prisma().$transaction(async (tx) => {
    await recordAudit(actor, tx, "savedView.updated", id, data);
    return tx.savedView.update({ where: { id }, data });
  });
  return show(actor, row);
}

export async function remove(actor: Actor, id: string): Promise<void> {
  const view = await find(actor, id);
  if (view.userId !== actor.id && !isAtLeast(actor.role, "admin"))
    throw new AppError("forbidden", "Only its maker or an admin can delete it");
  await prisma().$transaction(async (tx) => {
    await recordAudit(actor, tx, "savedView.deleted", id, { name: view.name });
    await tx.savedView.delete({ where: { id } });
  });
}

const visibleTo = ({ environmentId, id }: Actor) => ({ environmentId, OR: [{ userId: id }, { shared: true }] });

async function find(actor: Actor, id: string): Promise<SavedView> {
  const view = isId("savedView", id) ? await prisma().savedView.findFirst({ where: { id, ...visibleTo(actor) } }) : null;
  if (view === null) throw notFound("Saved view not found");
  return view;
}

function requireSharer(actor: Actor, shared: boolean): void {
  if (shared && !isAtLeast(actor.role, "member")) throw new AppError("forbidden", "Viewers can save views for themselves only");
}

const show = (actor: Actor, { id, name, filter, withinSeconds, shared, userId, createdAt }: SavedView): SavedViewOut => ({
  id,
  name,
  filter: filter as SavedViewOut["filter"],
  withinSeconds,
  shared,
  own: userId === actor.id,
  createdAt: createdAt.toISOString(),
});
