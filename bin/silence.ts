/** What a stop need not wait for: work that waits for a database which has fallen silent. Its leases run out, and others take it over. */
import { pool } from "../lib/db/client.ts";
import type { Engine } from "../lib/delivery/engine.ts";
import { env } from "../lib/env.ts";
import { log } from "../lib/log.ts";
import { after, type StopDeadline } from "./stopping.ts";

const steps = 4;
const stepMs = 250;

/** Resolves with the work, or once it is known that the database does not answer while `holdsNothing`. */
type UnlessSilent = (work: Promise<unknown>, holdsNothing?: () => boolean) => Promise<unknown>;

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
  return (work, holdsNothing = () => true) => Promise.race([work, silence.then(() => (holdsNothing() ? undefined : work))]);
}

/** Lets the attempts under way end and be stored, and stops. */
export async function stopEngine(engine: Engine, deadline: StopDeadline, unlessSilent: UnlessSilent): Promise<void> {
  const drained = engine.drain(Math.min(env().attemptTimeoutMs + 2_000, deadline.leftMs));
  const holdsNothing = (): boolean => engine.held().inFlight + engine.held().unsettled === 0;
  await deadline.step("attempts", unlessSilent(drained, holdsNothing));
  await deadline.step("engine", unlessSilent(engine.stop()));
}

/** In steps, between which a process that was kept from everything hears the answer that has come. */
async function stay(): Promise<void> {
  for (let i = 0; i < steps; i++) await after(stepMs);
}
