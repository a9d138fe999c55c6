import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";
import { EventEmitter } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { afterEach, expect, it, vi } from "vitest";
import { endingContexts, keepingGlobals, looksAtPromises } from "./besidePages.ts";

const request = {} as IncomingMessage;
const newResponse = (): ServerResponse => new EventEmitter() as ServerResponse;

it("puts back what loading replaced, also where it fails", async () => {
  const inUse = (): unknown[] => [Date, setImmediate, Reflect.get(process, "nextTick"), new Date(0).constructor];
  const before = inUse();
  const replace = (): void => {
    const { prototype } = Date;
    globalThis.Date = class extends Date {} as DateConstructor;
    Object.defineProperty(prototype, "constructor", { value: globalThis.Date });
    globalThis.setImmediate = (() => undefined) as unknown as typeof setImmediate;
    process.nextTick = () => undefined;
  };
  const failing = async (): Promise<never> => {
    replace();
    throw new Error("not loaded");
  };
  expect(await keepingGlobals(async () => (replace(), "loaded"))).toBe("loaded");
  expect(inUse()).toEqual(before);
  await expect(keepingGlobals(failing)).rejects.toThrow("not loaded");
  expect(inUse()).toEqual(before);
});

it.runIf(looksAtPromises)("ends contexts once no request has been under way for a while, and only then", async () => {
  vi.useFakeTimers();
  const page = new AsyncLocalStorage<string>();
  let read = (): string | undefined => undefined;
  const load = async () => async () => page.run("page", () => void (read = AsyncResource.bind(() => page.getStore())));
  const handler = await endingContexts(load, 1_000);
  const [one, two] = [newResponse(), newResponse()];
  await handler(request, one);
  await handler(request, two);
  expect(read()).toBe("page");
  one.emit("close");
  vi.advanceTimersByTime(5_000);
  expect(read()).toBe("page");
  two.emit("close");
  vi.advanceTimersByTime(900);
  expect(read()).toBe("page");
  const three = newResponse();
  await handler(request, three);
  vi.advanceTimersByTime(5_000);
  expect(read()).toBe("page");
  three.emit("close");
  vi.advanceTimersByTime(1_000);
  expect(read()).toBeUndefined();
  // What comes later has a context again.
  await handler(request, newResponse());
  expect(read()).toBe("page");
});

it.runIf(looksAtPromises)("ends what loading began", async () => {
  vi.useFakeTimers();
  const loading = new AsyncLocalStorage<string>();
  const read = await new Promise<() => string | undefined>((resolve) => {
    void endingContexts(async () => {
      loading.run("loading", () => resolve(AsyncResource.bind(() => loading.getStore())));
      return async () => undefined;
    }, 1_000);
  });
  expect(read()).toBe("loading");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(read()).toBeUndefined();
});

afterEach(() => void vi.useRealTimers());
