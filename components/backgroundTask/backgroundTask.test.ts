import { expect, it } from "vitest";
import { filterWords } from "./backgroundTaskList.tsx";

it("what a task is for is told in the log's words, and event types as they are called", () => {
  const filter = { status: ["failed", "retrying"], errorClasses: ["dns_unavailable"], eventTypes: ["order_paid"] };
  expect(filterWords({ filter })).toBe("failed, retrying, DNS down, order_paid");
  expect(filterWords({})).toBe("");
});
