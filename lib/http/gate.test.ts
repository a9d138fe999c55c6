import { expect, test } from "vitest";
import { Gate } from "./gate.ts";

test("what comes early waits for its turn, in order; what is too much is refused", () => {
  const gate = new Gate(false);
  const done: number[] = [];
  for (let i = 0; i < 1_000; i++) expect(gate.pass(() => done.push(i))).toBe(true);
  expect(gate.pass(() => done.push(-1))).toBe(false);
  expect(done).toEqual([]);
  gate.open();
  expect([done.length, done[0], done.at(-1)]).toEqual([1_000, 0, 999]);
  expect(gate.pass(() => done.push(1_000))).toBe(true);
  expect(done.at(-1)).toBe(1_000);
});
