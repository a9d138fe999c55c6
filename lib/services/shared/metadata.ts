/** The caller's own notes on a row. To the database they are any JSON; no other way leads in than the contract's `metadata`. */
export const metadataOf = ({ metadata }: { metadata: unknown }): Record<string, string> => metadata as Record<string, string>;
