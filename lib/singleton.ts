/**
 * One value a process, however often a module is loaded: Next.js bundles its own copies of Webster's modules, and a second
 * pool, cache or engine in the same process would be a second truth.
 */
const key = Symbol.for("webster");

type Holder = { [key]?: Map<string, unknown> };

export function singleton<T>(name: string, make: () => T): T {
  const held = values();
  const value = held.get(name) as T | undefined;
  if (value !== undefined || held.has(name)) return value as T;
  const made = make();
  held.set(name, made);
  return made;
}

/** Puts a value in place of whatever is there; undefined removes it. */
export function setSingleton(name: string, value: unknown): void {
  if (value === undefined) values().delete(name);
  else values().set(name, value);
}

/** Removes all values: for tests, which begin anew in the same process. */
export const forgetSingletons = (): void => values().clear();

function values(): Map<string, unknown> {
  const holder = globalThis as Holder;
  holder[key] ??= new Map();
  return holder[key];
}
