/** API keys of an environment. */
import type { Actor } from "../actor.ts";
import { forgetAccess, newApiKey } from "../auth/apiKeys.ts";
import type { ApiKeyIn } from "../contract/access.ts";
import { prisma } from "../db/client.ts";
import { databaseNowMs } from "../db/clock.ts";
import type { ApiKey } from "../db/generated/client.ts";
import { invalid, notFound } from "../errors.ts";
import { isId, newId } from "../ids.ts";
import { cursorOf, keyset, pageOf } from "./pages.ts";

export async function list(actor: Actor, query: { limit: number; iterator?: string | null | undefined }) {
  const window = { limit: query.limit, descending: false, cursor: cursorOf("apiKey", query.iterator) };
  const { after, orderBy, take } = keyset("id", window);
  const where = { environmentId: actor.environmentId, revokedAt: null, ...after };
  return pageOf(await prisma().apiKey.findMany({ where, orderBy, take }), window, ({ id }) => id, show);
}

/** The key's text is answered this once. */
export async function create(actor: Actor, input: ApiKeyIn) {
  const nowMs = databaseNowMs();
  const expiresAt = input.expiresAt ? new Date(input.expiresAt) : null;
  if (expiresAt !== null && expiresAt.getTime() <= nowMs) throw invalid(["body", "expiresAt"], "It is in the past");
  const { text, prefix, hash } = newApiKey();
  const id = newId("apiKey", nowMs);
  const data = { id, environmentId: actor.environmentId, name: input.name, prefix, hash, expiresAt, createdAt: new Date(nowMs) };
  return { ...show(await prisma().apiKey.create({ data })), key: text };
}

/** From now on it is refused; also the one that asks for it. */
export async function revoke(actor: Actor, id: string): Promise<void> {
  const where = { id, environmentId: actor.environmentId, revokedAt: null };
  const { count } = isId("apiKey", id)
    ? await prisma().apiKey.updateMany({ where, data: { revokedAt: new Date(databaseNowMs()) } })
    : { count: 0 };
  if (count === 0) throw notFound("API key not found");
  await forgetAccess(id);
}

const show = ({ id, name, prefix, createdAt, expiresAt }: ApiKey) => ({ id, name, prefix, createdAt, expiresAt });
