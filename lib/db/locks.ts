/**
 * The advisory locks of PostgreSQL that Webster takes: one number for each purpose, because two purposes with one number
 * wait for each other. A number is never given to another purpose: during an upgrade the version before still runs.
 */
export const locks = {
  /** Of several processes that start together, one migrates and the others wait. */
  migrate: 7_206_917_013,
  /** Whoever comes second finds the work done. */
  partitions: 7_206_917_014,
  /** The first organization and its owner. */
  bootstrap: 7_206_917_015,
  /** Places in a delivery line: a seed, hashed with endpoint and key. */
  lines: 7_206_917_016,
  /** Places in a feed: a seed, hashed with the application. */
  feed: 7_206_917_017,
  /** These three one process does at a time; the others have nothing to do. */
  incidents: 7_206_917_018,
  expire: 7_206_917_019,
  rollup: 7_206_917_020,
} as const;
