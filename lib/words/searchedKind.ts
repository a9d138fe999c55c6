/** What can be found by name. */
export const searchedKinds = ["application", "endpoint", "eventType", "source", "member"] as const;
export type SearchedKind = (typeof searchedKinds)[number];
