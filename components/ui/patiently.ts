/**
 * Loads a part of a page that comes later. While Webster can't be reached it waits and tries again: rejecting would put an
 * error in place of the whole page. Rejects if Webster answers, and the part is not there: another build's pages are.
 */
export async function patiently<T>(load: () => Promise<T>): Promise<T> {
  for (let waitMs = 1_000; ; waitMs = Math.min(waitMs * 2, 30_000)) {
    try {
      return await load();
    } catch (error) {
      if (await isReachable()) throw error;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
}

const isReachable = (): Promise<boolean> =>
  fetch("/health/live", { cache: "no-store" }).then(
    ({ ok }) => ok,
    () => false,
  );
