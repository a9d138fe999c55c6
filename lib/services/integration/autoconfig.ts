/**
 * AutoConfig subscriptions: a token with which a receiver configures its own endpoint. The token's layout, its prefix
 * and what is called with it are those of `AutoConfig` in the svix SDK (src/autoconfig.ts, version 2).
 */
import type { Actor } from "../../actor.ts";
import { forgetAccess, newAutoconfigToken } from "../../auth/apiKeys.ts";
import type { CreateAutoConfigSubscriptionIn, RotateSubscriptionIn } from "../../contract/autoconfig.ts";
import type { EndpointIn } from "../../contract/endpoint.ts";
import { prisma } from "../../db/client.ts";
import { databaseNowMs } from "../../db/clock.ts";
import type { AutoconfigSubscription, Prisma } from "../../db/generated/client.ts";
import { AppError, invalid, notFound } from "../../errors.ts";
import { isId, newId } from "../../ids.ts";
import { sealer } from "../../seal.ts";
import { SecretError, type SigningKey, formatSecret, parseSecret } from "../../webhooks/signature.ts";
import { recordAudit } from "../audit/audit.ts";
import * as endpoints from "../endpoint/endpoints.ts";
import * as headers from "../endpoint/headers.ts";
import { pageUrl } from "../shared/links.ts";
import { endOfMaker, madeBy } from "../shared/makers.ts";
import { cursorOf, keyset, pageOf } from "../shared/pages.ts";
import { applicationOf, findEndpointRow, requireOrdinary } from "../shared/scope.ts";
import * as secrets from "../endpoint/secrets.ts";

const tokenPrefix = "auto_v2_";

type ListIn = { limit: number; iterator?: string | null | undefined; order: "ascending" | "descending" };

export async function create(actor: Actor, applicationIdOrUid: string, input: CreateAutoConfigSubscriptionIn) {
  requireOrdinary(actor);
  const featureFlags = flagsOf(actor, input);
  const application = await applicationOf(actor, applicationIdOrUid);
  const nowMs = databaseNowMs();
  const id = newId("autoconfig", nowMs);
  const secret = formatSecret(secrets.newKey());
  const made = credentialsOf(application.id, id, secret);
  const restriction = featureFlags === null ? {} : { featureFlags };
  const data = { id, applicationId: application.id, ...made.stored, ...restriction, madeById: actor.id, createdAt: new Date(nowMs) };
  await prisma().$transaction(async (tx) => {
    const expiresAt = await endOfMaker(actor, tx);
    await recordAudit(actor, tx, "autoconfig.created", id, { applicationId: application.id, ...restriction });
    await tx.autoconfigSubscription.create({ data: { ...data, expiresAt } });
  });
  return { id, createdAt: data.createdAt, token: made.token };
}

export async function list(actor: Actor, applicationIdOrUid: string, query: ListIn) {
  const application = await applicationOf(actor, applicationIdOrUid);
  const window = { limit: query.limit, descending: query.order === "descending", cursor: cursorOf("autoconfig", query.iterator) };
  const { after, orderBy, take } = keyset("id", window);
  const where = { applicationId: application.id, ...after };
  const rows = await prisma().autoconfigSubscription.findMany({ where, orderBy, take });
  const there = new Set(application.endpoints.map((endpoint) => endpoint.id));
  return pageOf(
    rows,
    window,
    (row) => row.id,
    (row) => show(row, row.endpointId !== null && there.has(row.endpointId) ? row.endpointId : null),
  );
}

export async function get(actor: Actor, applicationIdOrUid: string, id: string) {
  const { subscription, endpoint } = await find(actor, applicationIdOrUid, id);
  return show(subscription, endpoint?.id ?? null);
}

/** Deletes a subscription; the endpoint stays. The token is refused once this has returned. */
export async function remove(actor: Actor, applicationIdOrUid: string, id: string): Promise<void> {
  const { subscription } = await find(actor, applicationIdOrUid, id);
  await prisma().$transaction(async (tx) => {
    await recordAudit(actor, tx, "autoconfig.deleted", id, { applicationId: subscription.applicationId });
    await tx.autoconfigSubscription.delete({ where: { id } });
  });
  await forgetAccess(id);
}

/** A new token and signing secret. The old token is refused once this has returned; the new one ends with whoever asks. */
export async function rotate(actor: Actor, applicationIdOrUid: string, id: string, { signingSecret }: RotateSubscriptionIn) {
  const { subscription, endpoint } = await find(actor, applicationIdOrUid, id);
  const key = signingSecret?.key ? keyOf(signingSecret.key) : secrets.newKey();
  const secret = formatSecret(key);
  const { applicationId } = subscription;
  const { token, stored } = credentialsOf(applicationId, id, secret);
  const store = async (tx: Prisma.TransactionClient): Promise<void> => {
    const expiresAt = await endOfMaker(actor, tx);
    await tx.autoconfigSubscription.update({ where: { id }, data: { ...stored, ...madeBy(actor), expiresAt } });
    await recordAudit(actor, tx, "autoconfig.rotated", id, { applicationId });
  };
  if (endpoint === null) await prisma().$transaction(store);
  else await secrets.rotate(actor, applicationId, endpoint.id, { ...signingSecret, key: secret }, store);
  await forgetAccess(id);
  return { id, createdAt: subscription.createdAt, token };
}

/** Makes the endpoint, signing with the token's secret, or resets it to what is given. */
export async function subscribe(actor: Actor, applicationIdOrUid: string, id: string, input: EndpointIn) {
  if (input.secret) throw invalid(["body", "secret"], "The endpoint signs with the secret in the token");
  const { subscription, endpoint } = await find(actor, applicationIdOrUid, id);
  const { applicationId } = subscription;
  if (endpoint === null) return make(actor, subscription, input);
  const put = await endpoints.put(actor, applicationId, endpoint.id, input);
  // Headers are set after the URL, because a URL elsewhere takes the hidden ones away.
  if (input.headers) await headers.put(actor, applicationId, endpoint.id, input.headers);
  return put.endpoint;
}

/** Makes the endpoint. Of two requests at the same time the second is told to try again, and then finds the first's endpoint. */
function make(actor: Actor, { id, applicationId, endpointId, sealedSecret }: AutoconfigSubscription, input: EndpointIn) {
  const secret = sealer().open(id, sealedSecret).toString();
  const also = async (tx: Prisma.TransactionClient, newEndpointId: string): Promise<void> => {
    const { count } = await tx.autoconfigSubscription.updateMany({ where: { id, endpointId }, data: { endpointId: newEndpointId } });
    if (count === 0) throw new AppError("unavailable", "Another process is subscribing; try again", { retryAfterSeconds: 1 });
  };
  return endpoints.create(actor, applicationId, { ...input, secret }, { also });
}

const show = ({ id, createdAt, tokenPrefix: begin }: AutoconfigSubscription, endpointId: string | null) => ({
  id,
  createdAt,
  tokenCensored: `${tokenPrefix}…${begin}…`,
  endpId: endpointId,
  destId: null,
  status: endpointId === null ? ("pending" as const) : ("active" as const),
});

/** A token sees its own subscription only. */
async function find(actor: Actor, applicationIdOrUid: string, id: string) {
  const application = await applicationOf(actor, applicationIdOrUid);
  const isOwn = !actor.capabilities?.includes("Autoconfig") || actor.id === id;
  const subscription =
    isOwn && isId("autoconfig", id)
      ? await prisma().autoconfigSubscription.findFirst({ where: { id, applicationId: application.id } })
      : null;
  if (subscription === null) throw notFound("AutoConfig subscription not found");
  const endpoint = subscription.endpointId === null ? null : await findEndpointRow(application, subscription.endpointId);
  return { subscription, endpoint };
}

/** The feature flags of a new token. Null: it sees every event type. Whoever is limited gives no more than they have. */
function flagsOf({ featureFlags: own }: Actor, { featureFlags }: CreateAutoConfigSubscriptionIn): string[] | null {
  if (!featureFlags?.length) return own;
  const foreign = own === null ? [] : featureFlags.filter((flag) => !own.includes(flag));
  if (foreign.length > 0)
    throw invalid(["body", "featureFlags"], `You don't have these flags yourself: ${foreign.slice(0, 10).join(", ")}`);
  return [...new Set(featureFlags)];
}

function credentialsOf(applicationId: string, id: string, secret: string) {
  const { text, prefix, hash } = newAutoconfigToken();
  const content = { aid: applicationId, sid: id, surl: pageUrl(""), esec: secret, tok: text };
  return {
    token: tokenPrefix + Buffer.from(JSON.stringify(content)).toString("base64"),
    stored: { tokenHash: hash, tokenPrefix: prefix, sealedSecret: sealer().seal(id, secret) },
  };
}

/** The token's secret must verify, and the SDK knows only how to with a shared one. */
function keyOf(text: string): SigningKey {
  const place = ["body", "signingSecret", "key"];
  try {
    const key = parseSecret(text);
    if (key.kind !== "hmac") throw invalid(place, "AutoConfig needs a secret that begins with whsec_");
    return key;
  } catch (error) {
    throw error instanceof SecretError ? invalid(place, error.message) : error;
  }
}
