/**
 * Keeps what Next.js does to its whole process from all in it that draws no pages. It puts functions of its own in the place of
 * `Date`, `setImmediate` and others, for pages drawn ahead of requests, of which there are none here: to make a date then takes ten
 * times as long. And up to Node.js 22, once it has begun a context (AsyncLocalStorage), each promise of the process is noted, and
 * an `await` takes ten times as long: a fifth more CPU for each message that was taken in and sent (bench/README.md).
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { IncomingMessage, ServerResponse } from "node:http";
import timers from "node:timers";

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

const replaced: [object: object, names: string[]][] = [
  [globalThis, ["Date", "setImmediate", "clearImmediate"]],
  [Date.prototype, ["constructor"]],
  [Math, ["random"]],
  [process, ["nextTick"]],
  [timers, ["setImmediate", "clearImmediate"]],
];

/** Loads something, and puts back what it replaced of what everybody uses. */
export async function keepingGlobals<T>(load: () => Promise<T>): Promise<T> {
  const before = replaced.flatMap(([object, names]) =>
    names.map((name) => ({ object, name, value: Object.getOwnPropertyDescriptor(object, name) ?? {} })),
  );
  try {
    return await load();
  } finally {
    for (const { object, name, value } of before) Object.defineProperty(object, name, value);
  }
}

/** From Node.js 24 on, a context is carried along without looking at promises. */
export const looksAtPromises = Number.parseInt(process.versions.node) < 24;

/** How long no request may have been under way: what belongs to one that was broken off has ended by then. */
const restMs = 3_000;

/**
 * Loads a handler of requests, and ends the contexts that it begins whenever no request has been under way for `afterMs`. The next
 * request begins them anew.
 */
export async function endingContexts(load: () => Promise<Handler>, afterMs = restMs): Promise<Handler> {
  if (!looksAtPromises) return load();
  const begun = (noted ??= noteContexts());
  let underWay = 0;
  let rest: NodeJS.Timeout | undefined;
  const left = (): void => {
    if (--underWay > 0) return;
    rest = setTimeout(() => {
      for (const context of begun) context.disable();
      begun.clear();
    }, afterMs).unref();
  };
  const entered = (): void => {
    underWay++;
    clearTimeout(rest);
  };
  entered();
  const handler = await load().finally(left);
  return (request, response) => {
    entered();
    response.once("close", left);
    return handler(request, response);
  };
}

let noted: Set<AsyncLocalStorage<unknown>> | null = null;

/** The contexts that are begun from now on. */
function noteContexts(): Set<AsyncLocalStorage<unknown>> {
  const begun = new Set<AsyncLocalStorage<unknown>>();
  for (const name of ["run", "enterWith"] as const) {
    const begin = AsyncLocalStorage.prototype[name] as Begin;
    const noting: Begin = function (...given) {
      begun.add(this);
      return begin.apply(this, given);
    };
    Object.defineProperty(AsyncLocalStorage.prototype, name, { value: noting });
  }
  return begun;
}

type Begin = (this: AsyncLocalStorage<unknown>, ...given: unknown[]) => unknown;
