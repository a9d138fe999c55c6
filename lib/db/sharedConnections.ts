/**
 * Connections that many short reads share: those that begin in the same turn of the event loop are written in one piece, and what
 * has come back is read in one. A read with a connection of its own wakes a process of the server for itself, which costs more
 * than looking up a row. Answers come in the order of the questions, so only what is quick belongs here.
 */
import pg from "pg";

/** A statement is prepared once a connection, and its text never changes. */
export type NamedQuery = Required<Pick<pg.QueryConfig, "name" | "text" | "values">>;

/** So many reads are under way on each connection before another is opened. */
const enough = 8;

/** `pool`: its clients are made with `pipeline`. */
export class SharedConnections {
  readonly pool: pg.Pool;
  readonly #max: number;
  readonly #open: Shared[] = [];

  constructor(pool: pg.Pool, max: number) {
    this.pool = pool;
    this.#max = max;
  }

  /** Throws what the driver throws. A connection that breaks fails all that is under way on it, and is replaced by the next read. */
  async query<Row extends pg.QueryResultRow>(query: NamedQuery): Promise<pg.QueryResult<Row>> {
    const shared = this.#choose();
    shared.users++;
    try {
      const client = await shared.client;
      writeTogether(client);
      return await client.query<Row>(query);
    } catch (error) {
      // What PostgreSQL itself reports leaves the connection as it was.
      if (!(error instanceof pg.DatabaseError) || isOfSession(error)) this.#leave(shared);
      throw error;
    } finally {
      if (--shared.users === 0) this.#release(shared);
    }
  }

  #choose(): Shared {
    const [quietest] = this.#open.toSorted((one, other) => one.users - other.users);
    if (quietest !== undefined && (quietest.users < enough || this.#open.length >= this.#max)) return quietest;
    const made: Shared = { client: this.pool.connect(), users: 0, isBroken: false };
    this.#open.push(made);
    return made;
  }

  /** Nobody else begins on it. */
  #leave(shared: Shared): void {
    shared.isBroken = true;
    const place = this.#open.indexOf(shared);
    if (place >= 0) this.#open.splice(place, 1);
  }

  #release(shared: Shared): void {
    const { isBroken, client } = shared;
    this.#leave(shared);
    client.then(
      (one) => one.release(isBroken),
      () => undefined,
    );
  }
}

type Shared = { client: Promise<pg.PoolClient>; users: number; isBroken: boolean };

/** Whether the session ends with the error: SQLSTATE classes 08 and 57P, or what is prepared in it is no longer right. */
const isOfSession = ({ code = "" }: pg.DatabaseError): boolean => /^(08|57P|26000|0A000)/.test(code);

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
