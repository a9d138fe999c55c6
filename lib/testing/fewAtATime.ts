/** Promise.all over `work` with but few under way: a request that waits for a place in a pool for too long is answered 503. */
export async function fewAtATime<T, R>(values: readonly T[], work: (value: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const left = values.entries();
  const run = async (): Promise<void> => {
    for (const [at, value] of left) results[at] = await work(value);
  };
  await Promise.all(Array.from({ length: together }, run));
  return results;
}

const together = 4;
