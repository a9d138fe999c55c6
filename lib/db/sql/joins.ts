/**
 * Joins between the parts of one statement. The planner takes each part for a row or ten, and would look through one for every row of
 * the other: five hundred with five hundred cost more than all else. A full join can only be done by hash.
 */

/** SQL: a part beside another. Where rows of one have no counterpart, the `where` says which are meant: by `isSo`, or by `is null`. */
export const beside = (part: string, on: string): string => `full join ${part} on ${on}`;

/** SQL: whether something is true, in words that let a full join stay one: null is no. */
export const isSo = (condition: string): string => `coalesce(${condition}, false)`;
