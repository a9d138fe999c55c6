/** The request headers of an attempt, made again from what is known: what a delivery was signed with is not stored twice. */
import { prisma } from "../../db/client.ts";
import { sealer } from "../../seal.ts";
import type { Forward } from "../../webhooks/forward.ts";
import { isCredential } from "../../webhooks/credentialNames.ts";
import { parseStored } from "../../webhooks/signature.ts";
import { signatureHeaderName, signatureHeaderNames, signatureHeaders, signedPrefix } from "../../webhooks/signatureStyle.ts";
import type { DetailEndpoint } from "./deliveryDetail.ts";

type Sent = {
  contentType: string | null;
  endpoint: DetailEndpoint;
  attempt: { id: string; createdAt: Date };
  signed: Signed | null;
  forward: Forward | null;
};

/** `headers`: names and values in turns. `prefix`: what was signed in front of the payload. */
export type Signed = { headers: string[]; signature: string; prefix: string };

/** The headers that an attempt was sent with; values of sensitive ones are null. */
export function sentHeadersOf({ contentType, endpoint, attempt, signed, forward }: Sent): { name: string; value: string | null }[] {
  const given = Object.entries(endpoint.headers);
  const ownContentType = given.find(([name]) => name.toLowerCase() === "content-type")?.[1];
  const headers: [string, string | null][] = [["content-type", ownContentType ?? contentType ?? "application/json"]];
  const pairs = signed?.headers ?? [];
  for (let i = 0; i + 1 < pairs.length; i += 2) headers.push([pairs[i] ?? "", pairs[i + 1] ?? ""]);
  const { authenticationHeader } = endpoint;
  if (authenticationHeader !== null) headers.push([authenticationHeader, null]);
  const presented = presentedOf(endpoint, attempt);
  const taken = ["content-type", authenticationHeader, ...signatureHeaderNames(endpoint.style)];
  const others = given
    .filter(([name]) => !taken.includes(name.toLowerCase()))
    .map(([name, value]): [string, string | null] => [name, isCredential(name) ? null : value]);
  const known = new Set([...taken, ...headers, ...others, ...presented].map((one) => (Array.isArray(one) ? one[0] : one)?.toLowerCase()));
  const along = (forward?.headers ?? [])
    .filter(([name]) => !known.has(name))
    .map(([name, value]): [string, string | null] => [name, isCredential(name) ? null : value]);
  const own = new Set([...taken, ...others.map(([name]) => name.toLowerCase())]);
  const beside = presented.filter(([name]) => !own.has(name.toLowerCase()));
  return [...headers, ...others, ...along, ...beside].map(([name, value]) => ({ name, value }));
}

/** What the environment adds. Of attempts before its settings were last changed it is not known. */
function presentedOf({ presentation, presentedSince }: DetailEndpoint, { id, createdAt }: Sent["attempt"]): [string, string][] {
  const { userAgent, idHeader } = presentation;
  if (createdAt < presentedSince) return [];
  return [...(userAgent === null ? [] : [["user-agent", userAgent]]), ...(idHeader === null ? [] : [[idHeader, id]])] as [string, string][];
}

type SignedDelivery = { messageId: string; endpointId: string; eventType: string; endpoint: DetailEndpoint };

/** The signatures of attempts, in order; null where the payload, the secrets or the style of that time are gone. */
export async function signaturesOf(
  { messageId, endpointId, eventType, endpoint }: SignedDelivery,
  payload: Buffer | null,
  attempts: { createdAt: Date }[],
): Promise<(Signed | null)[]> {
  if (payload === null) return attempts.map(() => null);
  // The secrets come in the order in which the engine has them: the current one first.
  const secrets = await prisma().endpointSecret.findMany({
    where: { endpointId },
    orderBy: [{ expiresAt: { sort: "desc", nulls: "first" } }, { id: "desc" }],
  });
  const opened = secrets.map((secret) => ({ ...secret, key: parseStored(sealer().open(secret.id, secret.sealed).toString()) }));
  return attempts.map(({ createdAt }) => {
    if (endpoint.signatureChangedAt !== null && createdAt < endpoint.signatureChangedAt) return null;
    const keys = opened.filter((secret) => secret.createdAt <= createdAt && (secret.expiresAt === null || secret.expiresAt > createdAt));
    if (keys.length === 0) return null;
    const timestampSeconds = Math.floor(createdAt.getTime() / 1000);
    const toSign = { keys: keys.map(({ key }) => key), messageId, eventType, timestampSeconds, body: payload };
    const headers = signatureHeaders(endpoint.style, endpoint.svixHeaders, toSign);
    return {
      headers,
      signature: headers[headers.indexOf(signatureHeaderName(endpoint.style)) + 1] ?? "",
      prefix: signedPrefix(endpoint.style, messageId, timestampSeconds),
    };
  });
}
