/** Inboxes: receivers of Webster's own. */
import { createHash, randomBytes } from "node:crypto";
import type { Actor } from "../../actor.ts";
import type { InboxIn, InboxOut, InboxPatch, InboxRequestOut } from "../../contract/inbox.ts";
import { prisma } from "../../db/client.ts";
import { databaseNowMs } from "../../db/clock.ts";
import type { Inbox, InboxRequest } from "../../db/generated/client.ts";
import { env } from "../../env.ts";
import { AppError, notFound } from "../../errors.ts";
import { isId, newId } from "../../ids.ts";
import { sealer } from "../../seal.ts";
import { singleton } from "../../singleton.ts";
import { lookUp } from "../../strangers.ts";
import { isCredential } from "../../webhooks/credentialNames.ts";
import { parseStored, type SigningKey } from "../../webhooks/signature.ts";
import { type SignatureStyle, standardStyle } from "../../webhooks/signatureStyle.ts";
import { headersOfStyle, verifyStyle } from "../../webhooks/styleVerification.ts";
import { recordAudit } from "../audit/audit.ts";
import { holdEnvironment } from "../shared/room.ts";
import { requireSendable } from "../endpoint/endpointUrls.ts";
import { cursorOf, keyset, pageOf } from "../shared/pages.ts";
import { styleOf } from "../endpoint/signatureStyles.ts";

type Paging = { limit: number; iterator?: string | null | undefined };

const maximumInboxes = 10;
const keptRequests = 100;
const requestsPerSecond = 20;

export async function list(actor: Actor, query: Paging) {
  const window = { limit: query.limit, descending: false, cursor: cursorOf("inbox", query.iterator) };
  const { after, orderBy, take } = keyset("id", window);
  const rows = await prisma().inbox.findMany({ where: { environmentId: actor.environmentId, ...after }, orderBy, take });
  const page = pageOf(
    rows,
    window,
    ({ id }) => id,
    (row) => row,
  );
  return { ...page, data: await Promise.all(page.data.map((row) => show(actor, row))) };
}

export async function create(actor: Actor, { name, statusCode }: InboxIn): Promise<InboxOut> {
  requireWhole(actor);
  const { environmentId } = actor;
  const nowMs = databaseNowMs();
  const id = newId("inbox", nowMs);
  const token = randomBytes(24).toString("base64url");
  const data = { id, environmentId, name, statusCode, tokenHash: hashOf(token), sealedToken: sealer().seal(id, token) };
  const row = await prisma().$transaction(async (tx) => {
    await holdEnvironment(tx, environmentId);
    if ((await tx.inbox.count({ where: { environmentId } })) >= maximumInboxes)
      throw new AppError("conflict", `There are ${maximumInboxes} inboxes already: delete one first`);
    await recordAudit(actor, tx, "inbox.created", id, { name, statusCode });
    return tx.inbox.create({ data: { ...data, createdAt: new Date(nowMs) } });
  });
  return show(actor, row);
}

export async function change(actor: Actor, id: string, { name, statusCode }: InboxPatch): Promise<InboxOut> {
  await find(actor, id);
  const data = { ...(name === undefined ? {} : { name }), ...(statusCode === undefined ? {} : { statusCode }) };
  const row = await prisma().$transaction(async (tx) => {
    await recordAudit(actor, tx, "inbox.updated", id, data);
    return tx.inbox.update({ where: { id }, data });
  });
  return show(actor, row);
}

export async function remove(actor: Actor, id: string): Promise<void> {
  const { tokenHash } = await find(actor, id);
  await prisma().$transaction(async (tx) => {
    await recordAudit(actor, tx, "inbox.deleted", id);
    await tx.inbox.delete({ where: { id } });
  });
  rates().taken.delete(keyOf(tokenHash));
}

export async function listRequests(actor: Actor, inboxId: string, query: Paging) {
  const inbox = await find(actor, inboxId);
  const window = { limit: query.limit, descending: true, cursor: cursorOf("inboxRequest", query.iterator) };
  const { after, orderBy, take } = keyset("id", window);
  const rows = await prisma().inboxRequest.findMany({ where: { inboxId, ...after }, orderBy, take });
  const keys = await keysOf(inbox);
  return pageOf(
    rows,
    window,
    ({ id }) => id,
    (row) => showRequest(row, keys),
  );
}

export type Received = { method: string; path: string; headers: Record<string, string>; body: Buffer };

type Admitting = Pick<Inbox, "id" | "environmentId" | "statusCode">;

/** The inbox that takes one more request from `ip`, before anything of it is read. Throws `not_found` and `rate_limited`. */
export async function admit(token: string, ip: string | null): Promise<Admitting> {
  const select = { id: true, environmentId: true, statusCode: true };
  const tokenHash = hashOf(token);
  const key = keyOf(tokenHash);
  const inbox = await lookUp(ip, key, async () => {
    if (!takesOneMore(key)) throw new AppError("rate_limited", "The inbox is full for this second", { retryAfterSeconds: 1 });
    return prisma().inbox.findUnique({ where: { tokenHash }, select });
  });
  if (inbox === null) throw notFound("There is no such inbox");
  return inbox;
}

export async function keep(inboxId: string, { method, path, headers: given, body }: Received): Promise<void> {
  const nowMs = databaseNowMs();
  const headers = withoutCredentials(given);
  const data = { id: newId("inboxRequest", nowMs), inboxId, createdAt: new Date(nowMs), method, path, headers };
  await prisma().inboxRequest.create({ data: { ...data, body: Uint8Array.from(body) } });
  const oldest = await prisma().inboxRequest.findFirst({
    where: { inboxId },
    orderBy: { id: "desc" },
    skip: keptRequests,
    select: { id: true },
  });
  if (oldest !== null) await prisma().inboxRequest.deleteMany({ where: { inboxId, id: { lte: oldest.id } } });
}

/** Credentials are kept by name only: whoever may look at the inbox need not be let in where the sender is. */
const withoutCredentials = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, isCredential(name) ? "•••" : value]));

type Second = { second: number; taken: Map<string, number> };

const rates = (): Second => singleton("inboxRates", () => ({ second: 0, taken: new Map() }));
const keyOf = (tokenHash: Uint8Array): string => Buffer.from(tokenHash).toString("hex");

/** Whether an inbox takes one more request in this second. Counted per process, like everything that is only there to bound. */
function takesOneMore(tokenHash: string): boolean {
  const state = rates();
  const second = Math.floor(Date.now() / 1000);
  if (state.second !== second) {
    state.second = second;
    state.taken.clear();
  }
  const taken = (state.taken.get(tokenHash) ?? 0) + 1;
  state.taken.set(tokenHash, taken);
  return taken <= requestsPerSecond;
}

async function find(actor: Actor, id: string): Promise<Inbox> {
  requireWhole(actor);
  const inbox = isId("inbox", id) ? await prisma().inbox.findFirst({ where: { id, environmentId: actor.environmentId } }) : null;
  if (inbox === null) throw notFound("Inbox not found");
  return inbox;
}

/** Throws `forbidden` for a key of one application: what belongs to the environment as a whole is not for it. */
function requireWhole({ applicationId }: Actor): void {
  if (applicationId !== null) throw new AppError("forbidden", "This key is for one application only");
}

const hashOf = (token: string): Buffer<ArrayBuffer> => Buffer.from(createHash("sha256").update(token).digest());

const urlOf = ({ id, sealedToken }: Inbox): string => `${env().publicUrl ?? ""}/inbox/${sealer().open(id, sealedToken).toString()}`;

async function show(actor: Actor, inbox: Inbox): Promise<InboxOut> {
  const url = urlOf(inbox);
  return {
    id: inbox.id,
    name: inbox.name,
    url,
    statusCode: inbox.statusCode,
    refusal: await refusalOf(actor, url),
    createdAt: inbox.createdAt.toISOString(),
  };
}

async function refusalOf(actor: Actor, url: string): Promise<string | null> {
  try {
    await requireSendable(actor, url);
    return null;
  } catch (error) {
    if (error instanceof AppError) return error.message;
    throw error;
  }
}

type EndpointKeys = { endpointId: string; style: SignatureStyle; keys: SigningKey[] };

/** The secrets that sign or signed for the endpoints that are sent to the inbox. */
async function keysOf(inbox: Inbox): Promise<EndpointKeys[]> {
  const endpoints = await prisma().endpoint.findMany({
    where: { environmentId: inbox.environmentId, url: urlOf(inbox) },
    select: { id: true, signature: true, secrets: true },
    take: 50,
  });
  return endpoints.map(({ id, secrets, ...endpoint }) => ({
    endpointId: id,
    style: styleOf(endpoint),
    keys: secrets.map((secret) => parseStored(sealer().open(secret.id, secret.sealed).toString())),
  }));
}

function showRequest(row: InboxRequest, endpoints: EndpointKeys[]): InboxRequestOut {
  const headers = row.headers as Record<string, string>;
  const results = endpoints.map(({ endpointId, style, keys }) => ({
    endpointId,
    style,
    // The signature is judged as of the moment at which the request came.
    result: verifyStyle(style, keys, headers, row.body, Math.floor(row.createdAt.getTime() / 1000)),
  }));
  const good = results.find(({ result }) => result.ok);
  const bad = results.find(({ result }) => !result.ok)?.result;
  const reason = bad !== undefined && !bad.ok ? bad.reason : "no endpoint of this environment has the inbox's URL";
  return {
    id: row.id,
    method: row.method,
    path: row.path,
    headers: withoutCredentials(headers),
    body: Buffer.from(row.body).toString(),
    bodyBytes: row.body.length,
    signature: {
      verified: good !== undefined,
      reason: good === undefined ? reason : null,
      endpointId: good?.endpointId ?? null,
      headers: headersOfStyle(good?.style ?? standardStyle).filter((name) => headers[name] !== undefined),
    },
    createdAt: row.createdAt.toISOString(),
  };
}
