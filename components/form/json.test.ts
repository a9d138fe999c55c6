import { expect, test } from "vitest";
import fc from "fast-check";
import { jsonParts } from "./jsonParts.ts";
import { jsonFault, withJson, withPayload } from "./json.ts";
import { prettyJson } from "./prettyJson.ts";

test("a payload keeps its spelling", () => {
  expect(withPayload({ eventType: "a" }, '{ "n": 12345678901234567890 }')).toBe(
    '{"eventType":"a","payload":{ "n": 12345678901234567890 }}',
  );
  expect(withJson({}, "schemas", "[1.0]")).toBe('{"schemas":[1.0]}');
});

test("parts of JSON are as they stand", () => {
  const json = String.raw` { "a\u0062" : {"n":[1.0,{"x":1e400}]} ,"2":"}\",:[" , "1":8202522731445525542,"e":[], "1" : 2 } `;
  expect([...jsonParts(json)]).toEqual([
    ["ab", '{"n":[1.0,{"x":1e400}]}'],
    ["2", String.raw`"}\",:["`],
    ["1", "2"],
    ["e", "[]"],
  ]);
  expect([...jsonParts("[ 1.0 , [2,3] ,{}]").values()]).toEqual(["1.0", "[2,3]", "{}"]);
  expect([...jsonParts("[]"), ...jsonParts("{}")]).toEqual([]);
});

test("parts of JSON are those that JSON.parse has", () => {
  const spaced = fc
    .tuple(fc.json({ maxDepth: 3 }), fc.constantFrom(0, 2))
    .map(([json, indent]) => JSON.stringify(JSON.parse(json), null, indent));
  fc.assert(
    fc.property(
      spaced.filter((json) => /^[[{]/.test(json)),
      (json) => {
        const parsed = Object.entries(JSON.parse(json) as object);
        const parts = [...jsonParts(json)].map(([name, text]): [string, unknown] => [name, JSON.parse(text)]);
        expect(parts).toEqual(parsed);
      },
    ),
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
  const deep = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;
  expect(prettyJson(deep).length).toBeLessThan(200 * deep.length);
  expect(prettyJson("<b>")).toBe("<b>");
});
