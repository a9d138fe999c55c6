/** A test at a source, signed as its provider signs, on the way that every request takes. */
import { randomUUID } from "node:crypto";
import type { Actor } from "../actor.ts";
import type { SourceTestIn, SourceTestOut } from "../contract/sourceTools.ts";
import { databaseNowMs } from "../db/clock.ts";
import { AppError, notFound } from "../errors.ts";
import { currentConfig } from "../services/source/sourceConfig.ts";
import { openConfig, sourceOf } from "../services/source/sources.ts";
import { urlOf } from "../services/source/sourceUrls.ts";
import { isProviderKind, providers, sampleAs, signAs } from "../webhooks/verification.ts";
import { receive } from "./receive.ts";

export async function sendTest(actor: Actor, sourceId: string, { body, contentType }: SourceTestIn): Promise<SourceTestOut> {
  const source = await sourceOf(actor, sourceId);
  const url = urlOf(source.tokens);
  if (url === null || !isProviderKind(source.provider)) throw notFound("The source has no URL");
  const nowMs = databaseNowMs();
  const id = `test_${randomUUID()}`;
  const { sample } = providers[source.provider];
  const signed = signAs(source.provider, currentConfig(openConfig(source), nowMs), {
    id,
    url,
    nowMs,
    method: "POST",
    contentType: contentType ?? sample.contentType,
    body: Buffer.from(body ?? sampleAs(providers[source.provider], id)),
  });
  if ("reason" in signed) throw new AppError("bad_request", signed.detail);
  const { pathname, search } = new URL(signed.url);
  const received = await receive({
    token: pathname.slice("/in/".length),
    method: signed.method,
    head: { path: "", query: search.slice(1), headers: lowerCase(signed.headers), url: signed.url },
    remoteAddress: actor.client?.ip ?? null,
    contentLength: signed.body.length,
    read: (maximumBytes) =>
      signed.body.length <= maximumBytes
        ? Promise.resolve(signed.body)
        : Promise.reject(new AppError("payload_too_large", `The test is larger than ${maximumBytes} bytes`)),
  });
  const { request } = received;
  return {
    status: received.status,
    verdict: request?.verdict ?? null,
    receivedRequestId: request?.id ?? null,
    messageId: request?.messageId ?? null,
  };
}

const lowerCase = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
