/**
 * Reads that are asked for alike in one turn of the event loop, which is long where there is load: one reads, and the others are
 * told what it found. As with a commit that several share, each read begins after all have asked for it.
 */
const waiting = new Map<string, Promise<unknown>>();

/** `key`: of those who may be told the same. */
export function together<T>(key: string, read: () => Promise<T>): Promise<T> {
  const known = waiting.get(key) as Promise<T> | undefined;
  if (known !== undefined) return known;
  const made = new Promise<T>((resolve, reject) => {
    setImmediate(() => {
      // Who comes from now on may have changed what is read.
      waiting.delete(key);
      read().then(resolve, reject);
    });
  });
  waiting.set(key, made);
  return made;
}
