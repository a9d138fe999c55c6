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
  /** Restoring a backup: one at a time into one database. */
  restore: 7_206_917_041,
  /** Shapes of payloads: one process samples them at a time. */
  shapes: 7_206_917_042,
  /** The list of keys that seal: who looks at it and then writes to it does so alone. */
  sealKeys: 7_206_917_021,
  /** Sealing anew with the newest key: one process at a time. */
  reseal: 7_206_917_022,
  /** Held together by all processes that open sealed values. */
  opensSealed: 7_206_917_023,
  /** Keys that a process opens with, and the one it seals with, held together: seeds, hashed with the key's id. */
  opensWith: 7_206_917_024,
  sealsWith: 7_206_917_025,
} as const;

/** SQL: the lock of one key among those of a purpose. $1 is the key's id. */
export const lockOfKey = (seed: number): string => `hashtextextended(encode($1::bytea, 'hex'), ${seed})`;
