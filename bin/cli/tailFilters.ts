/** The filters of the log, as `GET /api/v1/delivery` has them, and the same for rows that are told as they change. */
import type { DeliveryOut } from "../../lib/contract/delivery.ts";
import { isId } from "../../lib/ids.ts";

export type DeliveryFilters = {
  status?: string[];
  httpStatus?: string[];
  eventTypes?: string[];
  endpoint?: string;
  app?: string;
  errorClass?: string[];
  minAttempts?: number;
  message?: string;
  search?: string;
  channel?: string;
  tag?: string;
  after?: string;
  before?: string;
};

export function queryOf(filters: DeliveryFilters): URLSearchParams {
  const { status, httpStatus, eventTypes, endpoint, app, errorClass, minAttempts, message, search, channel, tag, after, before } = filters;
  const given = {
    status,
    http_status: httpStatus,
    event_types: eventTypes,
    endpoint_id: endpoint,
    application_id: app,
    error_class: errorClass,
    min_attempts: minAttempts,
    message_id: message,
    search,
    channel,
    tag,
    after,
    before,
  };
  return new URLSearchParams(Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])));
}

/** Whether only the server knows which rows are meant: a row does not tell its message's words, channels and tags, nor its attempts' ids. */
export const isForServer = ({ message, search, channel, tag }: DeliveryFilters): boolean =>
  [search, channel, tag].some((one) => one !== undefined) || (message !== undefined && isId("attempt", message));

/** For filters that are not `isForServer`. */
export function isShown(row: DeliveryOut, filters: DeliveryFilters): boolean {
  const { status, httpStatus, eventTypes, endpoint, app, errorClass, minAttempts, message, after, before } = filters;
  const createdAt = Date.parse(row.createdAt);
  return [
    status === undefined || status.some((wanted) => isInStatus(wanted, row)),
    httpStatus === undefined || httpStatus.some((wanted) => isStatus(wanted, row.lastStatusCode)),
    isAny(eventTypes, row.eventType),
    endpoint === undefined || endpoint === row.endpointId,
    app === undefined || app === row.applicationId || app === row.applicationUid,
    isAny(errorClass, row.lastErrorClass ?? ""),
    minAttempts === undefined || row.attemptCount >= minAttempts,
    message === undefined || message === row.messageId || message === row.eventId,
    after === undefined || createdAt >= Date.parse(after),
    before === undefined || createdAt < Date.parse(before),
  ].every(Boolean);
}

const isAny = (wanted: string[] | undefined, found: string): boolean => wanted === undefined || wanted.includes(found);

function isInStatus(wanted: string, { status, attemptCount, lastErrorClass }: DeliveryOut): boolean {
  if (wanted === "untried") return status === "pending" && attemptCount === 0;
  if (wanted === "retrying") return status === "pending" && lastErrorClass !== null;
  return status === wanted;
}

/** Whether the code fits what is wanted: `503`, `500-504`, `5xx`, or `0`. */
function isStatus(wanted: string, code: number | null): boolean {
  const [first = "", last = first] = wanted.split("-");
  return code !== null && Number(first.replace("xx", "00")) <= code && code <= Number(last.replace("xx", "99"));
}
