/** Where the alerts of an environment go. A chat's URL is a secret: whoever has it can write there. */
import type { Actor } from "../../actor.ts";
import type { AlertChannelIn, AlertChannelOut, AlertChannelsOut } from "../../contract/alertChannel.ts";
import { prisma } from "../../db/client.ts";
import { databaseNowMs } from "../../db/clock.ts";
import type { AlertChannel } from "../../db/generated/client.ts";
import { AppError, invalid, notFound } from "../../errors.ts";
import { env } from "../../env.ts";
import { isId, newId } from "../../ids.ts";
import { sealer } from "../../seal.ts";
import { checkUrl, parseNetworks } from "../../webhooks/address.ts";
import { sendAlert } from "./alertSending.ts";
import { recordAudit } from "../audit/audit.ts";
import { holdEnvironment } from "../shared/room.ts";
import { canMail, isEmail } from "../shared/mail.ts";

const maximumChannels = 20;

export async function list({ environmentId }: Actor): Promise<AlertChannelsOut> {
  const rows = await prisma().alertChannel.findMany({ where: { environmentId }, orderBy: { id: "asc" } });
  return { data: rows.map(show), canMail: canMail() };
}

export async function create(actor: Actor, { kind, target }: AlertChannelIn): Promise<AlertChannelOut> {
  const { environmentId } = actor;
  const text = target.trim();
  const nowMs = databaseNowMs();
  const id = newId("alertChannel", nowMs);
  const to = kind === "email" ? mailTo(text) : chatAt(id, text);
  const row = await prisma().$transaction(async (tx) => {
    await holdEnvironment(tx, environmentId);
    if ((await tx.alertChannel.count({ where: { environmentId } })) >= maximumChannels)
      throw new AppError("conflict", `There are ${maximumChannels} alert channels already: delete one first`);
    await recordAudit(actor, tx, "alertChannel.created", id, { kind, target: to.target });
    return tx.alertChannel.create({ data: { id, environmentId, kind, ...to, createdAt: new Date(nowMs) } });
  });
  return show(row);
}

function mailTo(address: string) {
  if (!isEmail(address)) throw invalid(["body", "target"], "must be an e-mail address");
  if (!canMail()) throw invalid(["body", "kind"], "This server sends no mail: WEBSTER_SMTP_URL is not set");
  return { target: address };
}

function chatAt(id: string, text: string) {
  const checked = checkUrl(text, {
    httpsOnly: env().httpsOnly,
    allowedNetworks: parseNetworks(env().allowedNetworks),
    allowedHosts: env().allowedHosts,
  });
  if (!checked.ok) throw invalid(["body", "target"], checked.reason);
  return { target: new URL(checked.url).host, sealedUrl: sealer().seal(id, checked.url) };
}

export async function test(actor: Actor, id: string): Promise<AlertChannelOut> {
  const channel = await find(actor, id);
  await sendAlert(channel, ["This is a test: alerts of this environment arrive here."]);
  return show(await find(actor, id));
}

export async function remove(actor: Actor, id: string): Promise<void> {
  const { kind, target } = await find(actor, id);
  await prisma().$transaction(async (tx) => {
    await recordAudit(actor, tx, "alertChannel.deleted", id, { kind, target });
    await tx.alertChannel.delete({ where: { id } });
  });
}

async function find({ environmentId }: Actor, id: string): Promise<AlertChannel> {
  const channel = isId("alertChannel", id) ? await prisma().alertChannel.findFirst({ where: { id, environmentId } }) : null;
  if (channel === null) throw notFound("Alert channel not found");
  return channel;
}

const show = ({ id, kind, target, lastSentAt, lastFailure, createdAt }: AlertChannel): AlertChannelOut => ({
  id,
  kind: kind as AlertChannelOut["kind"],
  target,
  lastSentAt: lastSentAt?.toISOString() ?? null,
  lastFailure,
  createdAt: createdAt.toISOString(),
});
