import { expect, test } from "vitest";
import { jsonFault, prettyJson, withPayload } from "./json.ts";

test("a payload keeps its spelling", () => {
  expect(withPayload({ eventType: "a" }, '{ "n": 12345678901234567890 }')).toBe(
    '{"eventType":"a","payload":{ "n": 12345678901234567890 }}',
  );
});

test("only objects are payloads", () => {
  expect(jsonFault("{}")).toBeNull();
  expect(jsonFault("[]")).toMatch(/object/);
  expect(jsonFault("1")).toMatch(/object/);
  expect(jsonFault(" ")).toMatch(/Enter/);
  expect(jsonFault("{")).toMatch(/no JSON/);
});

test("what is laid out keeps its numbers, its order and what is said twice", () => {
  const text = String.raw`{"b":8202522731445525542,"2":1.0,"1":[1e400,0.1234567890123456789],"b":"\u00e4\"{}[],:"}`;
  const laidOut = prettyJson(text);
  expect(laidOut.split("\n")).toHaveLength(9);
  expect(laidOut.replaceAll(/\n */g, "").replaceAll(/(?<=\d|b)": /g, '":')).toBe(text);
});

test("what is no JSON is shown as it is", () => {
  expect(prettyJson('{"a":1}')).toBe('{\n  "a": 1\n}');
  expect(prettyJson("<b>")).toBe("<b>");
});
