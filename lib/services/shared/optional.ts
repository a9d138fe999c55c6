/** Values that may be left out. */

/** A list as the API shows it: null where there is no restriction. */
export const orNull = <T>(values: readonly T[]): T[] | null => (values.length > 0 ? [...values] : null);

/** A member of a change, if it was given: undefined leaves the column as it is, null does not. */
export const given = <K extends string, T>(key: K, value: T | undefined): { [P in K]?: T } =>
  (value === undefined ? {} : { [key]: value }) as { [P in K]?: T };
