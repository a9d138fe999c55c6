/**
 * Rows by whose they are. Where an index of what is partitioned by days begins with an id, it holds 8 bytes of the id's hash instead,
 * for what is written with every message; so a condition names both: the hash finds the rows, the id says that they are the right ones.
 */

/** SQL: whether a row is of the id. */
export const isOf = (column: string, id: string): string =>
  `hashtextextended(${column}, 0) = hashtextextended(${id}, 0) and ${surely(`${column} = ${id}`)}`;

/** SQL: whether a `message m` is of the environment and the event type. */
export const isOfType = (environmentId: string, eventType: string): string =>
  `${ownTypeHash} = ${typeHash(eventType, environmentId)} and ${surely(`m."environmentId" = ${environmentId} and m."eventType" = ${eventType}`)}`;

/** SQL: whether a `message m` is of the environment and one of the event types, of a parameter that is a text[]. */
export const isOfAnyType = (environmentId: string, eventTypes: string): string =>
  `${ownTypeHash} = any(array(select ${typeHash("k", environmentId)} from unnest(${eventTypes}::text[]) k))
    and ${surely(`m."environmentId" = ${environmentId} and m."eventType" = any(${eventTypes}::text[])`)}`;

/**
 * SQL: the same condition, of which the planner knows nothing. It would take it for another than the hash's, believe that few of the
 * few are left, and read and sort all of somebody's rows for a page of them.
 */
const surely = (condition: string): string => `coalesce(${condition}, false)`;

const typeHash = (eventType: string, environmentId: string): string =>
  `hashtextextended(${eventType}, hashtextextended(${environmentId}, 0))`;

const ownTypeHash = typeHash(`m."eventType"`, `m."environmentId"`);
