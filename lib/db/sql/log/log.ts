/**
 * The log: deliveries of an environment by any of their properties, newest first. It is read in ranges of days that
 * grow, from the place of the last page on: a page found in the newest days costs no planning for the others, and rare
 * deliveries cost a handful of statements, each served by an index:
 *   delivery_of_endpoint_idx      of one endpoint, or of each of an application's few
 *   delivery_trouble_idx          whatever did not succeed at once; all filters are columns of it
 *   message_of_type_idx           of some event types
 *   message_search_words_idx      messages with these words, and then their deliveries
 *   delivery_of_environment_idx   the rest
 */
import type { EnvironmentId } from "../../../ids.ts";
import { logPool, queryList } from "../../client.ts";
import { inLine } from "../hot/lines.ts";
import { type Range, rangesOf } from "../dayRanges.ts";
import { madeBetween } from "../days.ts";
import { nameOf } from "../where.ts";
import { type FoundMessage, findByWords } from "./messageWords.ts";
import { isOf, isOfAnyType, isOfType } from "../isOf.ts";

export type LogFilter = {
  environmentId: string;
  /** Of what is pending, `untried`: without an attempt; `retrying`: whose last attempt failed. */
  status?: string[] | undefined;
  /** Both ends included. */
  statusCodes?: [from: number, to: number][] | undefined;
  eventTypes?: string[] | undefined;
  /** Only these endpoints; for an application, all that it ever had. */
  endpointIds?: string[] | undefined;
  applicationId?: string | undefined;
  errorClasses?: string[] | undefined;
  minAttempts?: number | undefined;
  /** RFC 3339: only what was last attempted then or later. */
  attemptedSince?: string | undefined;
  messageIds?: string[] | undefined;
  channel?: string | undefined;
  tag?: string | undefined;
  /** Words that the message's payload has (`searchKeys`). */
  words?: string[] | undefined;
  /** The range of the messages' moments; `until` is excluded. */
  since: Date;
  until: Date;
};

export type LogPlace = { createdAt: Date; messageId: string; endpointId: string };

export type LogRow = LogPlace & {
  applicationId: string;
  eventType: string;
  status: "pending" | "succeeded" | "failed" | "cancelled";
  leased: boolean;
  attemptCount: number;
  lastStatusCode: number | null;
  lastErrorClass: string | null;
  lastDurationMs: number | null;
  lastAttemptAt: Date | null;
  nextAttemptAt: Date | null;
  /** Whether the delivery waits for its turn in a line. */
  inLine: boolean;
};

export type Reading = {
  filter: LogFilter;
  place: LogPlace | null;
  down: boolean;
  limit: number;
  /** Whether nothing may be missing that is stored: read from the primary, for work that is done by the log. */
  isExact?: boolean;
};

/** Deliveries from the place on, in the direction of reading. */
export async function readLog({ filter: wanted, place, down, limit, isExact = false }: Reading): Promise<LogRow[]> {
  const rows: LogRow[] = [];
  const query = isExact ? queryPrimary : queryList;
  const filter = await narrow(wanted, query);
  if (filter === null) return rows;
  for await (const part of partsOf(filter, place, down)) {
    const left = limit - rows.length;
    const statement = new Statement(part.filter, part.range, place, down);
    const text = statement.rows(left);
    const found = await query<LogRow>({ ...(isPlain(part.filter) ? { name: nameOf(text) } : {}), text, values: statement.values });
    rows.push(...found.rows);
    if (rows.length >= limit) break;
  }
  return rows;
}

/** Counts matching deliveries, up to `limit`. */
export async function countLog(wanted: LogFilter, limit: number): Promise<number> {
  let count = 0;
  const filter = await narrow(wanted, queryList);
  if (filter === null) return count;
  for await (const part of partsOf(filter, null, true)) {
    const statement = new Statement(part.filter, part.range, null, true);
    const { rows } = await queryList<{ count: number }>({ text: statement.count(limit - count), values: statement.values });
    count += rows[0]?.count ?? 0;
    if (count >= limit) break;
  }
  return count;
}

/** So many of the newest that a filter finds are sorted by something else than their key. */
export const sortedDeliveries = 10_000;

/** A delivery's place among those that are sorted by when they were last attempted; before that, by when they were accepted. */
export type AttemptPlace = { moment: Date; messageId: string; endpointId: string };

export const lastMomentOf = ({ lastAttemptAt, createdAt }: Pick<LogRow, "lastAttemptAt" | "createdAt">): Date => lastAttemptAt ?? createdAt;

/**
 * Of the newest `sortedDeliveries` that the filter finds those beyond the place, the last attempted first, or last if not `down`.
 * No index has that order, which changes with every attempt: so many are read by those that there are, and sorted.
 */
export async function readLastAttempted({
  filter: wanted,
  place,
  down,
  limit,
}: {
  filter: LogFilter;
  place: AttemptPlace | null;
  down: boolean;
  limit: number;
}): Promise<LogRow[]> {
  const filter = await narrow(wanted, queryList);
  if (filter === null) return [];
  const best: LogRow[] = [];
  let left = sortedDeliveries;
  for await (const part of partsOf(filter, null, true)) {
    const statement = new Statement(part.filter, part.range, null, true);
    const found = await queryList<LogRow & { scanned: number }>({
      text: statement.lastAttempted(left, { place, down, limit }),
      values: statement.values,
    });
    best.push(...found.rows.filter(({ messageId }) => messageId !== null));
    left -= found.rows[0]?.scanned ?? 0;
    if (left <= 0) break;
  }
  return best.sort((one, other) => (down ? -1 : 1) * compareMoments(one, other)).slice(0, limit);
}

function compareMoments(one: LogRow, other: LogRow): number {
  const apartMs = lastMomentOf(one).getTime() - lastMomentOf(other).getTime();
  const [a, b] = [one, other].map(({ messageId, endpointId }) => `${messageId}.${endpointId}`) as [string, string];
  return apartMs || (a < b ? -1 : Number(a > b));
}

const queryPrimary: typeof queryList = (query) => logPool().query(query);

const fewMessages = 300;

/** What is read one after the other: ranges of days, and in each, where words are searched for, some messages that have them. */
async function* partsOf(filter: LogFilter, place: LogPlace | null, down: boolean): AsyncGenerator<{ filter: LogFilter; range: Range }> {
  const { words, messageIds } = filter;
  for (const range of rangesOf(filter, place?.createdAt ?? null, down)) {
    if (words === undefined) {
      yield { filter, range };
      continue;
    }
    let beyond: FoundMessage | null = null;
    do {
      const found: FoundMessage[] = await findByWords(words, { ...range, beyond, down, limit: fewMessages });
      const ids = found.map(({ id }) => id).filter((id) => messageIds?.includes(id) ?? true);
      if (ids.length > 0) yield { filter: { ...filter, messageIds: ids }, range };
      beyond = found.length < fewMessages ? null : (found.at(-1) ?? null);
    } while (beyond !== null);
  }
}

/** If the event types are rare, their messages' ids take their place in the filter: then only those are looked at. Null: there are none. */
async function narrow(filter: LogFilter, query: typeof queryList): Promise<LogFilter | null> {
  const { environmentId, eventTypes, messageIds, words, since, until } = filter;
  if (eventTypes === undefined || messageIds !== undefined || words !== undefined) return filter;
  const { rows } = await query<{ id: string; createdAt: Date }>({
    text: `select m."id", m."createdAt" from message m where ${isOfAnyType("$1", "$2")} and m."createdAt" >= $3 and m."createdAt" < $4
      limit $5`,
    values: [environmentId, eventTypes, since, until, fewMessages + 1],
  });
  if (rows.length === 0) return null;
  if (rows.length > fewMessages) return filter;
  const times = rows.map(({ createdAt }) => createdAt.getTime());
  const range = { since: new Date(Math.min(...times)), until: new Date(Math.max(...times) + 1) };
  return { ...filter, ...range, messageIds: rows.map(({ id }) => id) };
}

/** Whether the filter says no more than whose deliveries these are: its statements have few forms, each with an index of its own. */
function isPlain(filter: LogFilter): boolean {
  const { endpointIds, applicationId } = filter;
  const isOfOwner = endpointIds === undefined ? applicationId === undefined : endpointIds.length === 1;
  return isOfOwner && Object.entries(filter).every(([name, value]) => value === undefined || owning.has(name));
}

const owning: ReadonlySet<string> = new Set(["environmentId", "applicationId", "endpointIds", "since", "until"]);

/** The deliveries with these keys; keys of none are missing in the answer. */
export async function readKeys(environmentId: EnvironmentId, keys: { messageId: string; endpointId: string }[]): Promise<LogRow[]> {
  if (keys.length === 0) return [];
  const { rows } = await logPool().query<LogRow>({
    text: `select ${logColumns} from unnest($1::text[], $2::text[]) k("messageId", "endpointId")
      join delivery d on d."messageId" = k."messageId" and d."endpointId" = k."endpointId"
      where d."createdAt" between $3 and $4 and d."environmentId" = $5`,
    values: [
      keys.map(({ messageId }) => messageId),
      keys.map(({ endpointId }) => endpointId),
      ...madeBetween("message", ...keys.map(({ messageId }) => messageId)),
      environmentId,
    ],
  });
  return rows;
}

/** The condition of the index delivery_trouble_idx. */
export const trouble = `d."troubleStatus" is not null`;

/** Columns that only this index has, where what is wanted is in it: of the rows' own, by whose values. */
const ofTrouble: Partial<Record<string, string>> = {
  status: "troubleStatus",
  lastStatusCode: "troubleStatusCode",
  attemptCount: "troubleAttempts",
};

export const logColumns = `d."messageId", d."endpointId", d."createdAt", d."applicationId", d."eventType", d."status",
  coalesce(d."leaseId" is not null and d."nextAttemptAt" > now(), false) as "leased", d."attemptCount", d."lastStatusCode",
  d."lastErrorClass", d."lastDurationMs", d."lastAttemptAt", nullif(d."nextAttemptAt", ${inLine}) as "nextAttemptAt",
  coalesce(d."nextAttemptAt" = ${inLine}, false) as "inLine"`;

/** Up to so many endpoints are looked up one by one; deliveries of more are picked out of all. */
const fewEndpoints = 100;

class Statement {
  readonly values: unknown[] = [];
  readonly #filter: LogFilter;
  readonly #range: Range;
  readonly #place: LogPlace | null;
  readonly #down: boolean;

  constructor(filter: LogFilter, range: Range, place: LogPlace | null, down: boolean) {
    this.#filter = filter;
    this.#range = range;
    this.#place = place;
    this.#down = down;
  }

  rows(limit: number): string {
    return this.#select(logColumns, `order by ${this.#order("d")}`, limit, true);
  }

  count(limit: number): string {
    return `select count(*)::int as "count" from (${this.#select("1", "", limit, false)}) c`;
  }

  /** One row more tells how many were read to find them, `scanned`; if none was found it is the only one. */
  lastAttempted(scanned: number, { place, down, limit }: { place: AttemptPlace | null; down: boolean; limit: number }): string {
    const moment = `coalesce(f."lastAttemptAt", f."createdAt")`;
    const key = `(${moment}, f."messageId" collate "C", f."endpointId" collate "C")`;
    const beyond =
      place === null
        ? ""
        : `where ${key} ${down ? "<" : ">"} (${this.#bind(place.moment)}::timestamptz, ${this.#bind(place.messageId)}::text, ${this.#bind(place.endpointId)}::text)`;
    const way = down ? "desc" : "asc";
    return `with found as materialized (${this.rows(scanned)})
      select s."scanned", f.* from (select count(*)::int as "scanned" from found) s
      left join lateral (select f.* from found f ${beyond}
        order by ${moment} ${way}, f."messageId" collate "C" ${way}, f."endpointId" collate "C" ${way} limit ${this.#bind(limit)}) f on true`;
  }

  #select(columns: string, order: string, limit: number, ordered: boolean): string {
    const { endpointIds, eventTypes, applicationId } = this.#filter;
    const end = `limit ${this.#bind(limit)}`;
    if (this.#isOfMessages()) return `select ${columns} from delivery d where ${this.#terms("d")} ${order} ${end}`;
    if (endpointIds !== undefined && endpointIds.length !== 1 && endpointIds.length <= fewEndpoints) {
      const inner = `select d.* from delivery d where ${isOf(`d."endpointId"`, `e."id"`)} and ${this.#terms("d", { ofEndpoint: true })}`;
      const each = ordered ? `${inner} order by ${this.#order("d")} ${end}` : `${inner} ${end}`;
      return `select ${columns} from unnest(${this.#bind(endpointIds)}::text[]) e("id") cross join lateral (${each}) d ${order} ${end}`;
    }
    if (endpointIds?.length === 1)
      return `select ${columns} from delivery d where ${isOf(`d."endpointId"`, this.#bind(endpointIds[0]))} and ${this.#terms("d", { ofEndpoint: true })} ${order} ${end}`;
    if (applicationId !== undefined)
      return `select ${columns} from delivery d where d."applicationId" = ${this.#bind(applicationId)} and ${this.#terms("d")} ${order} ${end}`;
    if (eventTypes !== undefined && !impliesTrouble(this.#filter)) return this.#selectByEventType(eventTypes, columns, order, end, ordered);
    return `select ${columns} from delivery d where ${this.#terms("d")} ${order} ${end}`;
  }

  /** Messages of each type, then their deliveries one by one: `offset 0` keeps the planner from turning that around. */
  #selectByEventType(eventTypes: string[], columns: string, order: string, end: string, ordered: boolean): string {
    const each = eventTypes.map((eventType) => {
      const inner = `select m."id", m."createdAt" from message m where ${isOfType(this.#bind(this.#filter.environmentId), this.#bind(eventType))} and ${this.#window("m", "id")}`;
      const deliveries = `select d.* from (${inner}) m cross join lateral (select d.* from delivery d
        where d."messageId" = m."id" and d."createdAt" = m."createdAt" and ${this.#terms("d", { ofEventType: true })} offset 0) d`;
      const sorted = ordered ? `order by m."createdAt" ${this.#way}, m."id" ${this.#way}, d."endpointId" ${this.#way}` : "";
      return `(${deliveries} ${sorted} ${end})`;
    });
    return `select ${columns} from (${each.join(" union all ")}) d ${order} ${end}`;
  }

  #isOfMessages(): boolean {
    return this.#filter.messageIds !== undefined;
  }

  get #way(): "asc" | "desc" {
    return this.#down ? "desc" : "asc";
  }

  #order(alias: string): string {
    return `${alias}."createdAt" ${this.#way}, ${alias}."messageId" ${this.#way}, ${alias}."endpointId" ${this.#way}`;
  }

  /** SQL: within the range and beyond the place. The bound on createdAt alone lets the planner leave out days. */
  #window(alias: string, id: string): string {
    const terms = [`${alias}."createdAt" >= ${this.#bind(this.#range.since)}`, `${alias}."createdAt" < ${this.#bind(this.#range.until)}`];
    if (this.#place === null) return terms.join(" and ");
    const { createdAt, messageId, endpointId } = this.#place;
    const compare = this.#down ? "<" : ">";
    const at = `${this.#bind(createdAt)}::timestamptz, ${this.#bind(messageId)}::text`;
    if (id === "id") terms.push(`(${alias}."createdAt", ${alias}."id") ${compare}= (${at})`);
    else
      terms.push(`(${alias}."createdAt", ${alias}."messageId", ${alias}."endpointId") ${compare} (${at}, ${this.#bind(endpointId)}::text)`);
    return terms.join(" and ");
  }

  /** SQL: the window and the filter. What is `known` already is left out: it would mislead the planner, or make it read whole rows. */
  #terms(alias: string, known: { ofEventType?: boolean; ofEndpoint?: boolean } = {}): string {
    const filter = this.#filter;
    const inTrouble = impliesTrouble(filter);
    const column = (name: string): string => `${alias}."${(inTrouble && ofTrouble[name]) || name}"`;
    const terms = [this.#window(alias, "messageId")];
    if (!known.ofEventType && (!known.ofEndpoint || inTrouble)) terms.push(this.#ofEnvironment(column("environmentId"), inTrouble));
    const anyOf = (name: string, wanted: string[] | undefined): void => {
      if (wanted?.length === 1) terms.push(`${column(name)} = ${this.#bind(wanted[0])}`);
      else if (wanted !== undefined) terms.push(`${column(name)} = any(${this.#bind(wanted)}::text[])`);
    };
    const whyPending = Object.entries(pendingBy).filter(([each]) => filter.status?.includes(each));
    if (whyPending.length > 0) {
      const others = filter.status?.filter((each) => !Object.hasOwn(pendingBy, each)) ?? [];
      const each = whyPending.map(([, fact]) => `(${column("status")} = 'pending' and ${alias}.${fact})`);
      if (others.length > 0) each.push(`${column("status")} = any(${this.#bind(others)}::text[])`);
      terms.push(`(${each.join(" or ")})`);
    } else anyOf("status", filter.status);
    if (!known.ofEventType) anyOf("eventType", filter.eventTypes);
    anyOf("lastErrorClass", filter.errorClasses);
    anyOf("messageId", filter.messageIds);
    // Among those of a message there are few: what else is wanted of them is looked at row by row.
    if (this.#isOfMessages() || (filter.endpointIds !== undefined && filter.endpointIds.length > fewEndpoints))
      anyOf("endpointId", filter.endpointIds);
    if (this.#isOfMessages() && filter.applicationId !== undefined) anyOf("applicationId", [filter.applicationId]);
    if (filter.statusCodes !== undefined) {
      const each = filter.statusCodes.map(([from, to]) =>
        from === to
          ? `${column("lastStatusCode")} = ${this.#bind(from)}`
          : `${column("lastStatusCode")} between ${this.#bind(from)} and ${this.#bind(to)}`,
      );
      terms.push(`(${each.join(" or ")})`);
    }
    if (filter.attemptedSince !== undefined) terms.push(`${column("lastAttemptAt")} >= ${this.#bind(filter.attemptedSince)}::timestamptz`);
    if (filter.minAttempts !== undefined && filter.minAttempts > 0)
      terms.push(`${column("attemptCount")} >= ${this.#bind(filter.minAttempts)}`);
    if (inTrouble) terms.push(trouble);
    const ofMessage = [
      ...(filter.channel === undefined ? [] : [`x."channels" @> array[${this.#bind(filter.channel)}]::text[]`]),
      ...(filter.tag === undefined ? [] : [`x."tags" @> array[${this.#bind(filter.tag)}]::text[]`]),
    ];
    if (ofMessage.length > 0)
      terms.push(
        `exists (select from message x where x."id" = ${column("messageId")} and x."createdAt" = ${column("createdAt")} and ${ofMessage.join(" and ")})`,
      );
    return terms.join(" and ");
  }

  /** SQL: what is wanted by messages or endpoints, or among what is in trouble, is found otherwise. */
  #ofEnvironment(column: string, inTrouble: boolean): string {
    const id = this.#bind(this.#filter.environmentId);
    return inTrouble || this.#isOfMessages() ? `${column} = ${id}` : isOf(column, id);
  }

  #bind(value: unknown): string {
    return `$${this.values.push(value)}`;
  }
}

/** What is so of a delivery that is pending, by why it is. */
const pendingBy = { untried: `"attemptCount" = 0`, retrying: `"lastErrorClass" is not null` };

/** Whether a delivery that succeeded at its first attempt, or waits for it, can't be meant. */
function impliesTrouble({ status, statusCodes, errorClasses, minAttempts }: LogFilter): boolean {
  return (
    errorClasses !== undefined ||
    (minAttempts ?? 0) > 1 ||
    (status?.every((each) => each === "failed" || each === "cancelled" || each === "retrying") ?? false) ||
    (statusCodes?.every(([from, to]) => to < 200 || from > 299) ?? false)
  );
}
