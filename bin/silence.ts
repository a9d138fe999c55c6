/** What a stop need not wait for: work that waits for a database which has fallen silent. Its leases run out, and others take it over. */
import { pool } from "../lib/db/client.ts";
import { log } from "../lib/log.ts";
import { after } from "./stopping.ts";

const steps = 4;
const stepMs = 250;

/** Resolves with the work, or once it is known that the database does not answer while `holdsNothing`. */
export type UnlessSilent = (work: Promise<unknown> | undefined, holdsNothing?: () => boolean) => Promise<unknown>;

/** Asks the database now, for all the work that the answer is then given. */
export function unlessDatabaseSilent(): UnlessSilent {
  let hasAnswered = false;
  const answered = (): void => void (hasAnswered = true);
  // One that refuses keeps nobody waiting; one that lets nobody in does.
  pool()
    .query("select 1")
    .then(answered, (error: Error) => /timeout/i.test(error.message) || answered());
  const silence = stay().then((): Promise<void> | void => {
    if (hasAnswered) return new Promise<void>(() => undefined);
    log.warn("stop.database_silent");
  });
  return (work, holdsNothing = () => true) =>
    Promise.race([Promise.resolve(work), silence.then(() => (holdsNothing() ? undefined : Promise.resolve(work)))]);
}

/** In steps, between which a process that was kept from everything hears the answer that has come. */
async function stay(): Promise<void> {
  for (let i = 0; i < steps; i++) await after(stepMs);
}
