import { expect, test } from "vitest";
import { StopDeadline } from "./stopping.ts";

const never = new Promise<void>(() => undefined);

test("steps that hang are left behind when the time is over, and the last one still has its turn", async () => {
  const deadline = new StopDeadline(90);
  const begun = performance.now();
  await deadline.step("first", never);
  await deadline.step("second", never);
  let ended = false;
  await deadline.step(
    "last",
    Promise.resolve().then(() => void (ended = true)),
    true,
  );
  expect(ended).toBe(true);
  expect(performance.now() - begun).toBeLessThan(30_000);
});

test("a step that fails fails the stop; one that is not there takes no time", async () => {
  const deadline = new StopDeadline(60_000);
  await deadline.step("none", undefined);
  await expect(deadline.step("broken", Promise.reject(new Error("no")))).rejects.toThrow("no");
});
