/**
 * Filters of the log of deliveries. A new one is a name here, a shape in lib/contract/delivery.ts, and a condition in
 * lib/db/sql/log/log.ts; query, address bar and body follow.
 */
export const logFilters = {
  status: "many",
  httpStatus: "many",
  eventTypes: "many",
  endpointId: "one",
  applicationId: "one",
  errorClass: "many",
  minAttempts: "one",
  messageId: "one",
  search: "one",
  channel: "one",
  tag: "one",
  before: "one",
  after: "one",
  attemptedAfter: "one",
} as const;

export type LogFilterName = keyof typeof logFilters;
export const logFilterNames = Object.keys(logFilters) as LogFilterName[];

/** `httpStatus` as a query has it: `http_status`. */
export type SnakeCase<S extends string> = S extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${SnakeCase<Rest>}`
  : S;

export const snakeCase = <S extends string>(name: S): SnakeCase<S> =>
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) as SnakeCase<S>;
