/** What a filter would have matched of an application's newest messages. */
import { setImmediate as turnOfOthers } from "node:timers/promises";
import type { Actor } from "../../actor.ts";
import type { FilterDryRunIn, FilterDryRunOut } from "../../contract/filter.ts";
import { env } from "../../env.ts";
import type { Filter, FilterSubject } from "../../webhooks/filter.ts";
import { matches } from "../../webhooks/matching.ts";
import { messageSubject } from "../../webhooks/filterSubject.ts";
import { requireFilter } from "../shared/filterColumns.ts";
import { applicationOf } from "../shared/scope.ts";
import { type RecentMessage, recentMessages } from "../../db/sql/log/recentMessages.ts";

type DryRun = Omit<FilterDryRunOut, "data"> & { data: (Omit<FilterDryRunOut["data"][number], "timestamp"> & { timestamp: Date })[] };

export async function dryRun(actor: Actor, applicationIdOrUid: string, input: FilterDryRunIn): Promise<DryRun> {
  const filter = input.filter ? requireFilter(input.filter) : null;
  const { id } = await applicationOf(actor, applicationIdOrUid);
  return heldAgainst({ eventTypes: input.eventTypes ?? [], channels: input.channels ?? [], filter }, recentMessages(id, input.limit));
}

type Wanted = { eventTypes: string[]; channels: string[]; filter: Filter | null };

/** Others' requests are answered between the messages: reading a large one, and asking a filter of it, takes its time. */
export async function heldAgainst(wanted: Wanted, messages: AsyncIterable<RecentMessage> | Iterable<RecentMessage>): Promise<DryRun> {
  const data: DryRun["data"] = [];
  for await (const message of messages) {
    await turnOfOthers();
    const { refusedBy, unjudged } = refusalOf(wanted, message);
    const { id, eventType, createdAt: timestamp } = message;
    data.push({ id, eventType, timestamp, matched: refusedBy === null, refusedBy, unjudged });
  }
  return { looked: data.length, matched: data.filter(({ matched }) => matched).length, data };
}

export type Refusal = Pick<FilterDryRunOut["data"][number], "refusedBy" | "unjudged">;

/** Why a message is not matched. Null: it is. */
export function refusalOf({ eventTypes, channels, filter }: Wanted, message: RecentMessage, subject = subjectOf(message)): Refusal {
  const { payload } = message;
  const asked = () => subject;
  if (!matches({ eventTypes, channels: [] }, message, asked)) return { refusedBy: "eventTypes", unjudged: false };
  if (!matches({ eventTypes: [], channels }, message, asked)) return { refusedBy: "channels", unjudged: false };
  if (filter !== null && payload === null && filter.asksPayload) return { refusedBy: "noContent", unjudged: false };
  const before = subject.work.beyond;
  const isWanted = matches({ eventTypes: [], channels: [], filter }, message, asked);
  return { refusedBy: isWanted ? null : "filter", unjudged: subject.work.beyond > before };
}

/** What filters ask of a message. Several that are asked with one share what filters may look at. */
export const subjectOf = (message: RecentMessage): FilterSubject =>
  messageSubject({ ...message, payload: message.payload ?? Buffer.alloc(0) }, env().maxPayloadBytes);
