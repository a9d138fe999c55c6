/** The request headers of an attempt, made again from what is known: what a delivery was signed with is not stored twice. */
import { prisma } from "../db/client.ts";
import { sealer } from "../seal.ts";
import { isSensitiveHeader } from "../webhooks/headers.ts";
import { parseSecret, sign } from "../webhooks/signature.ts";
import type { DetailEndpoint } from "./deliveryDetail.ts";

type Sent = { messageId: string; startedAt: Date; contentType: string | null; endpoint: DetailEndpoint; signature: string | null };

/** Values of sensitive headers are null. */
export function sentHeadersOf({ messageId, startedAt, contentType, endpoint, signature }: Sent): { name: string; value: string | null }[] {
  const own = Object.entries(endpoint.headers);
  const ownContentType = own.find(([name]) => name.toLowerCase() === "content-type")?.[1];
  const timestamp = String(secondsOf(startedAt));
  const standard: [string, string | null][] = [
    ["content-type", ownContentType ?? contentType ?? "application/json"],
    ...["webhook", "svix"].flatMap((prefix): [string, string | null][] => [
      [`${prefix}-id`, messageId],
      [`${prefix}-timestamp`, timestamp],
      [`${prefix}-signature`, signature],
    ]),
  ];
  const others = own
    .filter(([name]) => name.toLowerCase() !== "content-type")
    .map(([name, value]): [string, string | null] => [name, isSensitiveHeader(name) ? null : value]);
  return [...standard, ...others].map(([name, value]) => ({ name, value }));
}

/** Of each attempt, in order; null where the payload or the secrets of that time are gone. */
export async function signaturesOf(
  { messageId, endpointId }: { messageId: string; endpointId: string },
  payload: Buffer | null,
  attempts: { createdAt: Date }[],
): Promise<(string | null)[]> {
  if (payload === null) return attempts.map(() => null);
  // In the order in which the engine has them: the current one first.
  const secrets = await prisma().endpointSecret.findMany({
    where: { endpointId },
    orderBy: [{ expiresAt: { sort: "desc", nulls: "first" } }, { id: "desc" }],
  });
  const opened = secrets.map((secret) => ({ ...secret, key: parseSecret(sealer().open(secret.id, secret.sealed).toString()) }));
  return attempts.map(({ createdAt }) => {
    const keys = opened.filter((secret) => secret.createdAt <= createdAt && (secret.expiresAt === null || secret.expiresAt > createdAt));
    const seconds = secondsOf(createdAt);
    return keys.length === 0
      ? null
      : sign(
          keys.map(({ key }) => key),
          messageId,
          seconds,
          payload,
        );
  });
}

const secondsOf = (moment: Date): number => Math.floor(moment.getTime() / 1000);
