/** Messages that an endpoint would get today and did not get. */
import type { Actor } from "../../actor.ts";
import { databaseNowMs } from "../../db/clock.ts";
import type { Endpoint } from "../../db/generated/client.ts";
import { endOfLists } from "../../db/sql/days.ts";
import { countMissing } from "../../db/sql/hot/resendMany.ts";
import { storedFilter } from "../shared/filterColumns.ts";
import { endpointOf } from "../shared/scope.ts";
import { dayMs } from "../../words/duration.ts";

const countedMessages = 10_000;
const rangeDays = 14;

export async function countMissed(actor: Actor, applicationIdOrUid: string, endpointIdOrUid: string, since: string | null | undefined) {
  const { endpoint } = await endpointOf(actor, applicationIdOrUid, endpointIdOrUid);
  return missedSince(endpoint, since ? new Date(since) : (endpoint.disabledAt ?? new Date(0)));
}

/** What an endpoint missed since a moment, looking back at most 14 days; counted as `replay-missing` would send it. */
export async function missedSince(endpoint: Endpoint, since: Date) {
  const from = new Date(Math.max(since.getTime(), databaseNowMs() - rangeDays * dayMs));
  const { id: endpointId, environmentId, applicationId, eventTypes, channels } = endpoint;
  const missing = { environmentId, applicationId, endpointId, eventTypes, channels, since: from, until: endOfLists() };
  const count = await countMissing({ ...missing, filter: storedFilter(endpoint) }, countedMessages + 1);
  return { since: from, count: Math.min(count, countedMessages), capped: count > countedMessages };
}
