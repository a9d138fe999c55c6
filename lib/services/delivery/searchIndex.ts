/** Searching the log by words of payloads: what is asked for, how far the words are read, and reading them in the background. */
import type { Actor } from "../../actor.ts";
import type { SearchIndexOut } from "../../contract/delivery.ts";
import { databaseNowMs } from "../../db/clock.ts";
import { makePastDays } from "../../db/partitions.ts";
import { openForward } from "../../db/sql/hot/payloads.ts";
import { searchKeys } from "../../db/sql/log/messageWords.ts";
import * as index from "../../db/sql/upkeep/searchIndex.ts";
import { unlessBusy } from "../../db/unlessBusy.ts";
import { env } from "../../env.ts";
import { invalid } from "../../errors.ts";
import { messageBody } from "../../webhooks/messageBody.ts";
import { maximumSearchedWords, wordsOfMessage, wordsOfSearch } from "../../webhooks/searchWords.ts";
import { dayMs } from "../../words/duration.ts";
import { payloadSearchOff } from "../../words/payloadSearch.ts";

const off = "This environment keeps no words of payloads. An admin turns that on in the environment's settings";

/** The keys of the words that a message must have. `place`: where they stand in the request. Throws a validation error if there are none, or the environment keeps none. */
export async function searchedWords({ environmentId }: Actor, search: string, place: string[]): Promise<string[]> {
  const words = wordsOfSearch(search);
  if (words.length === 0) throw invalid(place, "must have a letter or a digit");
  if (words.length > maximumSearchedWords) throw invalid(place, `must have at most ${maximumSearchedWords} words`);
  if (!(await index.isWanted(environmentId))) throw invalid(place, off, payloadSearchOff);
  return searchKeys(environmentId, words);
}

/** Which messages are found by now. */
export async function readSearchIndex({ environmentId }: Actor): Promise<SearchIndexOut> {
  const enabled = await index.isWanted(environmentId);
  const range = enabled ? await index.rangeOf(environmentId) : null;
  return { enabled, since: range?.since.toISOString() ?? null, until: range?.until.toISOString() ?? null };
}

/** Messages that are read together: so many at the most, and so many bytes of payloads or one. */
const messagesTogether = 200;
const bytesTogether = 8_388_608;
/** Pages of an environment that are read before another's turn. */
const pagesTogether = 20;
const deletedTogether = 2_000;

/** Reads words of messages that have none yet, the newest first. False: another process is doing it, or everything is read. */
export const readWords = async (): Promise<boolean> => (await unlessBusy("search", readSome)) ?? false;

async function readSome(): Promise<boolean> {
  const oldest = new Date(databaseNowMs() - env().retentionDays * dayMs);
  let hasMore = false;
  for (const environmentId of await index.unwanted()) hasMore = !(await index.forget(environmentId, deletedTogether)) || hasMore;
  for (const range of await index.begun(oldest)) {
    // Days of before the table was there.
    if (range.isNew) await makePastDays(oldest);
    for (let page = 0; page < pagesTogether; page++) {
      const isRead = (await readNewer(range)) || (await readOlder(range, oldest));
      if (!isRead) break;
      hasMore = page === pagesTogether - 1 || hasMore;
    }
  }
  return hasMore;
}

/** Messages after the range, and those that were committed late. False: there was not a whole page of them. */
async function readNewer(range: index.Range): Promise<boolean> {
  const now = new Date(databaseNowMs());
  const page = await index.nextNewer(range.environmentId, range.until, now, messagesTogether);
  await store(range.environmentId, page);
  range.until = page.length < messagesTogether ? now : (page.at(-1)?.createdAt ?? now);
  await index.keepRange(range);
  return page.length === messagesTogether;
}

/** Messages before the range. False: there are no more. */
async function readOlder(range: index.Range, oldest: Date): Promise<boolean> {
  if (range.since <= oldest) return false;
  const page = await index.nextOlder(range.environmentId, oldest, range.since, messagesTogether);
  await store(range.environmentId, page);
  range.since = page.length < messagesTogether ? oldest : (page.at(-1)?.createdAt ?? oldest);
  await index.keepRange(range);
  return page.length === messagesTogether;
}

async function store(environmentId: string, page: index.UnreadMessage[]): Promise<void> {
  for (const some of inPieces(page)) {
    const messages = await index.readMessages(environmentId, some);
    await index.storeWords(
      environmentId,
      messages.map((message) => ({ ...message, words: searchKeys(environmentId, wordsOf(message)) })),
    );
  }
}

function* inPieces(page: index.UnreadMessage[]): Generator<index.UnreadMessage[]> {
  let piece: index.UnreadMessage[] = [];
  let bytes = 0;
  for (const message of page) {
    if (piece.length > 0 && bytes + message.payloadBytes > bytesTogether) {
      yield piece;
      [piece, bytes] = [[], 0];
    }
    piece.push(message);
    bytes += message.payloadBytes;
  }
  if (piece.length > 0) yield piece;
}

function wordsOf({ id, payload, contentType, sealedForward, eventId, tags, metadata }: index.ReadMessage): string[] {
  if (payload === null) return [];
  const forward = openForward(id, sealedForward);
  const body = messageBody({ payload, contentType, forward }, env().maxPayloadBytes);
  return wordsOfMessage({ body, eventId, tags, metadata, headers: forward?.headers ?? [] });
}
