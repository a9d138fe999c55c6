/** What changes in an environment's log, as server-sent events (WHATWG HTML, section 9.2) for those who look at it. */
import type { Actor } from "../../actor.ts";
import { accessCache } from "../../auth/apiKeys.ts";
import type { DeliveryOut } from "../../contract/delivery.ts";
import type { ReceivedRequestOut } from "../../contract/receivedRequest.ts";
import { type Changed, type News, subscribe } from "../../db/changes.ts";
import { readKeys } from "../../db/sql/log/log.ts";
import { readReceivedTogether } from "../../db/sql/log/receivedLog.ts";
import { env } from "../../env.ts";
import { AppError } from "../../errors.ts";
import type { EnvironmentId } from "../../ids.ts";
import { limits as namedLimits, requireBelow } from "../../limits.ts";
import { log } from "../../log.ts";
import { singleton } from "../../singleton.ts";
import { showAll } from "../delivery/deliveryLog.ts";
import { showAll as showAllReceived } from "../receivedRequest/receivedRequests.ts";

/** A client that reads slower than this fills up is told that it missed something, and nothing else. */
const maximumBufferedBytes = 256 * 1024;
const heartbeatMs = 15_000;
/** What ends by itself, as a session does, and what was revoked while nothing could be heard of it. */
const recheckMs = 5_000;
const retryMs = 2_000;

type Client = { send(text: string): void; missed: boolean; close(): void };

/** The clients of one environment: what is read for one of them is sent to all. */
type Channel = { clients: Set<Client>; waiting: News | null; reading: boolean; leave: () => void };

/** `open`: how many streams there are, by whose they are. */
type Hub = { channels: Map<string, Channel>; open: Map<string, number> };

const hub = (): Hub => singleton("eventStream", () => ({ channels: new Map(), open: new Map() }));

/**
 * A stream of bytes that ends when the reader does, when `mayRead` throws, or with the process. Throws `rate_limited` if
 * there are too many of this caller, of the environment, or of all.
 */
export function openEventStream(actor: Actor, mayRead: () => Promise<unknown>): ReadableStream<Uint8Array> {
  const owners = [`${actor.kind} ${actor.id}`, actor.environmentId, all, actor.organizationId];
  const { limits } = env();
  const openOf = (owner: string): number => hub().open.get(owner) ?? 0;
  for (const [i, name] of (["streamsPerCaller", "streamsPerEnvironment", "streams"] as const).entries())
    requireBelow(actor, limits, name, openOf(owners[i] ?? all));
  requireLeft(openOf(actor.organizationId), limits.streams - openOf(all));
  let close = (): void => undefined;
  return new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        close = join(actor, owners, controller, mayRead);
      },
      cancel: () => close(),
    },
    new ByteLengthQueuingStrategy({ highWaterMark: maximumBufferedBytes }),
  );
}

/** An organization leaves as many streams to others as it has, however many environments and keys it makes. */
function requireLeft(own: number, left: number): void {
  if (own === 0 || own < left) return;
  const detail = `Your organization has ${own} event streams open and leaves as many to others; ${namedLimits.streams.variable} on the server allows more`;
  throw new AppError("rate_limited", detail, { retryAfterSeconds: 10 });
}

/** Ends every stream. To be called before the server closes: connections that never end by themselves would keep it waiting. */
export function closeEventStreams(): void {
  for (const { clients } of hub().channels.values()) for (const client of clients) client.close();
}

const encoder = new TextEncoder();

const all = "all";

function count(owners: string[], change: 1 | -1): void {
  const { open } = hub();
  for (const owner of owners) {
    const left = (open.get(owner) ?? 0) + change;
    if (left === 0) open.delete(owner);
    else open.set(owner, left);
  }
}

function join(
  actor: Actor,
  owners: string[],
  controller: ReadableStreamDefaultController<Uint8Array>,
  mayRead: () => Promise<unknown>,
): () => void {
  const { environmentId } = actor;
  let isOpen = true;
  const client: Client = {
    missed: false,
    send: (text) => {
      if (!isOpen) return;
      if ((controller.desiredSize ?? 0) <= 0) client.missed = true;
      else controller.enqueue(encoder.encode(text));
    },
    close: () => {
      if (!isOpen) return;
      leave();
      controller.close();
    },
  };
  const heartbeat = setInterval(() => client.send(": still here\n\n"), heartbeatMs).unref();
  const ask = (): void => void mayRead().catch(() => client.close());
  const recheck = setInterval(ask, recheckMs).unref();
  const unwatch = accessCache().watch(actor, ask);
  const leave = (): void => {
    if (!isOpen) return;
    isOpen = false;
    clearInterval(heartbeat);
    clearInterval(recheck);
    unwatch();
    leaveChannel(environmentId, client);
    count(owners, -1);
  };
  count(owners, 1);
  joinChannel(environmentId, client);
  client.send(`retry: ${retryMs}\nevent: ready\ndata: {}\n\n`);
  return leave;
}

function joinChannel(environmentId: EnvironmentId, client: Client): void {
  const { channels } = hub();
  const known = channels.get(environmentId);
  if (known !== undefined) return void known.clients.add(client);
  const channel: Channel = { clients: new Set([client]), waiting: null, reading: false, leave: () => undefined };
  channel.leave = subscribe(environmentId, (news) => {
    channel.waiting = merge(channel.waiting, news);
    if (!channel.reading) void tellAll(environmentId, channel);
  });
  channels.set(environmentId, channel);
}

function leaveChannel(environmentId: EnvironmentId, client: Client): void {
  const { channels } = hub();
  const channel = channels.get(environmentId);
  if (channel?.clients.delete(client) !== true) return;
  if (channel.clients.size > 0) return;
  channel.leave();
  channels.delete(environmentId);
}

const maximumTogether = 200;

function merge(before: News | null, news: News): News {
  if (before === null) return news;
  const received = [...new Set([...before.received, ...news.received])];
  const byKey = new Map([...before.changed, ...news.changed].map((each) => [`${each.messageId}.${each.endpointId}`, each]));
  const changed = [...byKey.values()];
  const tooMany = changed.length > maximumTogether || received.length > maximumTogether;
  return {
    changed: changed.slice(0, maximumTogether),
    received: received.slice(0, maximumTogether),
    more: before.more || news.more || tooMany,
  };
}

async function tellAll(environmentId: EnvironmentId, channel: Channel): Promise<void> {
  channel.reading = true;
  for (let news = channel.waiting; news !== null; news = channel.waiting) {
    channel.waiting = null;
    const texts = await textsOf(environmentId, news);
    for (const client of channel.clients) {
      const missed = client.missed;
      client.missed = false;
      for (const text of texts(missed)) client.send(text);
    }
  }
  channel.reading = false;
}

/** The text of each kind of news as an event of its own; `missed`: the client was told less than there was before. */
async function textsOf(environmentId: EnvironmentId, news: News): Promise<(missed: boolean) => string[]> {
  const { changed, received, more } = news;
  try {
    const deliveries = changed.length === 0 ? [] : await read(environmentId, changed);
    const requests = received.length === 0 ? [] : await showAllReceived(environmentId, await readReceivedTogether(environmentId, received));
    return (missed) => [
      ...(changed.length > 0 || more || missed ? [deliveriesText(deliveries, more || missed)] : []),
      ...(received.length > 0 || more || missed ? [requestsText(requests, more || missed)] : []),
    ];
  } catch (error) {
    log.warn({ error: (error as Error).message }, "event_stream.read_failed");
    return () => [deliveriesText([], true), requestsText([], true)];
  }
}

const read = async (environmentId: EnvironmentId, keys: Changed[]): Promise<DeliveryOut[]> => showAll(await readKeys(environmentId, keys));

/** The event of changed deliveries. `more`: something changed that is not named here; whoever wants it asks the log. */
const deliveriesText = (deliveries: DeliveryOut[], more: boolean): string =>
  `event: delivery.changed\ndata: ${JSON.stringify({ deliveries, more })}\n\n`;

const requestsText = (receivedRequests: ReceivedRequestOut[], more: boolean): string =>
  `event: received-request.changed\ndata: ${JSON.stringify({ receivedRequests, more })}\n\n`;
