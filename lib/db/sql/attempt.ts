/** SQL: whether an `attempt` has succeeded. */
export const hasSucceeded = (alias: string): string => `${alias}."errorClass" is null`;
