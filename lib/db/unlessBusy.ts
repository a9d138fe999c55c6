/** Work that one process does at a time, and that others then leave to it. */
import type pg from "pg";
import { sessionPool } from "./client.ts";
import { locks } from "./locks.ts";

/** Does the work, on a connection that holds the advisory lock meanwhile. Null: another process is doing it right now. */
export async function unlessBusy<T>(lock: keyof typeof locks, work: (client: pg.PoolClient) => Promise<T>): Promise<T | null> {
  const client = await sessionPool().connect();
  let broken = true;
  try {
    const { rows } = await client.query<{ locked: boolean }>(`select pg_try_advisory_lock(${locks[lock]}) as locked`);
    const result = rows[0]?.locked === true ? { done: await work(client) } : null;
    if (result !== null) await client.query(`select pg_advisory_unlock(${locks[lock]})`);
    broken = false;
    return result?.done ?? null;
  } finally {
    // A connection that still holds the lock must not go back.
    client.release(broken);
  }
}
