/** Polling: giving an application's messages to those who ask for them, and remembering where a consumer stands. */
import { setTimeout as pause } from "node:timers/promises";
import type { Actor } from "../actor.ts";
import type { PollerConsumerOut } from "../contract/poller.ts";
import { prisma } from "../db/client.ts";
import { databaseNowMs } from "../db/clock.ts";
import type { Poller } from "../db/generated/client.ts";
import { type FeedFilter, type FeedPage, type FeedRow, placeBefore, readFeed } from "../db/sql/feed.ts";
import { AppError, invalid, notFound } from "../errors.ts";
import { isId } from "../ids.ts";
import { singleton } from "../singleton.ts";
import { recordAudit } from "./audit.ts";
import { give, passes } from "./pollerMessages.ts";
import { applicationOf } from "./scope.ts";

type Waiting = { limit?: number | null | undefined; wait?: number | null | undefined };
type PollIn = Waiting & {
  iterator?: string | null | undefined;
  event_type?: string | null | undefined;
  channel?: string | null | undefined;
  after?: string | null | undefined;
};

const maximumConsumers = 100;
const countedMessages = 250;
/** Calls that wait at the same time, of a process. One more is answered at once. */
const maximumWaiting = 200;
const lookAgainMs = 500;

/** In an application that the actor may see; throws `not_found`. */
export async function findPoller(actor: Actor, applicationIdOrUid: string, idOrUid: string): Promise<Poller> {
  const application = await applicationOf(actor, applicationIdOrUid);
  const named = isId("poller", idOrUid) ? { id: idOrUid } : { uid: idOrUid };
  const row = await prisma().poller.findFirst({ where: { ...named, applicationId: application.id } });
  if (row === null) throw notFound("Polling endpoint not found");
  return row;
}

export async function poll(actor: Actor, applicationIdOrUid: string, idOrUid: string, query: PollIn) {
  const poller = await findPoller(actor, applicationIdOrUid, idOrUid);
  const { event_type: eventType, channel } = query;
  const asked = placeOf(query.iterator);
  const start = query.after ? await placeFrom(poller, query.after, "query") : poller.startPlace.toString();
  const page = await read(poller, asked ?? start, query, (row) => {
    if (eventType && row.eventType !== eventType) return false;
    return !channel || row.channels.includes(channel);
  });
  return show(poller, page);
}

export async function consumerPoll(
  actor: Actor,
  applicationIdOrUid: string,
  idOrUid: string,
  consumerId: string,
  query: Waiting & { iterator?: string | null | undefined },
) {
  const poller = await findPoller(actor, applicationIdOrUid, idOrUid);
  requireEnabled(poller);
  const place = placeOf(query.iterator);
  const consumer = await stand(poller, consumerId, place === null ? null : BigInt(place));
  return show(poller, await read(poller, consumer.toString(), query, () => true));
}

export async function consumerSeek(actor: Actor, applicationIdOrUid: string, idOrUid: string, consumerId: string, after: string) {
  const poller = await findPoller(actor, applicationIdOrUid, idOrUid);
  const place = await placeFrom(poller, after, "body");
  await stand(poller, consumerId, BigInt(place));
  await prisma().$transaction((tx) => recordAudit(actor, tx, "destination.consumerMoved", poller.id, { consumerId }));
  return { iterator: iteratorOf(place) };
}

export async function listConsumers(actor: Actor, applicationIdOrUid: string, idOrUid: string): Promise<{ data: PollerConsumerOut[] }> {
  const poller = await findPoller(actor, applicationIdOrUid, idOrUid);
  const rows = await prisma().pollerConsumer.findMany({
    where: { pollerId: poller.id },
    orderBy: { consumerId: "asc" },
    take: maximumConsumers,
  });
  const data: PollerConsumerOut[] = [];
  const isPassed = passes(poller);
  for (const { consumerId, place, polledAt, createdAt } of rows) {
    const waiting = await readFeed(filterOf(poller), place.toString(), countedMessages);
    data.push({
      id: consumerId,
      iterator: iteratorOf(place.toString()),
      waiting: waiting.rows.filter(isPassed).length,
      capped: !waiting.done,
      polledAt: polledAt?.toISOString() ?? null,
      createdAt: createdAt.toISOString(),
    });
  }
  return { data };
}

export async function deleteConsumer(actor: Actor, applicationIdOrUid: string, idOrUid: string, consumerId: string): Promise<void> {
  const poller = await findPoller(actor, applicationIdOrUid, idOrUid);
  await prisma().$transaction(async (tx) => {
    const { count } = await tx.pollerConsumer.deleteMany({ where: { pollerId: poller.id, consumerId } });
    if (count === 0) throw notFound("Consumer not found");
    await recordAudit(actor, tx, "destination.consumerForgotten", poller.id, { consumerId });
  });
}

export const iteratorOf = (place: string): string => `iter_${place}`;

/** Null: none was given. Throws a validation error for what is no iterator. */
function placeOf(iterator: string | null | undefined): string | null {
  if (iterator === null || iterator === undefined || iterator === "") return null;
  const place = /^iter_(\d{1,18})$/.exec(iterator)?.[1];
  if (place === undefined) throw invalid(["query", "iterator"], "This is no iterator of a polling endpoint");
  return place;
}

async function placeFrom({ applicationId, startPlace }: Poller, after: string, where: "query" | "body"): Promise<string> {
  const moment = new Date(after);
  if (Number.isNaN(moment.getTime()) || moment.getUTCFullYear() < 1 || moment.getUTCFullYear() > 9999)
    throw invalid([where, "after"], "The moment is out of range");
  const place = BigInt(await placeBefore(applicationId, moment));
  return (place < startPlace ? startPlace : place).toString();
}

/** Where the consumer stands, after an acknowledgement if there is one. Made if it is new. */
async function stand(poller: Poller, consumerId: string, place: bigint | null): Promise<bigint> {
  if (!/^[a-zA-Z0-9\-_.]{1,256}$/.test(consumerId))
    throw invalid(["path", "consumer_id"], "A consumer's name has up to 256 letters, digits, - _ and . only");
  const key = { pollerId: poller.id, consumerId };
  const polledAt = new Date(databaseNowMs());
  const moved = await prisma().pollerConsumer.updateManyAndReturn({ where: key, data: { polledAt, ...(place === null ? {} : { place }) } });
  if (moved[0] !== undefined) return moved[0].place;
  if ((await prisma().pollerConsumer.count({ where: { pollerId: poller.id } })) >= maximumConsumers)
    throw new AppError("conflict", `There are ${maximumConsumers} consumers already: delete one first`);
  const made = { ...key, place: place ?? poller.startPlace, polledAt, createdAt: polledAt };
  await prisma().pollerConsumer.createMany({ data: [made], skipDuplicates: true });
  return made.place;
}

function requireEnabled({ disabledAt }: Poller): void {
  if (disabledAt !== null) throw new AppError("bad_request", "The polling endpoint is disabled; enable it first");
}

const filterOf = ({ applicationId, eventTypes, channels }: Poller): FeedFilter => ({ applicationId, eventTypes, channels });

/** Looks again until there is a message, or the time is over. `wanted`: what the caller asks for beyond the poller's own filter. */
async function read(poller: Poller, after: string, { limit, wait }: Waiting, wanted: (row: FeedRow) => boolean): Promise<FeedPage> {
  requireEnabled(poller);
  const untilMs = performance.now() + (wait ?? 0) * 1000;
  const isPassed = passes(poller);
  const look = async (place: string): Promise<FeedPage> => {
    const page = await readFeed(filterOf(poller), place, limit ?? poller.batchSize);
    return { ...page, rows: page.rows.filter((row) => wanted(row) && isPassed(row)) };
  };
  let page = await look(after);
  const state = singleton("polling", () => ({ waiting: 0 }));
  if (page.rows.length > 0 || !page.done || !wait || state.waiting >= maximumWaiting) return page;
  state.waiting++;
  try {
    while (page.rows.length === 0 && page.done && performance.now() + lookAgainMs < untilMs) {
      await pause(lookAgainMs, undefined, { ref: false });
      page = await look(page.place);
    }
  } finally {
    state.waiting--;
  }
  return page;
}

async function show(poller: Poller, page: FeedPage) {
  const { data, place, done } = await give(poller, page);
  return { data, iterator: iteratorOf(place), done };
}
