/** Whether there is a database to work with, and an engine that delivers. */
import { pool } from "../../db/client.ts";
import { handoff } from "../../delivery/handoff.ts";
import { AppError } from "../../errors.ts";
import { singleton } from "../../singleton.ts";

const checks = () => singleton("health", () => ({ underWay: null as Promise<void> | null }));

/** Throws `unavailable` if there is no database to work with. However many ask at the same time, it is asked once. */
export function requireHealth(): Promise<void> {
  const state = checks();
  state.underWay ??= ask().finally(() => (state.underWay = null));
  return state.underWay;
}

/** Whether this process delivers; if not, others do. */
export const deliversHere = (): boolean => handoff.isTaken();

async function ask(): Promise<void> {
  try {
    await pool().query("select 1");
  } catch (error) {
    throw new AppError("unavailable", "The database is not available", { retryAfterSeconds: 1, cause: error });
  }
}
