/** Filters: what is wrong with one, and what one would have matched. */
import type { Actor } from "../actor.ts";
import type { FilterDocument, FilterDryRunIn, FilterDryRunOut } from "../contract/filter.ts";
import { type Endpoint, Prisma } from "../db/generated/client.ts";
import { env } from "../env.ts";
import { AppError } from "../errors.ts";
import { type Filter, parseFilter } from "../webhooks/filter.ts";
import { matches } from "../webhooks/matching.ts";
import { messageSubject } from "../webhooks/filterSubject.ts";
import { type RecentMessage, recentMessages } from "./recentMessages.ts";
import { applicationOf } from "./scope.ts";

/** Throws a validation error that names each place below `body.filter`. */
export function requireFilter(document: FilterDocument): Filter {
  const parsed = parseFilter(document);
  if (parsed.ok) return parsed.filter;
  const issues = parsed.faults
    .slice(0, 20)
    .map(({ path, reason }) => ({ loc: ["body", "filter", ...path], msg: reason, type: "value_error" }));
  throw new AppError("validation_error", "The filter is not valid", { issues });
}

/** As it is stored. Throws like `requireFilter`. */
export function filterColumn(document: FilterDocument | null | undefined): Prisma.InputJsonObject | typeof Prisma.DbNull {
  if (document === null || document === undefined) return Prisma.DbNull;
  requireFilter(document);
  return document as Prisma.InputJsonObject;
}

/** Of an endpoint's or a polling endpoint's row. What was saved has been checked; should it be refused now, nothing is held back. */
export function storedFilter({ filter }: Pick<Endpoint, "filter">): Filter | null {
  const parsed = filter === null ? null : parseFilter(filter);
  return parsed?.ok === true ? parsed.filter : null;
}

type DryRun = Omit<FilterDryRunOut, "data"> & { data: (Omit<FilterDryRunOut["data"][number], "timestamp"> & { timestamp: Date })[] };

export async function dryRun(actor: Actor, applicationIdOrUid: string, input: FilterDryRunIn): Promise<DryRun> {
  const filter = input.filter ? requireFilter(input.filter) : null;
  const { id } = await applicationOf(actor, applicationIdOrUid);
  const wanted = { eventTypes: input.eventTypes ?? [], channels: input.channels ?? [], filter };
  const data: DryRun["data"] = [];
  for await (const message of recentMessages(id, input.limit)) {
    const refusedBy = refusalOf(wanted, message);
    data.push({ id: message.id, eventType: message.eventType, timestamp: message.createdAt, matched: refusedBy === null, refusedBy });
  }
  return { looked: data.length, matched: data.filter(({ matched }) => matched).length, data };
}

/** Null: it matches. */
function refusalOf(
  { eventTypes, channels, filter }: { eventTypes: string[]; channels: string[]; filter: Filter | null },
  message: RecentMessage,
): FilterDryRunOut["data"][number]["refusedBy"] {
  const { payload } = message;
  const subject = () => messageSubject({ ...message, payload: payload ?? Buffer.alloc(0) }, env().maxPayloadBytes);
  if (!matches({ eventTypes, channels: [] }, message, subject)) return "eventTypes";
  if (!matches({ eventTypes: [], channels }, message, subject)) return "channels";
  if (filter !== null && payload === null && filter.asksPayload) return "noContent";
  return matches({ eventTypes: [], channels: [], filter }, message, subject) ? null : "filter";
}
