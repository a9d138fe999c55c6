import { expect, test } from "vitest";
import { turnOfLongWork } from "./longWork.ts";

const whose = { tenant: "env_1", owner: "key_1" };

/** Has the event loop for so long. */
function hold(ms: number): void {
  for (const endMs = performance.now() + ms; performance.now() < endMs;);
}

test("each turn is in a round of the event loop of its own", async () => {
  let round = 0;
  const count = (): void => void (round++ < 1_000 && setImmediate(count));
  setImmediate(count);
  const rounds = await Promise.all(
    Array.from({ length: 8 }, async () => {
      await turnOfLongWork(whose);
      return round;
    }),
  );
  expect(new Set(rounds).size).toBe(8);
});

test("a loop that others keep busy makes no turn wait for longer than until it comes round", async () => {
  let [round, isOver] = [0, false];
  const busy = (): void => {
    round++;
    hold(15);
    if (!isOver) setImmediate(busy);
  };
  setImmediate(busy);
  await turnOfLongWork(whose);
  const first = round;
  for (let i = 0; i < 16; i++) await turnOfLongWork(whose);
  isOver = true;
  expect(round - first).toBeLessThan(26);
});

test("after a long turn as long is left to all else", async () => {
  await turnOfLongWork(whose);
  const begunMs = performance.now();
  hold(40);
  const tookMs = performance.now() - begunMs;
  await turnOfLongWork(whose);
  // A timer may be a millisecond early.
  expect(performance.now() - begunMs).toBeGreaterThanOrEqual(2 * tookMs - 2);
});
