import { expect, test } from "vitest";
import { operations } from "../../contract/operations.ts";
import { longNouns, inTurn, waitingNouns } from "./requestTurns.ts";

const operationOf = (tag: string) => {
  const found = operations.find((one) => one.tag === tag && one.method === "get");
  if (found === undefined) throw new Error(`Nothing is read of ${tag}`);
  return found;
};

test.each(["Application", "Delivery"])("reads of one environment that don't end leave turns to another's: %s", async (tag) => {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const operation = operationOf(tag);
  const slow = Array.from({ length: 100 }, (_, i) => inTurn(operation, { tenant: `slow ${tag}`, owner: `key ${i}` }, () => released));
  expect(await inTurn(operation, { tenant: "other", owner: "key" }, () => "read")).toBe("read");
  release();
  await Promise.all(slow);
});

test("what waits for something keeps nobody's turn, and every noun is one", async () => {
  const whose = { tenant: "waiting", owner: "key" };
  const forever = new Promise<void>(() => undefined);
  for (let i = 0; i < 1_000; i++) void inTurn(operationOf("Message Poller"), whose, () => forever);
  expect(await inTurn(operationOf("Application"), whose, () => "read")).toBe("read");
  for (const tag of [...longNouns, ...waitingNouns]) expect(operationOf(tag).tag).toBe(tag);
});
