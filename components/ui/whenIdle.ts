import { patiently } from "./patiently.ts";

const longestMs = 1_000;

/** When the browser has nothing else to do, or soon after: until then it is busy with what somebody waits for. */
export const whenIdle = (): Promise<void> =>
  new Promise((resolve) => {
    if (typeof requestIdleCallback === "undefined") setTimeout(resolve, 100);
    else requestIdleCallback(() => resolve(), { timeout: longestMs });
  });

/** Loads a part of a page that nobody misses until the page stands. */
export const whenIdleLoad = async <T>(load: () => Promise<T>): Promise<T> => {
  await whenIdle();
  return patiently(load);
};
