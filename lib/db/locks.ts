/**
 * The advisory locks of PostgreSQL that Webster takes: one number for each purpose, because two purposes with one number
 * wait for each other. A number is never given to another purpose: during an upgrade the version before still runs.
 */
export const locks = {
  /** Migrations: of several processes that start together, one migrates and the others wait. */
  migrate: 7_206_917_013,
  /** Making and dropping partitions: whoever comes second finds the work done. */
  partitions: 7_206_917_014,
  /** Making the first organization and its owner. */
  bootstrap: 7_206_917_015,
  /** Places in a delivery line: a seed, hashed with endpoint and key. */
  lines: 7_206_917_016,
  /** Places in a feed: a seed, hashed with the application. */
  feed: 7_206_917_017,
  /** Incidents, and below them expiry and rollups: one process does each at a time, and the others skip it. */
  incidents: 7_206_917_018,
  expire: 7_206_917_019,
  rollup: 7_206_917_020,
  /** Words of payloads: one process reads them at a time. */
  search: 7_206_917_040,
} as const;
