import { afterEach, expect, test, vi } from "vitest";
import { Gate } from "./gate.ts";

afterEach(() => vi.useRealTimers());

const nobody = (): never => {
  throw new Error("this was not to be called");
};

test("what comes early waits for its turn, in order; what is too much is refused, until others have left", () => {
  const gate = new Gate(false);
  const [done, refused]: [number[], number[]] = [[], []];
  const leave = Array.from({ length: 1_000 }, (_, i) => gate.pass(() => done.push(i), nobody));
  gate.pass(nobody, () => refused.push(1_000));
  expect([done, refused]).toEqual([[], [1_000]]);
  leave[0]?.();
  gate.pass(() => done.push(1_001), nobody);
  gate.open();
  expect([done.length, done[0], done.at(-1)]).toEqual([1_000, 1, 1_001]);
  gate.pass(() => done.push(1_002), nobody);
  expect(done.at(-1)).toBe(1_002);
});

test("nobody waits longer than is good for whoever stands in between", () => {
  vi.useFakeTimers();
  const gate = new Gate(false, 10_000);
  const told: string[] = [];
  const pass = (name: string) =>
    gate.pass(
      () => told.push(`${name} in`),
      () => told.push(`${name} refused`),
    );
  pass("first");
  vi.advanceTimersByTime(6_000);
  const leave = pass("gone");
  pass("second");
  vi.advanceTimersByTime(3_900);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(200);
  leave();
  expect(told).toEqual(["first refused"]);
  vi.advanceTimersByTime(5_900);
  expect(told).toEqual(["first refused", "second refused"]);
  pass("third");
  gate.open();
  vi.advanceTimersByTime(60_000);
  expect(told).toEqual(["first refused", "second refused", "third in"]);
});
