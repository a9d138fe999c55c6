/** Whether this process can take work: the database answers and stores, and nobody has asked the process to stop. */
import { pool } from "../../db/client.ts";
import { hasStoredLately, noteNotStored, noteStored } from "../../db/commits.ts";
import { handoff } from "../../delivery/handoff.ts";
import { AppError } from "../../errors.ts";
import { setSingleton, singleton } from "../../singleton.ts";

// So old may be what shows that the database stores; and so often it is tried where nothing shows it.
const evidenceMs = 5_000;
const probeEveryMs = 1_000;

/**
 * Needs new pages on disk, the catalog and the log, as a message does: on a full disk, or a standby, a `select` still works,
 * and so may the update of a small row. Without parameters the two statements are one transaction.
 */
const probe = `create temp table webster_probe on commit drop as select n, md5(n::text) from generate_series(1, 200) as n;
  insert into webster_probe select * from webster_probe`;

const checks = () => singleton("health", () => ({ underWay: null as Promise<void> | null, probedAtMs: -Infinity }));

/** Throws `unavailable` if this process should get no work. However many ask at the same time, the database is asked once. */
export function requireReady(): Promise<void> {
  if (singleton("stopping", () => false)) return Promise.reject(unavailable("This process is stopping"));
  const state = checks();
  state.underWay ??= ask().finally(() => (state.underWay = null));
  return state.underWay;
}

/** From now on this process says that it is not ready, while it goes on serving what still comes. */
export const sayStopping = (): void => setSingleton("stopping", true);

/** Whether this process delivers; if not, others do. */
export const deliversHere = (): boolean => handoff.isTaken();

async function ask(): Promise<void> {
  try {
    await pool().query("select 1");
  } catch (error) {
    throw unavailable("The database is not available", error);
  }
  if (hasStoredLately(evidenceMs)) return;
  const state = checks();
  if (performance.now() - state.probedAtMs >= probeEveryMs) {
    state.probedAtMs = performance.now();
    await tryToStore();
  }
  if (!hasStoredLately(Infinity)) throw unavailable("The database answers, but stores nothing");
}

const tryToStore = (): Promise<void> => pool().query(probe).then(noteStored, noteNotStored);

const unavailable = (detail: string, cause?: unknown): AppError => new AppError("unavailable", detail, { retryAfterSeconds: 1, cause });
