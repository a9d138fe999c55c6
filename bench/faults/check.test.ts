// A checker that never complains proves nothing: each invariant is broken once.
import { describe, expect, test } from "vitest";
import { type Run, violations } from "./check.ts";

const hash = "h1";
const hit = { id: "msg_1", endpoint: "cafe/till", hash, isSigned: true, status: 204, startedAtMs: 100, endedAtMs: 110 };
const delivery = { id: "msg_1", endpoint: "cafe/till", status: "succeeded", attempts: 1, recorded: [1], isLeased: false };
const posted = { tenant: "cafe", ids: ["msg_1"], hash, line: "a", number: 0 };

/** Two messages, one after the other, at one endpoint; one fault long after. */
const sound = (): Run => ({
  endpoints: [
    { name: "cafe/till", tenant: "cafe", isOrdered: true },
    { name: "bar/till", tenant: "bar", isOrdered: false },
  ],
  posted: [posted, { ...posted, ids: ["msg_2", "msg_2"], number: 1 }],
  hits: [hit, { ...hit, id: "msg_2", startedAtMs: 120, endedAtMs: 130 }],
  faults: [{ kind: "worker killed", fromMs: 1000, untilMs: 1000 }],
  stored: {
    messages: [
      { id: "msg_1", tenant: "cafe" },
      { id: "msg_2", tenant: "cafe" },
    ],
    deliveries: [delivery, { ...delivery, id: "msg_2" }],
  },
  triesAtMost: 3,
});

test("a sound run has no violation, nor has one that was sent again after a kill", () => {
  expect(violations(sound())).toEqual([]);
  const again = sound();
  again.hits.push({ ...hit, id: "msg_2", startedAtMs: 1500, endedAtMs: 1510 });
  expect(violations(again)).toEqual([]);
});

describe("each invariant is seen to be broken", () => {
  test.each<[string, (run: Run) => unknown]>([
    ["I1: msg_2 was accepted and is not stored", (run) => run.stored.messages.pop()],
    ["I1: one key was given several messages", (run) => run.posted[0]?.ids.push("msg_2")],
    ["I1: msg_3 is stored", (run) => run.stored.messages.push({ id: "msg_3", tenant: "cafe" })],
    ["I2: msg_1 at cafe/till is pending", (run) => run.stored.deliveries.splice(0, 1, { ...delivery, status: "pending" })],
    ["I3: there is no delivery of msg_2", (run) => run.stored.deliveries.pop()],
    ["I3: msg_2 at cafe/till never arrived", (run) => run.hits.splice(1, 1, { ...hit, id: "msg_2", status: 500, startedAtMs: 120 })],
    ["I4: msg_2 at cafe/till came again", (run) => run.hits.push({ ...hit, id: "msg_2", startedAtMs: 140, endedAtMs: 150 })],
    ["I5: msg_9 at cafe/till arrived", (run) => run.hits.push({ ...hit, id: "msg_9" })],
    ["I6: msg_1 at cafe/till was not signed", (run) => run.hits.splice(0, 1, { ...hit, isSigned: false })],
    ["I6: msg_1 at bar/till belongs to cafe", (run) => run.hits.push({ ...hit, endpoint: "bar/till" })],
    ["I7: msg_1 at cafe/till has another body", (run) => run.hits.splice(0, 1, { ...hit, hash: "h2" })],
    ["I8: msg_1 at cafe/till is still somebody's", (run) => run.stored.deliveries.splice(0, 1, { ...delivery, isLeased: true })],
    [
      "I9: msg_1 at cafe/till was tried 5 times",
      (run) => run.stored.deliveries.splice(0, 1, { ...delivery, attempts: 5, recorded: [1, 2, 3, 4, 5] }),
    ],
    ["I9: msg_1 at cafe/till counts 2 attempts, recorded are 1", (run) => run.stored.deliveries.splice(0, 1, { ...delivery, attempts: 2 })],
    [
      "I10: in line a of cafe/till, msg_2 was sent before msg_1",
      (run) => run.hits.splice(0, 1, { ...hit, startedAtMs: 100, endedAtMs: 125 }),
    ],
  ])("%s", (expected, harm) => {
    const run = sound();
    harm(run);
    expect(violations(run).join("\n")).toContain(expected);
  });
});
