/** Time that stands until a test lets some of it pass: what a deadline ends is ended by that alone, however busy the machine is. */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { vi } from "vitest";

/** The real ones, for what a test's other side does meanwhile. */
export const { setTimeout: later, setImmediate: soon } = globalThis;

export function standTime(): void {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
}

/** Lets time pass. What becomes due does so in its order. */
export const pass = (ms: number): void => void vi.advanceTimersByTime(ms);

export function releaseTime(): void {
  vi.useRealTimers();
}

/** Resolves when undici has read the status and headers of the next answer. */
export function nextHeaders(): Promise<void> {
  const channel = "undici:request:headers";
  return new Promise((resolve) => {
    const heard = (): void => {
      unsubscribe(channel, heard);
      resolve();
    };
    subscribe(channel, heard);
  });
}
