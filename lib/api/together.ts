/** Reads that are asked for alike at the same time: one reads, and the others are told what it found. */
import { ReadGroup } from "../readGroup.ts";

type Alike = { group: ReadGroup; found: Promise<unknown> };

const waiting = new Map<string, Alike>();

/** `key`: of those who may be told the same. The read begins after this call. */
export function together<T>(key: string, read: () => Promise<T>): Promise<T> {
  const { group, found } = waiting.get(key) ?? gather(key, read);
  group.join();
  return found as Promise<T>;
}

function gather(key: string, read: () => Promise<unknown>): Alike {
  let begin = (): void => undefined;
  const found = new Promise<unknown>((resolve, reject) => (begin = () => void read().then(resolve, reject)));
  const group = new ReadGroup(() => {
    // Who comes from now on may have changed what is read.
    waiting.delete(key);
    begin();
  });
  waiting.set(key, { group, found });
  return { group, found };
}
