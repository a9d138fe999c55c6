import fc from "fast-check";
import { expect, test } from "vitest";
import { withValueAt } from "./jsonText.ts";

test.each<[string, (string | number)[], string, string | null]>([
  ['{"a":1.0,"b":9223372036854775807}', ["a"], "2", '{"a":2,"b":9223372036854775807}'],
  ['{ "a" : 1.0 ,\n"b" : [ 1 , {"c":-0} ] }', ["b", 1, "c"], '"x"', '{ "a" : 1.0 ,\n"b" : [ 1 , {"c":"x"} ] }'],
  ['{ "a": 1e3 }\n', ["b"], "2", '{ "a": 1e3,"b":2 }\n'],
  ["{ }", ['a"b'], "2", '{"a\\"b":2 }'],
  ['{"a":1,"\\u0061":{"b":2},"a":3}', ["a"], "4", '{"a":1,"\\u0061":{"b":2},"a":4}'],
  ['{"a":"}\\"]","b":[]}', ["b"], "1", '{"a":"}\\"]","b":1}'],
  ["[[],{}]", [0, "a"], "1", null],
  ["[1]", [1], "1", null],
  ['{"a":1}', ["a", "b"], "1", null],
  ['{"a":1', ["a"], "1", null],
  ["", ["a"], "1", null],
])("%j at %j", (text, path, value, expected) => {
  expect(withValueAt(text, path, value)).toBe(expected);
});

test("whatever the JSON, the one value changes and nothing else", () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc.string(),
      fc.jsonValue(),
      fc.constantFrom(0, 2, "\t"),
      (json, key, value, indent) => {
        const written = withValueAt(JSON.stringify({ list: [json] }, null, indent), ["list", 0, key], JSON.stringify(value)) ?? "";
        expect(JSON.stringify(JSON.parse(written))).toBe(
          JSON.stringify({ list: [{ ...json, [key]: JSON.parse(JSON.stringify(value)) as unknown }] }),
        );
      },
    ),
  );
});

test("depth and length are no trouble", () => {
  const deep = `${'{"a":'.repeat(5000)}{"z":1}${"}".repeat(5000)}`;
  expect(withValueAt(`{"deep":${deep},"b":1}`, ["b"], "2")).toBe(`{"deep":${deep},"b":2}`);
  const long = `{"text":${JSON.stringify('\\"'.repeat(500_000))},"b":1}`;
  expect(withValueAt(long, ["b"], "2")).toBe(long.replace(/1\}$/, "2}"));
});
