/** A list as the API takes it: null where nothing was chosen. */
export const orNull = <T>(values: T[]): T[] | null => (values.length > 0 ? values : null);
