/** Reads that are asked for alike at the same time: one reads, and the others are told what it found. */
import { ReadGroups } from "../readGroups.ts";

type Alike = {
  groups: ReadGroups;
  waiting: { read: () => Promise<unknown>; found: Promise<unknown>; settle: (found: Promise<unknown>) => void } | null;
};

const asked = new Map<string, Alike>();

/** `key`: of those who may be told the same. The read begins after this call. */
export function together<T>(key: string, read: () => Promise<T>): Promise<T> {
  let alike = asked.get(key);
  if (alike === undefined) {
    const made: Alike = { groups: new ReadGroups(() => begin(key, made)), waiting: null };
    asked.set(key, made);
    alike = made;
  }
  if (alike.waiting === null) {
    let settle: (found: Promise<unknown>) => void = () => undefined;
    const found = new Promise<unknown>((resolve) => (settle = resolve));
    alike.waiting = { read, found, settle };
    alike.groups.look();
  }
  return alike.waiting.found as Promise<T>;
}

async function begin(key: string, alike: Alike): Promise<void> {
  const { waiting } = alike;
  // Who comes from now on may have changed what is read.
  alike.waiting = null;
  if (waiting === null) return;
  const found = waiting.read();
  waiting.settle(found);
  await found.then(
    () => undefined,
    () => undefined,
  );
  if (alike.waiting === null) asked.delete(key);
}
