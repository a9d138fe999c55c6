import fc from "fast-check";
import { expect, test } from "vitest";
import type { FilterSubject } from "./filter.ts";
import { matches } from "./matching.ts";

const noSubject = (): FilterSubject => {
  throw new Error("Nobody needs the payload");
};

test.each([
  ["nothing asked for", [], [], "a", [], true],
  ["nothing asked for, message with channels", [], [], "a", ["x"], true],
  ["its type", ["b", "a"], [], "a", [], true],
  ["another type", ["b"], [], "a", [], false],
  ["a type that only begins alike", ["invoice"], [], "invoice.paid", [], false],
  ["a type in other case", ["Invoice.paid"], [], "invoice.paid", [], false],
  ["its channel among others", [], ["x", "y"], "a", ["z", "y"], true],
  ["disjoint channels", [], ["x"], "a", ["y"], false],
  ["channels, message without", [], ["x"], "a", [], false],
  ["type and channel", ["a"], ["x"], "a", ["x"], true],
  ["type, but not channel", ["a"], ["x"], "a", ["y"], false],
  ["channel, but not type", ["b"], ["x"], "a", ["x"], false],
])("%s", (_, eventTypes, channels, eventType, messageChannels, expected) => {
  expect(matches({ eventTypes, channels }, { eventType, channels: messageChannels }, noSubject)).toBe(expected);
});

const names = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d"));

test("asking for one more thing never takes a message away, unless it was the first", () => {
  const some = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d"), { minLength: 1 });
  fc.assert(
    fc.property(
      some,
      some,
      fc.constantFrom("a", "b"),
      names,
      fc.constantFrom("a", "b", "e"),
      (eventTypes, channels, eventType, own, extra) => {
        const message = { eventType, channels: own };
        const before = matches({ eventTypes, channels }, message, noSubject);
        const after = matches({ eventTypes: [...eventTypes, extra], channels: [...channels, extra] }, message, noSubject);
        expect(after || !before).toBe(true);
      },
    ),
  );
});
