/** Polling: giving an application's messages to those who ask for them and keep their place themselves. */
import { setTimeout as pause } from "node:timers/promises";
import type { Actor } from "../../actor.ts";
import { prisma } from "../../db/client.ts";
import type { Poller } from "../../db/generated/client.ts";
import { type FeedFilter, type FeedPage, type FeedRow, lastPlace, placeBefore, readFeed } from "../../db/sql/hot/feed.ts";
import { AppError, notFound } from "../../errors.ts";
import { isId } from "../../ids.ts";
import { Room } from "../../room.ts";
import { singleton } from "../../singleton.ts";
import { invalidIterator, iteratorOf, readIterator } from "./pollerIterators.ts";
import { give, passing } from "./pollerMessages.ts";
import { stepInTurn } from "../shared/requestTurns.ts";
import { applicationOf } from "../shared/scope.ts";

export type Waiting = { limit?: number | null | undefined; wait?: number | null | undefined };
type PollIn = Waiting & {
  iterator?: string | null | undefined;
  event_type?: string | null | undefined;
  channel?: string | null | undefined;
  after?: string | null | undefined;
};

/** Calls that wait at the same time, of a process. One more than an organization, or a poller, may have is answered at once. */
const maximumWaitingCalls = 400;
const lookAgainMs = 500;
/** The longest wait for a full batch: the SDKs for Python and Rust give a request up after 15 seconds, and nobody asked them to wait. */
const longestForBatchSeconds = 10;

/** A polling endpoint of an application that the actor may see. Throws `not_found`. */
export async function findPoller(actor: Actor, applicationIdOrUid: string, idOrUid: string): Promise<Poller> {
  const application = await applicationOf(actor, applicationIdOrUid);
  const named = isId("poller", idOrUid) ? { id: idOrUid } : { uid: idOrUid };
  const row = await prisma().poller.findFirst({ where: { ...named, applicationId: application.id } });
  if (row === null) throw notFound("Polling endpoint not found");
  return row;
}

export async function poll(actor: Actor, applicationIdOrUid: string, idOrUid: string, query: PollIn) {
  const { event_type: eventType, channel } = query;
  const { poller, start } = await stepInTurn(actor, async () => {
    const found = await findPoller(actor, applicationIdOrUid, idOrUid);
    return { poller: found, start: await startOf(found, query) };
  });
  const page = await read(actor, poller, start.toString(), query, (row) => {
    if (eventType && row.eventType !== eventType) return false;
    return !channel || row.channels.includes(channel);
  });
  const { data, place, done } = await give(poller, page);
  return { data, iterator: iteratorOf(place, null), done };
}

function startOf(poller: Poller, { iterator, after }: PollIn): bigint | Promise<bigint> {
  const given = readIterator(iterator);
  if (given !== null) return placeOf(poller, given.place);
  return after ? placeFrom(poller, after) : poller.startPlace;
}

/** The place to go on from. Throws `invalid_iterator` for one in the future: whoever went on from it would miss what comes until then. */
async function placeOf({ applicationId, startPlace }: Poller, place: bigint): Promise<bigint> {
  if (place <= startPlace) return startPlace;
  if (place <= BigInt(await lastPlace(applicationId))) return place;
  throw invalidIterator("The iterator lies beyond the newest message; ask without one, and go on with what the answer gives");
}

export async function placeFrom({ applicationId, startPlace }: Poller, after: string): Promise<bigint> {
  const place = BigInt(await placeBefore(applicationId, new Date(after)));
  return place < startPlace ? startPlace : place;
}

export function requireEnabled({ disabledAt }: Poller): void {
  if (disabledAt !== null) throw new AppError("bad_request", "The polling endpoint is disabled: enable it first");
}

export const filterOf = ({ applicationId, eventTypes, channels }: Poller): FeedFilter => ({ applicationId, eventTypes, channels });

/**
 * Looks again until there is what the caller waits for, or the time is over: with `wait` any message, else a batch that is full
 * as the polling endpoint's `maxWaitSecs` says. `wanted`: what the caller asks for beyond the poller's own filter.
 */
export async function read(
  actor: Actor,
  poller: Poller,
  after: string,
  { limit, wait }: Waiting,
  wanted: (row: FeedRow) => boolean,
): Promise<FeedPage> {
  requireEnabled(poller);
  const batch = limit ?? poller.batchSize;
  const { seconds, messages } =
    wait === undefined || wait === null
      ? { seconds: Math.min(poller.maxWaitSecs, longestForBatchSeconds), messages: batch }
      : { seconds: wait, messages: 1 };
  const untilMs = performance.now() + seconds * 1000;
  const pass = passing(poller);
  const look = async (place: string): Promise<FeedPage> => {
    const page = await stepInTurn(actor, () => readFeed(filterOf(poller), place, batch));
    return { ...page, rows: await pass(page.rows.filter(wanted)) };
  };
  let page = await look(after);
  const isEnough = (): boolean => page.rows.length >= messages || !page.done;
  const places = singleton("polling", () => new Room(() => maximumWaitingCalls));
  const whose = { tenant: actor.organizationId, owner: poller.id };
  if (isEnough() || seconds === 0 || places.take(whose, 1) !== null) return page;
  try {
    let from = after;
    while (!isEnough() && performance.now() + lookAgainMs < untilMs) {
      await pause(lookAgainMs, undefined, { ref: false });
      if (page.rows.length === 0) from = page.place;
      page = await look(from);
    }
  } finally {
    places.leave(whose, 1);
  }
  return page;
}
