/** What a background task's row holds as JSON: what it was asked for, and how far it is. */
import type { LogFilter } from "../../db/sql/log/log.ts";
import type { KeptQuery } from "../../db/sql/log/receivedLog.ts";
import type { SubscribedTypes } from "../../db/sql/figures/statistics.ts";

/** Where a task stands in its list, as JSON. In quarantine `messageId` is the received request's. */
export type TaskCursor = { createdAt: string; messageId: string; endpointId?: string };

export type TaskInput = {
  since?: string;
  until?: string;
  /** The filter of a bulk task: what its creator may see, resolved. Dates are text. */
  filter?: StoredFilter;
  quarantine?: StoredQuarantine;
  ratePerSecond?: number | null;
  /** Whether the task begins slowly, and goes on as fast as the endpoint takes it. */
  ramp?: boolean;
  /** How much there is to do. Null: more than were counted. */
  total?: number | null;
  /** The applications that statistics are of. */
  applicationIds?: string[];
};

export type StoredFilter = Omit<LogFilter, "since" | "until"> & { since: string; until: string };

/** `trusted`: released without being verified or filtered. Tasks of an earlier version say neither verdict nor event type. */
export type StoredQuarantine = Pick<KeptQuery, "sourceId" | "ids" | "reason"> &
  Partial<Pick<KeptQuery, "verdict" | "eventType">> & { trusted: boolean };

export type TaskResult =
  | { appStats: { appId: string; appUid: string | null; messageDestinations: number }[] }
  | { event_types: SubscribedTypes[] };

export type Progress = {
  queued?: number;
  looked?: number;
  failures?: number;
  cursor?: TaskCursor;
  result?: TaskResult;
  pace?: number;
};

/** Deliveries a second of a task that ramps up, to begin with. */
export const firstPacePerSecond = 10;
