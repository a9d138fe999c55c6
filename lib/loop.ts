/** A loop that looks for work again and again, beside everything else. */
import { warnOfFailure } from "./outage.ts";

export type Loop = { stop(): Promise<void> };

type Work = {
  everyMs: number;
  /** Resolves to whether there is more to be done at once. */
  run: () => Promise<boolean>;
  /** The name of the log line if `run` rejects, after which it is tried again. */
  failed: string;
};

export function startLoop({ everyMs, run, failed }: Work): Loop {
  const state = { stopping: false, wake: (): void => undefined };
  const isStopping = (): boolean => state.stopping;
  const loop = async (): Promise<void> => {
    while (!isStopping()) {
      const hasMore = await run().catch((error: unknown) => {
        warnOfFailure(failed, error);
        return false;
      });
      if (hasMore || isStopping()) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, everyMs).unref();
        state.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  };
  const done = loop();
  return {
    stop: async () => {
      state.stopping = true;
      state.wake();
      await done;
    },
  };
}
