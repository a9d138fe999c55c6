import { expect, test } from "vitest";
import { receiverPlace } from "./receiverPlace.ts";

test.each([
  ["https://one.example.com/a", "https://ONE.example.com:443/b?c=1", true],
  ["https://one.example.com/a", "http://one.example.com/a", false],
  ["https://one.example.com/a", "https://one.example.com:8443/a", false],
  ["https://one.example.com/a", "https://one.example.com./a", false],
  ["https://one.example.com/in/a", "https://one.example.com/in/a/more?x=1", true],
  ["https://one.example.com/in/a", "https://one.example.com/in/b", false],
  ["https://one.example.com/in/a", "https://one.example.com/x/../in/b", false],
  ["https://one.example.com/in/a", "https://one.example.com/%69n/b", false],
  ["https://one.example.com/inbox/a", "https://one.example.com/inbox/b", false],
  ["https://one.example.com/inside/a", "https://one.example.com/inside/b", true],
])("%s and %s lead to the same receiver: %s", (one, other, same) => {
  expect(receiverPlace(one) === receiverPlace(other)).toBe(same);
});

test("what is no URL leads nowhere", () => {
  expect(receiverPlace("one.example.com")).toBeNull();
});
