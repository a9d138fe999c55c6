/** No page waits longer for what it can ask itself. */
export const pagePatienceMs = 500;

/** What `ask` answers. Null: it has not in time, and the signal that it was given has come. Rejects as it does. */
export async function inTime<T>(patienceMs: number, ask: (signal: AbortSignal) => T | Promise<T>): Promise<T | null> {
  const waiting = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => {
      waiting.abort();
      resolve(null);
    }, patienceMs);
  });
  try {
    return await Promise.race([ask(waiting.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}
