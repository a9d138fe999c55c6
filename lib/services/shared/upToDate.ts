/** What a process remembers must follow what others change, also where no engine runs beside the API. */
import { forgetAllApplications, watchApplications } from "../../db/applications.ts";
import { watchInterest } from "../../db/changes.ts";
import { synchroniseClock } from "../../db/clock.ts";
import { forgetAllSources, watchSources } from "../../db/sources.ts";
import { singleton } from "../../singleton.ts";
import { warnOfFailure } from "../../outage.ts";

const clockEveryMs = 30_000;

/** Follows changes from the first call on; further calls cost nothing. */
export const keepUpToDate = (): void => {
  singleton("upToDate", begin);
};

function begin(): NodeJS.Timeout {
  // What was read before LISTEN began may have changed unheard.
  watchApplications()
    .then(forgetAllApplications)
    .catch((error: Error) => warnOfFailure("applications.watch_failed", error));
  watchSources()
    .then(forgetAllSources)
    .catch((error: Error) => warnOfFailure("sources.watch_failed", error));
  watchInterest().catch((error: Error) => warnOfFailure("changes.watch_failed", error));
  measureClock();
  return setInterval(measureClock, clockEveryMs).unref();
}

function measureClock(): void {
  synchroniseClock().catch((error: Error) => warnOfFailure("clock.synchronise_failed", error));
}
