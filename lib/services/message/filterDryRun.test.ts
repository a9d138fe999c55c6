import { expect, test } from "vitest";
import { parseFilter } from "../../webhooks/filter.ts";
import { heldAgainst } from "./filterDryRun.ts";

test("others have their turn between the messages that a filter is tried on", async () => {
  const parsed = parseFilter({ path: "payload.n", gte: 10 });
  if (!parsed.ok) throw new Error("The filter is none");
  const messages = Array.from({ length: 20 }, (_, n) => ({
    id: `msg_${n}`,
    createdAt: new Date(n),
    eventType: "a",
    channels: [],
    tags: [],
    contentType: null,
    payload: Buffer.from(JSON.stringify({ n })),
  }));
  let turns = 0;
  const turn = (): void => {
    turns += 1;
    next = setImmediate(turn);
  };
  let next = setImmediate(turn);
  const told = await heldAgainst({ eventTypes: [], channels: [], filter: parsed.filter }, messages);
  clearImmediate(next);
  expect(told).toMatchObject({ looked: 20, matched: 10 });
  expect(turns).toBeGreaterThanOrEqual(19);
});
