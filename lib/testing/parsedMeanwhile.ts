/** Counts what takes the event loop for long. */
import { vi } from "vitest";

/**
 * How many texts of more than so many characters JSON.parse was given meanwhile: in all, and at the most in one round of the event
 * loop, in which nobody else is served.
 */
export async function parsedMeanwhile(characters: number, work: () => Promise<void>): Promise<{ all: number; inOneRound: number }> {
  let [round, isOver] = [0, false];
  const inRound = new Map<number, number>();
  const goOn = (): void => {
    round++;
    if (!isOver) setImmediate(goOn);
  };
  setImmediate(goOn);
  const parse = JSON.parse.bind(JSON);
  const spy = vi.spyOn(JSON, "parse").mockImplementation((text, reviver) => {
    if (text.length > characters) inRound.set(round, (inRound.get(round) ?? 0) + 1);
    return parse(text, reviver) as unknown;
  });
  try {
    await work();
  } finally {
    spy.mockRestore();
    isOver = true;
  }
  const counts = [...inRound.values()];
  return { all: counts.reduce((sum, each) => sum + each, 0), inOneRound: Math.max(0, ...counts) };
}
