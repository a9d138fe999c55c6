/**
 * Rows by whose they are. Where an index of what is partitioned by days begins with an id, it holds 8 bytes of the id's hash instead,
 * for what is written with every message; so a condition names both: the hash finds the rows, the id says that they are the right ones.
 */

/** SQL: whether a row is of the id. */
export const isOf = (column: string, id: string): string =>
  `hashtextextended(${column}, 0) = hashtextextended(${id}, 0) and ${column} = ${id}`;

/** SQL: whether a row is of one of the ids, of a parameter that is a text[]. */
export const isOfAny = (column: string, ids: string): string =>
  `hashtextextended(${column}, 0) = any(array(select hashtextextended(k, 0) from unnest(${ids}::text[]) k)) and ${column} = any(${ids}::text[])`;

/** SQL: whether a `message m` is of the environment and the event type. */
export const isOfType = (environmentId: string, eventType: string): string =>
  `${ownTypeHash} = ${typeHash(eventType, environmentId)} and m."environmentId" = ${environmentId} and m."eventType" = ${eventType}`;

/** SQL: whether a `message m` is of the environment and one of the event types, of a parameter that is a text[]. */
export const isOfAnyType = (environmentId: string, eventTypes: string): string =>
  `${ownTypeHash} = any(array(select ${typeHash("k", environmentId)} from unnest(${eventTypes}::text[]) k))
    and m."environmentId" = ${environmentId} and m."eventType" = any(${eventTypes}::text[])`;

const typeHash = (eventType: string, environmentId: string): string =>
  `hashtextextended(${eventType}, hashtextextended(${environmentId}, 0))`;

const ownTypeHash = typeHash(`m."eventType"`, `m."environmentId"`);
