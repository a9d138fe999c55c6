/**
 * The replica that lists of the log are read from (DATABASE_REPLICA_URL), while it is near enough behind the primary. How far
 * it is behind is known from positions in the primary's log, noted once a second: no clock of another machine is asked.
 */
import type pg from "pg";
import { log } from "../log.ts";
import { setSingleton, singleton } from "../singleton.ts";
import { isSameDatabase } from "./replicaFitness.ts";

export type ReplicaState = {
  /** Null: it can't be reached, is of another database, or its position is not known yet. */
  lagSeconds: number | null;
  isUsed: boolean;
};

type Noted = { atMs: number; position: bigint };

const everyMs = 1_000;
// Of positions older than this it only matters that the replica is too far behind.
const notedFor = 600;

export class Replica {
  readonly #primary: () => pg.Pool;
  readonly #replica: pg.Pool;
  readonly #maximumLagMs: number;
  #noted: Noted[] = [];
  #lagMs: number | null = null;
  #isUsed = false;
  /** Whether it has been seen to be of the same database, since it was last away: a position says nothing of that. */
  #isSame = false;
  #timer: NodeJS.Timeout | null = null;
  #stopped = false;

  constructor(primary: () => pg.Pool, replica: pg.Pool, maximumLagMs: number) {
    this.#primary = primary;
    this.#replica = replica;
    this.#maximumLagMs = maximumLagMs;
  }

  /** Begins to look once a second. */
  start(): void {
    void this.look().finally(() => {
      if (!this.#stopped) this.#timer = setTimeout(() => this.start(), everyMs).unref();
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#replica.end();
  }

  /** The pool to read from: the replica's, or null where the primary must be asked. */
  get pool(): pg.Pool | null {
    return this.#isUsed ? this.#replica : null;
  }

  get state(): ReplicaState {
    return { lagSeconds: this.#lagMs === null ? null : Math.round(this.#lagMs / 100) / 10, isUsed: this.#isUsed };
  }

  async look(): Promise<void> {
    try {
      const atMs = performance.now();
      const position = await positionAt(this.#primary(), "pg_current_wal_lsn()");
      if (position !== null) this.#noted = [...this.#noted.slice(-notedFor), { atMs, position }];
    } catch {
      // Without the primary nothing new is noted: what the replica has then is as old as the last note.
    }
    try {
      const reached = await positionAt(this.#replica, "pg_last_wal_replay_lsn()");
      this.#isSame ||= reached !== null && (await isSameDatabase(this.#primary(), this.#replica));
      this.#lagMs = reached === null || !this.#isSame ? null : this.#lagOf(reached);
    } catch (error) {
      if (this.#lagMs !== null) log.warn({ error: (error as Error).message }, "replica.unreachable");
      this.#lagMs = null;
      this.#isSame = false;
    }
    const isUsed = this.#lagMs !== null && this.#lagMs <= this.#maximumLagMs;
    if (isUsed !== this.#isUsed) log.info({ lagMs: this.#lagMs }, isUsed ? "replica.used" : "replica.left");
    this.#isUsed = isUsed;
  }

  /** Since the last note that the replica has reached; null: it has reached none. */
  #lagOf(reached: bigint): number | null {
    const missing = this.#noted.find(({ position }) => position > reached);
    if (this.#noted.length === 0) return null;
    return missing === undefined ? 0 : performance.now() - missing.atMs;
  }
}

async function positionAt(pool: pg.Pool, position: string): Promise<bigint | null> {
  const { rows } = await pool.query<{ position: string | null }>(`select (${position} - '0/0'::pg_lsn)::text as "position"`);
  const text = rows[0]?.position;
  return text == null ? null : BigInt(text);
}

/** The replica of this process; null: none is set. */
export const replica = (): Replica | null => singleton<Replica | null>("replica", () => null);

export const setReplica = (value: Replica | null): void => setSingleton("replica", value ?? undefined);
