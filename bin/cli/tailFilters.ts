/** The filters of the log, as `GET /api/v1/delivery` has them, and the same for rows that are told as they change. */
import type { DeliveryOut } from "../../lib/contract/delivery.ts";

export type DeliveryFilters = {
  status?: string[];
  httpStatus?: string[];
  eventTypes?: string[];
  endpoint?: string;
  app?: string;
  errorClass?: string[];
  minAttempts?: number;
  message?: string;
  after?: string;
  before?: string;
};

export function queryOf(filters: DeliveryFilters): URLSearchParams {
  const { status, httpStatus, eventTypes, endpoint, app, errorClass, minAttempts, message, after, before } = filters;
  const given = {
    status,
    http_status: httpStatus,
    event_types: eventTypes,
    endpoint_id: endpoint,
    application_id: app,
    error_class: errorClass,
    min_attempts: minAttempts,
    message_id: message,
    after,
    before,
  };
  return new URLSearchParams(Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])));
}

export function isShown(row: DeliveryOut, filters: DeliveryFilters): boolean {
  const { status, httpStatus, eventTypes, endpoint, app, errorClass, minAttempts, message, after, before } = filters;
  const createdAt = Date.parse(row.createdAt);
  return [
    isAny(status, row.status),
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

/** Whether the code fits what is wanted: `503`, `5xx`, or `0`. */
const isStatus = (wanted: string, code: number | null): boolean =>
  code !== null && (/^[1-5]xx$/.test(wanted) ? String(Math.floor(code / 100)) === wanted[0] && code >= 100 : String(code) === wanted);
