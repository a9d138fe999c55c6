/** What a process remembers must follow what others change, also where no engine runs beside the API. */
import { forgetAllApplications, watchApplications } from "../../db/applications.ts";
import { watchInterest } from "../../db/changes.ts";
import { synchroniseClock } from "../../db/clock.ts";
import { forgetAllSources, watchSources } from "../../db/sources.ts";
import { log } from "../../log.ts";
import { singleton } from "../../singleton.ts";

const clockEveryMs = 30_000;

/** Follows changes from the first call on; further calls cost nothing. */
export const keepUpToDate = (): void => {
  singleton("upToDate", begin);
};

function begin(): NodeJS.Timeout {
  // What was read before LISTEN began may have changed unheard.
  watchApplications()
    .then(forgetAllApplications)
    .catch((error: Error) => log.warn({ error: error.message }, "applications.watch_failed"));
  watchSources()
    .then(forgetAllSources)
    .catch((error: Error) => log.warn({ error: error.message }, "sources.watch_failed"));
  watchInterest().catch((error: Error) => log.warn({ error: error.message }, "changes.watch_failed"));
  measureClock();
  return setInterval(measureClock, clockEveryMs).unref();
}

function measureClock(): void {
  synchroniseClock().catch((error: Error) => log.warn({ error: error.message }, "clock.synchronise_failed"));
}
