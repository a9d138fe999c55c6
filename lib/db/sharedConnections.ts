/**
 * Connections that many short reads share: those that begin in the same turn of the event loop are written in one piece, and what
 * has come back is read in one. A read with a connection of its own wakes a process of the server for itself, which costs more
 * than looking up a row. Answers come in the order of the questions, so only what is quick belongs here; what stands behind a
 * read that is not quick after all, or that has broken the connection, is asked elsewhere.
 */
import type pg from "pg";
import { isOutOfDate, leavesSessionAsItWas } from "./sessionFaults.ts";

/** A statement is prepared once a connection, and its text never changes. */
export type NamedQuery = Required<Pick<pg.QueryConfig, "name" | "text" | "values">>;

type Ask = <Row extends pg.QueryResultRow>(query: NamedQuery) => Promise<pg.QueryResult<Row>>;

/** So many reads are under way on each connection before another is opened. */
const enough = 8;

/** The first read of a connection keeps the others waiting for so long, or twice as long at most. */
const patienceMs = 200;

/** A connection that is never idle is left after this: it remembers all that was ever prepared on it. */
const lifetimeMs = 3_600_000;

export class SharedConnections {
  readonly pool: pg.Pool;
  readonly #max: number;
  readonly #aside: Ask;
  readonly #open: Shared[] = [];
  /** Connections on which nobody begins any more, but some still wait. */
  #left = 0;

  /** `pool`: its clients are made with `pipeline`. `aside` asks on connections that nobody shares. */
  constructor(pool: pg.Pool, max: number, aside: Ask) {
    this.pool = pool;
    this.#max = max;
    this.#aside = aside;
  }

  /** Throws what the driver throws. A connection that breaks fails the read that it was at, and is replaced by the next one. */
  async query<Row extends pg.QueryResultRow>(query: NamedQuery): Promise<pg.QueryResult<Row>> {
    const shared = this.#choose();
    if (shared === null) return this.#aside<Row>(query);
    shared.users++;
    let client: pg.PoolClient;
    try {
      client = await shared.client;
    } catch (error) {
      this.#leave(shared);
      this.#end(shared);
      throw error;
    }
    return this.#ask<Row>(shared, client, query);
  }

  #ask<Row extends pg.QueryResultRow>(shared: Shared, client: pg.PoolClient, query: NamedQuery): Promise<pg.QueryResult<Row>> {
    return new Promise((resolve, reject) => {
      let isElsewhere = false;
      const asked: Asked = {
        goElsewhere: () => {
          if (!isElsewhere) resolve(this.#aside<Row>(query));
          isElsewhere = true;
        },
      };
      shared.underWay.add(asked);
      this.#watch(shared);
      writeTogether(client);
      client
        .query<Row>(query)
        .then(resolve, (error: unknown) => {
          if (this.#note(shared, error) === "anothers") asked.goElsewhere();
          else reject(error);
        })
        .finally(() => {
          shared.underWay.delete(asked);
          this.#end(shared);
        });
    });
  }

  /** Whose fault a read's failure is: a connection that breaks answers none of those that wait behind the read that it was at. */
  #note(shared: Shared, error: unknown): "its own" | "anothers" {
    const wasBroken = shared.isBroken;
    if (!leavesSessionAsItWas(error)) {
      this.#leave(shared);
      shared.isBroken = true;
    }
    return wasBroken || isOutOfDate(error) ? "anothers" : "its own";
  }

  /** Null: all are kept by slow reads. */
  #choose(): Shared | null {
    for (const old of this.#open.filter(({ untilMs }) => performance.now() > untilMs)) this.#leave(old);
    const [quietest] = this.#open.toSorted((one, other) => one.users - other.users);
    if (quietest !== undefined && quietest.users < enough) return quietest;
    if (this.#open.length + this.#left >= this.#max) return quietest ?? null;
    const made: Shared = {
      client: this.pool.connect(),
      users: 0,
      underWay: new Set(),
      untilMs: performance.now() + lifetimeMs,
      timer: null,
      isBroken: false,
    };
    this.#open.push(made);
    return made;
  }

  /** Sees to it that one read doesn't keep those behind it for long. */
  #watch(shared: Shared): void {
    if (shared.timer !== null) return;
    const [first] = shared.underWay;
    const look = (): void => {
      if (shared.users === 0) return;
      shared.timer = null;
      const [now, ...others] = shared.underWay;
      if (now !== first) return this.#watch(shared);
      this.#leave(shared);
      for (const other of others) other.goElsewhere();
    };
    // After what has come meanwhile was read: it may be this process that was slow.
    shared.timer = setTimeout(() => setImmediate(look), patienceMs);
  }

  /** Nobody else begins on it. */
  #leave(shared: Shared): void {
    const place = this.#open.indexOf(shared);
    if (place < 0) return;
    this.#open.splice(place, 1);
    this.#left++;
  }

  #end(shared: Shared): void {
    if (--shared.users > 0) return;
    this.#leave(shared);
    this.#left--;
    if (shared.timer !== null) clearTimeout(shared.timer);
    shared.client.then(
      (client) => client.release(shared.isBroken),
      () => undefined,
    );
  }
}

type Asked = { goElsewhere: () => void };

type Shared = {
  client: Promise<pg.PoolClient>;
  users: number;
  /** The reads that it has not answered yet, in their order. */
  underWay: Set<Asked>;
  untilMs: number;
  timer: NodeJS.Timeout | null;
  isBroken: boolean;
};

const corked = new WeakSet<object>();

/** Holds back what is written until all that comes in this turn has been. */
function writeTogether({ connection: { stream } }: pg.PoolClient): void {
  if (corked.has(stream)) return;
  corked.add(stream);
  stream.cork();
  setImmediate(() => {
    corked.delete(stream);
    stream.uncork();
  });
}
