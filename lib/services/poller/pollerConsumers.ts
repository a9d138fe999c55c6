/**
 * Consumers of a polling endpoint: where each stands. A consumer takes an iterator that it was given since its last seek
 * and has not gone past: using it acknowledges what came with it, and so does using it twice. All others are refused
 * with `invalid_iterator` and change nothing; without an iterator the client goes on from where the consumer stands.
 */
import { randomInt } from "node:crypto";
import type { Actor } from "../../actor.ts";
import type { PollerConsumerOut } from "../../contract/poller.ts";
import { prisma } from "../../db/client.ts";
import { databaseNowMs } from "../../db/clock.ts";
import type { Poller, PollerConsumer, Prisma } from "../../db/generated/client.ts";
import { lastPlace, readFeed } from "../../db/sql/hot/feed.ts";
import { AppError, notFound } from "../../errors.ts";
import { recordAudit } from "../audit/audit.ts";
import { give, passing } from "./pollerMessages.ts";
import { invalidIterator, iteratorOf, type PollerIterator, readIterator } from "./pollerIterators.ts";
import { type Waiting, filterOf, findPoller, placeFrom, read, requireEnabled } from "./pollers.ts";
import { stepInTurn } from "../shared/requestTurns.ts";

const maximumConsumers = 100;
/** Consumers that one caller may make, so that the others find a place. */
const maximumConsumersOfCaller = 25;
const countedMessages = 250;

export async function consumerPoll(
  actor: Actor,
  applicationIdOrUid: string,
  idOrUid: string,
  consumerId: string,
  query: Waiting & { iterator?: string | null | undefined },
) {
  const { poller, place, generation } = await stepInTurn(actor, async () => {
    const found = await findPoller(actor, applicationIdOrUid, idOrUid);
    requireEnabled(found);
    const iterator = readIterator(query.iterator);
    const consumer = iterator === null ? await stand(actor, found, consumerId) : await acknowledge(found, consumerId, iterator);
    return { poller: found, ...consumer };
  });
  const page = await give(poller, await read(actor, poller, place.toString(), query, () => true));
  await stepInTurn(actor, () => remember(poller, consumerId, generation, BigInt(page.place)));
  return { data: page.data, iterator: iteratorOf(page.place, generation), done: page.done };
}

/** Moves a consumer to an iterator that it was given. Throws `invalid_iterator` as above. */
async function acknowledge(poller: Poller, consumerId: string, { place, generation }: PollerIterator): Promise<PollerConsumer> {
  const moveIf = async (given: Prisma.PollerConsumerWhereInput): Promise<PollerConsumer | undefined> => {
    const where = { pollerId: poller.id, consumerId, generation: generation ?? -1, place: { lte: place }, ...given };
    return (await prisma().pollerConsumer.updateManyAndReturn({ where, data: { place, polledAt: new Date(databaseNowMs()) } }))[0];
  };
  const moved =
    (await moveIf({ givenPlace: { gte: place } })) ??
    (place <= BigInt(await lastPlace(poller.applicationId)) ? await moveIf({ givenPlace: null }) : undefined);
  if (moved !== undefined) return moved;
  throw invalidIterator(
    "This consumer has no such iterator to go on with: it was moved or forgotten, or has gone further since. " +
      "Ask without an iterator to go on from where it stands",
  );
}

/** Where the consumer stands. A new one is made. */
async function stand(actor: Actor, poller: Poller, consumerId: string): Promise<PollerConsumer> {
  const pollerId_consumerId = { pollerId: poller.id, consumerId };
  const polledAt = new Date(databaseNowMs());
  const [known] = await prisma().pollerConsumer.updateManyAndReturn({ where: pollerId_consumerId, data: { polledAt } });
  if (known !== undefined) return known;
  const made = { ...pollerId_consumerId, createdBy: actor.id, ...standingAt(poller.startPlace), polledAt, createdAt: polledAt };
  return prisma().$transaction(async (tx) => {
    await hold(tx, poller);
    const meanwhile = await tx.pollerConsumer.findUnique({ where: { pollerId_consumerId } });
    if (meanwhile !== null) return meanwhile;
    await requireRoom(tx, poller, actor);
    return tx.pollerConsumer.create({ data: made });
  });
}

/** Notes what a consumer was given, unless its generation is older by now: a seek has come in between. */
async function remember(poller: Poller, consumerId: string, generation: number, place: bigint): Promise<void> {
  await prisma().pollerConsumer.updateMany({
    where: { pollerId: poller.id, consumerId, generation, OR: [{ givenPlace: null }, { givenPlace: { lt: place } }] },
    data: { givenPlace: place },
  });
}

export async function consumerSeek(actor: Actor, applicationIdOrUid: string, idOrUid: string, consumerId: string, after: string) {
  const poller = await findPoller(actor, applicationIdOrUid, idOrUid);
  const key = { pollerId: poller.id, consumerId };
  const standing = standingAt(await placeFrom(poller, after));
  const polledAt = new Date(databaseNowMs());
  await prisma().$transaction(async (tx) => {
    await hold(tx, poller);
    if ((await tx.pollerConsumer.count({ where: key })) === 0) await requireRoom(tx, poller, actor);
    await tx.pollerConsumer.upsert({
      where: { pollerId_consumerId: key },
      create: { ...key, createdBy: actor.id, ...standing, polledAt, createdAt: polledAt },
      update: { ...standing, polledAt },
    });
    await recordAudit(actor, tx, "destination.consumerMoved", poller.id, { consumerId });
  });
  return { iterator: iteratorOf(standing.place, standing.generation) };
}

/** A place with a generation of its own, so that what was given before, to this consumer or to another of its name, no longer counts. */
const standingAt = (place: bigint) => ({ place, givenPlace: place, generation: randomInt(1, 2 ** 31) });

/** Consumers that are made at the same moment stand in line here, so that they are counted. */
const hold = (tx: Prisma.TransactionClient, { id }: Poller) => tx.$executeRaw`select from poller where id = ${id} for no key update`;

async function requireRoom(tx: Prisma.TransactionClient, { id }: Poller, actor: Actor): Promise<void> {
  if ((await tx.pollerConsumer.count({ where: { pollerId: id } })) >= maximumConsumers)
    throw new AppError("conflict", `There are ${maximumConsumers} consumers already: delete one first`);
  if ((await tx.pollerConsumer.count({ where: { pollerId: id, createdBy: actor.id } })) >= maximumConsumersOfCaller)
    throw new AppError("conflict", `You have made ${maximumConsumersOfCaller} of its consumers already: delete one first`);
}

export async function listConsumers(actor: Actor, applicationIdOrUid: string, idOrUid: string): Promise<{ data: PollerConsumerOut[] }> {
  const { poller, rows } = await stepInTurn(actor, async () => {
    const found = await findPoller(actor, applicationIdOrUid, idOrUid);
    const where = { pollerId: found.id };
    return {
      poller: found,
      rows: await prisma().pollerConsumer.findMany({ where, orderBy: { consumerId: "asc" }, take: maximumConsumers }),
    };
  });
  const data: PollerConsumerOut[] = [];
  const pass = passing(poller);
  for (const { consumerId, place, generation, polledAt, createdAt } of rows) {
    const waiting = await stepInTurn(actor, () => readFeed(filterOf(poller), place.toString(), countedMessages));
    data.push({
      id: consumerId,
      iterator: iteratorOf(place, generation),
      waiting: (await pass(waiting.rows)).length,
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
